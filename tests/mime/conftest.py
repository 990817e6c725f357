from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from newsletter.models.message import RenderedEdition, Slot, SlotContext, Slotted, Stamp
from newsletter.models.publication import Publication

PUBLICATION: dict[str, Any] = {
    "name": {"fr": "Infolettre des Érables", "en": "The Maple Letter"},
    "organisation": {"fr": "Les Érables", "en": "The Maples"},
    "sender": {"name": {"fr": "Infolettre des Érables", "en": "The Maple Letter"}, "address": "info@example.org"},
    "reply_to": "bonjour@example.org",
    "mailing_address": {
        "fr": "1, rue Exemple, Montréal (Québec) H2X 1Y4",
        "en": "1 Exemple St, Montréal QC H2X 1Y4",
    },
    "contact": {"email": "info@example.org"},
    "website": {"fr": "https://example.org/fr", "en": "https://example.org/en"},
    "reason": {"fr": "Vous êtes membre.", "en": "You are a member."},
    "list_id": "infolettre.example.org",
    "preferences_url": "https://example.org/p/{token}",
    "unsubscribe": {"url": "https://example.org/u/{token}", "mailto": "quitter@example.org"},
}

HTML = Slotted(
    (
        '<!DOCTYPE html>\n<html lang="fr-CA"><body title="',
        '"><p>Bonjour',
        ',</p>\n<p>Été à Montréal : 13&nbsp;h.</p>\n<a href="',
        '">Se désabonner</a>\n<p>',
        "</p></body></html>\n",
    ),
    (
        Slot("name", SlotContext.HTML_ATTRIBUTE),
        Slot("greeting_name", SlotContext.HTML_TEXT),
        Slot("unsubscribe_url", SlotContext.HTML_URL),
        Slot("email", SlotContext.HTML_TEXT),
    ),
)
TEXT = Slotted(
    ("Bonjour", ",\n\nÉté à Montréal : 13 h.\n\nSe désabonner : ", "\nEnvoyé à ", "\n"),
    (
        Slot("greeting_name", SlotContext.PLAIN_TEXT),
        Slot("unsubscribe_url", SlotContext.PLAIN_TEXT),
        Slot("email", SlotContext.PLAIN_TEXT),
    ),
)


@pytest.fixture(scope="session")
def make_publication() -> Callable[..., Publication]:
    return lambda **changes: Publication.model_validate({**PUBLICATION, **changes})


@pytest.fixture(scope="session")
def publication(make_publication: Callable[..., Publication]) -> Publication:
    return make_publication()


@pytest.fixture(scope="session")
def make_rendered() -> Callable[..., RenderedEdition]:
    def make(**changes: Any) -> RenderedEdition:
        values: dict[str, Any] = {
            "issue": "2024-02",
            "code": "fr",
            "languages": ("fr",),
            "subject": "L'été à Montréal : nos rendez-vous",
            "preheader": "Trois rendez-vous",
            "html": HTML,
            "text": TEXT,
            "files": (),
            "article_bytes": {},
        }
        return RenderedEdition(**{**values, **changes})

    return make


@pytest.fixture(scope="session")
def make_stamp() -> Callable[..., Stamp]:
    def make(**changes: Any) -> Stamp:
        values: dict[str, Any] = {
            "address": "zoe@example.org",
            "name": "Zoé Tremblay",
            "date": datetime(2024, 2, 6, 14, 30, tzinfo=UTC),
            "message_id": "abc.2024-02@example.org",
            "unsubscribe_url": "https://example.org/u/AAAAAAAAAAAAAAAAAAAAAA",
            "preferences_url": "https://example.org/p/AAAAAAAAAAAAAAAAAAAAAA",
        }
        return Stamp(**{**values, **changes})

    return make
