"""Articles written by the test that reads them."""

from __future__ import annotations

import os
from pathlib import Path

ARTICLE = """\
kind: {kind}
published: {published}
tags: [{tags}]
source: {{name: {{fr: Atelier, en: Workshop}}}}
"""


def write_text(
    folder: Path, language: str, title: str, summary: str = "Résumé.", body: str = "", more: str = ""
) -> Path:
    path = folder / f"{language}.md"
    text = f'---\ntitle: "{title}"\nsummary: "{summary}"\n{more}---\n{body}\n'
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def write_article(
    root: Path,
    slug: str,
    *,
    kind: str = "news",
    published: str = "2024-01-22",
    tags: str = "montreal",
    more: str = "",
    fr: str | None = "Titre",
    en: str | None = "Title",
) -> Path:
    """An article; `fr` and `en` are its titles, None for a language it lacks. more: added to article.yaml."""
    folder = root / "corpus" / slug
    folder.mkdir(parents=True)
    text = ARTICLE.format(kind=kind, published=published, tags=tags) + more
    (folder / "article.yaml").write_text(text, encoding="utf-8", newline="\n")
    for language, title in (("fr", fr), ("en", en)):
        if title is not None:
            write_text(folder, language, title, "Résumé." if language == "fr" else "Summary.")
    return folder


def age(folder: Path, seconds: float = 60) -> None:
    """Set every file below back in time, so that the index need not suspect it of changing again unseen."""
    for path in folder.rglob("*"):
        stat = path.stat()
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns - int(seconds * 1e9)))
