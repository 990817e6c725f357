"""Header fields: read back by Python's parser and by a decoder of RFC 2047 of our own."""

from __future__ import annotations

import re
from base64 import b64decode
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.mime import header
from newsletter.models.text import one_line

WORD = re.compile(r"=\?utf-8\?([qb])\?([^?\s]*)\?=")
hostile = st.text(st.characters(), max_size=300)
nasty = st.one_of(hostile, st.text('\r\n\0\t "\\<>@,:;=?_()é🍁\u202e\u2028\u00a0.A', max_size=200))


def word_text(letter: str, payload: str) -> str:
    if letter == "b":
        return b64decode(payload, validate=True).decode("utf-8")
    octets = re.sub(rb"=([0-9A-F]{2})", lambda m: bytes([int(m[1], 16)]), payload.replace("_", " ").encode())
    return octets.decode("utf-8")


def check_words(raw: bytes) -> None:
    assert raw.isascii()
    assert raw.endswith(b"\r\n")
    lines = raw.decode("ascii").split("\r\n")[:-1]
    assert all(line.startswith(" ") for line in lines[1:])
    for line in lines:
        assert not set(line) & set("\r\n\0")
        for word in WORD.finditer(line):
            assert len(line) <= 76
            assert len(word[0]) <= 75
            word_text(word[1], word[2])  # decodes alone, to whole characters


@given(nasty)
@example("é" * 200)
@example("🍁" * 100)
@example("=?utf-8?q?Bonjour?=")
@example("mot " * 60)
@example("x" * 300)
def test_a_subject_reads_back_as_the_clean_line(value: str) -> None:
    raw = header.text("Subject", value)
    check_words(raw)
    message = message_from_bytes(raw + b"\r\n", policy=policy.default)
    assert not message.defects
    assert message.keys() == ["Subject"]
    unfolded = raw.decode("ascii").removeprefix("Subject: ").removesuffix("\r\n").replace("\r\n ", " ")
    if WORD.search(unfolded):
        assert "".join(word_text(*pair) for pair in WORD.findall(unfolded)) == one_line(value)
        assert WORD.sub("", unfolded).strip(" ") == ""
    else:
        assert unfolded == one_line(value)


@given(nasty)
@example('Jean "Jo" Roy')
@example("A\r\nBcc: x@example.org")
@example("O'Neil, Anne-Marie")
@example("x" * 10_000)
@example("\\")
@example("=?utf-8?q?a?=")
def test_a_mailbox_reads_back_as_name_and_address(name: str) -> None:
    raw = header.mailbox("To", name, "a.b+c@example.org")
    check_words(raw)
    message = message_from_bytes(raw + b"\r\n", policy=policy.default)
    assert message.keys() == ["To"]
    assert not message["To"].defects
    (address,) = message["To"].addresses
    assert address.addr_spec == "a.b+c@example.org"
    clean = one_line(name, 100)
    # The parser puts a space between two encoded-words of a phrase (against RFC 2047 section 6.2).
    assert "".join(address.display_name.split()) == "".join(clean.split())
    if words := WORD.findall(raw.decode("ascii")):
        assert "".join(word_text(*word) for word in words) == clean


@pytest.mark.parametrize(
    "address",
    [
        "a@example.org\r\nBcc: b@example.org",
        "a b@example.org",
        "a@example.org>",
        "é@example.org",
        "a@érable.org",
        "a@",
        "@example.org",
        "a",
        "",
        '"a b"@example.org',
        "a,b@example.org",
    ],
)
def test_what_is_no_address_never_reaches_the_brackets(address: str) -> None:
    with pytest.raises(ValueError, match="not an address"):
        header.mailbox("To", "Zoé", address)


def test_a_name_without_anything_visible_leaves_the_address_alone() -> None:
    assert header.mailbox("To", "\u202e\0", "a@example.org") == b"To: <a@example.org>\r\n"


def test_plain_names_stay_readable() -> None:
    assert header.mailbox("To", "Jean Roy", "a@example.org") == b"To: Jean Roy <a@example.org>\r\n"
    assert header.mailbox("To", "Roy, J.", "a@example.org") == b'To: "Roy, J." <a@example.org>\r\n'
    assert header.mailbox("To", "Zoé", "a@example.org") == b"To: =?utf-8?q?Zo=C3=A9?= <a@example.org>\r\n"


@given(
    st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001 the zone is added below
    st.integers(-14 * 60, 14 * 60),
)
def test_dates_read_back_with_a_numeric_zone(moment: datetime, offset: int) -> None:
    moment = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=offset)))
    raw = header.date(moment).decode("ascii")
    assert parsedate_to_datetime(raw.removeprefix("Date: ").strip()) == moment
    assert re.fullmatch(r"Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}\r\n", raw)
    assert "-0000" not in raw


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        header.date(datetime(2024, 1, 1, tzinfo=UTC).replace(tzinfo=None))
