"""One spelling per mailbox: the identity of a recipient for duplicates, suppressions and Message-IDs."""

from __future__ import annotations

import re

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

_LOCAL = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_RESERVED = "|".join(re.escape(name) for name in SPECIAL_USE_DOMAIN_NAMES)
_QUICK = re.compile(
    rf"(?=[^@]{{1,64}}@)(?=.{{1,254}}\Z){_LOCAL}(?:\.{_LOCAL})*"
    # A label with hyphens third and fourth may be an A-label, which has to be decoded to be judged.
    rf"@(?!.*[@.]..--)(?!..--)(?!(?:.*\.)?(?:{_RESERVED})\Z)(?:{_LABEL}\.)+[a-z]{{2,63}}\Z"
)
_EDGES = "\u200b\u2060\ufeff"
"""Invisible characters that come along when an address is copied from a web page."""


def normalise_address(text: str) -> str:
    """The address in lower case, its domain in ASCII (IDNA, which composes accents); spaces around it are dropped.

    Mail systems could tell `Zoe@` from `zoe@` (RFC 5321 section 2.4); none in use does, and a list that does
    would mail people twice. Raises ValueError with the reason, for the person who keeps the list: addresses
    with letters outside ASCII before the ``@`` are among the refused (they need SMTPUTF8 on every relay).
    """
    address = text.strip().strip(_EDGES).strip()
    quick = address.lower()
    if quick.isascii() and _QUICK.match(quick):
        return quick
    if not address:
        raise ValueError("there is no address")
    try:
        found = validate_email(
            address,
            allow_smtputf8=False,
            allow_quoted_local=False,
            check_deliverability=False,
            strict=True,
        )
    except EmailNotValidError as error:
        raise ValueError(_in_one_sentence(str(error))) from None
    return f"{found.local_part}@{found.ascii_domain}".lower()


def _in_one_sentence(message: str) -> str:
    return message[:1].lower() + message[1:].removesuffix(".")
