"""The facts of a draft: `article.yaml`, each value with the words it was read from, each gap with what is needed.

A value the readers did not find is never made up: its line stands as a comment that says what to write, and the
draft does not validate until somebody writes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from newsletter.corpus.importing.eventfacts import event_block
from newsletter.corpus.importing.factsheet import Facts, Version, first_span, short
from newsletter.corpus.importing.shapes import fold
from newsletter.corpus.importing.wording import QUESTION, quoted
from newsletter.corpus.reading import DoubtKind, Fields
from newsletter.models.article import Kind
from newsletter.models.publication import Publication


def draft_facts(versions: Sequence[Version], captures: Sequence[str], publication: Publication) -> Facts:
    """Everything that could be told of an article from its versions; the first one leads."""
    facts = Facts()
    guess = max((version.fields.kind for version in versions), key=lambda kind: kind.score)
    facts.kind = guess.kind
    why = "; ".join(dict.fromkeys(found.text for found in guess.evidence[:4]))
    facts.say(f"kind: {guess.kind.value}", why or None)
    if guess.score < 0.4 and (guess.kind is not Kind.NEWS or guess.runner_up is not None):
        other = f" or {guess.runner_up.value}" if guess.runner_up else ""
        facts.look.append(f"kind: {guess.kind.value}{other}? little speaks for it")
    _published(facts, versions)
    facts.lines.append(f"{QUESTION}tags: choose from docs/reference/tags.md")
    facts.lines.append("tags: []")
    _organisations(facts, versions)
    ids = _links(facts, versions)
    _source(facts, versions, captures, publication)
    if (block := _BLOCKS.get(guess.kind)) is not None:
        block(facts, versions, ids, publication)
    _further(facts, versions)
    for version in versions:
        facts.look += _doubts(version.fields)
    facts.look = list(dict.fromkeys(facts.look))
    return facts


def _doubts(fields: Fields) -> Iterator[str]:
    """Each doubt of the readers once, with the words it is about and in how many places it came up."""
    places: dict[str, list[str]] = {}
    for said, doubt in fields.doubts:
        places.setdefault(doubt.message, []).append(said)
    for message, quotes in places.items():
        shortest = min(dict.fromkeys(quotes), key=len)
        times = f" ({len(quotes)} times)" if len(quotes) > 1 else ""
        yield message if shortest in message else f"{short(shortest)}{times}: {message}"


def _published(facts: Facts, versions: Sequence[Version]) -> None:
    for version in versions:
        if (given := version.article.published) and re.match(r"\d{4}-\d{2}-\d{2}", given):
            facts.lines.append("# from the page's or the feed's own date")
            facts.lines.append(f"published: {given[:10]}")
            return
    found = first_span(versions, lambda fields: fields.published)
    if found is not None and found.value.precision == "day":
        facts.say(f"published: {found.value.first.isoformat()}", found.text)
        return
    dates = [d for version in versions for d in version.fields.dates]
    latest = max((d.value.last for d in dates), default=None)
    facts.need("published", latest.isoformat() if latest else "2024-01-31", "")
    if latest:
        said = next(d.text for d in dates if d.value.last == latest)
        facts.lines.append(f"{QUESTION}  (the latest date in the text is {latest.isoformat()}, {short(said)})")


def _organisations(facts: Facts, versions: Sequence[Version]) -> None:
    per_language = {
        version.language: list(dict.fromkeys(found.value.name for found in version.fields.organisations))
        for version in versions
    }
    names = list(per_language.values())
    if not any(names):
        return
    facts.lines.append("organisations:")
    if len(names) == 2 and len(names[0]) == len(names[1]) and names[0] != names[1]:
        first, second = per_language
        facts.look.append("organisations: the names of both languages were put together by their order")
        for one, other in zip(*names, strict=True):
            same = one == other
            facts.lines.append(
                f"  - {quoted(one)}" if same else f"  - {{{first}: {quoted(one)}, {second}: {quoted(other)}}}"
            )
        return
    lead = max(names, key=len)
    facts.lines += [f"  - {quoted(name)}" for name in lead]
    left = [name for rest in names if rest is not lead for name in rest if name not in lead]
    if left:
        facts.look.append("organisations: give each name in both languages")
        facts.lines += [f"{QUESTION}  - {name}" for name in left]


def _links(facts: Facts, versions: Sequence[Version]) -> list[str]:
    """The block of links; ids in order. The same address in both languages is one link."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for version in versions:
        own = [(link.value.url, link.value.label, link.text) for link in version.fields.links]
        if version.article.url:
            own.append((version.article.url, _PAGE_LABEL.get(version.language, ""), version.article.url))
        for url, label, said in own:
            if url.startswith(("http://", "https://")):
                found.setdefault(url, {}).setdefault(version.language, (label, said))
    ids: list[str] = []
    if found:
        facts.lines.append("links:")
    for url, languages in found.items():
        label = next((label for label, _ in languages.values() if label), "")
        identifier = _link_id(label, url, ids)
        ids.append(identifier)
        facts.lines.append(f"  {identifier}:")
        facts.say(f"    url: {quoted(url)}", next(said for _, said in languages.values()))
        for version in versions:
            known = languages.get(version.language, ("", ""))[0]
            host = urlsplit(url).hostname or url
            facts.labels.setdefault(version.language, {})[identifier] = known or label or host
            if not known and not label:
                facts.look.append(f"link {identifier}: write its label")
    return ids


_PAGE_LABEL = {"fr": "Lire l’article", "en": "Read the article"}
"""Label of the link to the page the text was saved from."""
_SMALL_WORDS_TEXT = "the a an for more to of and le la les l un une pour en plus de du des d et in on"
_SMALL_WORDS = frozenset(_SMALL_WORDS_TEXT.split())


def _link_id(label: str, url: str, taken: Sequence[str]) -> str:
    name = [word for word in re.findall(r"[a-z0-9]+", fold(label)) if word not in _SMALL_WORDS][:3]
    if not name:
        name = re.findall(r"[a-z0-9]+", (urlsplit(url).hostname or "page").removeprefix("www."))[:1]
    base = "-".join(name) or "page"
    identifier, number = base, 2
    while identifier in taken:
        identifier, number = f"{base}-{number}", number + 1
    return identifier


def _source(facts: Facts, versions: Sequence[Version], captures: Sequence[str], publication: Publication) -> None:
    lead = versions[0]
    names = ", ".join(f"{language}: {quoted(name)}" for language, name in publication.organisation.items())
    facts.lines.append("source:")
    facts.lines.append(f"{QUESTION}  name: yours, unless somebody else published the text")
    facts.lines.append(f"  name: {{{names}}}")
    facts.lines.append(f"  title: {quoted(lead.article.title)}")
    if lead.article.url:
        facts.lines.append(f"  url: {quoted(lead.article.url)}")
    facts.lines.append(f"  captures: [{', '.join(quoted(name) for name in captures)}]")


def _publication(facts: Facts, versions: Sequence[Version], ids: Sequence[str], _: Publication) -> None:
    facts.lines.append("publication:")
    said = [f for v in versions for f in v.fields.languages if f.value.of == "document"]
    if said:
        facts.say(f"  languages: [{', '.join(said[0].value.languages)}]", said[0].text)
    else:
        facts.need("languages", "[fr, en]")
    _link_line(facts, "link", ids)


def _link_line(facts: Facts, key: str, ids: Sequence[str]) -> None:
    if ids:
        facts.lines.append(f"  {key}: {ids[0]}")
    else:
        facts.need(key, "report, with its address under links:")


def _job(facts: Facts, versions: Sequence[Version], ids: Sequence[str], _: Publication) -> None:
    facts.lines.append("job:")
    _deadline(facts, versions)
    for version in versions:
        if version.fields.emails:
            email = version.fields.emails[0]
            facts.say(f"  apply_email: {quoted(email.value)}", email.text)
            break
    if ids:
        facts.lines.append(f"  apply_link: {ids[0]}")


def _deadline(facts: Facts, versions: Sequence[Version]) -> None:
    for version in versions:
        if (found := version.fields.deadline) is not None:
            facts.say(f"  deadline: {found.value.day.last.isoformat()}", found.text)
            if found.value.extended:
                facts.look.append(f"deadline: put off to {found.value.day.last.isoformat()}, says the text")
            return
    facts.need("deadline", "2024-02-05")


def _call(facts: Facts, versions: Sequence[Version], ids: Sequence[str], _: Publication) -> None:
    facts.lines.append("call:")
    _deadline(facts, versions)
    _link_line(facts, "link", ids)


def _person(facts: Facts, versions: Sequence[Version], _: Sequence[str], __: Publication) -> None:
    facts.lines.append("person:")
    speaker = next((s for v in versions for s in v.fields.speakers), None)
    if speaker is not None:
        facts.say(f"  name: {quoted(speaker.value.name)}", speaker.text)
    else:
        facts.need("name", '"First Last"')
    facts.need("role", '{fr: "...", en: "..."}')


def _media(facts: Facts, versions: Sequence[Version], ids: Sequence[str], _: Publication) -> None:
    facts.lines.append("media:")
    for key, example in (("outlet", '"Name of the paper"'), ("title", '"Title of the piece"'), ("language", "en")):
        facts.need(key, example)
    found = next((d for v in versions for d in v.fields.dates if d.value.precision == "day"), None)
    if found is not None:
        facts.say(f"  published: {found.value.first.isoformat()}", found.text)
    else:
        facts.need("published", "2024-01-22")
    if ids:
        facts.lines.append(f"  link: {ids[0]}")


def _project(facts: Facts, versions: Sequence[Version], _: Sequence[str], __: Publication) -> None:
    facts.lines.append("project:")
    facts.need("status", "planned, running or done")
    spans = [
        d for v in versions for d in v.fields.dates if d.value.precision in ("year", "month", "range", "season")
    ]
    if spans and not any(doubt.kind is DoubtKind.BACKWARDS for doubt in spans[0].doubts):
        facts.say(f"  period: {spans[0].value.iso()}", spans[0].text)


_BLOCKS = {
    Kind.EVENT: event_block,
    Kind.PUBLICATION: _publication,
    Kind.JOB: _job,
    Kind.CALL: _call,
    Kind.PERSON: _person,
    Kind.MEDIA: _media,
    Kind.PROJECT: _project,
}


def _further(facts: Facts, versions: Sequence[Version]) -> None:
    """What was read and has no field of its own stands as comments, so that nothing gets lost."""
    facts.lines += [f"# {line}" for version in versions for line in _found_lines(version)]


def _found_lines(version: Version) -> Iterator[str]:
    fields = version.fields
    read: list[tuple[str, list[str]]] = [
        ("date", [f"{found.value.iso()}, from {short(found.text)}" for found in fields.dates]),
        ("deadline", [f"{found.value.day.iso()}, from {short(found.text)}" for found in fields.deadlines]),
        ("time", [short(found.text) for found in fields.times] if not fields.sessions else []),
        ("e-mail", [found.value for found in fields.emails]),
        ("telephone", [found.value for found in fields.phones]),
        ("speaker", [short(found.text) for found in fields.speakers]),
    ]
    for name, values in read:
        for value in dict.fromkeys(values):
            yield f"{name} in the {version.language} text: {value}"
