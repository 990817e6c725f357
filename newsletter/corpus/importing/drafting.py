"""Drafts: the files of one article, ready for a person to look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from newsletter.corpus.importing.facts import draft_facts
from newsletter.corpus.importing.factsheet import Version
from newsletter.corpus.importing.records import FoundArticle, Role
from newsletter.corpus.importing.wording import QUESTION, translation_text
from newsletter.corpus.reading import read_fields
from newsletter.corpus.reading.contacts import find_links
from newsletter.models.article import Kind
from newsletter.models.publication import Publication

_SCHEMA = "# yaml-language-server: $schema={}schemas/article.schema.json"
DRAFT_SCHEMA, ARTICLE_SCHEMA = _SCHEMA.format("../../../"), _SCHEMA.format("../../")


@dataclass(frozen=True)
class Draft:
    """The files of one draft (name -> text), its kind, what to look at, and what was read, for machines."""

    files: dict[str, str]
    kind: Kind
    look: tuple[str, ...]
    read: dict[str, list[str]]


def version_of(article: FoundArticle, language: str) -> Version:
    """The article's fields read in `language`."""
    texts = [
        f"• {p.text}"
        if p.role is Role.ITEM
        else f"{p.number or 1}. {p.text}"
        if p.role is Role.NUMBERED
        else p.text
        for p in article.body
    ]
    fields = read_fields(article.title, texts, language)
    if any(p.markdown for p in article.body):  # the labels of links stand in the mark-up only
        links = tuple(
            replace(link, paragraph=number)
            for number, p in enumerate(article.body)
            for link in find_links(p.markdown or p.text)
        )
        fields = replace(fields, links=links)
    return Version(language, article, fields)


def make_draft(
    versions: Sequence[Version], captures: Sequence[str], look: Sequence[str], publication: Publication
) -> Draft:
    """The draft of an article from its versions, one per language."""
    facts = draft_facts(versions, captures, publication)
    places = "; ".join(f"{v.article.name} line {v.article.line} ({v.language})" for v in versions)
    all_look = tuple(dict.fromkeys([*look, *facts.look]))
    header = [DRAFT_SCHEMA, f"{QUESTION}Draft read from {places}."]
    if all_look:
        header += [f"{QUESTION}Look at:", *(f"{QUESTION}- {one}" for one in all_look)]
    files = {"article.yaml": "\n".join([*header, *facts.lines]) + "\n"}
    for version in versions:
        locale = publication.locale(version.language)
        labels = facts.labels.get(version.language, {})
        files[f"{version.language}.md"] = translation_text(version.article, labels, locale)
    return Draft(files, facts.kind, all_look, _read(versions))


def _read(versions: Sequence[Version]) -> dict[str, list[str]]:
    """What the readers found in all versions, each value once."""
    read: dict[str, list[str]] = {
        name: []
        for name in ("dates", "deadlines", "times", "sessions", "speakers", "links", "emails", "organisations")
    }
    for fields in (version.fields for version in versions):
        read["dates"] += [found.value.iso() for found in fields.dates]
        read["deadlines"] += [found.value.day.iso() for found in fields.deadlines]
        read["times"] += [found.text for found in fields.times]
        read["sessions"] += [found.value.start.isoformat() for found in fields.sessions]
        read["speakers"] += [found.value.name for found in fields.speakers]
        read["speakers"] += [one.value.name for found in fields.sessions for one in found.value.speakers]
        read["links"] += [found.value.url for found in fields.links]
        read["emails"] += [found.value for found in fields.emails]
        read["organisations"] += [found.value.name for found in fields.organisations]
    return {name: values if name == "sessions" else list(dict.fromkeys(values)) for name, values in read.items()}


def accepted(text: str) -> str:
    """A draft's file as it stands in the corpus: without the importer's questions, its schema two folders up."""
    lines = text.split("\n")
    # In a translation only the front matter can hold questions: the body is the article's own text.
    fences = [i for i, line in enumerate(lines) if line.rstrip() == "---"]
    end = fences[1] if len(fences) > 1 else len(lines)
    kept = [line for i, line in enumerate(lines) if i > end or not line.startswith(QUESTION.rstrip())]
    return "\n".join(kept).replace(DRAFT_SCHEMA, ARTICLE_SCHEMA, 1)
