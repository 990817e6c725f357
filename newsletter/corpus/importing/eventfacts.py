"""The block `event:` of a draft: span, zone, place, registration, sessions with their speakers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from newsletter.corpus.importing.factsheet import Facts, Version, first_span
from newsletter.corpus.importing.wording import quoted
from newsletter.corpus.reading import Found, Session
from newsletter.models.publication import Publication

_ONLINE = re.compile(
    r"\b(?:online|virtual(?:ly)?|webinars?|zoom|livestream"
    r"|en ligne|virtuel(?:le)?s?|webinaires?|visioconférence)\b",
    re.I,
)


def event_block(facts: Facts, versions: Sequence[Version], ids: Sequence[str], publication: Publication) -> None:
    facts.lines.append("event:")
    sessions = versions[0].fields.sessions
    whole = " ".join(version.article.text for version in versions)
    start, end, said = _span(versions)
    for key, value in (("start", start), ("end", end)):
        if value is not None:
            facts.say(f"  {key}: {value:%Y-%m-%dT%H:%M}", said if key == "start" else None)
        else:
            facts.need(key, "2024-05-08T13:30")
    zone = next((t.value.timezone for v in versions for t in v.fields.times if t.value.timezone), None)
    zone = zone or next((s.value.timezone for s in sessions if s.value.timezone), None)
    facts.lines.append(f"  timezone: {zone or publication.timezone}")
    if zone is None:
        facts.look.append(f"timezone: none in the text, {publication.timezone} taken")
    if (online := _ONLINE.search(whole)) is not None:
        facts.say("  online: true", online[0])
    else:
        facts.need("place", '{fr: "...", en: "..."}, or online: true')
    spoken = [
        lang for v in versions for f in v.fields.languages if f.value.of == "event" for lang in f.value.languages
    ]
    if spoken:
        facts.lines.append(f"  languages: [{', '.join(dict.fromkeys(spoken))}]")
    _registration(facts, versions, ids)
    if sessions:
        _sessions(facts, versions)


def _span(versions: Sequence[Version]) -> tuple[datetime | None, datetime | None, str]:
    """Start and end of the event: of its sessions, else of its date with its time."""
    sessions = versions[0].fields.sessions
    if sessions:
        start = min((found.value.start for found in sessions), key=_naive)
        end = max((found.value.end or found.value.start for found in sessions), key=_naive)
        return _naive(start), _naive(end) if end > start else None, sessions[0].text
    when = first_span(versions, lambda fields: fields.when)
    if when is None or when.value.precision not in ("day", "range"):
        return None, None, ""
    times = [found for version in versions for found in version.fields.times]
    if not times:
        return None, None, when.text
    first, last = times[0].value.start, times[0].value.end
    begins = datetime.combine(when.value.first, first)
    ends = datetime.combine(when.value.last, last) if last is not None else None
    return begins, ends if ends is not None and ends > begins else None, f"{when.text}; {times[0].text}"


def _naive(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)


def _registration(facts: Facts, versions: Sequence[Version], ids: Sequence[str]) -> None:
    register = next((i for i in ids if re.search(r"regist|inscri|sign-up|billet|ticket", i)), None)
    if register:
        facts.lines.append(f"  registration: {register}")
    for version in versions:
        if (deadline := version.fields.deadline) is not None:
            facts.say(f"  registration_deadline: {deadline.value.day.last.isoformat()}", deadline.text)
            return


def _sessions(facts: Facts, versions: Sequence[Version]) -> None:
    facts.lines.append("  sessions:")
    others = [version.fields.sessions for version in versions[1:]]
    facts.look.append("sessions: they stand in the text as well; shorten it")
    for position, found in enumerate(versions[0].fields.sessions):
        same = {versions[0].language: found.value}
        for version, sessions in zip(versions[1:], others, strict=True):
            if len(sessions) == len(versions[0].fields.sessions):
                same[version.language] = sessions[position].value
        _session(facts, found, same)


def _session(facts: Facts, found: Found[Session], same: Mapping[str, Session]) -> None:
    session = found.value
    facts.say(f"    - start: {_naive(session.start):%Y-%m-%dT%H:%M}", found.text)
    if session.end is not None and session.end > session.start:
        facts.lines.append(f"      end: {_naive(session.end):%Y-%m-%dT%H:%M}")
    else:
        facts.need("end", "2024-05-08T14:30", "      ")
    if session.languages:
        facts.lines.append(f"      languages: [{', '.join(session.languages)}]")
    else:
        facts.need("languages", "[fr, en]", "      ")
    for key in ("title", "summary"):
        texts = [(language, getattr(one, key)) for language, one in same.items() if getattr(one, key)]
        if texts:
            facts.lines.append(f"      {key}: {{{', '.join(f'{lang}: {quoted(text)}' for lang, text in texts)}}}")
        elif key == "title":
            facts.need("title", '{fr: "...", en: "..."}', "      ")
    if session.speakers:
        facts.lines.append("      speakers:")
    language = next(iter(same))
    for speaker in session.speakers:
        facts.lines.append(f"        - name: {quoted(speaker.value.name)}")
        role = ", ".join(filter(None, (speaker.value.role, speaker.value.organisation)))
        if role:
            facts.lines.append(f"          role: {{{language}: {quoted(role)}}}")
