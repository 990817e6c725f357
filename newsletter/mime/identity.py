"""What tells one recipient's message from another's: Message-ID, unsubscribe token, and the stamp with both."""

from __future__ import annotations

import hmac
import re
from base64 import b32encode, urlsafe_b64encode
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote, urlsplit, urlunsplit

from newsletter.models.host import ascii_domain
from newsletter.models.message import Links, Stamp

MAX_MESSAGE_ID = 64
"""Characters without the brackets, so that the field stays on one line (RFC 5322 section 2.1.1: 78)."""

_MAC_BYTES = 16
_NOT_IN_ID = re.compile(r"[^a-z0-9]+")
_URL_BARE = "-._~:/?#[]@!$&'()*+;=%{}"
"""What stays as it is in a URL. The comma does not: it divides the URIs of List-Unsubscribe (RFC 2369)."""
_WIRE_URL = re.compile(
    r"https://[A-Za-z0-9][A-Za-z0-9.-]*(?::\d+)?(?:[/?#][A-Za-z0-9._~:/?#\[\]@!$&'()*+;=%{}-]*)?"
)


def message_id(secret: bytes, issue: str, address: str, domain: str, *, purpose: str = "run") -> str:
    """``<hmac>.<issue>@domain`` without brackets: the same for the same message, and telling nothing of whom.

    secret: of the installation. address: normalised. purpose: ``run``, or another word for mail that is not
    part of a run (a test of one edition), so that it gets an id of its own. 130 bits of HMAC-SHA-256 come
    first; the issue is cut and the leading labels of a long domain are left out to stay within 64 characters.
    Only a registered domain of more than 37 characters makes it longer. RFC 5322 section 3.6.4; Gmail defers
    mail that shares an id (4.7.28).
    Raises ValueError when the domain is no host name.
    """
    mac = _mac(secret, "message-id", purpose, issue, address)
    left = b32encode(mac)[:26].decode("ascii").lower()
    right = ascii_domain(domain)
    while len(left) + 1 + len(right) > MAX_MESSAGE_ID and right.count(".") > 1:
        right = right.partition(".")[2]
    room = MAX_MESSAGE_ID - len(left) - len(right) - 2
    word = _NOT_IN_ID.sub("-", issue.lower())[: max(room, 0)].strip("-")
    return f"{left}.{word}@{right}" if word else f"{left}@{right}"


def unsubscribe_token(secret: bytes, list_id: str, address: str) -> str:
    """22 URL-safe characters, 128 bits of HMAC-SHA-256 (RFC 8058 section 6: hard to forge, no address in it).

    The same for every issue of a list, so that a link of any age still works (S.C. 2010 c. 23 s. 11(2): 60 days
    at least). address: normalised.
    """
    return (
        urlsafe_b64encode(_mac(secret, "unsubscribe", list_id, address)[:_MAC_BYTES]).rstrip(b"=").decode("ascii")
    )


def stamp_for(links: Links, *, address: str, name: str, token: str, message_id: str, date: datetime) -> Stamp:
    """The stamp of one recipient: the links of the message with their token.

    date: in the zone that the Date field shall show.
    """
    return Stamp(
        address=address,
        name=name,
        date=date,
        message_id=message_id,
        unsubscribe_url=links.unsubscribe_url.replace("{token}", token),
        preferences_url=links.preferences_url.replace("{token}", token),
    )


def wire_address(address: str) -> str:
    """An address of the publication with its domain in ASCII. Raises ValueError when the domain is none."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{ascii_domain(domain)}"


def wire_url(url: str) -> str:
    """An https URL in ASCII without space, comma, quote or bracket; empty for an empty one.

    A host becomes A-labels; anything else outside the characters of a URL is percent-encoded, so line breaks
    and quotes are harmless. Raises ValueError for another scheme, or without a host.
    """
    return url if not url or _WIRE_URL.fullmatch(url) else _made_wire_url(url)


@lru_cache(maxsize=64)
def _made_wire_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise ValueError(f"not an https address: {url[:100]!r}")
    host = ascii_domain(parts.hostname) + (f":{parts.port}" if parts.port else "")
    rest = (quote(part.encode("utf-8", "replace"), safe=_URL_BARE) for part in parts[2:])
    return urlunsplit(("https", host, *rest))


def _mac(secret: bytes, *fields: str) -> bytes:
    """HMAC-SHA-256; fields are length-prefixed, so that no two lists of fields share one input."""
    message = b"".join(
        len(data).to_bytes(4, "big") + data for data in (f.encode("utf-8", "replace") for f in fields)
    )
    return hmac.digest(secret, message, "sha256")
