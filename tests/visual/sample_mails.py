"""The mails the tests look at: every edition of every sample issue, and how each came about.

One more issue, in tests/visual/project, holds every layout, every kind of article, and pictures, and is made with each
theme; one, in tests/world, is in Arabic too.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from newsletter.commands.build import parts_of, prepare
from newsletter.commands.project import Project, open_project
from newsletter.models.message import Slotted
from newsletter.render import edition_mjml
from newsletter.render.renderer import Intermediate

REPOSITORY = Path(__file__).resolve().parents[2]
ISSUES = tuple(sorted(path.stem for path in (REPOSITORY / "issues").glob("*.yaml")))
EVERY_LAYOUT = "every-layout"
LETTER = "letter"
WORLD = "world"
CODES = ("fr", "en", "fr+en")
MAILS = (
    *((issue, code) for issue in (*ISSUES, EVERY_LAYOUT) for code in CODES),
    *((LETTER, code) for code in ("fr", "fr+en")),
    *((WORLD, code) for code in ("ar", "fr+ar")),
)
"""Every mail: issue and edition. LETTER is the issue with every layout in the theme of that name."""

CHOSEN = (*((issue, "fr+en") for issue in ISSUES), *(mail for mail in MAILS if mail[0] not in ISSUES))
"""Fewer, with the same texts: the mail in both languages holds those of the two others."""

VALUES = {
    "name": "Camille Tremblay",
    "greeting_name": "\u00a0Camille Tremblay",
    "email": "camille.tremblay@example.org",
    "unsubscribe_url": "https://www.example.org/u/abc",
    "preferences_url": "https://www.example.org/preferences/abc",
}


@dataclass(frozen=True)
class SampleMail:
    """One edition: the HTML a sample recipient gets, the MJML it was compiled from, and its pictures by address."""

    issue: str
    code: str
    html: str
    intermediate: Intermediate
    layouts: frozenset[str]
    pictures: Mapping[str, bytes]

    @property
    def name(self) -> str:
        return f"{self.issue}.{self.code}"


@cache
def mails_of(issue: str) -> dict[str, SampleMail]:
    """The editions of one issue, by code; made once per process."""
    project = project_of(issue)
    prepared = prepare(project, issue if issue in ISSUES else None)
    prepared.require_sound("the test")
    pictures = {file.url: file.content for file in prepared.assets.files}
    mails = {}
    for code, edition in prepared.editions.items():
        intermediate, findings = edition_mjml(
            edition,
            project.publication,
            templates=project.templates,
            root=project.root,
            assets=prepared.assets,
        )
        assert intermediate is not None, findings
        html, _ = parts_of(prepared.samples[code])
        layouts = {
            article.layout.value for part in edition.parts for each in part.sections for article in each.articles
        }
        mails[code] = SampleMail(issue, code, html, intermediate, frozenset(layouts), pictures)
    return mails


def mail_of(issue: str, code: str) -> SampleMail:
    """One mail."""
    return mails_of(issue)[code]


@cache
def project_of(issue: str) -> Project:
    """The project an issue belongs to; those of the tests are laid down with this repository's house theme."""
    if issue in ISSUES:
        return open_project(REPOSITORY, {})
    root = Path(tempfile.mkdtemp(prefix="newsletter-tests-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    shutil.copytree(REPOSITORY / "templates", root / "templates")
    if issue == WORLD:
        shutil.copytree(REPOSITORY / "tests" / "world" / "project", root, dirs_exist_ok=True)
        return open_project(root, {})
    shutil.copy(REPOSITORY / "newsletter.yaml", root)
    shutil.copytree(REPOSITORY / "recipients", root / "recipients")
    shutil.copytree(Path(__file__).parent / "project", root, dirs_exist_ok=True)
    if issue == LETTER:
        (file,) = (root / "issues").iterdir()
        file.write_text(file.read_text("utf-8").replace("template: house", "template: letter"), encoding="utf-8")
    return open_project(root, {})


def filled(slotted: Slotted) -> str:
    """The text with sample values in its slots; they need no escaping."""
    pieces = [slotted.parts[0]]
    for slot, part in zip(slotted.slots, slotted.parts[1:], strict=True):
        pieces += [VALUES[slot.name], part]
    return "".join(pieces)
