"""Which language a text is in, and which languages a text says that something is in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.corpus.reading.records import DocumentLanguages, Found, Language
from newsletter.corpus.reading.sentences import sentences
from newsletter.corpus.reading.tokens import Token, Tokens
from newsletter.corpus.reading.words import word_set

_ENOUGH_WORDS = 4000
"""More words than this tell nothing new."""

# Words of grammar that the other language does not have. Written without accents, as `fold` gives them.
_FRENCH = word_set(
    "le la les l un une du des au aux de d et ou où est sont ete etre avec pour par sur dans chez sous "
    "vers  entre sans que qui quoi dont ce cet cette ces son sa ses leur leurs notre nos votre vos il "
    "elle ils elles  nous vous on ne pas plus tres aussi ainsi afin lors selon mais car donc puis deja "
    "encore comme depuis  pendant contre apres avant jusqu qu n s c j m se en a y ayant fait faire peut "
    "doit sera seront etait  avait ont avons avez tous toutes toute tout quel quelle quels quelles celui "
    "celle ceux celles chaque  plusieurs aucun autre autres meme voici voila"
)
_ENGLISH = word_set(
    "the a an and or of to in on at for from with by as is are was were be been being has have had do "
    "does did  will would can could should may might must that this these those which who whom whose what "
    "when where why  how it its they them their we our us you your he she his her not no but if than then "
    "so such into onto  over under about after before during through between against within without while "
    "more most other some  any all both each every"
)
_BOTH = word_set("a on or me plus son dont do as us main pour car sort champ chat comment occasion tout fin an")
"""In both lists, or words of the other language too: they weigh little."""
_FRENCH_STRONG = word_set(
    "les des une du aux est dans avec sur cette ses leur nous vous pour et le la au que qui ne"
)
_ENGLISH_STRONG = word_set("the and of to for with by is are was has have this that from which our their will")

# Words that titles of news are made of, for titles too short to have grammar.
_FRENCH_TITLES = word_set(
    "cahier francais anglais offre emploi emplois poste stage stagiaire nouveau nouvel nouvelle nouveaux "
    "nouvelles bonne bonnes  bon  annee rapport annuel annuelle evenement evenements venir colloque "
    "webinaire atelier ateliers  concours  appel prochain prochaine prochains equipe accueil accueille "
    "rencontre communique presse  bourse formations  securite quartier jeunes etude bulletin  infolettre "
    "inscription inscrivez  limite seance seances  reunion assemblee marche marches  bilan projet projets "
    "lancement  recherche depliant janvier  fevrier avril mai mars juin juillet aout  septembre octobre "
    "novembre decembre  lundi mardi mercredi jeudi vendredi  samedi dimanche ete hiver  automne printemps "
    "decouvrez lisez  savoir merci bienvenue felicitations fete  entrevue medias  criminalite mot retour "
    "recrute  recherchons candidature"
)
_ENGLISH_TITLES = word_set(
    "french english job offer offers position new news intern internship hiring report annual yearly "
    "upcoming event  events  next workshop webinar call papers proposals join joins team welcome meeting "
    "meetings press  release award  training safety city neighbourhood neighborhood youth study brief "
    "policy newsletter  register registration  deadline board assembly walk walks review project launch "
    "research crime  summer winter spring fall january  february march april june july august september "
    "october november  december monday tuesday wednesday thursday  friday saturday sunday discover read "
    "learn thank thanks  congratulations interview hire available download  work workers update first "
    "last year week day back  happy wanted apply volunteer volunteers"
)

# How words of one language look. Endings count less than words of grammar.
_TITLES = _FRENCH_TITLES | _ENGLISH_TITLES

_FRENCH_LOOK = re.compile(
    r"(?:eur|eurs|euse|euses|aux|eux|elle|elles|ales?|ique|iques|ment|ments|aire|aires|isme|oire|oires|ette|ettes|ees?|"
    r"ites?|ier|iers|iere|ieres|iel|ielle|iels|ance|ances|que|ois|oise|ais|aise|ez|ons|ent)$"
)
_ENGLISH_LOOK = re.compile(
    r"(?:ing|ings|ness|ship|ships|ity|ies|ly|ed|ers?|th|ght|ck|sh|ful|less|ous|ism|ic|ics|al|y|ws?|hood|ward)$|"
    r"^(?:wh|kn|sh|wr|th)|w|k"
)
_LOOKS_ENGLISH_TOO = re.compile(r"(?:ment|ments|ance|ances|ent|ette)$")
_ACCENTS = frozenset("éèêëàâçîïôûùœ")
_OTHER = word_set(
    "el los las del muy para por una y il della che di gli nel der und das ist nicht mit von den ein eine "
    "os uma nao em  het een van och att det som"
)
"""Words of grammar of Spanish, Italian, German, Portuguese, Dutch and Swedish."""
_FOREIGN = frozenset("ñáíóúãõßäöåøłšžčğışěřů")
"""Letters of languages that are neither."""

_SURE = 0.7
"""How far the two sums must be apart: a word of grammar, or two words that look like one language."""
_LEAST_GRAMMAR = 0.2
"""Weight per word, in texts long enough for grammar; both languages have about 0.6, others less than this."""


def tell_language(text: str) -> Language | None:
    """French or English, by words of grammar and by how words look; None when it cannot be told.

    A proper name says nothing: capitals inside a line weigh less than other words. Text in a third language
    comes back as None when neither of the two has the better of it.
    """
    french = english = 0.0
    other = 3.0 * ("¿" in text or "¡" in text)
    tokens = Tokens(text[: 10 * _ENOUGH_WORDS])
    named = _Names(tokens)
    words = [place for place, token in enumerate(tokens.items) if token.kind == "word"][:_ENOUGH_WORDS]
    for place in words:
        token = tokens[place]
        one, two = _weights(tokens, place, named)
        french, english = french + one, english + two
        other += token.key in _OTHER or (token.text[0].islower() and not _FOREIGN.isdisjoint(token.text))
    strong = max(french, english)
    if abs(french - english) < _SURE or 1.5 * other > strong:
        return None
    common = sum(tokens[place].text[0].islower() for place in words)
    if common >= 8 and strong / common < _LEAST_GRAMMAR:
        return None
    return "fr" if french > english else "en"


class _Names:
    """Capitals that no start of a sentence explains: parts of names."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens

    def at(self, place: int) -> bool:
        """Whether the word there is part of a name. Acronyms are not, nor is the first word after a mark."""
        token, before = self.tokens[place], self.tokens[place - 1]
        return (
            token.kind == "word"
            and token.text[0].isupper()
            and token.text != token.text.upper()
            and token.key not in _TITLES
            and place > 0
            and (before.kind in ("word", "number") or before.text in (",", "(", "-", "’", "'", "&"))
        )

    def near(self, place: int) -> bool:
        """Whether a small word stands in a name: "École de musique de la Ville de ..."."""
        return self.at(place + 1) or any(self.at(place - back) for back in (1, 2, 3))


def _weights(tokens: Tokens, place: int, named: _Names) -> tuple[float, float]:
    """How far one word speaks for French and for English."""
    token, mark, after = tokens[place], tokens[place + 1], tokens[place + 2]
    key = token.key
    if mark.text in ("'", "’") and not mark.spaced and key in _ELIDED:
        return (1.5, 0.0) if after.kind == "word" and len(after.key) > 1 else (0.3, 0.0)
    if key in ("s", "t", "re", "ve", "ll") and tokens[place - 1].text in ("'", "’"):
        return 0.0, 0.3  # the board's, don't
    if key == "no" and tokens[place + 1 + (mark.text == ".")].kind == "number":
        return 0.0, 0.0  # a number, in both
    if key in _BOTH:
        return 0.25 * (key in _FRENCH), 0.25 * (key in _ENGLISH)
    french = 1.0 * (key in _FRENCH) + 0.5 * (key in _FRENCH_STRONG) + 0.8 * (key in _FRENCH_TITLES)
    english = 1.0 * (key in _ENGLISH) + 0.5 * (key in _ENGLISH_STRONG) + 0.8 * (key in _ENGLISH_TITLES)
    if key in _OF_NAMES and token.text[0].islower() and named.near(place):
        return french * _IN_A_NAME, english * _IN_A_NAME
    if french or english or (token.text.isupper() and len(token.text) < 6):  # or an acronym
        return french, english
    return _look(token, 0.1 if named.at(place) else 0.2 if named.near(place) else 0.4)


def _look(token: Token, weight: float) -> tuple[float, float]:
    """What the letters of a word say."""
    key = token.key
    french = 1.3 * weight * (not _ACCENTS.isdisjoint(token.text.casefold()))
    if len(key) <= 3:
        return french, 0.0
    if _FRENCH_LOOK.search(key):
        french += weight * (0.3 if _LOOKS_ENGLISH_TOO.search(key) else 1)
    return french, weight * bool(_ENGLISH_LOOK.search(key))


_OF_NAMES = word_set("de la le les du des d l et of the for and in on aux au")
_IN_A_NAME = 0.15
"""Small words beside a capital say less: an English text may name the "Ville de Montréal"."""
_ELIDED = word_set("l d qu n c j jusqu lorsqu puisqu m t s")

_NAMES = {
    "french": "fr", "francais": "fr", "francaise": "fr", "english": "en", "anglais": "en", "anglaise": "en",
    "spanish": "es", "espagnol": "es", "espagnole": "es", "portuguese": "pt", "portugais": "pt",
    "portugaise": "pt", "arabic": "ar", "arabe": "ar", "german": "de", "allemand": "de", "italian": "it",
    "italien": "it",
}  # fmt: skip
_BOTH_NAMES = word_set("bilingual bilingue bilingues")
_ONLY = word_set("only seulement uniquement exclusivement exclusively")
_OF_EVENT = word_set(
    "webinar webinaire session sessions seance seances workshop atelier ateliers conference conferences "
    "event  evenement meeting rencontre presentation discussion held tiendra tiendront deroulera lieu "
    "panel colloque  training formation interpretation langue langues language languages"
)
_OF_DOCUMENT = word_set(
    "offert offerte offerts offertes available disponible disponibles report rapport document documents "
    "publication note version versions  download telecharger guide brief paper article etude study pdf "
    "fiche read lire consulter text texte  book  livre link lien published publie publiee content contenu"
)
_NO_REMARK = word_set(
    "essential required requis exigee exigees asset atout fluent fluency maitrise bilingualism speak"
)
"""Sentences about people's languages."""


def find_languages(text: str) -> tuple[Found[DocumentLanguages], ...]:
    """Remarks such as "available in French only", "en français seulement", "will be held in English"."""
    found = []
    for start, sentence in sentences(text):
        tokens = Tokens(sentence)
        keys = {token.key for token in tokens.items}
        if keys & _NO_REMARK or not keys & (_OF_EVENT | _OF_DOCUMENT | _ONLY):
            continue
        named = list(named_languages(tokens))
        if not named:
            continue
        languages = tuple(dict.fromkeys(language for language, _, _ in named))
        first, behind = named[0][1], named[-1][2]
        only = [place for place, token in enumerate(tokens.items) if token.key in _ONLY]
        close = [place for place in only if first - 8 <= place <= behind + 2]
        if close:
            first, behind = min(first, *close), max(behind, close[-1] + 1)
        offset, words = tokens.slice(first, behind)
        takes_place = bool(keys & _OF_EVENT) and keys.isdisjoint(("available", "disponible"))
        value = DocumentLanguages(languages, bool(close), "event" if takes_place else "document")
        found.append(Found(value, words, start + offset))
    return tuple(found)


def named_languages(tokens: Tokens) -> Iterator[tuple[str, int, int]]:
    """Languages that a phrase names as those of something: code, first token, index behind.

    ``in French and English``, ``en français``, ``French version``, ``bilingual``; a French person is not one.
    """
    for place, token in enumerate(tokens.items):
        if token.key in _BOTH_NAMES:
            yield from (("fr", place, place + 1), ("en", place, place + 1))
        code = _NAMES.get(token.key)
        if code is None or (token.text[0].islower() and token.key in ("french", "english")):
            continue
        first = _lead(tokens, place)
        if first is not None:
            yield code, first, place + 1


def _lead(tokens: Tokens, place: int) -> int | None:
    """The first token of the phrase that makes a word the language of something."""
    if tokens[place + 1].key in ("version", "versions", "session", "only", "seulement"):
        return place
    for back in range(1, 7):
        key = tokens[place - back].key
        if key in ("in", "en", "version", "versions", "are", ":") or tokens[place - back].text in ("(", "–"):
            return place - back + (key in ("are", ":") or tokens[place - back].text in ("(", "–"))
        if key not in _NAMES and key not in ("and", "et", ",", "/", "or", "ou", "both", "only", "&", "the", "le"):
            return None
    return None
