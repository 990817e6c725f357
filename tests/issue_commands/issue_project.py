"""An issue and articles to edit it with."""

from __future__ import annotations

import json
from pathlib import Path

ISSUE = """\
# yaml-language-server: $schema=../schemas/issue.schema.json
# The first issue.
date: 2022-02-03
subject: {fr: "Premier", en: "First"}
preheader: {fr: "Un", en: "One"}
template: house
sections:
  - heading: {fr: "À la une", en: "In the spotlight"}
    layout: feature
    articles:
      # About the bridge.
      - bridge  # stays
  - heading: {fr: "À lire", en: "Worth reading"}
    layout: documents
    articles: [atlas, report]
  - heading: {fr: "Nouvelles", en: "News"}
    # Chosen by rule.
    select:
      kind: news
      before: 2022-02-03
      limit: 2
      unused: true   # never twice
audience:
  lists: [members, partners]
"""

_BLOCKS = {
    "publication": "publication: {languages: [fr], link: page}\n",
    "job": "job: {deadline: 2022-05-20, apply_link: page}\n",
    "call": "call: {deadline: 2022-05-10, link: page}\n",
    "event": "event: {start: 2022-05-12T13:00, end: 2022-05-12T15:00, timezone: America/Toronto, online: true}\n",
    "person": "person: {name: Ana Roy, role: {fr: Géographe, en: Geographer}}\n",
    "media": "media: {outlet: The Paper, title: A piece, language: en, published: 2022-05-02}\n",
    "project": "project: {status: running}\n",
    "news": "",
}


_DEFAULTS = {
    "fr": ("Le titre de {}", "Ce dont parle {}, en une phrase"),
    "en": ("The title of {}", "What {} is about, in one sentence"),
}
"""Title and summary of an article that is given none: in its language, as `check` would find otherwise."""


def write_article(
    root: Path,
    slug: str,
    kind: str,
    published: str,
    *,
    languages: str = "fr en",
    block: str | None = None,
    **texts: str,
) -> None:
    """texts: `title` and `summary`, to which the language is added unless it is `fr_title`, `en_summary`, ..."""
    folder = root / "corpus" / slug
    folder.mkdir(parents=True, exist_ok=True)
    data = (
        f"kind: {kind}\npublished: {published}\nsource: {{name: Us}}\n"
        "links:\n  page: {url: {fr: 'https://www.example.org/fr', en: 'https://www.example.org/en'}}\n"
    )
    (folder / "article.yaml").write_text(data + (_BLOCKS[kind] if block is None else block), encoding="utf-8")
    for code in languages.split():
        title, summary = _DEFAULTS.get(code, _DEFAULTS["en"])
        title = texts.get(f"{code}_title", f"{texts.get('title', title.format(slug))} ({code})")
        summary = texts.get(f"{code}_summary", f"{texts.get('summary', summary.format(slug))} ({code}).")
        words = {"fr": f"Le texte de {slug}.", "en": f"The text of {slug}."}.get(code, slug)
        (folder / f"{code}.md").write_text(
            f"---\ntitle: {json.dumps(title)}\nsummary: {json.dumps(summary)}\nlinks: {{page: 'Page {code} {slug}'}}\n---\n{words}\n",
            encoding="utf-8",
        )  # fmt: skip
