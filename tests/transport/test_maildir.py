"""A message is delivered when it is in `new`, and not a moment before."""

from __future__ import annotations

import errno
import mailbox
import os
import threading
from pathlib import Path

import pytest

from newsletter.errors import RelayRefused, RelayUnreachable, TransportTrouble
from newsletter.models.message import Envelope, Outcome
from newsletter.transport import Session, open_transport, parse_url
from newsletter.transport.maildir import MaildirSettings

DATA = b"Subject: Bonjour\r\n\r\n.dot\r\nFrom here\r\nfin\r\n"
ENVELOPE = Envelope("bulletin@example.org", "reader@example.com", "id@example.org", DATA)


def session(folder: Path) -> Session:
    return open_transport(parse_url(f"maildir:{folder}", allow_password=False)).connect()


def names(folder: Path, part: str) -> list[str]:
    return [path.name for path in (folder / part).iterdir()]


def test_it_is_delivered_by_the_rename_and_not_before(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []

    def intent() -> None:
        seen.append((len(names(tmp_path, "tmp")), len(names(tmp_path, "new"))))

    result = session(tmp_path).send(ENVELOPE, intent)

    assert seen == [(1, 0)]
    assert (result.outcome, result.code, result.stage, result.reconnect) == (Outcome.ACCEPTED, 250, "dot", False)
    assert names(tmp_path, "tmp") == []
    (name,) = names(tmp_path, "new")
    assert result.reply == f"delivered as {name}"


def test_what_is_delivered_is_a_mail_for_any_reader_of_maildirs(tmp_path: Path) -> None:
    session(tmp_path).send(ENVELOPE, lambda: None)

    (mail,) = mailbox.Maildir(tmp_path, create=False)
    assert mail["Return-Path"] == "<bulletin@example.org>"
    assert mail["Delivered-To"] == "reader@example.com"
    assert mail.get_payload() == ".dot\nFrom here\nfin\n"
    (file,) = (tmp_path / "new").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_bytes().split(b"\n", 2)[2].replace(b"\n", b"\r\n") == DATA


def test_without_the_intent_nothing_is_left(tmp_path: Path) -> None:
    def full() -> None:
        raise TransportTrouble("the ledger is full")

    with pytest.raises(TransportTrouble, match="ledger"):
        session(tmp_path).send(ENVELOPE, full)
    assert names(tmp_path, "tmp") == names(tmp_path, "new") == []


def test_many_threads_never_meet(tmp_path: Path) -> None:
    transport = open_transport(parse_url(f"maildir:{tmp_path}", allow_password=False))

    def work() -> None:
        line = transport.connect()
        for _ in range(25):
            assert line.send(ENVELOPE, lambda: None).outcome is Outcome.ACCEPTED

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names(tmp_path, "new")) == 200


@pytest.mark.skipif(os.name != "posix", reason="a limit of file sizes is Unix's")
def test_a_disk_that_is_full_loses_nobody(tmp_path: Path) -> None:
    """The limit of file sizes stands in for the full disk: the kernel refuses the write all the same."""
    import resource
    import signal

    line = session(tmp_path)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        result = line.send(ENVELOPE, lambda: pytest.fail("the intent came before the message was safe"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert (result.outcome, result.stage, result.reconnect) == (Outcome.NOT_SENT, "body", True)
    assert os.strerror(errno.EFBIG) in result.reply
    assert names(tmp_path, "tmp") == names(tmp_path, "new") == []


def test_a_folder_that_vanishes_before_the_rename(tmp_path: Path) -> None:
    line = session(tmp_path)
    result = line.send(ENVELOPE, (tmp_path / "new").rmdir)
    assert (result.outcome, result.stage, result.reconnect) == (Outcome.NOT_SENT, "dot", True)
    assert names(tmp_path, "tmp") == []


def test_a_rename_that_may_be_lost_in_a_power_cut_is_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is in `new`, and the folder cannot be made durable."""
    line = session(tmp_path)

    def broken(handle: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    result = line.send(ENVELOPE, lambda: monkeypatch.setattr(os, "fsync", broken))
    assert (result.outcome, result.stage) == (Outcome.UNKNOWN, "dot")
    assert len(names(tmp_path, "new")) == 1


def test_addresses_that_end_a_header_are_refused(tmp_path: Path) -> None:
    line = session(tmp_path)
    evil = Envelope("a@example.org", "b@example.com\nX: y", "1", DATA)
    assert line.send(evil, lambda: pytest.fail("asked")).outcome is Outcome.REJECTED
    with pytest.raises(RelayRefused, match="envelope sender"):
        line.send(Envelope("nobody", "b@example.com", "1", DATA), lambda: None)


def test_a_place_that_cannot_be_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(RelayUnreachable, match="cannot be used") as caught:
        session(tmp_path / "file")
    assert "file" in str(caught.value.where)
    assert "maildir:" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        ("maildir:var/outbox", "var/outbox"),
        ("maildir:/srv/outbox", "/srv/outbox"),
        ("maildir:///srv/outbox", "/srv/outbox"),
        ("MAILDIR:bo%C3%AEte%20%3F", "boîte ?"),
    ],
)
def test_urls(url: str, folder: str, tmp_path: Path) -> None:
    settings = parse_url(url, allow_password=False, root=tmp_path)
    assert settings == MaildirSettings(tmp_path / folder)
    assert parse_url(settings.safe_url, allow_password=False, root=tmp_path) == settings


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("maildir:", "names no folder"),
        ("maildir:///", None),
        ("maildir://host/x", "not a host"),
        ("maildir:x?fsync=no", "no options"),
        ("maildir:x%00", "names no folder"),
    ],
)
def test_urls_that_mean_nothing(url: str, words: str | None) -> None:
    if words is None:
        assert parse_url(url, allow_password=False) == MaildirSettings(Path("/"))
        return
    with pytest.raises(ValueError, match=words):
        parse_url(url, allow_password=False)
