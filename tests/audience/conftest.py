from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from newsletter.audience import choose_edition, resolve
from newsletter.models.finding import Finding
from newsletter.models.publication import Publication
from newsletter.models.recipient import Audience, SuppressionList
from newsletter.store import Roster

HEADER = "email,name,language,basis,consented_on,source,proof\n"
PUBLICATION: dict[str, Any] = {
    "name": {"fr": "Infolettre", "en": "Newsletter"},
    "organisation": {"fr": "Exemple", "en": "Example"},
    "sender": {"name": {"fr": "Infolettre"}, "address": "info@example.org"},
    "mailing_address": {"fr": "1, rue Exemple, Montréal (Québec) H2X 1Y4"},
    "contact": {"email": "info@example.org"},
    "website": {"fr": "https://example.org/"},
    "reason": {"fr": "Vous êtes membre."},
    "list_id": "infolettre.example.org",
    "unsubscribe": {"url": "https://example.org/u/{token}"},
}


@pytest.fixture(scope="session")
def make_publication() -> Callable[..., Publication]:
    def make(**changes: Any) -> Publication:
        return Publication.model_validate({**PUBLICATION, **changes})

    choose_edition("?", make())  # loads CLDR's names of languages, so that no timed test pays for it
    return make


@dataclass
class Office:
    """A project folder with lists, as the person who keeps them has it."""

    root: Path
    make_publication: Callable[..., Publication]

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.root / "recipients" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def rows(self, name: str, *rows: str) -> Path:
        return self.write(f"{name}.csv", HEADER + "".join(f"{row}\n" for row in rows))

    def resolve(
        self,
        *lists: str,
        suppressions: SuppressionList | None = None,
        already: Collection[str] = (),
        on: date = date(2024, 2, 6),
        **publication: Any,
    ) -> tuple[Audience, tuple[Finding, ...]]:
        return resolve(
            {name: self.root / "recipients" / f"{name}.csv" for name in lists or ("members",)},
            self.make_publication(**publication),
            suppressions or SuppressionList(),
            already=already,
            on=on,
            root=self.root,
            roster=Roster(),
        )


@pytest.fixture
def office(tmp_path: Path, make_publication: Callable[..., Publication]) -> Office:
    return Office(tmp_path, make_publication)
