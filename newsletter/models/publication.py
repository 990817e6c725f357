"""Who publishes: identity, addresses, languages. The part of `newsletter.yaml` that readers see."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from newsletter.models.text import (
    EditionCode,
    LanguageCode,
    Localized,
    NonEmpty,
    Record,
    ZoneName,
    languages_of,
)
from newsletter.models.web_page import page_address, pattern_fault

HOME_LOCALES = {"fr": "fr-CA", "en": "en-CA"}
"""Regions of languages for which newsletter.yaml names none."""


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
    web_page: NonEmpty | None = Field(
        None,
        description="Where each edition can be read on the web, as `newsletter build` writes it: "
        "`https://www.example.org/newsletter/{issue}/{edition}.html`. Mails lead to it.",
    )
    reason: Localized = Field(description="Why the reader gets this: one sentence in the footer.")
    languages: tuple[LanguageCode, ...] = Field(("fr", "en"), min_length=1)
    locales: dict[LanguageCode, NonEmpty] = Field(
        HOME_LOCALES,
        description="Region of each language: {fr: fr-CA}. French and English are Canadian by default.",
    )
    editions: tuple[EditionCode, ...] | None = Field(
        None,
        description="Editions in several languages, besides the one of each language: [fr+en, fr+ar]. When left "
        "out: one in all languages.",
    )
    unknown_language: EditionCode | Literal["exclude"] | None = Field(
        None,
        description="Edition for people whose language is not known, or `exclude`. When left out: the edition "
        "with most languages.",
    )
    list_id: NonEmpty = Field(description="RFC 2919: infolettre.example.org")
    timezone: ZoneName = "America/Toronto"
    registered_charity: bool = False
    unsubscribe: Unsubscribe

    @field_validator("web_page")
    @classmethod
    def _a_page_per_edition(cls, value: str | None) -> str | None:
        if value is not None and (fault := pattern_fault(value)) is not None:
            raise ValueError(*fault)
        return value

    @field_validator("languages")
    @classmethod
    def _each_once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if twice := next((code for code in value if value.count(code) > 1), None):
            raise ValueError(f"'{twice}' stands here twice")
        return value

    @field_validator("editions")
    @classmethod
    def _of_several_languages(cls, value: tuple[str, ...] | None, info: ValidationInfo) -> tuple[str, ...] | None:
        languages: tuple[str, ...] = info.data.get("languages", ())
        for code in value or () if languages else ():
            parts = languages_of(code)
            if strange := next((part for part in parts if part not in languages), None):
                raise ValueError(f"'{code}' holds '{strange}', which is none of languages: {', '.join(languages)}")
            if len(set(parts)) != len(parts) or len(parts) == 1:
                raise ValueError(f"'{code}' is no edition in several languages; write e.g. {'+'.join(languages)}")
        return value

    @field_validator("unknown_language")
    @classmethod
    def _an_edition(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None or value == "exclude" or not {"languages", "editions"} <= info.data.keys():
            return value  # what is wrong with those is said already
        codes = _edition_codes(info.data["languages"], info.data["editions"])
        if value not in codes:
            several = "+" in value and set(languages_of(value)) <= set(info.data["languages"])
            add = f", or add 'editions: [{value}]'" if several else ""
            raise ValueError(
                f"'{value}' is no edition of this publication; write {', '.join(codes)} or exclude{add}"
            )
        return value

    @property
    def edition_codes(self) -> tuple[str, ...]:
        """Every edition: one per language, then those in several languages."""
        return _edition_codes(self.languages, self.editions)

    @property
    def default_edition(self) -> str:
        """Who is to get everything gets this: the edition with most languages, the first of them."""
        return max(self.edition_codes, key=lambda code: len(languages_of(code)))

    def page_of(self, issue: str, edition: str) -> str | None:
        """Address of that edition's page on the web; None when the publication has no such pages."""
        return page_address(self.web_page, issue, edition) if self.web_page else None

    def locale(self, language: str) -> str:
        """BCP 47 tag with region, for Content-Language and html lang: ``fr-CA``."""
        return self.locales.get(language) or HOME_LOCALES.get(language, language)


def _edition_codes(languages: tuple[str, ...], editions: tuple[str, ...] | None) -> tuple[str, ...]:
    if editions is None:
        editions = ("+".join(languages),) if len(languages) > 1 else ()
    return tuple(dict.fromkeys((*languages, *editions)))
