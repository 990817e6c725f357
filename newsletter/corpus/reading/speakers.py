"""Lines that present somebody: ``Name, Role, Organisation``."""

from __future__ import annotations

import re

from newsletter.corpus.reading.records import Doubt, DoubtKind, Found, Speaker
from newsletter.corpus.reading.tokens import fold
from newsletter.corpus.reading.words import word_set

_LABELS = word_set(
    "speaker speakers panelist panelists panellist panellists moderator moderators moderated facilitator "
    "facilitators  presenter presenters guest guests host hosts keynote chair conferencier conferenciere "
    "conferenciers conferencieres  conferencier·ere·s panelistes paneliste moderateur moderatrice "
    "moderation animation animateur animatrice  animateurs intervenant intervenante intervenants "
    "intervenantes presentateur presentatrice orateur oratrice  orateurs invite invitee invites invitees "
    "avec participants presented formateur formatrice formateurs formatrices trainer trainers instructor "
    "instructors"
)
_LABEL = re.compile(r"[^\W\d_][^:\n]{1,60}?[ \u00a0]?:(?=\s|\Z)")
_BRACKETED = re.compile(
    r"(?:\A|[,;][ \u00a0](?:and|et)?|[ \u00a0](?:and|et)[ \u00a0])[ \u00a0]?"
    r"(?P<person>[^(),;\n]{3,80}\([^()\n]{1,120}\))"
)
_PARTICLES = word_set(
    "de du des d la le van von der den da di del dos el al bin ibn y e st ste mac mc o los las ten ter ben abu"
)
_TITLES = word_set("dr dre pr pre prof professor professeur professeure mr mrs ms mme m mlle me hon sir rev")
_LETTERS = re.compile(
    r"(?:ph\.? ?d|m\.? ?sc|b\.? ?sc|m\.? ?a|m\.? ?d|ll\.? ?[mb]|mba|c\.? ?m|o\.? ?c|ing|eng|cpa|r\.? ?n)\.?"
)
_ROLES = word_set(
    "director directrice directeur president presidente chief chef cheffe head manager gestionnaire "
    "coordinator  coordonnateur coordonnatrice founder fondateur fondatrice cofounder cofondateur "
    "cofondatrice co-founder  analyst analyste researcher chercheur chercheuse professor professeur "
    "professeure student etudiant etudiante leader  officer agent agente advisor adviser conseiller "
    "conseillere consultant consultante vice secretary secretaire minister  ministre mayor maire mairesse "
    "chair coach lawyer avocat avocate assistant assistante associate associe associee expert  experte "
    "representative representant representante responsable executive senior lead commander commandant "
    "inspector  inspecteur judge juge doctoral candidate candidat candidate fellow member membre "
    "spokesperson porte-parole ceo"
)
_ORGANISED = word_set(
    "centre center institute institut ministry ministere organization university universite college "
    "network reseau office  department council conseil association society foundation fondation agency "
    "agence service services school ecole  police canada inc ltd ville city bank banque hub"
)


def speaker_label(line: str) -> str | None:
    """``Speakers:``, ``Conférencière :``... at the start of a line, colon included; None when there is none.

    A line that is nothing but the word counts too.
    """
    match = _LABEL.match(line)
    head = match.group() if match else line if len(line) <= 40 else ""
    words = [fold(word.strip(".,()/&·")) for word in re.split(r"[\s/:]+|[·(]", head)]
    words = [word for word in words if word]
    if not words or len(words) > 6 or (match is None and len(words) > 2):
        return None
    return head if any(word in _LABELS for word in words) else None


def find_speaker(text: str, start: int, *, listed: bool = False) -> Found[Speaker] | None:
    """The person that a line presents, or None when it does not begin with a name.

    listed: the line stands in a list of speakers, so that a name alone is one.
    """
    line = text.rstrip(" .;,\u00a0") if not text.endswith(("Ph.D.", "inc.", "Inc.")) else text
    name, rest, mark = _cut_name(line)
    if not _is_name(name) or (not rest and not listed):
        return None
    parts = [part.strip() for part in _split(rest)] if mark != "(" else [rest]
    letters = []
    while parts and _LETTERS.fullmatch(parts[0].casefold()):
        letters.append(parts.pop(0))
    if mark == "(" and not _says_role(rest):
        role, organisation, sure = "", rest, True
    else:
        role, organisation, sure = _role_and_organisation(parts)
    role = ", ".join([*letters, role] if role else letters)
    doubts = (
        () if sure else (Doubt(DoubtKind.SPEAKER, f"role and organisation are not told apart for sure: “{rest}”"),)
    )
    return Found(Speaker(name, role, organisation), line, start, 0, doubts)


def find_speakers_in(text: str, start: int, *, listed: bool = False) -> tuple[Found[Speaker], ...]:
    """The people of a line: one, or several each with brackets ("A B (X), C D (Y) and E F (Z)")."""
    found: list[Found[Speaker]] = []
    for piece in _BRACKETED.finditer(text):
        person = find_speaker(piece["person"], start + piece.start("person"), listed=True)
        if person is None:
            found = []
            break
        found.append(person)
    if len(found) > 1:
        return tuple(found)
    person = find_speaker(text, start, listed=listed)
    return () if person is None else (person,)


def _cut_name(line: str) -> tuple[str, str, str]:
    """Name, the rest, and the mark between them."""
    best = min(
        (
            (place, mark)
            for mark in (",", " – ", " — ", " - ", " (", ":", " : ", "|")
            if (place := line.find(mark)) > 0
        ),
        default=(len(line), ""),
    )
    place, mark = best
    rest = line[place + len(mark) :].strip()
    if mark == " (":
        inner, closed, after = rest.partition(")")
        after = after.strip(" ,–—-:")
        rest = f"{inner}, {after}" if after and closed else inner
        return line[:place].strip(), rest, "," if after else "("
    return line[:place].strip(), rest, mark.strip()


def _is_name(name: str) -> bool:
    """Two to five words with capitals, small particles among them."""
    words = name.replace("\u00a0", " ").split()
    while words and fold(words[0].strip(".")) in _TITLES:
        words = words[1:]
    if not 2 <= len(words) <= 6 or any(char.isdigit() or char in '!?@/%$«»“”"' for char in name):
        return False
    folded = [fold(word.strip(".")) for word in words]
    if any(
        word in _ROLES or word in _ORGANISED or word in ("the", "and", "et", "of", "in", "for") for word in folded
    ):
        return False
    bare = [word[2:] if word[:2].casefold() in ("d’", "d'", "l’", "l'") else word for word in words]
    small = [word for word in bare if not word[:1].isupper()]
    if any(fold(word.strip(".")) not in _PARTICLES for word in small):
        return False
    return bare[0][:1].isupper() and bare[-1][:1].isupper() and not (name.isupper() and len(words) > 3)


def _split(rest: str) -> list[str]:
    """Parts between commas, those in brackets apart."""
    parts, depth, start = [], 0, 0
    for place, char in enumerate(rest):
        depth += (char == "(") - (char == ")" and depth > 0)
        if char in ",;" and depth == 0:
            parts.append(rest[start:place])
            start = place + 1
    return [part for part in [*parts, rest[start:]] if part.strip()]


def _role_and_organisation(parts: list[str]) -> tuple[str, str, bool]:
    """What stands behind the name, and whether the line between the two is certain."""
    if not parts:
        return "", "", True
    if len(parts) == 1:
        if _says_role(parts[0]):
            return parts[0], "", True
        return ("", parts[0], True) if _says_organisation(parts[0]) else (parts[0], "", False)
    if fold(parts[-1].split()[0]) in ("and", "et") or (
        _says_role(parts[-1]) and not _says_organisation(parts[-1])
    ):
        return ", ".join(parts), "", False
    if len(parts) == 2:
        return parts[0], parts[1], True
    places = [place for place, part in enumerate(parts) if place and _says_organisation(part)]
    cut = places[0] if places else len(parts) - 1
    return ", ".join(parts[:cut]), ", ".join(parts[cut:]), cut == len(parts) - 1 and _says_organisation(parts[-1])


def _says_role(part: str) -> bool:
    return any(fold(word.strip(".,()")) in _ROLES for word in re.split(r"[\s-]+", part)[:4])


def _says_organisation(part: str) -> bool:
    words = part.split()
    return any(fold(word.strip(".,()’'")) in _ORGANISED for word in words) or (
        any(word.strip("()").isupper() and len(word.strip("()")) > 1 for word in words)
    )
