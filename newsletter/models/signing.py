"""Who signs the mails: the part of `newsletter.yaml` about DKIM."""

from __future__ import annotations

import re

from pydantic import Field, field_validator

from newsletter.models.text import NonEmpty, Record

_SELECTOR = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*")


class DkimSettings(Record):
    """A key that signs every message (DKIM, RFC 6376).

    Several may sign at once: an RSA key for every reader, an Ed25519 key (RFC 8463) for those that know it.
    """

    domain: NonEmpty = Field(description="The domain that vouches for the mail: that of the From address.")
    selector: NonEmpty = Field(description="Name of the key in the DNS: `s2024._domainkey.example.org`.")
    key_file: NonEmpty | None = Field(
        None,
        description="PEM file of the private key, from the project's folder. Left out: `NEWSLETTER_DKIM_KEY`.",
    )

    @field_validator("selector")
    @classmethod
    def _a_name(cls, value: str) -> str:
        if not _SELECTOR.fullmatch(value.lower()) or len(value) > 63:
            raise ValueError("a selector is made of letters, digits and hyphens: s2024")
        return value.lower()

    @field_validator("domain")
    @classmethod
    def _a_domain(cls, value: str) -> str:
        if "." not in value.strip(".") or re.search(r"[\s@/:;=]", value):
            raise ValueError("write a domain name: example.org")
        return value.strip(".").lower()
