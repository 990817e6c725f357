"""Every merged message, for hostile values too, reads back exactly: in Python's parser and in npm's, after real SMTP.

What a reader must see is worked out here without the code that merges and encodes.
"""

from __future__ import annotations

import base64
import html
import os
import quopri
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from newsletter.inbox import Inbox
from newsletter.mime import compile_message, make_envelope
from newsletter.models.message import CarriedFile, Outcome, RenderedEdition, Slot, SlotContext, Slotted, Stamp
from newsletter.models.publication import Publication
from newsletter.models.text import one_line
from newsletter.transport import Session, open_transport, parse_url

Parse = Callable[[bytes], dict[str, Any]]
DATE = datetime(2024, 2, 6, 14, 30, tzinfo=UTC)

PUBLICATION = Publication.model_validate(
    {
        "name": {"fr": "Érables", "en": "Maples"},
        "organisation": {"fr": "Les Érables", "en": "The Maples"},
        "sender": {"name": {"fr": 'Érables, "vertes"', "en": "Maples"}, "address": "info@example.org"},
        "mailing_address": {"fr": "1, rue Exemple", "en": "1 Exemple St"},
        "contact": {"email": "info@example.org"},
        "website": {"fr": "https://example.org/fr", "en": "https://example.org/en"},
        "reason": {"fr": "Vous êtes membre.", "en": "You are a member."},
        "list_id": "infolettre.example.org",
        "preferences_url": "https://example.org/p/{token}",
        "unsubscribe": {"url": "https://example.org/u/{token}", "mailto": "quitter@example.org"},
    }
)

# -- what is hostile

texts = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff"), max_size=200),
    st.text("\n\n .=-<>é&aF\t", max_size=200),
    st.sampled_from(
        [
            "\n.\n",
            ".\n..\n...",
            "x" * 2500,
            "é" * 1200,
            "From x\nFrom y",
            "=2E=\n",
            "--=_boundary--\n",
            "a \n\tb\t\n",
            "🍁" * 400,
            "\u202eabc\u202c",
            "שלום\nעולם",
            "a\u2028b\u2029c\x85d",
            "=?utf-8?q?x?=",
            " " * 100 + "\n",
        ]
    ),
)
names = st.one_of(
    st.text(st.characters(), max_size=150),
    st.text("\r\n\0\t \"'<>&@,:;=?_.-é🍁\u202e\u2028\u00a0\ud800A()[]\\", max_size=150),
    st.sampled_from(
        [
            "A\r\nBcc: eve@example.org",
            '"; DROP',
            "\0",
            "\ud800",
            "\u202egnp.exe",
            "x" * 10_000,
            "é" * 2_000,
            ".",
            "=2E",
            "Tremblay, Zoé (CIPC)",
            "a@b.example",
            "=?utf-8?b?eA==?=",
            "From x",
            "\\",
            "<script>",
            "O'Neil",
            "👩‍👩‍👧",
            "\u2028",
            "Zoé\u00a0Roy",
            "شركة",
            "undisclosed-recipients:;",
        ]
    ),
)
tokens = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", min_size=1, max_size=1500)
addresses = st.builds(
    "{}@{}.example.org".format,
    st.text("abcz019!#$%&'*+/=?^_`{|}~-", min_size=1, max_size=40),
    st.text("abc", min_size=1, max_size=20),
)
SLOTS = ("name", "greeting_name", "email", "unsubscribe_url", "preferences_url")
html_slots = st.builds(
    Slot, st.sampled_from(SLOTS), st.sampled_from([SlotContext.HTML_TEXT, SlotContext.HTML_ATTRIBUTE])
) | st.builds(Slot, st.sampled_from(SLOTS[3:]), st.just(SlotContext.HTML_URL))
text_slots = st.builds(Slot, st.sampled_from(SLOTS), st.just(SlotContext.PLAIN_TEXT))
PDF = CarriedFile("Été – rapport.pdf", "application/pdf", b"%PDF-1.4\r\n.\r\n" + bytes(range(256)))
PNG = CarriedFile("a.png", "image/png", b"\x89PNG\r\n\x1a\n" + bytes(99), "a.png@example.org")


@st.composite
def slotted(draw: st.DrawFn, slots: st.SearchStrategy[Slot]) -> Slotted:
    chosen = draw(st.lists(slots, max_size=5))
    parts = draw(st.lists(texts, min_size=len(chosen) + 1, max_size=len(chosen) + 1))
    # A part that is only white space is nothing to some parsers; no mail has such a part.
    return Slotted(
        ("A" + parts[0], *parts[1:-1], parts[-1] + "Z") if chosen else (f"A{parts[0]}Z",), tuple(chosen)
    )


@dataclass(frozen=True)
class Case:
    subject: str
    text: Slotted
    html: Slotted
    name: str
    address: str
    token: str
    files: tuple[CarriedFile, ...]

    @property
    def rendered(self) -> RenderedEdition:
        return RenderedEdition("2024-02", "fr", ("fr",), self.subject, "", self.html, self.text, (), {})

    @property
    def stamp(self) -> Stamp:
        urls = [f"https://example.org/{where}/{self.token}" for where in "up"]
        return Stamp(self.address, self.name, DATE, "abc.2024-02@example.org", *urls)

    def seen(self, part: Slotted) -> str:
        name = one_line(self.name, 100)
        values = {
            "name": name,
            "greeting_name": f"\u00a0{name}" if name else "",
            "email": self.address,
            "unsubscribe_url": self.stamp.unsubscribe_url,
            "preferences_url": self.stamp.preferences_url,
        }
        out = part.parts[0]
        for slot, following in zip(part.slots, part.parts[1:], strict=True):
            value = values[slot.name]
            out += (value if slot.context is SlotContext.PLAIN_TEXT else html.escape(value)) + following
        return re.sub("\r\n|\r", "\n", out)


cases = st.builds(
    Case,
    subject=names,
    text=slotted(text_slots),
    html=slotted(html_slots),
    name=names,
    address=addresses,
    token=tokens,
    files=st.sampled_from([(), (), (PDF,), (PNG,), (PNG, PDF)]),
)

# -- the road


@pytest.fixture(scope="module")
def over_smtp() -> Iterator[Callable[[Case], bytes]]:
    """The message of a case as a real server got it from our transport."""
    with Inbox() as inbox:
        transport = open_transport(parse_url(inbox.url, allow_password=False))
        sessions: list[Session] = [transport.connect()]

        def send(case: Case) -> bytes:
            compiled = compile_message(case.rendered, PUBLICATION, case.files)
            envelope = make_envelope(compiled, case.stamp, "retours@example.org")
            result = sessions[0].send(envelope, lambda: None)
            assert result.outcome is Outcome.ACCEPTED, result
            received = inbox.messages[-1]
            assert received.rcpt_to == (case.address,)
            assert received.data == envelope.data
            return received.data

        try:
            yield send
        finally:
            sessions[0].close()


SETTINGS = settings(
    max_examples=int(os.environ.get("NEWSLETTER_TEST_MESSAGES", "150")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@SETTINGS
@given(case=cases)
def test_both_parsers_read_what_was_written(
    over_smtp: Callable[[Case], bytes], mailparser: Parse, case: Case
) -> None:
    assume(one_line(case.subject))
    data = over_smtp(case)
    assert_within_limits(data)
    text, page = case.seen(case.text), case.seen(case.html)
    subject, name = one_line(case.subject), one_line(case.name, 100)

    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert not [defect for part in message.walk() for defect in part.defects]
    assert python_text(message, "plain") == text
    assert python_text(message, "html") == page
    assert message["Subject"] == subject
    (to,) = message["To"].addresses
    assert to.addr_spec == case.address
    files = [part for part in message.walk() if part.get_content_maintype() not in ("text", "multipart")]
    assert [(part.get_filename(), part.get_payload(decode=True)) for part in files] == [
        (file.name, file.content) for file in case.files
    ]

    other = mailparser(data)
    assert other["subject"] == subject
    assert other["from"] == [['Érables, "vertes"', "info@example.org"]]
    assert other["to"] == [[name, case.address]]
    assert other["messageId"] == "<abc.2024-02@example.org>"
    assert other["date"] == "2024-02-06T14:30:00.000Z"
    assert other["text"].replace("\r\n", "\n") == text
    assert other["html"].replace("\r\n", "\n") == page
    assert other["attachments"] == [
        [
            file.name,
            file.content_type,
            "inline" if file.content_id else "attachment",
            file.content_id or None,
            base64.b64encode(file.content).decode(),
        ]
        for file in case.files
    ]
    (line,) = other["unsubscribe"]
    assert re.sub(r"\s+", " ", line) == (
        f"List-Unsubscribe: <https://example.org/u/{case.token}>, <mailto:quitter@example.org>"
    )
    assert sorted(other["headers"]) == sorted(field.lower() for field in message)


def python_text(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode("utf-8").replace("\r\n", "\n")


def assert_within_limits(data: bytes) -> None:
    assert data.isascii()
    assert b"\0" not in data
    assert data.endswith(b"\r\n")
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", data)
    head, _, body = data.partition(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        # Only a link may be longer than a line: white space in it would break it.
        assert len(line) <= 76 or b"<https://" in line or line.startswith((b"To: ", b" <"))
    for line in body.split(b"\r\n"):
        assert len(line) <= 76
        assert not line.startswith((b".", b"From "))


# -- nobody sees anybody else

MARK = re.compile(r"zq([0-9]+)qz")


def test_recipients_never_see_each_other() -> None:
    """NEWSLETTER_TEST_RECIPIENTS sets how many: 100000 takes a minute."""
    count = int(os.environ.get("NEWSLETTER_TEST_RECIPIENTS", "4000"))
    chance = random.Random(count)
    part = Slotted(
        ("Bonjour", ", ", " ", " ", " ", " fin"),
        tuple(Slot(slot, SlotContext.PLAIN_TEXT) for slot in SLOTS),
    )
    page = Slotted(part.parts, tuple(Slot(slot.name, SlotContext.HTML_ATTRIBUTE) for slot in part.slots))
    compiled = compile_message(Case("Sujet", part, page, "", "", "", ()).rendered, PUBLICATION)
    alphabet = "aé😀ש\u202e .,'\"=?_<>&\r\n\t"
    for number in chance.sample(range(10 * count), count):
        mark = f"zq{number}qz"
        noise = "".join(chance.choice(alphabet) for _ in range(chance.randrange(12)))
        name = f"{noise}{mark}{noise}" if chance.random() < 0.9 else ""
        token = f"{mark}{chance.getrandbits(64):x}"
        case = Case("", part, page, name, f"{mark}@example.org", token, ())
        envelope = make_envelope(compiled, case.stamp, "retours@example.org")
        assert envelope.rcpt_to == f"{mark}@example.org"
        to = str(make_header(decode_header(str(message_from_bytes(envelope.data)["To"]))))
        everything = quopri.decodestring(envelope.data).decode("utf-8", "replace") + to
        assert set(MARK.findall(everything)) == {str(number)}
        # Address, name and token each stand in the header, in the text and in the HTML.
        assert everything.count(mark) >= (14 if name else 9)
