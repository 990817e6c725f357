"""Last days to do something: which dates they are, and which of them was put off to which."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from newsletter.corpus.reading.records import DateSpan, Deadline, Doubt, DoubtKind, Found, TimeSpan
from newsletter.corpus.reading.sentences import sentences
from newsletter.corpus.reading.tokens import Tokens, fold
from newsletter.corpus.reading.words import word_set

T = TypeVar("T")

# Phrases that make any date beside them a deadline, as folded words.
_STRONG = tuple(
    tuple(phrase.split())
    for phrase in (
        "deadline", "deadlines", "closing date", "due date", "due by", "due on", "no later than", "not later than",
        "at the latest", "last day to", "cut off date", "closes on", "close on", "apply before", "apply by",
        "register by", "register before", "submit by", "rsvp by", "date limite", "dates limites", "echeance",
        "au plus tard", "date butoir", "dernier delai", "date de cloture", "dernier jour pour", "date de tombee",
        "cloture des", "fin des inscriptions", "prennent fin", "se terminent",
    )
)  # fmt: skip
_WEAK = tuple(
    tuple(phrase.split())
    for phrase in (
        "by",
        "before",
        "until",
        "till",
        "up to",
        "d ici le",
        "d ici au",
        "d ici",
        "avant le",
        "avant",
        "jusqu au",
        "d ici la fin",
        "close",
        "closes",
        "closing",
        "ferme le",
    )
)
"""Only right before a date, and only where somebody is asked to do something."""
_ASKING = word_set(
    "send submit submitted apply application applications register registration registrations registered "
    "sign rsvp  proposal proposals abstract abstracts nomination nominations resume resumes cv respond "
    "reply complete candidates  entries open accepted participate enrol enroll candidature candidatures "
    "postuler postulez envoyer envoyez soumettre  soumettez parvenir inscrire inscription inscriptions "
    "inscrivez deposer deposez transmettre transmettez repondre  repondez participer remplir proposition "
    "propositions acceptees ouvert ouverts ouvertes demandes dossiers"
)
_PUT_OFF = word_set(
    "extended postponed extension prolonge prolongee prolonges prolongees reporte reportee reportes "
    "reportees repousse  repoussee repousses repoussees etendue prolongation prorogee devance devancee"
)
_FIRST_DAY = (("start", "date"), ("starting", "date"), ("date", "de", "debut"))
_SOMETHING_ELSE = word_set(
    "entree fonction fonctions tarif tarifs rabais reduit discount early fee fees price prix embauche"
)
"""Sentences about the first day at work or a price: only the word "deadline" itself counts there."""
_WEAK_REACH = 3
"""Most tokens between a weak phrase and its date: "before Friday, the ..."."""


@dataclass(frozen=True, slots=True)
class _Cue:
    start: int
    end: int
    text: str
    strong: bool


def find_deadlines(
    texts: Sequence[tuple[int, str]], dates: Sequence[Found[DateSpan]], times: Sequence[Found[TimeSpan]]
) -> tuple[Found[Deadline], ...]:
    """The deadlines among `dates`. texts: paragraph number and text; dates and times: found in them."""
    days, clocks = _by_paragraph(dates), _by_paragraph(times)
    found: list[Found[Deadline]] = []
    for number, text in texts:
        if number not in days:
            continue
        for start, sentence in sentences(text):
            inside = _between(days[number], start, start + len(sentence))
            if inside:
                hours = _between(clocks.get(number, []), start, start + len(sentence))
                found += _in_sentence(sentence, start, inside, hours)
    return _ranked(found)


def _by_paragraph(found: Sequence[Found[T]]) -> dict[int, list[Found[T]]]:
    grouped: dict[int, list[Found[T]]] = {}
    for item in found:
        grouped.setdefault(item.paragraph, []).append(item)
    return grouped


def _between(found: list[Found[T]], start: int, end: int) -> list[Found[T]]:
    """Those of a paragraph that start there; `found` is in reading order."""
    first = bisect_left(found, start, key=lambda item: item.start)
    return found[first : bisect_left(found, end, key=lambda item: item.start)]


def _in_sentence(
    sentence: str, offset: int, dates: list[Found[DateSpan]], times: list[Found[TimeSpan]]
) -> list[Found[Deadline]]:
    tokens = Tokens(sentence)
    asking = any(token.key in _ASKING for token in tokens.items)
    put_off = any(token.key in _PUT_OFF for token in tokens.items)
    cues = [cue for cue in _cues(tokens, offset) if cue.strong or asking or put_off]
    started = any(_matches(tokens, place, phrase) for place in range(len(tokens)) for phrase in _FIRST_DAY)
    if started or any(token.key in _SOMETHING_ELSE for token in tokens.items):
        cues = [cue for cue in cues if fold(cue.text).startswith(("deadline", "date limite", "closing"))]
    if put_off and not cues:
        return []  # an event put off is no deadline
    found: dict[tuple[int, DateSpan], Found[Deadline]] = {}
    for number, cue in enumerate(cues):
        limit = next((later.start for later in cues[number + 1 :] if later.strong), offset + len(sentence))
        after = [day for day in dates if cue.end <= day.start <= limit]
        if cue.strong:
            before = [day for day in dates if day.end <= cue.start]
            chosen = after[-1 if put_off else 0 :][:1] or before[-1:]
        else:
            close = offset + len(sentence) if put_off else cue.end + 2
            chosen = [day for day in after[:1] if day.start <= close or _near(tokens, cue, day, offset)]
        for day in chosen:
            deadline = Deadline(_last_of(day.value), _time_near(day, times), cue.text, extended=put_off)
            found.setdefault((day.start, day.value), _found(deadline, day))
        if put_off and cue.strong and chosen:
            earlier = [day for day in dates if day.start < chosen[0].start]
            for day in earlier[-1:]:
                old = Deadline(_last_of(day.value), None, cue.text, superseded=True)
                found.setdefault((day.start, day.value), _found(old, day))
    return list(found.values())


def _found(deadline: Deadline, day: Found[DateSpan]) -> Found[Deadline]:
    return Found(deadline, day.text, day.start, day.paragraph, day.doubts)


def _last_of(day: DateSpan) -> DateSpan:
    """Of a range, the day it ends: "apply from May 1 to 16"."""
    return DateSpan(day.last, day.last, "day") if day.precision == "range" else day


def _cues(tokens: Tokens, offset: int) -> list[_Cue]:
    cues: list[_Cue] = []
    place = 0
    while place < len(tokens):
        for strong, phrases in ((True, _STRONG), (False, _WEAK)):
            length = max((_matches(tokens, place, phrase) for phrase in phrases), default=0)
            if length:
                start, text = tokens.slice(place, place + length)
                cues.append(_Cue(offset + start, offset + start + len(text), text, strong))
                place += length - 1
                break
        place += 1
    return cues


def _matches(tokens: Tokens, place: int, phrase: tuple[str, ...]) -> int:
    """How many tokens the phrase takes at `place`, apostrophes and hyphens included; 0 when it is not there."""
    index = place
    for number, word in enumerate(phrase):
        if number and tokens[index].text in ("'", "’", "-"):
            index += 1
        if tokens[index].key != word:
            return 0
        index += 1
    return index - place


def _near(tokens: Tokens, cue: _Cue, day: Found[DateSpan], offset: int) -> bool:
    between = [token for token in tokens.items if cue.end <= offset + token.start < day.start]
    return len(between) <= _WEAK_REACH and not any(token.kind == "number" for token in between)


def _time_near(day: Found[DateSpan], times: list[Found[TimeSpan]]) -> TimeSpan | None:
    close = [time for time in times if -30 <= time.start - day.end <= 15 or 0 <= day.start - time.end <= 15]
    return close[0].value if close else None


def _ranked(found: list[Found[Deadline]]) -> tuple[Found[Deadline], ...]:
    """Deadlines in reading order. One that was put off replaces those before it; two that stand contradict."""
    last_extended = max((place for place, item in enumerate(found) if item.value.extended), default=None)
    if last_extended is not None:
        chosen = found[last_extended].value.day
        found = [
            item if item.value.day == chosen else replace(item, value=replace(item.value, superseded=True))
            for item in found
        ]
    standing = {item.value.day for item in found if not item.value.superseded}
    if len(standing) > 1:
        days = ", ".join(sorted(day.iso() for day in standing))
        doubt = Doubt(DoubtKind.CONTRADICTION, f"several deadlines: {days}")
        found = [item if item.value.superseded else replace(item, doubts=(*item.doubts, doubt)) for item in found]
    return tuple(sorted(found, key=lambda item: (item.paragraph, item.start)))
