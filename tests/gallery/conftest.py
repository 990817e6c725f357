"""A theme as small as a theme can be, with an include, an import and macros, and an issue of two articles."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.commands.build import prepare
from newsletter.commands.project import Project
from newsletter.models.finding import Finding

THEME = {
    "theme.yaml": """\
width: 600
fonts:
  body: "Georgia, serif"
  heading: "Georgia, serif"
light: {page: "#ffffff", card: "#ffffff", ink: "#222222", muted: "#444444", accent: "#003366", button: "#003366",
  on_button: "#ffffff", rule: "#cccccc", band: "#003366", on_band: "#ffffff", highlight: "#cc9900"}
dark: {page: "#000000", card: "#000000", ink: "#eeeeee", muted: "#bbbbbb", accent: "#99ccff", button: "#003366",
  on_button: "#ffffff", rule: "#333333", band: "#003366", on_band: "#ffffff", highlight: "#cc9900"}
""",
    "strings.yaml": """\
fr:
  unsubscribe: "Se désabonner"
  sent_to: "Envoyé à {email}."
  fact_deadline: "Date limite"
en:
  unsubscribe: "Unsubscribe"
  sent_to: "Sent to {email}."
  fact_deadline: "Deadline"
""",
    "inline.css": "p { margin: 0 0 12px; color: var(--ink); }\n.title { font-size: 20px; }\n",
    "head.css": ":root { color-scheme: light dark; }\n",
    "dark.css": "@media (prefers-color-scheme: dark) {\n  p { color: var(--dark-ink) !important; }\n}\n",
    "edition.mjml.j2": """\
{% from "blocks/row.mjml.j2" import row with context %}
<mjml lang="{{ first.locale }}" dir="{{ first.dir }}">
  <mj-head>
    <mj-title>{{ subject }}</mj-title>
    <mj-preview>{{ preheader }}</mj-preview>
    <mj-raw><meta name="color-scheme" content="light dark" /></mj-raw>
    <mj-style>{{ css.head }}</mj-style>
    <mj-style>{{ css.dark }}</mj-style>
  </mj-head>
  <mj-body background-color="{{ theme.light.page }}" width="{{ theme.width }}px">
    {% for part in parts %}
    {{ part.open }}
    <mj-section padding="10px 20px">
      <mj-column>
        <mj-text><h1>{{ part.subject }}</h1></mj-text>
        {% for article in part.articles %}
        {{ article.begin }}
        {{ row(article, part, level=2) }}
        {{ article.end }}
        {% endfor %}
      </mj-column>
    </mj-section>
    {% include "blocks/foot.mjml.j2" %}
    {{ part.close }}
    {% endfor %}
  </mj-body>
</mjml>
""",
    "edition.txt.j2": """\
{% for part in parts %}
{{ part.subject|underline("=") }}
{% for article in part.articles %}

{{ article.title|wrap }}
{% endfor %}

{{ part.publication.address|join(", ") }}
{{ part.publication.email }}
{{ part.t("unsubscribe") }} <{{ slot.unsubscribe_url }}>
{% endfor %}
""",
    "blocks/row.mjml.j2": """\
{# An article.
   article: what to show     part: its language     level: of its heading #}
{% from "blocks/pieces.mjml.j2" import heading %}
{% macro row(article, part, level) %}
<mj-text padding="8px 0" css-class="row">
  {{ heading(article, level) }}
  <p>{{ article.summary }}</p>
  {% for link in article.links %}
  <p><a href="{{ link.url }}">{{ link.label }}</a></p>
  {% endfor %}
  {% if article.kicker is defined and article.kicker %}
  <p>{{ article.kicker|upper }}</p>
  {% endif %}
</mj-text>
{% endmacro %}
""",
    "blocks/pieces.mjml.j2": """\
{# What blocks share. #}
{% macro heading(article, level, class="title") %}
<h{{ level }} class="{{ class }}">{{ article.title }}</h{{ level }}>
{% endmacro %}
""",
    "blocks/foot.mjml.j2": """\
<mj-section>
  <mj-column>
    <mj-text>
      {% call mail_only() %}
      <p>{{ part.t("sent_to", email=slot.email) }}</p>
      <p><a href="{{ slot.unsubscribe_url }}">{{ part.t("unsubscribe") }}</a></p>
      {% endcall %}
      <p>{{ part.publication.address|join(", ") }} {{ part.publication.email }}</p>
    </mj-text>
  </mj-column>
</mj-section>
""",
}

ISSUE = """\
date: 2024-03-01
subject: {fr: "Un sujet assez long", en: "A subject that is long"}
preheader: {fr: "Ce que contient ce numéro, en une ligne", en: "What this issue holds, in one line"}
template: plain
sections:
  - heading: {fr: "À lire", en: "To read"}
    articles: [cbc-montreal-homicides, raps-meeting-2023]
audience: {lists: [members]}
"""


class PlainTheme:
    """The small theme inside a copy of the sample project, free to be broken."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.folder = project.templates / "plain"
        for name, text in THEME.items():
            self.write(name, text)
        (project.issues / "2024-03.yaml").write_text(ISSUE, encoding="utf-8")

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> str:
        """Replace `old` in a file; the place where ``⟦`` stood in `new`, which is not written."""
        text = (self.folder / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{name} holds {old!r} {text.count(old)} times"
        text = text.replace(old, new)
        at = text.find("⟦")
        self.write(name, text.replace("⟦", ""))
        line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
        return f"templates/plain/{name}:{line}:{column}"

    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with the issue that uses the theme."""
        return tuple(
            each
            for each in prepare(self.project, "2024-03").findings
            if each.rule.startswith(("TPL", "SCHEMA", "YAML"))
        )


@pytest.fixture
def plain(sample: Project) -> PlainTheme:
    return PlainTheme(sample)


@pytest.fixture
def empty(tmp_path: Path, sample_root: Path) -> Callable[[], Path]:
    """A project without a corpus and without an issue."""

    def make() -> Path:
        for name in ("corpus", "issues", "recipients"):
            for path in sorted((sample_root / name).rglob("*"), reverse=True):
                path.unlink() if path.is_file() else path.rmdir()
        return sample_root

    return make
