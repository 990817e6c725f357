"""Editions to measure with: the sample issue at any length, its texts other ones in every round."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from newsletter.commands.project import Project, open_project
from newsletter.compose import choose_articles, compose_edition, find_issue, load_issue
from newsletter.corpus import load_corpus
from newsletter.models.issue import Edition, EditionArticle, EditionSection, LanguagePart, Layout
from newsletter.models.message import RenderedEdition
from newsletter.render import facts, markdown, render_edition
from newsletter.render.mjml import to_html
from newsletter.render.theme import load_theme

ROOT = Path(__file__).parent.parent


class Sample(NamedTuple):
    """The project of this repository and its newest issue."""

    project: Project
    issue: str

    def edition(self, articles: int, code: str | None = None) -> Edition:
        """That issue with so many articles in every language: cut short, or gone on with from the corpus."""
        project = self.project
        path = find_issue(None, project.issues, project.root)
        corpus, _ = load_corpus(project.corpus, project.root)
        issue, _ = load_issue(path, project.root)
        assert issue is not None, "the sample issue has mistakes; newsletter check shows them"
        sections, _ = choose_articles(issue, corpus, project.publication.languages, frozenset())
        made, _ = compose_edition(issue, sections, code or project.publication.languages[0])
        assert made is not None, "the sample issue has mistakes; newsletter check shows them"

        def more(language: str) -> Iterator[EditionArticle]:
            every = [each for each in corpus.articles.values() if language in each.translations]
            for number, article in enumerate(cycle(every)):
                text = article.translations[language]
                yield EditionArticle(
                    replace(article, slug=f"{article.slug}-{number}"),
                    text,
                    Layout.DIGEST,
                    text.data.title,
                    text.data.summary,
                )

        parts = tuple(_of_length(part, articles, more(part.language)) for part in made.parts)
        return replace(made, parts=parts)

    def render(self, edition: Edition) -> RenderedEdition:
        """The whole pipeline."""
        project = self.project
        made, findings = render_edition(
            edition, project.publication, templates=project.templates, root=project.root
        )
        if made is None:
            raise SystemExit("\n".join(f"{finding.place}: {finding.message}" for finding in findings))
        return made

    def mjml(self, edition: Edition) -> str:
        """The MJML our pipeline hands to its compiler."""
        seen: list[str] = []

        def listen(prepared: str) -> str:
            seen.append(prepared)
            return to_html(prepared)

        with patch("newsletter.render.renderer.to_html", listen):
            self.render(edition)
        return seen[0]

    def css(self, edition: Edition) -> str:
        """The theme's rules that belong into style attributes."""
        theme, _ = load_theme(self.project.templates / edition.template, self.project.root)
        assert theme is not None, "it has just rendered"
        return theme.css["inline"]


def sample() -> Sample:
    """The sample project, whatever the environment of the caller sets."""
    project = open_project(ROOT, {name: value for name, value in os.environ.items() if name == "PATH"})
    return Sample(project, find_issue(None, project.issues, project.root).stem)


def _of_length(part: LanguagePart, articles: int, more: Iterator[EditionArticle]) -> LanguagePart:
    room, kept = articles, []
    for section in part.sections:
        if chosen := section.articles[:room]:
            kept.append(replace(section, articles=chosen))
            room -= len(chosen)
    if room:
        kept.append(EditionSection(None, Layout.DIGEST, tuple(next(more) for _ in range(room))))
    return replace(part, sections=tuple(kept))


def rewritten(edition: Edition, number: int) -> Edition:
    """The edition with a word of its own in every title, summary, paragraph and address: never seen before.

    Without this a round would find the texts of the one before in the pipeline's memory.
    """
    word = "".join(random.Random(number).choices("abdegilmnoprstu", k=9))

    def article(one: EditionArticle) -> EditionArticle:
        data = one.article.data
        links = {
            name: link.model_copy(
                update={
                    "url": f"{link.url}?{word}"
                    if isinstance(link.url, str)
                    else {language: f"{url}?{word}" for language, url in link.url.items()}
                }
            )
            for name, link in data.links.items()
        }
        body = "\n\n".join(f"{paragraph} {word}" for paragraph in one.translation.body.strip().split("\n\n"))
        changed = replace(one.article, data=data.model_copy(update={"links": links}))
        return replace(
            one,
            article=changed,
            translation=replace(one.translation, body=body),
            title=f"{one.title} {word}",
            summary=f"{one.summary} {word}",
        )

    def section(one: EditionSection) -> EditionSection:
        heading = f"{one.heading} {word}" if one.heading else None
        return replace(one, heading=heading, articles=tuple(article(each) for each in one.articles))

    def part(one: LanguagePart) -> LanguagePart:
        intro = f"{one.intro.strip()} {word}" if one.intro else None
        return replace(one, intro=intro, sections=tuple(section(each) for each in one.sections))

    return replace(edition, subject=f"{edition.subject} {word}", parts=tuple(part(each) for each in edition.parts))


def forget_texts() -> None:
    """Empty what the pipeline remembers of texts it has converted."""
    markdown.convert.cache_clear()
    facts.typeset.cache_clear()
