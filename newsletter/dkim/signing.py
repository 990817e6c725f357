"""Signs finished messages: the last thing that happens to one before it leaves."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING, cast

from newsletter.dkim.canonical import chosen, fields_of, name_of, relaxed_header, simple_body
from newsletter.dkim.keys import DkimKey
from newsletter.dkim.verifying import verify
from newsletter.errors import SigningTrouble
from newsletter.models.message import WireBytes, demand_clean

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

SIGNED = (
    "From", "To", "Subject", "Date", "Message-ID", "Reply-To", "MIME-Version", "Content-Type", "Content-Language",
    "List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Precedence", "Feedback-ID", "X-Newsletter-ID",
)  # fmt: skip
"""Fields that are signed where they occur: the two of one-click unsubscribing must be (RFC 8058 section 4), the
others RFC 6376 section 5.4.1 recommends."""
SEALED = ("From", "To", "Subject", "Date", "Reply-To", "List-Unsubscribe", "List-Unsubscribe-Post")
"""Named once more than they occur, so that nobody can add another one (RFC 6376 sections 5.4.2 and 8.15)."""
_LOWER = {name: name.lower().encode() for name in SIGNED + SEALED}

VERIFY_EVERY = 200
"""The first message and every so many after it are verified before they go."""

_LINE = 72


class Signer:
    """Signs messages with one key or several. Usable from several threads; RSA runs side by side in them.

    Canonicalisation is relaxed/simple: relays may fold header fields anew, and the body, quoted-printable and
    base64, has nothing left that they would change. verify_every: 0 for never.
    """

    def __init__(self, keys: Sequence[DkimKey], *, verify_every: int = VERIFY_EVERY) -> None:
        if not keys:
            raise ValueError("a signer needs a key")
        self.keys = tuple(keys)
        self._records = {key.record_name: key.record for key in self.keys}
        self._verify_every = verify_every
        self._signed = count()
        self._sign = [_signing(key) for key in self.keys]

    def __repr__(self) -> str:
        return f"Signer({', '.join(key.record_name for key in self.keys)})"

    def sign(self, message: bytes, at: datetime) -> bytes:
        """`message` (CRLF line ends) with a DKIM-Signature field of each key above it; `WireBytes` stay such.

        Raises SigningTrouble when the sample that is verified again does not hold: nothing should go out then.
        """
        return self.seal(message, self.signatures(*digest(message), int(at.timestamp())))

    def signatures(self, head: bytes, body_hash: bytes, at: int) -> bytes:
        """The signature fields of a message, from its `digest`. at: seconds since 1970."""
        fields = fields_of(head)
        present = {name_of(field) for field in fields}
        names = [name for name in SIGNED if _LOWER[name] in present]
        names += SEALED
        data = b"".join(map(relaxed_header, chosen(fields, [_LOWER[name] for name in names])))
        hashed = b64encode(body_hash).decode("ascii")
        made = []
        for key, sign in zip(self.keys, self._sign, strict=True):
            field = _field(key, at, names, hashed)
            signature = sign(data + relaxed_header(field).removesuffix(b"\r\n"))
            made.append(field.removesuffix(b"\r\n") + _folded(signature))
        return b"".join(made)

    def seal(self, message: bytes, signatures: bytes) -> bytes:
        """`message` with its `signatures` above it. Raises SigningTrouble as `sign` does."""
        # The message was looked at when it was merged; looking at all of it again would cost as much as merging.
        demand_clean(signatures)
        signed = (WireBytes if isinstance(message, WireBytes) else bytes)(signatures + message)
        if self._verify_every and next(self._signed) % self._verify_every == 0:
            self._verify(signed)
        return signed

    def _verify(self, signed: bytes) -> None:
        verdicts = verify(signed, self._records.get)
        bad = next((verdict for verdict in verdicts if not verdict.passed), None)
        if len(verdicts) < len(self.keys) or bad is not None:
            reason = bad.reason if bad else "a signature is missing"
            raise SigningTrouble(
                f"a message just signed does not verify: {reason}",
                hint="Nothing more is sent. Report it; until then, take dkim: out of newsletter.yaml and go on.",
            )


def digest(message: bytes) -> tuple[bytes, bytes]:
    """What is signed of a message: its head, with the last CRLF of it, and the SHA-256 hash of its simple body."""
    end = message.find(b"\r\n\r\n")
    if end < 0:
        return message + b"\r\n", hashlib.sha256(simple_body(b"")).digest()
    begin = end + 4
    if len(message) > begin and message.endswith(b"\r\n") and not message.endswith(b"\r\n\r\n"):
        # As almost every body is: hashed where it stands.
        return message[: end + 2], hashlib.sha256(memoryview(message)[begin:]).digest()
    return message[: end + 2], hashlib.sha256(simple_body(message[begin:])).digest()


def _field(key: DkimKey, at: int, names: Sequence[str], body_hash: str) -> bytes:
    """The field with an empty ``b=`` at its end."""
    lines = [
        f"DKIM-Signature: v=1; a={key.algorithm}-sha256; c=relaxed/simple;",
        f" d={key.domain}; s={key.selector}; t={at};",
    ]
    line = " h="
    for name in names:
        if len(line) + len(name) + 1 > _LINE:
            lines.append(line)
            line = "  "
        line += f"{name}:"
    lines += [line.removesuffix(":") + ";", f" bh={body_hash};", " b=", ""]
    return "\r\n".join(lines).encode("ascii")


def _folded(signature: bytes) -> bytes:
    text = b64encode(signature)
    return b"".join(b"\r\n  " + text[at : at + _LINE] for at in range(0, len(text), _LINE)) + b"\r\n"


class _RsaSigning:
    def __init__(self, key: DkimKey) -> None:
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.hashes import SHA256

        self._key = cast("RSAPrivateKey", key.private)
        self._padding, self._hash = PKCS1v15(), SHA256()

    def __call__(self, data: bytes) -> bytes:
        return self._key.sign(data, self._padding, self._hash)


class _Ed25519Signing:
    """RFC 8463 section 3: what is signed is the SHA-256 hash of the data."""

    def __init__(self, key: DkimKey) -> None:
        self._key = cast("Ed25519PrivateKey", key.private)

    def __call__(self, data: bytes) -> bytes:
        return self._key.sign(hashlib.sha256(data).digest())


def _signing(key: DkimKey) -> _RsaSigning | _Ed25519Signing:
    return _RsaSigning(key) if key.algorithm == "rsa" else _Ed25519Signing(key)
