"""Taking a message apart, whatever it holds."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from newsletter.preview.describe import describe_edition
from newsletter.preview.message import read_message, with_scheme
from newsletter.preview.state import PreviewEdition

MESSAGE = (
    b"From: =?utf-8?q?Caf=C3=A9_ouvert?= <a@example.org>\r\n"
    b"Subject: =?utf-8?b?w4l0w6k=?=\r\n =?utf-8?q?_2024?=\r\n"
    b"X-Broken: =?utf-8?b?!!!?= =?no-such-charset?q?x?=\r\n"
    b"Content-Type: multipart/alternative; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    b"=C3=89t=C3=A9\r\nsuite\r\n"
    b"--b\r\nContent-Type: text/html; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    b"<p>=C9t=E9</p>\r\n--b--\r\n"
)


def test_headers_are_decoded_and_kept_as_they_stand() -> None:
    mail = read_message(MESSAGE)
    assert mail.header("from") == "Café ouvert <a@example.org>"
    assert mail.header("Subject") == "Été 2024"
    assert {header.name: header.raw for header in mail.headers}[
        "Subject"
    ] == "=?utf-8?b?w4l0w6k=?= =?utf-8?q?_2024?="


def test_a_header_that_cannot_be_decoded_is_shown_as_it_stands() -> None:
    assert read_message(MESSAGE).header("X-Broken") == "=?utf-8?b?!!!?= =?no-such-charset?q?x?="


def test_bodies_are_decoded_and_the_html_keeps_its_bytes() -> None:
    mail = read_message(MESSAGE)
    assert mail.text == "Été\nsuite"
    assert (mail.html, mail.html_charset) == (b"<p>\xc9t\xe9</p>", "iso-8859-1")
    assert mail.html_text() == "<p>Été</p>"
    assert [(part.content_type, part.size) for part in mail.parts] == [("text/plain", 12), ("text/html", 10)]
    assert [part.encoded_size for part in mail.parts] == [20, 14]
    assert mail.size == len(MESSAGE)


def test_a_message_without_bodies() -> None:
    mail = read_message(b"Subject: x\r\n\r\n")
    assert (mail.html, mail.text) == (None, "")
    assert read_message(b"Content-Type: image/png\r\n\r\n").text is None


def test_a_charset_cannot_write_a_header() -> None:
    mail = read_message(b'Content-Type: text/html; charset="x\ny; z"\r\n\r\n<p>')
    assert mail.html_charset == "utf-8"


@given(
    st.one_of(
        st.binary(max_size=300),
        st.builds(lambda a, b: MESSAGE[:a] + b + MESSAGE[a:], st.integers(0, 600), st.binary(max_size=20)),
    )
)
def test_no_bytes_are_too_broken_to_be_shown(data: bytes) -> None:
    mail = read_message(data)
    edition = PreviewEdition("fr", "Français", "Sujet", "", "a@example.org", data)
    json.dumps(describe_edition(edition, mail)).encode("ascii")
    assert mail.size == len(data)
    (mail.source + mail.html_text() + (mail.text or "")).encode("utf-8")


def test_colour_queries_answer_as_told() -> None:
    html = (
        b'<meta name="color-scheme" content="light dark"><style>:root{color-scheme: light dark}'
        b"@media screen and (Prefers-Color-Scheme:DARK){a{}}@media ( prefers-color-scheme : light ){b{}}"
        b"i{color-scheme:only light}</style>"
    )
    assert with_scheme(html, "dark") == (
        b'<meta name="color-scheme" content="dark"><style>:root{color-scheme: dark}'
        b"@media screen and (min-width: 0px){a{}}@media (max-width: 0px){b{}}"
        b"i{color-scheme:only light}</style>"
    )


@given(st.binary(max_size=200))
def test_a_mail_without_colour_queries_is_left_alone(html: bytes) -> None:
    if b"color-scheme" not in html.lower():
        assert with_scheme(html, "dark") == html
