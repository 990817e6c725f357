"""The forms of headers and bodies that DKIM hashes (RFC 6376 section 3.4), and the parts of a signature field."""

from __future__ import annotations

import re
from functools import lru_cache

_UNFOLD = re.compile(rb"\r\n(?=[ \t])")
_WSP = re.compile(rb"[ \t]+")
_WSP_AT_END = re.compile(rb"[ \t]+(?=\r\n)")
_FIELD = re.compile(rb"[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*")
_SIGNATURE_VALUE = re.compile(rb"((?:^|;)[ \t\r\n]*b[ \t\r\n]*=)[^;]*")


def split(message: bytes) -> tuple[list[bytes], bytes]:
    """Header fields, each whole with its folding and last CRLF, and the body."""
    head, _, body = message.partition(b"\r\n\r\n")
    return fields_of(head + b"\r\n"), body


def fields_of(head: bytes) -> list[bytes]:
    """The fields of a message's head, each whole with its folding and last CRLF."""
    return _FIELD.findall(head)


# What recipients share stays in the cache; what is theirs alone passes through.
@lru_cache(maxsize=256)
def name_of(field: bytes) -> bytes:
    """Its name in lower case."""
    return field.partition(b":")[0].strip().lower()


@lru_cache(maxsize=256)
def relaxed_header(field: bytes) -> bytes:
    """RFC 6376 section 3.4.2: lower-case name, one line, single spaces; CRLF at its end."""
    name, _, value = field.partition(b":")
    if b"\v" in value or b"\f" in value:
        value = _WSP.sub(b" ", _UNFOLD.sub(b"", value)).strip(b" \t\r\n")
    else:
        # The same, as long as all white space is the four octets that `split` takes for it and DKIM does too.
        value = b" ".join(value.split())
    return name.strip().lower() + b":" + value + b"\r\n"


def simple_body(body: bytes) -> bytes:
    """RFC 6376 section 3.4.3: as it is, with exactly one CRLF at its end."""
    if body.endswith(b"\r\n") and not body.endswith(b"\r\n\r\n") and len(body) > len(b"\r\n"):
        return body
    while body.endswith(b"\r\n"):
        body = body[: -len(b"\r\n")]
    return body + b"\r\n"


def relaxed_body(body: bytes) -> bytes:
    """RFC 6376 section 3.4.4: single spaces, none at the end of a line, no empty lines at the end."""
    if not body:
        return b""
    body = _WSP.sub(b" ", _WSP_AT_END.sub(b"", body if body.endswith(b"\r\n") else body + b"\r\n"))
    while body.endswith(b"\r\n"):
        body = body[: -len(b"\r\n")]
    return body + b"\r\n" if body else b""


def chosen(fields: list[bytes], names: list[bytes]) -> list[bytes]:
    """The fields that `names` (lower case) sign, in that order; each name takes the last one not taken yet.

    A name for which none is left stands for nothing, so that nobody can add one (RFC 6376 section 5.4.2).
    """
    stacks: dict[bytes, list[bytes]] = {}
    for field in fields:
        stacks.setdefault(name_of(field), []).append(field)
    return [stacks[name].pop() for name in names if stacks.get(name)]


def unsigned(field: bytes) -> bytes:
    """A DKIM-Signature field with the value of its ``b=`` taken out (section 3.5): what it signs of itself."""
    name, colon, value = field.partition(b":")
    return name + colon + _SIGNATURE_VALUE.sub(rb"\1", value)
