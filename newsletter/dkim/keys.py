"""Keys that sign, and the DNS records that say so. A key never shows itself: not in a repr, not in an error."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from newsletter.errors import SigningTrouble
from newsletter.models.host import ascii_domain

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

Algorithm = Literal["rsa", "ed25519"]

REFUSED_BELOW = 1024
"""Bits of an RSA key; no reader accepts less (RFC 8301 section 3.2)."""
WEAK_BELOW = 2048
"""Bits; Google, Yahoo and RFC 8301 ask for as many."""

_STRING = 255
"""Bytes that one string of a TXT record holds (RFC 1035 section 3.3)."""
_PEM = re.compile(r"-----BEGIN [A-Z0-9 ]+-----.*?-----END [A-Z0-9 ]+-----", re.DOTALL)


@dataclass(frozen=True)
class DkimKey:
    """A private key with its place in the DNS. bits: of an RSA key; 256 of an Ed25519 key."""

    domain: str
    selector: str
    algorithm: Algorithm
    bits: int
    private: RSAPrivateKey | Ed25519PrivateKey = field(repr=False)

    @property
    def record_name(self) -> str:
        """Where its TXT record stands."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def pem(self) -> str:
        """The private key as `load_key` reads it."""
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

        return self.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")

    @property
    def record(self) -> str:
        """What the TXT record says (RFC 6376 section 3.6.1, RFC 8463 section 4)."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        public = self.private.public_key()
        if self.algorithm == "ed25519":
            data = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        else:
            data = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return f"v=DKIM1; k={self.algorithm}; p={base64.b64encode(data).decode('ascii')}"

    @property
    def zone_line(self) -> str:
        """The record as a line of a zone file, its text cut into strings that a TXT record can hold."""
        text = self.record
        strings = " ".join(f'"{text[at : at + _STRING]}"' for at in range(0, len(text), _STRING))
        return (
            f"{self.record_name}. IN TXT ( {strings} )"
            if len(text) > _STRING
            else f"{self.record_name}. IN TXT {strings}"
        )


def load_key(pem: str, domain: str, selector: str) -> DkimKey:
    """The key in `pem`.

    Raises ValueError in plain words that repeat nothing of it; SigningTrouble when `cryptography` is missing.
    """
    require_cryptography()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        private = load_pem_private_key(pem.strip().encode(), None)
    except TypeError:
        raise ValueError("the key is locked with a passphrase; make one without") from None
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError("this is no private key in PEM form") from None
    domain = ascii_domain(domain)
    if isinstance(private, RSAPrivateKey):
        if private.key_size < REFUSED_BELOW:
            raise ValueError(f"an RSA key of {private.key_size} bits is refused by every reader; make one of 2048")
        return DkimKey(domain, selector, "rsa", private.key_size, private)
    if isinstance(private, Ed25519PrivateKey):
        return DkimKey(domain, selector, "ed25519", 256, private)
    raise ValueError("DKIM knows RSA and Ed25519 keys only")


def load_keys(text: str) -> list[str]:
    """Each PEM block of `text`, which may hold several, in order."""
    return _PEM.findall(text)


def generate_key(algorithm: Algorithm, bits: int = WEAK_BELOW) -> str:
    """A new private key in PEM form (PKCS 8). Raises SigningTrouble when `cryptography` is missing."""
    require_cryptography()
    from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    private: RSAPrivateKey | Ed25519PrivateKey
    if algorithm == "ed25519":
        private = ed25519.Ed25519PrivateKey.generate()
    else:
        private = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")


@lru_cache(maxsize=32)
def public_key_of(record: str) -> RSAPublicKey | Ed25519PublicKey:
    """The public key of a TXT record. Raises ValueError when it holds none that may be used."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    tags = tags_of(record)
    if tags.get("v", "DKIM1") != "DKIM1":
        raise ValueError("the record is not of version DKIM1")
    if not tags.get("p"):
        raise ValueError("the record holds no key: it was withdrawn")
    try:
        data = base64.b64decode(re.sub(r"\s", "", tags["p"]), validate=True)
        if tags.get("k", "rsa") == "ed25519":
            return Ed25519PublicKey.from_public_bytes(data)
        public = load_der_public_key(data)
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError("the record holds no key that can be read") from None
    if not isinstance(public, RSAPublicKey):
        raise ValueError("the record says RSA and holds another kind of key")
    if public.key_size < REFUSED_BELOW:
        raise ValueError(f"the key has {public.key_size} bits only")
    return public


def tags_of(text: str) -> dict[str, str]:
    """``a=b; c=d`` as a mapping (RFC 6376 section 3.2). Raises ValueError when a tag stands twice."""
    tags: dict[str, str] = {}
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        if not equals:
            continue
        if name.strip() in tags:
            raise ValueError(f"the tag {name.strip()} stands twice")
        tags[name.strip()] = value.strip()
    return tags


def require_cryptography() -> None:
    """Raise SigningTrouble, with the command that helps, when the package is not installed."""
    try:
        import cryptography  # noqa: F401
    except ImportError as error:
        raise SigningTrouble(
            "signing mails needs the package cryptography, which is not installed",
            hint="Install it: python -m pip install 'cryptography>=45' (or take dkim: out of newsletter.yaml).",
        ) from error
