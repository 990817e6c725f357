"""Organisations: names with their acronym in brackets, either way round, and names that say what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.corpus.reading.records import Found, Organisation
from newsletter.corpus.reading.tokens import Token, Tokens
from newsletter.corpus.reading.words import word_set

_LINKING = word_set(
    "of the for and on to in de du des la le les l d et pour sur en contre aux au a against with par sans "
    "or und da del  against within across"
)
_ORGANISATION_WORDS = word_set(
    "centre center institute institut institution ministry ministere organization organisation university "
    "universite  college cegep network reseau office bureau department departement commission council "
    "conseil association society  societe foundation fondation agency agence service services school "
    "ecole federation federations committee comite  union alliance coalition observatory observatoire "
    "secretariat corporation cooperative regroupement chaire chair  ville borough arrondissement hospital "
    "hopital museum musee library bibliotheque cabinet tribunal court league  ligue syndicat ordre "
    "directorate direction nations police gendarmerie"
)
_NEVER_FIRST = word_set(
    "the a an le la les un une through given in at with for since as by to and on from dans avec pour "
    "selon par depuis lors au aux of when while if both this that these our their notre leur ce cette mr "
    "mrs dr mme m"
)
_COMMON_PARTS = word_set(
    "international internationale national nationale regional regionale canadien canadienne quebecois "
    "quebecoise  municipal municipale public publique publics publiques social sociale sociaux sociales "
    "superieur superieure  universitaire communautaire provincial provinciale federal federale general "
    "generale interculturel africain  africaine americain americaine europeen europeenne police transport "
    "sante securite prevention recherche action  etudes statistique statistiques justice education "
    "culture logement formation developpement droit droits  personne personnes jeunesse famille familles "
    "enfance enfants femmes protection planification travail  criminalite crime violence violences "
    "environnement economie economique finances interieure immigration  technologie technologies sciences "
    "science administration coordination concertation cooperation drogue"
)
"""Words without capital inside of French names, where only the first word has one."""
_ROLES = word_set(
    "director directrice directeur president presidente minister ministre professor professeur "
    "professeure head chief  consultant consultante secretary manager member coordinator coordonnatrice "
    "coordonnateur analyst officer advisor  chair founder dean doyen doyenne mayor maire mairesse leader "
    "spokesperson"
)
_MOST_WORDS = 16
_FEWEST, _MOST_LETTERS = 2, 12
_ACRONYM = re.compile(r"[A-ZÀ-Ý][A-ZÀ-Ýa-z0-9]*(?:[-/&][A-ZÀ-Ý0-9]+)*")


def find_organisations(text: str) -> tuple[Found[Organisation], ...]:
    """Organisations in reading order, each name once.

    A name with an acronym is taken back to the word that the acronym's first letter stands for. A name without one
    must hold a word such as "Centre" or "Université" among capitals: what is not sure is left out.
    """
    tokens = Tokens(text)
    found = [*_with_acronym(tokens), *_by_their_words(tokens)]
    found.sort(key=lambda item: (item.start, -len(item.text)))
    kept: list[Found[Organisation]] = []
    seen: set[str] = set()
    end = -1
    for item in found:
        key = item.value.name.casefold()
        if item.start < end or key in seen:
            continue
        seen.add(key)
        end = item.end
        kept.append(item)
    return tuple(kept)


def _with_acronym(tokens: Tokens) -> Iterator[Found[Organisation]]:
    for place in range(len(tokens)):
        if tokens[place].text != "(":
            continue
        close = _closing(tokens, place)
        if close is None:
            continue
        inside = _acronym_at(tokens, place + 1, close)
        if inside is not None:
            yield from _name_before(tokens, place, close, inside)
            continue
        yield from _name_inside(tokens, place, close)


def _closing(tokens: Tokens, place: int) -> int | None:
    for behind in range(place + 1, place + 2 * _MOST_WORDS):
        if tokens[behind].text == ")":
            return behind
        if tokens[behind].kind == "wall":
            return None
    return None


def _acronym_at(tokens: Tokens, first: int, behind: int) -> str | None:
    """The acronym that the tokens spell without spaces, if they do."""
    if behind <= first or any(tokens[place].spaced for place in range(first + 1, behind)):
        return None
    text = tokens.slice(first, behind)[1]
    letters = [char for char in text if char.isalpha()]
    capitals = sum(char.isupper() for char in letters)
    if (
        not _ACRONYM.fullmatch(text)
        or not _FEWEST <= len(letters) <= _MOST_LETTERS
        or 3 * capitals < 2 * len(letters)
    ):
        return None
    return text


def _name_before(tokens: Tokens, bracket: int, close: int, acronym: str) -> Iterator[Found[Organisation]]:
    """``Centre for ... (CFX)``."""
    first = _aligned(tokens, bracket, acronym) or _capitals_before(tokens, bracket)
    if first is None:
        return
    start, name = tokens.slice(first, bracket)
    text = tokens.text[start : tokens[close].end]
    yield Found(Organisation(" ".join(name.split()), acronym), text, start)


def _aligned(tokens: Tokens, behind: int, acronym: str) -> int | None:
    """The first word of the name before `behind` whose initials are the acronym's letters, read backwards."""
    letters = [char.casefold() for char in acronym.split("-")[0].split("/")[0] if char.isalpha()]
    place, left, skipped = behind - 1, len(letters), 0
    for _ in range(_MOST_WORDS):
        token = tokens[place]
        if token.kind != "word":
            if token.text not in ("-", "'", "’", "‑", ",", "&", "–") or (
                token.text == "," and left == len(letters)
            ):
                return None
            place -= 1
            continue
        if left and token.key[:1] == letters[left - 1]:
            left -= 1
            if left == 0:
                return place if token.text[0].isupper() or len(letters) > 2 else None
        elif token.key not in _LINKING and token.key != "s":
            skipped += 1
            if skipped > 1:
                return None
        place -= 1
    return None


def _capitals_before(tokens: Tokens, behind: int) -> int | None:
    """The first of the capitalised words, and small words among them, before `behind`."""
    first, words = None, 0
    for place in range(behind - 1, behind - 1 - _MOST_WORDS, -1):
        token = tokens[place]
        if token.kind == "word" and token.text[0].isupper() and token.key not in _NEVER_FIRST:
            first, words = place, words + 1
        elif (token.kind != "word" and token.text not in ("-", "'", "’", "‑", "&")) or (
            token.kind == "word" and token.key not in _LINKING and token.key != "s"
        ):
            break
    names = [tokens[place] for place in range(first, behind)] if first is not None else []
    says_so = any(token.key in _ORGANISATION_WORDS for token in names)
    return first if words >= 2 and says_so else None


def _name_inside(tokens: Tokens, bracket: int, close: int) -> Iterator[Found[Organisation]]:
    """``CFX (Centre for ...)``, ``the CFX network (Centre ...)``, and ``(Centre for ..., CFX)``."""
    for comma in range(close - 1, bracket, -1):
        if tokens[comma].text == ",":
            acronym = _acronym_at(tokens, comma + 1, close)
            first = _aligned(tokens, comma, acronym) if acronym else None
            if acronym and first is not None:
                start, name = tokens.slice(first, comma)
                yield Found(Organisation(name, acronym), tokens.text[start : tokens[close - 1].end], start)
            return
    for place in (bracket - 1, bracket - 2):
        first_token = _acronym_start(tokens, place)
        acronym = _acronym_at(tokens, first_token, place + 1)
        if acronym is None or not acronym.isupper():
            continue
        if _aligned(tokens, close, acronym) == bracket + 1:
            start, _ = tokens.slice(first_token, place + 1)
            name = tokens.slice(bracket + 1, close)[1]
            yield Found(
                Organisation(" ".join(name.split()), acronym), tokens.text[start : tokens[close].end], start
            )
        return


def _acronym_start(tokens: Tokens, place: int) -> int:
    for _ in range(4):
        if tokens[place].spaced or tokens[place].kind == "wall":
            break
        place -= 1
    return place


def _by_their_words(tokens: Tokens) -> Iterator[Found[Organisation]]:
    place = 0
    while place < len(tokens):
        run = _run(tokens, place)
        if run is None:
            place += 1
            continue
        first, behind = run
        start, name = tokens.slice(first, behind)
        yield Found(Organisation(" ".join(name.split())), name, start)
        place = behind


def _run(tokens: Tokens, first: int) -> tuple[int, int] | None:
    """The first token and the one behind the last of a name that starts at `first`, or a little later."""
    if not _capital(tokens[first]) or tokens[first].key in _NEVER_FIRST or tokens[first].key in _LINKING:
        return None
    behind, words, says_so, start = first, 0, False, first
    for place in range(first, first + _MOST_WORDS):
        token = tokens[place]
        if _capital(token) or (token.key in _COMMON_PARTS and tokens[start].key in _ORGANISATION_WORDS):
            behind, words = place + 1, words + 1
            says_so = says_so or (token.key in _ORGANISATION_WORDS and _capital(token))
            if token.key in _ROLES:  # "Director of the Centre for ..."
                start, words, says_so = _behind_links(tokens, place + 1), 0, False
        elif not _links(tokens, place):
            break
    return (start, behind) if says_so and words >= 2 and start < behind else None


def _links(tokens: Tokens, place: int) -> bool:
    """Whether a token stands between two words of one name."""
    token = tokens[place]
    if token.kind != "word":
        return token.text in ("'", "’", "-", "‑") and not token.spaced
    if token.key == "s" and tokens[place - 1].text in ("'", "’"):
        return _capital(tokens[place + 1])
    if token.key in ("and", "et", "to", "on", "sur"):
        return _joins(tokens, place)
    return token.key in _LINKING and token.key not in ("in", "en", "a", "with", "avec", "within", "across")


def _behind_links(tokens: Tokens, place: int) -> int:
    for _ in range(4):
        if tokens[place].key not in _LINKING or tokens[place].kind != "word":
            break
        place += 1
    return place


def _joins(tokens: Tokens, place: int) -> bool:
    """Whether "and" stands inside of a name: two organisations joined by it would both say what they are."""
    following = [tokens[place + step] for step in range(1, 5)]
    return _capital(following[0]) and not any(
        token.key in _ORGANISATION_WORDS for token in following if _capital(token)
    )


def _capital(token: Token) -> bool:
    return token.kind == "word" and token.text[0].isupper() and not (token.text.isupper() and len(token.text) > 12)
