"""What proves that a relay took a message, and what does not."""

from __future__ import annotations

import gzip
import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import FileTrouble, UnknownName
from newsletter.evidence import Search, find_proofs

ONE, TWO, THREE = (f"{letter * 30}@news.example.org" for letter in "abc")
WANTED = dict.fromkeys((ONE, TWO, THREE))


def search(path: Path) -> Search:
    return find_proofs(path, WANTED, name=path.name)


def written(tmp_path: Path, text: str | bytes, name: str = "file") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def postfix(*lines: str) -> str:
    return "".join(f"Feb  6 10:00:0{n} mx postfix/{line}\n" for n, line in enumerate(lines))


QUEUED = postfix(
    "smtpd[10]: 4ABCDEF: client=localhost[127.0.0.1]",
    f"cleanup[11]: 4ABCDEF: message-id=<{ONE}>",
    "qmgr[12]: 4ABCDEF: from=<news@example.org>, size=41000, nrcpt=1 (queue active)",
    "smtp[13]: 4ABCDEF: to=<a@example.org>, relay=mx.example.org[192.0.2.1]:25, delay=1, status=sent (250 ok)",
    "qmgr[12]: 4ABCDEF: removed",
)


def test_what_reached_the_queue_was_taken(tmp_path: Path) -> None:
    found = search(written(tmp_path, QUEUED, "mail.log"))
    assert found.kind == "Postfix log"
    assert set(found.proofs) == {ONE}
    assert found.proofs[ONE].place == "mail.log:3"
    assert found.proofs[ONE].words == "Postfix, queue id 4ABCDEF: in its queue"


def test_a_message_that_only_cleanup_saw_was_cut_off(tmp_path: Path) -> None:
    log = postfix(
        f"cleanup[11]: 4ABCDEF: message-id=<{ONE}>",
        "smtpd[10]: lost connection after DATA (41000 bytes) from localhost[127.0.0.1]",
    )
    assert not search(written(tmp_path, log)).proofs


def test_a_queue_id_that_is_used_again_proves_nothing_of_its_first_message(tmp_path: Path) -> None:
    log = postfix(
        f"cleanup[11]: 4ABCDEF: message-id=<{ONE}>",
        "cleanup[11]: 4ABCDEF: message-id=<other@elsewhere.example>",
        "qmgr[12]: 4ABCDEF: from=<x@example.org>, size=1, nrcpt=1 (queue active)",
        f"cleanup[11]: 5ABCDEF: message-id=<{TWO}>",
        "qmgr[12]: 5ABCDEF: removed",
        "qmgr[12]: 5ABCDEF: from=<x@example.org>, size=1, nrcpt=1 (queue active)",
    )
    assert not search(written(tmp_path, log)).proofs


@pytest.mark.parametrize("status", ["sent", "deferred", "bounced"])
def test_an_attempt_to_pass_it_on_proves_it_too(tmp_path: Path, status: str) -> None:
    log = postfix(
        f"cleanup[11]: 3kWt2T0xYzz9: message-id=<{ONE}>",
        f"local[13]: 3kWt2T0xYzz9: to=<a@example.org>, relay=local, status={status} (said so)",
    )
    assert search(written(tmp_path, log)).proofs[ONE].words.endswith(f"status={status}")


def test_instances_long_prefixes_and_gzip_are_read(tmp_path: Path) -> None:
    lines = QUEUED.replace("postfix/", "postfix-out/submission/").replace("Feb  6 ", "2024-02-06T")
    assert ONE in search(written(tmp_path, gzip.compress(lines.encode()), "mail.log.1.gz")).proofs


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Message-ID,event,email", f"<{TWO}>,delivered,a@example.org"),
        ("date;destinataire;smtp-id;Status", f"2024-02-06;a@example.org;{TWO};bounce"),
        ("\ufeffEvent\tX-Newsletter-ID", f"open\t<{TWO}>"),
        ('"message_id","subject"', f'"{TWO}","two\nlines"'),
    ],
)
def test_any_event_of_a_provider_shows_that_it_had_the_message(tmp_path: Path, header: str, row: str) -> None:
    found = search(written(tmp_path, f"{header}\n{row}\n", "events.csv"))
    assert found.kind == "event list"
    assert set(found.proofs) == {TWO}


def test_the_providers_own_id_beside_ours_does_not_hide_it(tmp_path: Path) -> None:
    found = search(written(tmp_path, f"message_id,x-newsletter-id,event\n0100-xyz,<{TWO}>,Send\n"))
    assert found.proofs[TWO].place == "file:2"
    assert found.proofs[TWO].words == "the provider's event: Send"


@pytest.mark.parametrize("event", ["Error", "not_sent", "Request error", "unauthorised", "not accepted"])
def test_an_event_that_says_it_was_not_taken_is_no_proof(tmp_path: Path, event: str) -> None:
    assert not search(written(tmp_path, f"message-id,event\n{TWO},{event}\n")).proofs


MAIL = f"From: a@example.org\nSubject: Re: infolettre\nIn-Reply-To: <{THREE}>\n\nMerci !\n"


def test_a_reply_proves_it(tmp_path: Path) -> None:
    mbox = f"From a@example.org Tue Feb  6 10:00:00 2024\nSubject: hello\n\nhi\n\nFrom b Tue Feb  6 10:00:00 2024\n{MAIL}"
    found = search(written(tmp_path, mbox, "replies.mbox"))
    assert found.kind == "mailbox"
    assert found.proofs[THREE].place == "replies.mbox, message 2"
    assert THREE in search(written(tmp_path, MAIL, "reply.eml")).proofs


def test_a_maildir_and_a_report_that_is_encoded_are_read(tmp_path: Path) -> None:
    box = tmp_path / "box"
    for folder in ("cur", "new", "tmp"):
        (box / folder).mkdir(parents=True)
    (box / "cur" / "1:2,S").write_text(MAIL)
    encoded = THREE.replace(THREE, ONE).replace("@", "=40")
    report = f"Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\nMessage-ID: <{encoded[:20]}=\n{encoded[20:]}>\n"
    (box / "new" / "2").write_text(report)
    assert set(search(box).proofs) == {ONE, THREE}
    assert search(box).proofs[THREE].place == "box/cur/1:2,S"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("email,event\na@example.org,delivered\n", "has no column with Message-IDs; it has email, event"),
        ("shopping list\nbread\n", "is neither a Postfix log"),
        ("", "is neither a Postfix log"),
        (b"\x00\x01\x02", "is neither a Postfix log"),
        (f"message-id,event\n{'x' * 200_000},1\n", "is not the CSV it looks like"),
    ],
)
def test_what_is_none_of_these_is_told(tmp_path: Path, content: str | bytes, words: str) -> None:
    with pytest.raises(UnknownName, match=re.escape(words)):
        search(written(tmp_path, content))


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    broken = written(tmp_path, gzip.compress(QUEUED.encode())[:-20], "mail.log.gz")
    damaged = written(tmp_path, gzip.compress(QUEUED.encode())[:10] + b"\xff" * 50, "damaged.gz")
    for path in (broken, damaged, tmp_path / "none"):
        with pytest.raises(FileTrouble, match="cannot be read"):
            search(path)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_in_words(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "file"
    path.write_bytes(raw)
    with suppress(UnknownName, FileTrouble):
        assert not search(path).proofs
