"""The words and layouts that a drafted issue gets: proposals, headings in the languages the tool speaks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from newsletter.check.rules import hdr_subject_len, pre_len
from newsletter.models.article import Article, Kind
from newsletter.models.issue import Layout
from newsletter.models.publication import Publication
from newsletter.models.text import languages_of, one_line

Words = Mapping[str, str]
"""Language -> text."""

LEAD: Words = {"fr": "À la une", "en": "In the spotlight"}

ALSO: Words = {"fr": "Aussi :", "en": "Also:"}

HEADINGS: Mapping[Kind, Words] = {
    Kind.EVENT: {"fr": "À venir", "en": "Coming up"},
    Kind.CALL: {"fr": "Pour participer", "en": "Take part"},
    Kind.JOB: {"fr": "Offres d’emploi", "en": "Job openings"},
    Kind.NEWS: {"fr": "Nouvelles", "en": "News"},
    Kind.PROJECT: {"fr": "Nos projets", "en": "Our projects"},
    Kind.PUBLICATION: {"fr": "À lire", "en": "Worth reading"},
    Kind.MEDIA: {"fr": "Dans les médias", "en": "In the media"},
    Kind.PERSON: {"fr": "L’équipe", "en": "Our team"},
}
"""Heading of the section of each kind, in the order that sections come in a draft."""

LAYOUTS: Mapping[Kind, Layout] = {
    Kind.EVENT: Layout.AGENDA,
    Kind.CALL: Layout.NOTICES,
    Kind.JOB: Layout.NOTICES,
    Kind.NEWS: Layout.DIGEST,
    Kind.PROJECT: Layout.DIGEST,
    Kind.PUBLICATION: Layout.DOCUMENTS,
    Kind.MEDIA: Layout.DIGEST,
    Kind.PERSON: Layout.PEOPLE,
}

_CLAUSE_END = re.compile(r"\s*[:;,(–—|]\s+|\s+\(")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


def heading_for(words: Words, languages: Sequence[str]) -> dict[str, str]:
    """`words` in each of `languages`; empty when one of them has none, since half a heading is a mistake."""
    return {code: words[code] for code in languages} if all(code in words for code in languages) else {}


def propose_subject(lead: Article, publication: Publication) -> dict[str, str]:
    """The leading article's title, cut where mail programs would cut it."""
    most = hdr_subject_len.DESKTOP
    texts = {code: shortened(lead.translations[code].data.title, most) for code in publication.languages}
    for code in publication.edition_codes:
        parts = languages_of(code)
        if len(" / ".join(texts[part] for part in parts)) > most:
            room = (most - 3 * (len(parts) - 1)) // len(parts)
            texts[code] = " / ".join(shortened(texts[part], room) for part in parts)
    return texts


def propose_preheader(
    lead: Article, second: Sequence[Article], subject: Mapping[str, str], publication: Publication
) -> dict[str, str]:
    """The leading article's summary; the next article's title follows where it is short or repeats the subject."""
    texts: dict[str, str] = {}
    for code in publication.languages:
        parts = [lead.translations[code].data.summary]
        if parts[0].strip().casefold() == subject[code].casefold():
            parts = []
        also = ALSO.get(code, "")
        parts += [f"{also} {one.translations[code].data.title}".strip() for one in second]
        parts += [publication.name.get(code, ""), publication.organisation.get(code, "")]
        text = one_line(parts[0])
        for part in parts[1:]:
            if len(text) >= pre_len.SHORTEST:
                break
            text = one_line(f"{text} {part}")
        texts[code] = shortened(text, pre_len.LONGEST, sentences=True)
    for code in publication.edition_codes:
        languages = languages_of(code)
        if len(" / ".join(texts[one] for one in languages)) > pre_len.LONGEST:
            room = (pre_len.LONGEST - 3 * (len(languages) - 1)) // len(languages)
            texts[code] = " / ".join(shortened(texts[one], room, sentences=True) for one in languages)
    return texts


def shortened(text: str, limit: int, *, sentences: bool = False) -> str:
    """`text` in at most `limit` characters: cut after a sentence or a clause where enough is left, else at a word.

    sentences: keep whole sentences with their full stops, as a preheader has them; a subject has none.
    """
    text = one_line(text)
    if not sentences:
        text = text.removesuffix(".")
    if len(text) <= limit:
        return text
    ends = [match.start() for match in (_SENTENCE_END if sentences else _CLAUSE_END).finditer(text, 0, limit + 2)]
    least = limit * 2 // 3 if sentences else limit * 2 // 5
    fitting = [end for end in ends if least <= end <= limit]
    if fitting:
        return text[: fitting[-1]].rstrip()
    cut = text.rfind(" ", 0, limit)
    return text[: cut if cut > 0 else limit - 1].rstrip(" ,;:–—") + "…"
