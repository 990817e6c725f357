"""What was imported before: `corpus/_drafts/imported.json` and the texts beside it.

The ledger knows each article by the digest of its words, so that a second import of a file changes nothing, and
keeps its text (`corpus/_drafts/imported/<digest>.txt`), so that a later version can be shown against it word by
word even when the draft was accepted or thrown away.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from newsletter.corpus.importing.duplicates import fingerprints
from newsletter.corpus.importing.shapes import fold
from newsletter.errors import FileTrouble, ProjectMistake
from newsletter.models.finding import Finding, Severity
from newsletter.yamlfile import relative_name

DRAFTS = "_drafts"
"""Folder of the drafts below the corpus; its underscore keeps it out of the corpus."""
_FILE = "imported.json"
_TEXTS = "imported"
_VERSION = 1


def text_digest(text: str) -> str:
    """Names the words of an article: white space, case, accents and marks do not count."""
    words = fold.__wrapped__(text)
    return hashlib.sha256(words.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Imported:
    """One article of an earlier import. slug: the draft or article it became part of."""

    digest: str
    title: str
    language: str | None
    file: str
    line: int
    slug: str
    status: str
    kind: str
    prints: str = ""

    def fingerprints(self) -> frozenset[int]:
        """The sample of its runs of words, as `duplicates.fingerprints` made it."""
        return frozenset(int(one, 36) for one in self.prints.split())


def packed(text: str) -> str:
    """The fingerprints of `text` as the ledger writes them."""
    return " ".join(_base36(one) for one in sorted(fingerprints(text)))


_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def _base36(number: int) -> str:
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
        if not number:
            return digits


@dataclass
class Ledger:
    """All earlier imports. drafts: slug -> digest of the draft's files as they were written."""

    folder: Path
    articles: list[Imported] = field(default_factory=list)
    drafts: dict[str, str] = field(default_factory=dict)
    new_texts: dict[str, str] = field(default_factory=dict)

    def add(self, article: Imported, text: str) -> None:
        """Remember an article and its text."""
        self.articles.append(article)
        self.new_texts[article.digest] = text

    def text(self, digest: str) -> str:
        """The text of an article imported before; empty when its file is gone."""
        if digest in self.new_texts:
            return self.new_texts[digest]
        try:
            return (self.folder / _TEXTS / f"{digest}.txt").read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return ""

    def files(self) -> dict[Path, str]:
        """The files to write so that the next import knows all of this."""
        rows = [asdict(article) for article in self.articles]
        lines = ",\n    ".join(json.dumps(row, ensure_ascii=False) for row in rows)
        drafts = ",\n    ".join(
            f"{json.dumps(slug)}: {json.dumps(digest)}" for slug, digest in sorted(self.drafts.items())
        )
        body = (
            f'{{\n  "version": {_VERSION},\n  "articles": [\n    {lines}\n  ],\n'
            f'  "drafts": {{\n    {drafts}\n  }}\n}}\n'
        )
        texts = {self.folder / _TEXTS / f"{digest}.txt": text + "\n" for digest, text in self.new_texts.items()}
        return {**texts, self.folder / _FILE: body}


def load_ledger(corpus: Path, root: Path) -> Ledger:
    """The ledger of the corpus; an empty one when nothing was imported yet.

    Raises FileTrouble when it cannot be read, ProjectMistake when it is damaged.
    """
    folder = corpus / DRAFTS
    path = folder / _FILE
    try:
        raw = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Ledger(folder)
    except OSError as error:
        raise FileTrouble(f"cannot be read: {error.strerror}", where=relative_name(path, root)) from error
    except UnicodeDecodeError as error:
        raise _damaged(path, root, f"not UTF-8 at byte {error.start}") from error
    try:
        data: dict[str, Any] = json.loads(raw)
        return Ledger(folder, [Imported(**row) for row in data["articles"]], dict(data["drafts"]))
    except json.JSONDecodeError as error:
        raise _damaged(path, root, error.msg, error.lineno) from error
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(path, root, f"not what this program wrote: {error}") from error


def _damaged(path: Path, root: Path, why: str, line: int | None = None) -> ProjectMistake:
    hint = "Take the file back from version control. Without it everything counts as new."
    finding = Finding("IMPORT-LEDGER", Severity.ERROR, why, relative_name(path, root), line, hint=hint)
    return ProjectMistake("the record of earlier imports is damaged", [finding])


def draft_digest(files: Iterable[tuple[str, str]]) -> str:
    """Names the content of a draft's files (name, text), to see later whether a person changed it."""
    digest = hashlib.sha256()
    for name, text in sorted(files):
        digest.update(f"{name}\0{text}\0".encode())
    return digest.hexdigest()[:16]


def draft_on_disk(folder: Path) -> str | None:
    """The same of a draft as it is now; None when it is gone."""
    try:
        files = _draft_files(folder)
    except (OSError, UnicodeDecodeError):
        return None
    return draft_digest(files) if files else None


def holds_only(folder: Path, files: Mapping[str, str]) -> bool:
    """Whether a draft of `files` may be written to `folder`: it holds none, or some of these, word for word."""
    try:
        return set(_draft_files(folder)) <= set(files.items())
    except FileNotFoundError:
        return True
    except (OSError, UnicodeDecodeError):
        return False


def _draft_files(folder: Path) -> list[tuple[str, str]]:
    return [(p.name, p.read_text(encoding="utf-8")) for p in folder.iterdir() if p.suffix in (".yaml", ".md")]
