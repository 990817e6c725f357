"""Whole messages: compiled, merged, and read back by Python's parser."""

from __future__ import annotations

import dataclasses
import html
import re
from collections.abc import Callable
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.errors import ProjectMistake
from newsletter.mime import compile_message, make_envelope, merge, stamp_for
from newsletter.models.message import RenderedEdition, Slot, SlotContext, Slotted, Stamp
from newsletter.models.publication import Publication
from newsletter.models.text import one_line

Make = Callable[..., Any]
characters = st.characters(codec="utf-8", exclude_characters="\r")
content = st.one_of(st.text(characters, max_size=200), st.text("\n\n\n \t.=-<>é&aF", max_size=120))
hostile = st.one_of(
    st.text(st.characters(), max_size=150),
    st.text("\r\n\0\t \"'<>&@,:;=?_.-é🍁\u202e\u2028\u00a0\ud800A", max_size=150),
    st.sampled_from(
        [
            "A\r\nBcc: eve@example.org",
            "<script>alert(1)</script>",
            '" onload="x',
            "\0",
            "\ud800",
            "\u202egnp.exe",
            "x" * 10_000,
            "--=_boundary",
            ".",
            "=2E",
            "From x",
        ]
    ),
)
html_slots = st.one_of(
    st.builds(
        Slot,
        st.sampled_from(["name", "greeting_name", "email", "unsubscribe_url", "preferences_url"]),
        st.sampled_from([SlotContext.HTML_TEXT, SlotContext.HTML_ATTRIBUTE]),
    ),
    st.builds(
        Slot, st.sampled_from(["email", "unsubscribe_url", "preferences_url"]), st.just(SlotContext.HTML_URL)
    ),
)
text_slots = st.builds(
    Slot,
    st.sampled_from(["name", "greeting_name", "email", "unsubscribe_url", "preferences_url"]),
    st.just(SlotContext.PLAIN_TEXT),
)


@st.composite
def slotted(draw: st.DrawFn, slots: st.SearchStrategy[Slot]) -> Slotted:
    chosen = draw(st.lists(slots, max_size=5))
    parts = draw(st.lists(content, min_size=len(chosen) + 1, max_size=len(chosen) + 1))
    return Slotted(tuple(parts), tuple(chosen))


def parse(data: bytes) -> EmailMessage:
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def bodies(data: bytes) -> tuple[str, str]:
    text, page = parse(data).iter_parts()
    return text.get_content(), page.get_content()


def filled(part: Slotted, stamp: Stamp) -> str:
    """What a reader must see: written without any code of the stage but the cleaning of names."""
    name = one_line(stamp.name, 100)
    values = {
        "name": name,
        "greeting_name": f"\u00a0{name}" if name else "",
        "email": stamp.address,
        "unsubscribe_url": stamp.unsubscribe_url,
        "preferences_url": stamp.preferences_url,
    }
    out = part.parts[0]
    for slot, following in zip(part.slots, part.parts[1:], strict=True):
        value = values[slot.name]
        if slot.context is SlotContext.HTML_URL and slot.name == "email":
            value = f"mailto:{value}"
        if slot.context is not SlotContext.PLAIN_TEXT:
            value = html.escape(value)
        out += value + following
    return out


def assert_sound_on_the_wire(data: bytes) -> None:
    assert data.isascii()
    assert data.endswith(b"\r\n")
    assert b"\0" not in data
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", data)
    head, _, body = data.partition(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        assert len(line) <= 998
        assert b"=?" not in line or len(line) <= 76
    for line in body.split(b"\r\n"):
        assert len(line) <= 76
        assert not line.startswith(b".")


@settings(max_examples=150)
@given(html=slotted(html_slots), text=slotted(text_slots), subject=hostile, name=hostile)
def test_any_content_and_any_name_read_back_exactly(
    make_rendered: Make,
    make_stamp: Make,
    publication: Publication,
    html: Slotted,
    text: Slotted,
    subject: str,
    name: str,
) -> None:
    stamp = make_stamp(name=name)
    data = merge(compile_message(make_rendered(html=html, text=text, subject=subject), publication), stamp)
    assert_sound_on_the_wire(data)
    message = parse(data)
    assert not message.defects
    parts = list(message.iter_parts())
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
    assert not any(part.defects for part in parts)
    assert tuple(part.get_content().replace("\r\n", "\n") for part in parts) == (
        filled(text, stamp),
        filled(html, stamp),
    )
    assert message["Subject"] == one_line(subject)
    assert sorted(message.keys()) == sorted(EXPECTED)
    (to,) = message["To"].addresses
    assert to.addr_spec == stamp.address


EXPECTED = [
    "From",
    "Reply-To",
    "Subject",
    "To",
    "Date",
    "Message-ID",
    "X-Newsletter-ID",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "List-Id",
    "Precedence",
    "Feedback-ID",
    "MIME-Version",
    "Content-Language",
    "Content-Type",
]


def test_the_header_of_a_message(make_rendered: Make, make_stamp: Make, publication: Publication) -> None:
    data = merge(compile_message(make_rendered(), publication), make_stamp())
    head = data.partition(b"\r\n\r\n")[0].decode("ascii")
    boundary = re.search(r'boundary="(.*)"', head)
    assert boundary is not None
    assert head.replace(boundary[1], "B").split("\r\n") == [
        "From: =?utf-8?q?Infolettre_des_=C3=89rables?= <info@example.org>",
        "Reply-To: <bonjour@example.org>",
        "Subject: =?utf-8?q?L=27=C3=A9t=C3=A9_=C3=A0_Montr=C3=A9al_=3A_nos_rendez-v?=",
        " =?utf-8?q?ous?=",
        "To: =?utf-8?q?Zo=C3=A9_Tremblay?= <zoe@example.org>",
        "Date: Tue, 06 Feb 2024 14:30:00 +0000",
        "Message-ID: <abc.2024-02@example.org>",
        "X-Newsletter-ID: <abc.2024-02@example.org>",
        "List-Unsubscribe: <https://example.org/u/AAAAAAAAAAAAAAAAAAAAAA>,",
        " <mailto:quitter@example.org>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "List-Id: <infolettre.example.org>",
        "Precedence: list",
        "Feedback-ID: 2024-02:fr:newsletter:infolettreexamp",
        "MIME-Version: 1.0",
        "Content-Language: fr-CA",
        "Content-Type: multipart/alternative;",
        ' boundary="B"',
    ]


def test_the_one_click_link_survives_any_length(
    make_rendered: Make, make_stamp: Make, publication: Publication
) -> None:
    url = "https://" + "a" * 60 + ".example.org/quitter/" + "b" * 150
    data = merge(compile_message(make_rendered(), publication), make_stamp(unsubscribe_url=url))
    assert f"\r\nList-Unsubscribe: <{url}>,\r\n <mailto:".encode() in data
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in data
    text, page = bodies(data)
    assert url in text
    assert url in page


@given(st.text("\r\n\t ,<>\"'éA/", min_size=1, max_size=40))
def test_a_hostile_link_stays_one_uri_in_the_header(
    make_rendered: Make, make_stamp: Make, publication: Publication, tail: str
) -> None:
    stamp = make_stamp(unsubscribe_url=f"https://example.org/u/{tail}")
    data = merge(compile_message(make_rendered(), publication), stamp)
    assert_sound_on_the_wire(data)
    assert re.search(rb"\r\nList-Unsubscribe: <https://[!-;=?-~]+>,\r\n <mailto:quitter@example\.org>\r\n", data)
    assert sorted(parse(data).keys()) == sorted(EXPECTED)


@pytest.mark.parametrize("url", ["http://example.org/u/x", "javascript:alert(1)", "", "mailto:a@example.org"])
def test_a_message_without_one_click_link_is_never_made(
    make_rendered: Make, make_stamp: Make, publication: Publication, url: str
) -> None:
    with pytest.raises(ValueError, match=r"https|unsubscribe"):
        merge(compile_message(make_rendered(), publication), make_stamp(unsubscribe_url=url))


@pytest.mark.parametrize("message_id", ["a b@example.org", "a@b>\r\nBcc: <x", "plain", ""])
def test_a_broken_message_id_is_never_written(
    make_rendered: Make, make_stamp: Make, publication: Publication, message_id: str
) -> None:
    with pytest.raises(ValueError, match="Message-ID"):
        merge(compile_message(make_rendered(), publication), make_stamp(message_id=message_id))


def test_two_recipients_never_see_each_other(
    make_rendered: Make, make_stamp: Make, publication: Publication
) -> None:
    compiled = compile_message(make_rendered(), publication)

    def stamp(who: str) -> Stamp:
        return make_stamp(
            address=f"{who}@example.org",
            name=who.title(),
            message_id=f"{who}id@example.org",
            unsubscribe_url=f"https://example.org/u/{who}token",
            preferences_url=f"https://example.org/p/{who}token",
        )

    for who, other in (("anouk", "benoit"), ("benoit", "anouk"), ("anouk", "benoit")):
        data = merge(compiled, stamp(who)).lower()
        assert who.encode() in data
        assert other.encode() not in data


def test_each_edition_speaks_its_language(make_rendered: Make, make_stamp: Make, publication: Publication) -> None:
    for code, languages, tags, sender in (
        ("fr", ("fr",), "fr-CA", "Infolettre des Érables"),
        ("en", ("en",), "en-CA", "The Maple Letter"),
        ("fr+en", ("fr", "en"), "fr-CA, en-CA", "Infolettre des Érables"),
    ):
        rendered = make_rendered(code=code, languages=languages)
        message = parse(merge(compile_message(rendered, publication), make_stamp()))
        assert message["Content-Language"] == tags
        assert message["From"].addresses[0].display_name == sender


def test_the_same_edition_is_the_same_bytes(make_rendered: Make, publication: Publication) -> None:
    one, two = (compile_message(make_rendered(), publication) for _ in range(2))
    assert one == two


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "Autre"},
        {"issue": "2024-03"},
        {"code": "fr+en"},
        {"languages": ("en",)},
        {"text": Slotted(("Autre\n",), ())},
        {"html": Slotted(("<p>Autre</p>\n",), ())},
    ],
)
def test_the_digest_sees_every_change_of_content(
    make_rendered: Make, publication: Publication, change: dict[str, Any]
) -> None:
    assert compile_message(make_rendered(**change), publication).digest != (
        compile_message(make_rendered(), publication).digest
    )


@pytest.mark.parametrize(
    "change",
    [
        {"list_id": "lettre.example.org"},
        {"reply_to": None},
        {"sender": {"name": {"fr": "Autre"}, "address": "info@example.org"}},
        {"unsubscribe": {"url": "https://example.org/u/{token}"}},
    ],
)
def test_the_digest_sees_the_settings_of_the_headers(
    make_rendered: Make, make_publication: Make, publication: Publication, change: dict[str, Any]
) -> None:
    assert compile_message(make_rendered(), make_publication(**change)).digest != (
        compile_message(make_rendered(), publication).digest
    )


def test_the_boundary_does_not_depend_on_where_a_nonce_stood(
    make_rendered: Make, publication: Publication
) -> None:
    compiled = compile_message(make_rendered(), publication)
    assert compiled.segments[0].startswith(b"--=_")
    rendered: RenderedEdition = make_rendered(files=("templates/x",), article_bytes={"a": 1}, preheader="autre")
    assert dataclasses.replace(compiled) == compile_message(rendered, publication)


def test_idn_domains_go_out_as_a_labels(make_rendered: Make, make_stamp: Make, make_publication: Make) -> None:
    publication = make_publication(
        sender={"name": {"fr": "Érable"}, "address": "info@érable.example.org"},
        reply_to="bonjour@érable.example.org",
        unsubscribe={
            "url": "https://érable.example.org/désabonner/{token}",
            "mailto": "quitter@érable.example.org",
        },
    )
    compiled = compile_message(make_rendered(), publication)
    stamp = stamp_for(
        compiled.links,
        address="zoe@example.org",
        name="",
        token="T" * 22,
        message_id="a@example.org",
        date=datetime(2024, 2, 6, 9, 30, tzinfo=ZoneInfo("America/Toronto")),
    )
    head = merge(compiled, stamp).partition(b"\r\n\r\n")[0]
    assert b"<info@xn--rable-9ra.example.org>" in head
    assert b"<bonjour@xn--rable-9ra.example.org>" in head
    assert b"<https://xn--rable-9ra.example.org/d%C3%A9sabonner/TTTTTTTTTTTTTTTTTTTTTT>" in head
    assert b"<mailto:quitter@xn--rable-9ra.example.org>" in head
    assert b"Date: Tue, 06 Feb 2024 09:30:00 -0500" in head


def test_a_publication_that_cannot_be_mailed_is_told_all_at_once(
    make_rendered: Make, make_publication: Make
) -> None:
    broken = make_publication(
        sender={"name": {"fr": "X"}, "address": "info at example.org"},
        reply_to="a@b>\r\nBcc: x",
        bounce_address="retours",
        list_id="Ma liste <liste.example.org>",
        preferences_url="ftp://example.org/{token}",
        locales={"fr": "français\r\nBcc: x", "en": "en-CA"},
        unsubscribe={"url": "https:///{token}", "mailto": "a@example.org> <b"},
    )
    with pytest.raises(ProjectMistake) as caught:
        compile_message(make_rendered(), broken)
    told = [finding.message.partition(":")[0] for finding in caught.value.findings]
    assert told == [
        "sender.address",
        "reply_to",
        "bounce_address",
        "list_id",
        "unsubscribe.url",
        "preferences_url",
        "locales.fr",
        "unsubscribe.mailto",
    ]
    assert {finding.file for finding in caught.value.findings} == {"newsletter.yaml"}


@pytest.mark.parametrize("name", ["name", "greeting_name"])
def test_a_name_can_never_be_a_link(make_rendered: Make, publication: Publication, name: str) -> None:
    page = Slotted(('<a href="', '">x</a>'), (Slot(name, SlotContext.HTML_URL),))
    with pytest.raises(ValueError, match="link"):
        compile_message(make_rendered(html=page), publication)


def test_an_envelope_goes_to_the_one_recipient(
    make_rendered: Make, make_stamp: Make, publication: Publication
) -> None:
    compiled = compile_message(make_rendered(), publication)
    envelope = make_envelope(compiled, make_stamp(), "bounces@example.org")
    assert (envelope.mail_from, envelope.rcpt_to) == ("bounces@example.org", "zoe@example.org")
    assert envelope.message_id == "abc.2024-02@example.org"
    assert envelope.data == merge(compiled, make_stamp())
    assert b"bounces@" not in envelope.data
    sender = make_envelope(compiled, make_stamp(), "bounces@érable.example.org").mail_from
    assert sender == "bounces@xn--rable-9ra.example.org"


@pytest.mark.parametrize(
    "mail_from", ["", "nobody", "a b@example.org", "a@example.org> SIZE=1\r\nRCPT TO:<b@example.org"]
)
def test_an_envelope_sender_that_is_no_address_is_refused(
    make_rendered: Make, make_stamp: Make, publication: Publication, mail_from: str
) -> None:
    with pytest.raises(ValueError, match=r"wire|host name"):
        make_envelope(compile_message(make_rendered(), publication), make_stamp(), mail_from)


def test_an_address_as_a_link_is_percent_encoded(
    make_rendered: Make, make_stamp: Make, publication: Publication
) -> None:
    page = Slotted(('<a href="', '">x</a>'), (Slot("email", SlotContext.HTML_URL),))
    data = merge(compile_message(make_rendered(html=page), publication), make_stamp(address="a?b&c'd@example.org"))
    assert bodies(data)[1] == '<a href="mailto:a%3Fb%26c%27d@example.org">x</a>'
