"""Reads signatures as a receiver does (RFC 6376 section 6)."""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable
from dataclasses import dataclass

from newsletter.dkim.canonical import (
    chosen,
    name_of,
    relaxed_body,
    relaxed_header,
    simple_body,
    split,
    unsigned,
)
from newsletter.dkim.keys import public_key_of, tags_of

_REQUIRED = ("v", "a", "b", "bh", "d", "h", "s")
_FORMS = ("simple", "relaxed")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a receiver thinks of one signature. signed: names of the fields it covers, in lower case."""

    domain: str
    selector: str
    algorithm: str
    passed: bool
    reason: str = ""
    signed: tuple[str, ...] = ()


def verify(message: bytes, record_for: Callable[[str], str | None]) -> list[Verdict]:
    """A verdict on each DKIM-Signature of `message`, top down; none at all when it is not signed.

    record_for: the text of the TXT record at a name, None when there is none.
    """
    fields, body = split(message)
    return [_judge(field, fields, body, record_for) for field in fields if name_of(field) == b"dkim-signature"]


def _judge(field: bytes, fields: list[bytes], body: bytes, record_for: Callable[[str], str | None]) -> Verdict:
    tags: dict[str, str] = {}
    signed: tuple[str, ...] = ()
    try:
        tags = tags_of(field.partition(b":")[2].decode("ascii"))
        header_form, body_form = _forms(tags)
        signed = tuple(name.strip().lower() for name in tags["h"].split(":"))
        if "from" not in signed:
            raise ValueError("it does not sign From")
        _check_body(tags, body, body_form)
        names = [name.encode() for name in signed]
        data = b"".join(map(header_form, chosen(fields, names)))
        data += header_form(unsigned(field)).removesuffix(b"\r\n")
        record = record_for(f"{tags['s']}._domainkey.{tags['d']}")
        if record is None:
            raise ValueError(f"there is no record at {tags['s']}._domainkey.{tags['d']}")
        _check_signature(tags, data, record)
    except (ValueError, NotBase64) as problem:
        return _verdict(tags, str(problem), signed)
    return _verdict(tags, "", signed)


def _verdict(tags: dict[str, str], reason: str, signed: tuple[str, ...]) -> Verdict:
    return Verdict(tags.get("d", ""), tags.get("s", ""), tags.get("a", ""), not reason, reason, signed)


def _forms(tags: dict[str, str]) -> tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]:
    """How header and body are canonicalised. Raises ValueError for what must not be trusted."""
    missing = [name for name in _REQUIRED if name not in tags]
    if missing:
        raise ValueError(f"it lacks {', '.join(missing)}")
    if tags["v"] != "1":
        raise ValueError("it is not of version 1")
    if "l" in tags:
        raise ValueError("it covers a part of the body only (l=)")
    header, _, body = tags.get("c", "simple/simple").partition("/")
    body = body or "simple"
    if header not in _FORMS or body not in _FORMS:
        raise ValueError(f"canonicalisation {header}/{body} is unknown")
    return (
        relaxed_header if header == "relaxed" else _as_it_is,
        relaxed_body if body == "relaxed" else simple_body,
    )


def _as_it_is(field: bytes) -> bytes:
    return field


def _check_body(tags: dict[str, str], body: bytes, form: Callable[[bytes], bytes]) -> None:
    if hashlib.sha256(form(body)).digest() != b64decode(re.sub(r"\s", "", tags["bh"]), validate=True):
        raise ValueError("the body is not the one that was signed")


def _check_signature(tags: dict[str, str], data: bytes, record: str) -> None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.hashes import SHA256

    public = public_key_of(record)
    signature = b64decode(re.sub(r"\s", "", tags["b"]), validate=True)
    kind = "rsa-sha256" if isinstance(public, RSAPublicKey) else "ed25519-sha256"
    if tags["a"] != kind:
        raise ValueError(f"it says {tags['a']}, the key is for {kind}")
    try:
        if isinstance(public, RSAPublicKey):
            public.verify(signature, data, PKCS1v15(), SHA256())
        else:
            public.verify(signature, hashlib.sha256(data).digest())
    except InvalidSignature:
        raise ValueError("the header is not the one that was signed") from None
