"""Attachments and inline pictures: read back by Python's parser, nested as RFC 2046 and RFC 2387 have it."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.mime import compile_message, merge
from newsletter.mime.attaching import base64_lines, filename_lines
from newsletter.mime.filetypes import FORBIDDEN, TYPES, file_type
from newsletter.models.message import CarriedFile, Slot, SlotContext, Slotted
from newsletter.models.publication import Publication

Make = Callable[..., Any]
PDF = CarriedFile("Rapport – été 2024.pdf", "application/pdf", b"%PDF-1.4\n" + bytes(range(256)) * 9)
ICS = CarriedFile("event.ics", "text/calendar; charset=utf-8", b"BEGIN:VCALENDAR\r\n.\r\n")
PNG = CarriedFile("carte.png", "image/png", b"\x89PNG" + b"\0" * 100, "carte.png@example.org")
HTML = Slotted(
    ("<!DOCTYPE html>\n<p>Bonjour", ',</p><img src="cid:carte.png@example.org">\n'),
    (Slot("greeting_name", SlotContext.HTML_TEXT),),
)


def parse(data: bytes) -> EmailMessage:
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    for part in message.walk():
        assert not part.defects, part.defects
    return message


def shape(message: Any) -> Any:
    kind = message.get_content_type()
    return (kind, [shape(part) for part in message.iter_parts()]) if message.is_multipart() else kind


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ([], ("multipart/alternative", ["text/plain", "text/html"])),
        (
            [PNG],
            ("multipart/alternative", ["text/plain", ("multipart/related", ["text/html", "image/png"])]),
        ),
        (
            [PDF, ICS],
            (
                "multipart/mixed",
                [("multipart/alternative", ["text/plain", "text/html"]), "application/pdf", "text/calendar"],
            ),
        ),
        (
            [PNG, PDF],
            (
                "multipart/mixed",
                [
                    ("multipart/alternative", ["text/plain", ("multipart/related", ["text/html", "image/png"])]),
                    "application/pdf",
                ],
            ),
        ),
    ],
)
def test_the_shape_of_the_message(
    make_rendered: Make, make_stamp: Make, publication: Publication, files: list[CarriedFile], expected: Any
) -> None:
    rendered = make_rendered(html=HTML)
    data = merge(compile_message(rendered, publication, files), make_stamp())
    message = parse(data)
    assert shape(message) == expected
    assert data.isascii()
    body = data.partition(b"\r\n\r\n")[2]
    assert max(map(len, body.split(b"\r\n"))) <= 76
    assert not any(line.startswith(b".") for line in body.split(b"\r\n"))
    html, text = message.get_body(("html",)), message.get_body(("plain",))
    assert html is not None
    assert text is not None
    assert html.get_content().replace("\r\n", "\n").startswith("<!DOCTYPE html>\n<p>Bonjour\u00a0Zoé Tremblay,")
    assert "Bonjour\u00a0Zoé Tremblay" in text.get_content()
    attached = list(message.iter_attachments()) if message.get_content_type() == "multipart/mixed" else []
    assert [(part.get_filename(), part.get_payload(decode=True)) for part in attached] == [
        (file.name, file.content) for file in files if not file.content_id
    ]
    pictures = [part for part in message.walk() if part.get_content_type() == "image/png"]
    for part in pictures:
        assert part["Content-ID"] == "<carte.png@example.org>"
        assert part.get_content_disposition() == "inline"
        assert part.get_payload(decode=True) == PNG.content


def test_the_digest_sees_files(make_rendered: Make, publication: Publication) -> None:
    def digest(*files: CarriedFile) -> str:
        return compile_message(make_rendered(), publication, files).digest

    other = CarriedFile(PDF.name, PDF.content_type, PDF.content + b"!")
    renamed = CarriedFile("x.pdf", PDF.content_type, PDF.content)
    assert len({digest(), digest(PDF), digest(other), digest(renamed), digest(PDF, ICS), digest(ICS, PDF)}) == 6
    assert digest(PDF) == digest(PDF)


@given(
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp"]), min_size=1, max_size=120).filter(
        lambda name: name.strip() == name
    )
)
@settings(max_examples=300)
def test_any_name_reads_back(name: str) -> None:
    lines = filename_lines(name)
    assert all(line.startswith(" ") and len(line) <= 76 and line.isascii() for line in lines)
    head = "\r\n".join(["Content-Type: application/pdf", "Content-Disposition: attachment;", *lines, "", ""])
    assert parse(head.encode("ascii")).get_filename() == name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("report.pdf", [' filename="report.pdf"']),
        ("été.pdf", [" filename*=utf-8''%C3%A9t%C3%A9.pdf"]),
        ("=?utf-8?q?x?=.pdf", [" filename*=utf-8''%3D%3Futf-8%3Fq%3Fx%3F%3D.pdf"]),
        ('a"b.pdf', [" filename*=utf-8''a%22b.pdf"]),
        (
            "a" * 90 + ".pdf",
            [" filename*0*=utf-8''" + "a" * 55 + ";", " filename*1*=" + "a" * 35 + ".pdf"],
        ),
    ],
)
def test_names_in_their_simplest_form(name: str, expected: list[str]) -> None:
    assert filename_lines(name) == expected


def test_base64_of_nothing_and_of_whole_lines() -> None:
    assert base64_lines(b"") == b""
    assert base64_lines(b"\0" * 57) == b"A" * 76 + b"\r\n"
    assert base64_lines(b"\0" * 58).count(b"\r\n") == 2


CONTENTS = {
    ".csv": b"a,b\n",
    ".docx": b"PK\x03\x04....word/document.xml",
    ".gif": b"GIF89a....",
    ".ics": b"BEGIN:VCALENDAR\r\n",
    ".jpeg": b"\xff\xd8\xff\xe0",
    ".jpg": b"\xff\xd8\xff\xe0",
    ".odp": b"PK\x03\x04" + b"." * 26 + b"mimetypeapplication/vnd.oasis.opendocument.presentation",
    ".ods": b"PK\x03\x04" + b"." * 26 + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
    ".odt": b"PK\x03\x04" + b"." * 26 + b"mimetypeapplication/vnd.oasis.opendocument.text",
    ".pdf": b"%PDF-1.7\n",
    ".png": b"\x89PNG\r\n\x1a\n",
    ".pptx": b"PK\x03\x04....ppt/presentation.xml",
    ".txt": "été".encode(),
    ".webp": b"RIFF....WEBP",
    ".xlsx": b"PK\x03\x04....xl/workbook.xml",
}


@pytest.mark.parametrize("ending", sorted(TYPES))
def test_each_type_is_known_by_its_content(ending: str) -> None:
    assert file_type(f"a{ending.upper()}", CONTENTS[ending]).content_type
    with pytest.raises(ValueError, match="not that of a file"):
        file_type(f"a{ending}", b"MZ\x90\0\xff")
    with pytest.raises(ValueError, match="empty"):
        file_type(f"a{ending}", b"")


@pytest.mark.parametrize("name", ["a.exe", "a.JS", "a.zip", "report.pdf.scr", "a.docm", "a.html", "a.svg"])
def test_forbidden_types(name: str) -> None:
    with pytest.raises(ValueError, match="refused or quarantined"):
        file_type(name, b"%PDF-1.4")


@pytest.mark.parametrize("name", ["a", "a.", "a.xyz", ".pdf", "a.pages"])
def test_unknown_types(name: str) -> None:
    with pytest.raises(ValueError, match="not known here"):
        file_type(name, b"%PDF-1.4")


def test_a_document_with_macros() -> None:
    with pytest.raises(ValueError, match="macros"):
        file_type("a.docx", b"PK\x03\x04....word/document.xml....word/vbaProject.bin")
    assert not FORBIDDEN & set(TYPES)
