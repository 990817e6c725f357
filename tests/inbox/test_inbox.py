"""The inbox itself, asked by the standard library's client, so that it is judged by somebody else's SMTP."""

from __future__ import annotations

import logging
import smtplib
import threading
from email import message_from_bytes
from pathlib import Path

import pytest

from newsletter.errors import FileTrouble, WorldError
from newsletter.inbox import Fault, Inbox

MAIL = b"Subject: essai\r\n\r\n.point\r\nBonjour\r\n"


def client(inbox: Inbox) -> smtplib.SMTP:
    return smtplib.SMTP(inbox.host, inbox.port, local_hostname="localhost", timeout=5)


def test_it_keeps_what_it_is_sent() -> None:
    with Inbox() as inbox, client(inbox) as smtp:
        smtp.sendmail("a@example.org", ["b@example.com"], MAIL)
        (message,) = inbox.messages
        assert (message.mail_from, message.rcpt_to, message.data) == ("a@example.org", ("b@example.com",), MAIL)
        assert message.peer[0] == "127.0.0.1"
        assert (message.encrypted, message.user) == (False, None)
        assert inbox.per_recipient() == {"b@example.com": 1}
        assert inbox.url == f"smtp://127.0.0.1:{inbox.port}"


def test_a_message_is_kept_before_it_is_answered_for() -> None:
    kept_when_answered: list[int] = []
    with Inbox() as inbox, client(inbox) as smtp:
        smtp.sendmail("a@example.org", ["b@example.com"], MAIL)
        kept_when_answered.append(len(inbox.messages))
    assert kept_when_answered == [1]


def test_what_it_offers() -> None:
    with Inbox(size_limit=5000) as inbox, client(inbox) as smtp:
        smtp.ehlo()
        assert smtp.has_extn("pipelining")
        assert smtp.esmtp_features["size"] == "5000"
        assert not smtp.has_extn("auth")
        assert not smtp.has_extn("starttls")
        assert not smtp.has_extn("smtputf8")
    with Inbox(pipelining=False, smtputf8=True, credentials={"u": "p"}) as inbox, client(inbox) as smtp:
        smtp.ehlo()
        assert not smtp.has_extn("pipelining")
        assert smtp.has_extn("smtputf8")
        assert "PLAIN" in smtp.esmtp_features["auth"]


def test_login_is_demanded_when_there_are_credentials() -> None:
    with Inbox(credentials={"u": "p"}) as inbox, client(inbox) as smtp:
        with pytest.raises(smtplib.SMTPSenderRefused):
            smtp.sendmail("a@example.org", ["b@example.com"], MAIL)
        with pytest.raises(smtplib.SMTPAuthenticationError):
            smtp.login("u", "wrong")
        smtp.login("u", "p")
        smtp.sendmail("a@example.org", ["b@example.com"], MAIL)
        assert [message.user for message in inbox.messages] == ["u"]


def test_messages_are_written_as_files(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "inbox"
    with Inbox(folder=folder) as inbox, client(inbox) as smtp:
        for name in ("zoé", "../../etc/passwd", "b" * 200):
            smtp.sendmail("a@example.org", [f"{name}@example.com".encode("ascii", "ignore").decode()], MAIL)
    files = sorted(folder.iterdir())
    assert [file.name[:6] for file in files] == ["00001-", "00002-", "00003-"]
    assert all(file.suffix == ".eml" and file.parent == folder for file in files)
    assert message_from_bytes(files[0].read_bytes())["Subject"] == "essai"
    assert len(list(tmp_path.rglob("*.eml"))) == 3


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FileTrouble), Inbox(folder=tmp_path / "file" / "inbox"):
        pytest.fail("it opened")


def test_a_port_that_is_taken() -> None:
    with Inbox() as first, pytest.raises(WorldError, match="cannot listen"), Inbox(port=first.port):
        pytest.fail("it opened")


def test_faults_are_used_up_in_order() -> None:
    with Inbox() as inbox, client(inbox) as smtp:
        inbox.script.add(
            Fault("rcpt", reply="450 4.2.0 first", recipient="b@example.com"),
            Fault("rcpt", reply="550 5.1.1 second", recipient="b@example.com"),
        )
        codes = []
        for _ in range(3):
            smtp.ehlo_or_helo_if_needed()
            smtp.mail("a@example.org")
            codes.append(smtp.rcpt("b@example.com")[0])
            assert smtp.rcpt("c@example.com")[0] == 250
            smtp.rset()
        assert codes == [450, 550, 250]


def test_clearing_the_script_makes_it_behave() -> None:
    with Inbox(faults=[Fault("mail", reply="451 no", times=None)]) as inbox, client(inbox) as smtp:
        smtp.ehlo()
        assert smtp.mail("a@example.org")[0] == 451
        inbox.script.clear()
        assert smtp.mail("a@example.org")[0] == 250


@pytest.mark.parametrize("keep", [True, False])
def test_a_drop_after_the_dot_keeps_the_message_or_not(keep: bool) -> None:
    with Inbox(faults=[Fault("dot", drop=True, keep=keep)]) as inbox:
        with pytest.raises(smtplib.SMTPServerDisconnected):
            client(inbox).sendmail("a@example.org", ["b@example.com"], MAIL)
        assert len(inbox.messages) == keep


def test_a_fault_with_delay_only_answers_rightly() -> None:
    with Inbox(faults=[Fault("dot", delay=0.01)]) as inbox, client(inbox) as smtp:
        smtp.sendmail("a@example.org", ["b@example.com"], MAIL)
        assert len(inbox.messages) == 1


def test_it_tells_the_stages() -> None:
    stages: list[tuple[str, str]] = []
    with Inbox(on_stage=lambda stage, who: stages.append((stage, who))) as inbox, client(inbox) as smtp:
        smtp.sendmail("a@example.org", ["b@example.com"], MAIL)
    who = "b@example.com"
    assert stages == [("connect", ""), ("mail", ""), ("rcpt", who), ("data", who), ("dot", who)]


def test_waiting_for_messages() -> None:
    with Inbox() as inbox:
        assert not inbox.wait_for(1, 0.01)

        def send() -> None:
            with client(inbox) as smtp:
                smtp.sendmail("a@example.org", ["b@example.com"], MAIL)

        thread = threading.Thread(target=send)
        thread.start()
        assert inbox.wait_for(1, 5)
        thread.join()
        assert inbox.wait_until_idle(5)


def test_closing_cuts_clients_and_stays_quiet(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        with Inbox() as inbox:
            smtp = client(inbox)
            smtp.ehlo()
            smtp.mail("a@example.org")
        with pytest.raises(smtplib.SMTPServerDisconnected):
            smtp.rcpt("b@example.com")
        inbox.close()
    assert caplog.records == []
