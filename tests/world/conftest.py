"""A publication in French, English and Arabic; its theme extends the house template of this repository."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from lxml import html as lxml_html

from newsletter.clock import Clock
from newsletter.commands.build import Prepared, parts_of, prepare
from newsletter.commands.project import Project, open_project

ISSUE = "2024-05"
REPOSITORY = Path(__file__).resolve().parents[2]


def lay_down(root: Path, project: str = "project") -> Path:
    here = Path(__file__).parent
    shutil.copytree(here / project, root)
    shutil.copytree(here / "project" / "templates", root / "templates", dirs_exist_ok=True)
    shutil.copytree(REPOSITORY / "templates" / "house", root / "templates" / "house")
    return root


@pytest.fixture
def world_root(tmp_path: Path) -> Path:
    """The project's folder, free to be broken."""
    return lay_down(tmp_path / "world")


@pytest.fixture
def world(world_root: Path, clock: Clock) -> Project:
    return open_project(world_root, {}, clock=clock)


@dataclass(frozen=True)
class Mail:
    """A sample message, taken apart."""

    message: EmailMessage
    raw: bytes
    html: str
    text: str

    @property
    def page(self) -> lxml_html.HtmlElement:
        return lxml_html.document_fromstring(self.html)


@dataclass(frozen=True)
class Built:
    """The issue, prepared once for all tests that only look."""

    project: Project
    prepared: Prepared

    def mail(self, code: str) -> Mail:
        raw = self.prepared.samples[code]
        message = message_from_bytes(raw, policy=policy.default)
        assert isinstance(message, EmailMessage)
        return Mail(message, raw, *parts_of(raw))


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    project = open_project(lay_down(tmp_path_factory.mktemp("world") / "project"), {})
    return Built(project, prepare(project, ISSUE))


@pytest.fixture
def spanish(tmp_path: Path, clock: Clock) -> Callable[..., Project]:
    """A publication in Spanish alone; or, given another language, the same one calling itself so."""
    root = lay_down(tmp_path / "one", "spanish")
    strings = (root / "templates" / "world" / "strings.yaml").read_text("utf-8")
    words = strings[strings.index("\nes:") :]

    def make(
        language: str = "es", locale: str | None = None, *, changes: Mapping[str, str] | None = None
    ) -> Project:
        config = root / "newsletter.yaml"
        for path in (config, *root.glob("issues/*.yaml"), *root.glob("corpus/*/article.yaml")):
            path.write_text(path.read_text("utf-8").replace("{es:", f"{{{language}:"), encoding="utf-8")
        for path in root.glob("corpus/*/es.md"):
            path.rename(path.with_name(f"{language}.md"))
        text = config.read_text("utf-8").replace(
            "[es]", f"[{language}]\n  locales: {{{language}: {locale or language}}}"
        )
        for old, new in (changes or {}).items():
            assert old in text
            text = text.replace(old, new)
        config.write_text(text, encoding="utf-8")
        if language != "es":
            strings = root / "templates" / "world" / "strings.yaml"
            strings.write_text(words.replace("es:", f"{language}:", 1), encoding="utf-8")
        return open_project(root, {}, clock=clock)

    return make
