"""Rendered edition to compiled message: everything that recipients of an edition share, encoded once.

A multipart/alternative of text/plain, then text/html (RFC 2046 section 5.1.4: the best comes last), both UTF-8
in quoted-printable: base64 cannot be spliced, 8bit needs a relay that offers 8BITMIME. Files that it carries have
nothing to splice, and travel as base64.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple

from newsletter.errors import ProjectMistake
from newsletter.mime import header
from newsletter.mime.attaching import carried_part
from newsletter.mime.identity import wire_address, wire_url
from newsletter.mime.merging import ONE_CLICK
from newsletter.mime.quoted import encode_text
from newsletter.models.finding import Finding, Severity
from newsletter.models.host import ascii_domain
from newsletter.models.message import (
    BodySlot,
    CarriedFile,
    CompiledMessage,
    Links,
    RenderedEdition,
    SlotContext,
    Slotted,
)
from newsletter.models.publication import Publication

_NOT_IN_FEEDBACK = re.compile(r"[^a-z0-9]+")
_MAILTO = re.compile(r"mailto:[A-Za-z0-9._~!$&'*+=%@?/-]+")
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_NAMES = ("name", "greeting_name")


def compile_message(
    rendered: RenderedEdition, publication: Publication, files: Sequence[CarriedFile] = ()
) -> CompiledMessage:
    """The edition as a message that lacks only its recipient. The same input gives the same bytes.

    files: inline pictures, which go into a multipart/related with the HTML (RFC 2387), and attachments, which go
    behind the whole in a multipart/mixed; encoded here, once.
    Raises ProjectMistake when an address, the list id or a link of the publication cannot stand in a header
    (findings of `newsletter.yaml`, all of them), ValueError when a name stands where a link must be.
    """
    mistakes = list(_mistakes(publication))
    if mistakes:
        raise ProjectMistake("The publication's addresses cannot be used in a mail.", mistakes)
    boundary = _boundary(rendered)
    inline = [file for file in files if file.content_id]
    attached = [file for file in files if not file.content_id]
    segments, slots = _body(rendered, boundary, inline)
    content_type = _multipart("alternative", boundary)
    if attached:
        outer = _outer(boundary, b"m")
        segments = _with_attachments(segments, content_type, outer, attached)
        content_type = _multipart("mixed", outer)
    headers = b"".join(_headers(rendered, publication, content_type))
    links = Links(
        unsubscribe_url=wire_url(publication.unsubscribe.url),
        unsubscribe_mailto=_mailto(publication),
        preferences_url=wire_url(publication.preferences_url or ""),
    )
    return CompiledMessage(
        issue=rendered.issue,
        code=rendered.code,
        subject=rendered.subject,
        headers=headers,
        segments=segments,
        slots=slots,
        digest=_digest(rendered, headers, segments, slots, links),
        links=links,
    )


def _headers(rendered: RenderedEdition, publication: Publication, content_type: bytes) -> Iterator[bytes]:
    """The shared fields. `merge` puts the recipient's own before List-Unsubscribe-Post."""
    name = next(
        (publication.sender.name[lang] for lang in rendered.languages if lang in publication.sender.name),
        next(iter(publication.sender.name.values()), ""),
    )
    yield header.mailbox("From", name, wire_address(publication.sender.address))
    if publication.reply_to:
        yield header.mailbox("Reply-To", "", wire_address(publication.reply_to))
    yield header.text("Subject", rendered.subject)
    yield ONE_CLICK
    yield f"List-Id: <{ascii_domain(publication.list_id)}>\r\n".encode("ascii")
    # Not a standard, but vacation responders look at it (RFC 3834 section 2).
    yield b"Precedence: list\r\n"
    yield _feedback_id(rendered, publication)
    yield b"MIME-Version: 1.0\r\n"
    tags = ", ".join(publication.locale(language) for language in rendered.languages)
    yield f"Content-Language: {tags}\r\n".encode("ascii")
    yield content_type


def _feedback_id(rendered: RenderedEdition, publication: Publication) -> bytes:
    """Gmail's feedback loop: issue, edition, kind of mail, sender (5 to 15 characters); nothing per recipient."""
    sender = _NOT_IN_FEEDBACK.sub("", ascii_domain(publication.list_id))
    fields = (rendered.issue, rendered.code, "newsletter", sender[:15].ljust(5, "0"))
    return f"Feedback-ID: {':'.join(_NOT_IN_FEEDBACK.sub('-', f.lower())[:60] for f in fields)}\r\n".encode(
        "ascii"
    )


def _multipart(subtype: str, boundary: bytes, parameters: bytes = b"") -> bytes:
    """The Content-Type field of a multipart."""
    kind = f"Content-Type: multipart/{subtype};".encode("ascii")
    return kind + parameters + b'\r\n boundary="' + boundary + b'"\r\n'


def _outer(boundary: bytes, mark: bytes) -> bytes:
    """Another boundary, of which neither begins with the other: ``mark`` is no hexadecimal digit."""
    return boundary[:2] + mark + boundary[3:]


def _with_attachments(
    segments: tuple[bytes, ...], content_type: bytes, boundary: bytes, files: Iterable[CarriedFile]
) -> tuple[bytes, ...]:
    """The segments of a body as the first part of a multipart/mixed, the files behind it."""
    whole = list(segments)
    whole[0] = b"--" + boundary + b"\r\n" + content_type + b"\r\n" + whole[0]
    whole[-1] += b"".join(b"\r\n--" + boundary + b"\r\n" + carried_part(file) for file in files)
    whole[-1] += b"--" + boundary + b"--\r\n"
    return tuple(whole)


def _body(
    rendered: RenderedEdition, boundary: bytes, inline: Sequence[CarriedFile]
) -> tuple[tuple[bytes, ...], tuple[BodySlot, ...]]:
    segments = [b""]
    slots: list[BodySlot] = []
    related = _outer(boundary, b"r")
    for subtype, content in (("plain", rendered.text), ("html", rendered.html)):
        delimiter = b"--" + boundary + b"\r\n"
        if inline and subtype == "html":
            delimiter += _multipart("related", related, b' type="text/html";') + b"\r\n--" + related + b"\r\n"
        segments[-1] += (
            delimiter
            + f"Content-Type: text/{subtype}; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n".encode("ascii")
        )
        first, *others = (encode_text(part) for part in content.parts)
        segments[-1] += first
        segments += others
        slots += _slots(content)
        segments[-1] += b"\r\n"  # belongs to the boundary (RFC 2046 section 5.1.1), not to the text
    if inline:
        segments[-1] += b"".join(b"--" + related + b"\r\n" + carried_part(file) for file in inline)
        segments[-1] += b"--" + related + b"--\r\n"
    segments[-1] += b"--" + boundary + b"--\r\n"
    return tuple(segments), tuple(slots)


def _slots(content: Slotted) -> Iterator[BodySlot]:
    for slot in content.slots:
        if slot.context is SlotContext.HTML_URL and slot.name in _NAMES:
            raise ValueError(f"the slot {slot.name} cannot be the address of a link")
        yield BodySlot(slot.name, slot.context)


def _boundary(rendered: RenderedEdition) -> bytes:
    """Made from the content, so that the same edition is the same bytes.

    It cannot occur in the content or in a value: ``=_`` never does in quoted-printable (RFC 2045 section 6.7).
    """
    parts = ("".join(p) for p in (rendered.text.parts, rendered.html.parts))
    fields = [rendered.issue, rendered.code, rendered.subject, *parts]
    return b"=_" + _hash(field.encode("utf-8", "replace") for field in fields)[:32].encode("ascii")


def _digest(
    rendered: RenderedEdition,
    headers: bytes,
    segments: Iterable[bytes],
    slots: Iterable[BodySlot],
    links: Links,
) -> str:
    texts = [rendered.issue, rendered.code, rendered.subject, *astuple(links)]
    texts += [f"{slot.name} {slot.context}" for slot in slots]
    return _hash([headers, *(text.encode("utf-8", "replace") for text in texts), *segments])


def _hash(fields: Iterable[bytes]) -> str:
    """sha256 over length-prefixed fields, so that moving a byte from one to the next changes it."""
    digest = hashlib.sha256()
    for data in fields:
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def _mailto(publication: Publication) -> str:
    """`unsubscribe.mailto` as a URI, whether it was written as an address or as a URI."""
    written = publication.unsubscribe.mailto or ""
    if not written or written.startswith("mailto:"):
        return written
    return f"mailto:{wire_address(written)}"


def _mistakes(publication: Publication) -> Iterator[Finding]:
    """What of the publication could not stand in a header."""
    addresses = {
        "sender.address": publication.sender.address,
        "reply_to": publication.reply_to,
        "bounce_address": publication.bounce_address,
    }
    for key, address in addresses.items():
        if address and not _is_address(address):
            yield _mistake("HDR-ADDRESS", f"{key}: {address!r} is not an e-mail address", "write name@example.org")
    if not header.is_dot_atom(publication.list_id) or "." not in publication.list_id:
        message = f"list_id: {publication.list_id!r} is not a list id"
        yield _mistake("LST-ID", message, "write a domain name of yours: infolettre.example.org (RFC 2919)")
    for key, url in {
        "unsubscribe.url": publication.unsubscribe.url,
        "preferences_url": publication.preferences_url,
    }.items():
        if url and not _is_url(url):
            yield _mistake("LST-UNSUB", f"{key}: {url!r} is not an https address", "write https://...")
    for language, tag in publication.locales.items():
        if not _LANGUAGE_TAG.fullmatch(tag):
            yield _mistake("HDR-CONTENT-LANG", f"locales.{language}: {tag!r} is not a language tag", "write fr-CA")
    written = publication.unsubscribe.mailto
    if written and not (_MAILTO.fullmatch(written) or _is_address(written)):
        message = f"unsubscribe.mailto: {written!r} is neither an address nor a mailto: link"
        yield _mistake("LST-UNSUB", message, "write the address alone")


def _mistake(rule: str, message: str, hint: str) -> Finding:
    return Finding(rule, Severity.ERROR, message, "newsletter.yaml", hint=hint)


def _is_address(address: str) -> bool:
    try:
        return header.is_wire_address(wire_address(address))
    except ValueError:
        return False


def _is_url(url: str) -> bool:
    try:
        return wire_url(url).startswith("https://")
    except ValueError:
        return False
