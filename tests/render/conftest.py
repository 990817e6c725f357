"""Editions made by hand that hold every kind and every layout, and a copy of the house template free to be broken."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from newsletter.models.article import Article, ArticleData, Translation, TranslationData
from newsletter.models.finding import Finding, SourceMap
from newsletter.models.issue import Edition, EditionArticle, EditionSection, LanguagePart, Layout
from newsletter.models.message import RenderedEdition, Slotted
from newsletter.models.publication import Publication
from newsletter.render import render_edition

REPOSITORY = Path(__file__).resolve().parents[2]

VALUES = {
    "name": "Zoé",
    "greeting_name": "\u00a0Zoé",
    "email": "zoe@example.org",
    "unsubscribe_url": "https://www.example.org/u/abc",
    "preferences_url": "https://www.example.org/p/abc",
}

DATA: dict[str, dict[str, Any]] = {
    "news": {},
    "event": {
        "event": {
            "start": "2021-05-08T10:30",
            "end": "2021-05-09T14:00",
            "timezone": "America/Toronto",
            "online": True,
            "languages": ("fr", "en"),
            "registration": "more",
            "sessions": (
                {
                    "start": "2021-05-09T13:00",
                    "end": "2021-05-09T14:00",
                    "languages": ("en",),
                    "title": {"fr": "Étude de cas", "en": "Case study"},
                },
                {
                    "start": "2021-05-08T10:30",
                    "end": "2021-05-08T11:15",
                    "languages": ("fr", "en"),
                    "title": {"fr": "Mots d’ouverture", "en": "Opening"},
                    "summary": {"fr": "Accueil.", "en": "Welcome."},
                    "speakers": ({"name": "Ann Exemple", "role": {"fr": "directrice", "en": "Director"}},),
                },
            ),
        }
    },
    "publication": {
        "publication": {"languages": ("fr",), "link": "more", "format": "PDF", "pages": 48, "year": 2020}
    },
    "job": {
        "job": {
            "deadline": date(2024, 2, 5),
            "apply_email": "emplois@example.org",
            "contact": "Kim Exemple",
            "contact_role": {"fr": "direction", "en": "management"},
        }
    },
    "person": {
        "person": {"name": "Zoé Exemple", "role": {"fr": "conseillère", "en": "advisor"}, "since": "2022-01"}
    },
    "media": {
        "media": {
            "outlet": "Le Quotidien",
            "title": "Un titre",
            "language": "en",
            "published": date(2024, 1, 22),
            "link": "more",
        }
    },
    "project": {
        "project": {
            "status": "running",
            "partners": ("Ville Exemple", {"fr": "Ministère", "en": "Ministry"}),
            "period": "2019/2022",
        }
    },
    "call": {"call": {"deadline": date(2021, 5, 3), "link": "more"}},
}

LAYOUTS = {
    "news": Layout.DIGEST,
    "event": Layout.AGENDA,
    "publication": Layout.DOCUMENTS,
    "job": Layout.NOTICES,
    "person": Layout.PEOPLE,
    "media": Layout.TEXT,
    "project": Layout.FEATURE,
    "call": Layout.DIGEST,
}

TITLES = {"fr": "Titre de {kind}", "en": "Title of {kind}"}
BODIES = {
    "fr": "Un **premier** paragraphe.\n\n- un point\n- [une page](https://www.example.org/page)\n",
    "en": "A **first** paragraph.\n\n- one point\n- [a page](https://www.example.org/page)\n",
}


def make_article(kind: str = "news", language: str = "fr", **changes: Any) -> EditionArticle:
    """An article of a kind in one language. changes: title, summary, body, layout, data (of article.yaml), alts, label."""
    data = ArticleData(
        kind=kind,  # type: ignore[arg-type]
        published=date(2021, 5, 3),
        links=changes.get("links", {"more": {"url": f"https://www.example.org/{language}/{kind}"}}),
        source=changes.get("source", {"name": {"fr": "Agence Exemple", "en": "Example Agency"}}),  # type: ignore[arg-type]
        **{**DATA[kind], **changes.get("data", {})},
    )
    source = SourceMap(f"corpus/a-{kind}/{language}.md", {})
    title = changes.get("title", TITLES[language].format(kind=kind))
    summary = changes.get("summary", f"Résumé {kind}." if language == "fr" else f"Summary {kind}.")
    front = TranslationData(
        title="t",
        summary="s",
        alts=changes.get("alts", {}),
        links={"more": changes.get("label", f"Page {kind} {language}")},
    )
    translation = Translation(language, front, changes.get("body", BODIES[language]), 7, "0", source)
    article = Article(f"a-{kind}", data, {language: translation}, source)
    return EditionArticle(article, translation, changes.get("layout", LAYOUTS[kind]), title, summary)


def make_part(language: str, *articles: EditionArticle, **changes: Any) -> LanguagePart:
    """One language of an edition; an article of every kind unless some are given."""
    chosen = articles or tuple(make_article(kind, language) for kind in DATA)
    heading = {"fr": "À venir", "en": "Coming up"}[language]
    sections = (
        EditionSection(heading, Layout.DIGEST, chosen[:4]),
        *((EditionSection(None, Layout.DIGEST, chosen[4:]),) if chosen[4:] else ()),
    )
    subject = {"fr": "Le sujet du mois", "en": "This month’s subject"}[language]
    return LanguagePart(language, subject, changes.get("intro", BODIES[language]), sections)


def make_edition(*parts: LanguagePart, **changes: Any) -> Edition:
    """An edition of the parts given; French with every kind when there are none."""
    chosen = parts or (make_part("fr"),)
    return Edition(
        issue="2021-05",
        code="+".join(part.language for part in chosen),
        date=date(2021, 5, 6),
        template=changes.get("template", "house"),
        subject=changes.get("subject", chosen[0].subject),
        preheader=changes.get("preheader", "Ce que contient le numéro de mai"),
        parts=chosen,
        files=("issues/2021-05.yaml",),
    )


def fill(slotted: Slotted, values: dict[str, str] = VALUES) -> str:
    """The text with these values in its slots, unescaped: they need none."""
    pieces = [slotted.parts[0]]
    for slot, part in zip(slotted.slots, slotted.parts[1:], strict=True):
        pieces += [values[slot.name], part]
    return "".join(pieces)


@pytest.fixture(scope="session")
def publication() -> Publication:
    return Publication.model_validate(
        {
            "name": {"fr": "En amont", "en": "Upstream"},
            "organisation": {"fr": "Centre Exemple", "en": "Example Centre"},
            "sender": {"name": {"fr": "En amont", "en": "Upstream"}, "address": "infolettre@example.org"},
            "mailing_address": {"fr": "1, rue Exemple\nMontréal", "en": "1 Example Street\nMontréal"},
            "contact": {"email": "contact@example.org", "phone": "514 555-0100"},
            "website": {"fr": "https://www.example.org/fr/", "en": "https://www.example.org/en/"},
            "privacy": {"fr": "https://www.example.org/fr/vie-privee", "en": "https://www.example.org/en/privacy"},
            "preferences_url": "https://www.example.org/p/{token}",
            "reason": {"fr": "Vous l’avez demandée.", "en": "You asked for it."},
            "list_id": "infolettre.example.org",
            "unsubscribe": {"url": "https://www.example.org/u/{token}"},
        }
    )


class Kit:
    """The makers above, for test modules: pytest imports those without a package."""

    article = staticmethod(make_article)
    part = staticmethod(make_part)
    edition = staticmethod(make_edition)
    fill = staticmethod(fill)
    kinds = tuple(DATA)
    data = DATA
    layouts = tuple(LAYOUTS.values())


@pytest.fixture(scope="session")
def kit() -> type[Kit]:
    return Kit


@pytest.fixture(scope="session")
def templates() -> Path:
    return REPOSITORY / "templates"


Render = Callable[..., tuple[RenderedEdition | None, tuple[Finding, ...]]]


@pytest.fixture(scope="session")
def render(publication: Publication) -> Render:
    """Render an edition with the house template of this repository."""

    def run(edition: Edition | None = None) -> tuple[RenderedEdition | None, tuple[Finding, ...]]:
        return render_edition(
            edition or make_edition(), publication, templates=REPOSITORY / "templates", root=REPOSITORY
        )

    return run


@pytest.fixture(scope="session")
def rendered(render: Render) -> dict[str, RenderedEdition]:
    """The fixture edition in French, English and both."""
    french, english = make_part("fr"), make_part("en")
    made = {}
    for edition in (make_edition(french), make_edition(english), make_edition(french, english)):
        one, findings = render(edition)
        assert one is not None, findings
        assert findings == ()
        made[edition.code] = one
    return made


class BreakableTheme:
    """A copy of the house template whose files a test may change."""

    def __init__(self, root: Path, publication: Publication) -> None:
        self.root = root
        self.folder = root / "templates" / "house"
        self.publication = publication
        shutil.copytree(REPOSITORY / "templates" / "house", self.folder)

    def write(self, name: str, text: str) -> None:
        """Replace a file, or make one."""
        (self.folder / name).write_text(text, encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> tuple[int, int]:
        """Replace `old`, which must stand there, in a file; returns the line and column where `new` now starts."""
        text = (self.folder / name).read_text(encoding="utf-8")
        at = text.index(old)
        self.write(name, text[:at] + new + text[at + len(old) :])
        return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)

    def render(self, edition: Edition | None = None) -> tuple[RenderedEdition | None, tuple[Finding, ...]]:
        return render_edition(
            edition or make_edition(), self.publication, templates=self.root / "templates", root=self.root
        )

    def findings(self, edition: Edition | None = None) -> list[Finding]:
        """What rendering finds; it must make nothing."""
        made, findings = self.render(edition)
        assert made is None
        return list(findings)


@pytest.fixture
def theme(tmp_path: Path, publication: Publication) -> BreakableTheme:
    return BreakableTheme(tmp_path, publication)
