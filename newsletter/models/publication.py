"""Who publishes: identity, addresses, languages. The part of `newsletter.yaml` that readers see."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from newsletter.models.text import EditionCode, LanguageCode, Localized, NonEmpty, Record, ZoneName


class Sender(Record):
    """The From header: one address, its name per language."""

    name: Localized
    address: NonEmpty


class Contact(Record):
    """How readers reach the sender; one of them is required by SOR/2012-36 s. 2(1)(d) besides the address."""

    email: NonEmpty | None = None
    phone: NonEmpty | None = None
    web: Localized | None = None

    @model_validator(mode="after")
    def _at_least_one(self) -> Self:
        if not (self.email or self.phone or self.web):
            raise ValueError("give at least one of email, phone, web")
        return self


class Unsubscribe(Record):
    """Where a reader leaves. `url` must hold ``{token}`` once and be https (RFC 8058 section 3.1)."""

    url: NonEmpty
    mailto: NonEmpty | None = None

    @field_validator("url")
    @classmethod
    def _one_click(cls, value: str) -> str:
        if not value.startswith("https://") or value.count("{token}") != 1:
            raise ValueError("must start with https:// and hold {token} exactly once")
        return value


class Publication(Record):
    """The publication, as its readers know it."""

    name: Localized
    organisation: Localized
    sender: Sender
    reply_to: NonEmpty | None = None
    bounce_address: NonEmpty | None = Field(None, description="Envelope sender; the From address when absent.")
    mailing_address: Localized = Field(description="Civic or postal address (SOR/2012-36 s. 2(1)(d)).")
    contact: Contact
    website: Localized
    privacy: Localized | None = Field(None, description="Address of the privacy policy, per language.")
    preferences_url: NonEmpty | None = Field(
        None, description="Where a reader changes language; may hold {token}."
    )
    reason: Localized = Field(description="Why the reader gets this: one sentence in the footer.")
    languages: tuple[LanguageCode, ...] = Field(("fr", "en"), min_length=1)
    locales: dict[LanguageCode, NonEmpty] = Field(
        {"fr": "fr-CA", "en": "en-CA"}, description="Region of each language: {fr: fr-CA}."
    )
    unknown_language: EditionCode | Literal["exclude"] = Field(
        "fr+en", description="Edition for people whose language is not known, or `exclude`."
    )
    list_id: NonEmpty = Field(description="RFC 2919: infolettre.example.org")
    timezone: ZoneName = "America/Toronto"
    registered_charity: bool = False
    unsubscribe: Unsubscribe

    @property
    def edition_codes(self) -> tuple[str, ...]:
        """Every edition: one per language, then all languages together when there are several."""
        if len(self.languages) == 1:
            return self.languages
        return (*self.languages, "+".join(self.languages))

    def locale(self, language: str) -> str:
        """BCP 47 tag with region, for Content-Language and html lang: ``fr-CA``."""
        return self.locales.get(language, language)
