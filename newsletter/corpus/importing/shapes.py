"""What a line of a capture looks like: a sentence, a possible title, a call to act, a date line, a heading inside.

The words listed here are the plain function words of French and English pages ("read more", "merci", "contexte"):
no name and no title of any organisation stands among them.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

from newsletter.corpus.importing.records import Paragraph, Role


class Shape(StrEnum):
    """The shape of a paragraph, as far as one can tell without its neighbours."""

    PROSE = "prose"
    SENTENCE = "sentence"
    LINE = "line"
    ACTION = "action"
    CLOSING = "closing"
    LABEL = "label"
    FIELD = "field"
    SCHEDULE = "schedule"
    META = "meta"
    PLACE = "place"
    SECTION = "section"
    FURNITURE = "furniture"
    ITEM = "item"
    RULE = "rule"


_MONTH = (
    r"(?:jan(?:uary|vier)?|feb(?:ruary)?|f[ée]vr(?:ier)?|mar(?:ch|s)|apr(?:il)?|avr(?:il)?|ma[yi]|june?"
    r"|juin|july?|juil(?:let)?"
    r"|aug(?:ust)?|ao[uû]t|sept(?:ember|embre)?|oct(?:ober|obre)?|nov(?:ember|embre)?|d[ée]c(?:ember|embre)?)\.?"
)
_WEEKDAY = (
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
    r"|lundis?|mardis?|mercredis?|jeudis?|vendredis?|samedis?|dimanches?"
)
_CLOCK = re.compile(
    r"\b\d{1,2}(?::\d{2}|\s?h(?:\s?\d{2})?)?\s?(?:[ap]\.?\s?m\.?)(?!\w)|\b\d{1,2}:\d{2}\b"
    r"|\b\d{1,2}\s?h(?:\s?\d{2})?\b(?!\w)",
    re.I,
)
_STARTS_WITH_DAY = re.compile(
    rf"(?:le |on )?(?:{_WEEKDAY}|\d{{1,2}}(?:er|st|nd|rd|th)?\s+{_MONTH}|{_MONTH}\s+\d)", re.I
)
_STARTS_WITH_CLOCK = re.compile(r"(?:de |from |at |à )?\d{1,2}(?::\d{2}|\s?h\b|\s?[ap]\.?m)", re.I)
_DATE = re.compile(
    rf"\b(?:{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:\s?[-–]\s?\d{{1,2}})?,?\s*(?:\d{{4}})?"
    rf"|\d{{1,2}}(?:er|st|nd|rd|th)?(?:\s?(?:[-–]|et|and|to"
    rf"|au)\s?\d{{1,2}})?\s+{_MONTH}\s*,?\s*(?:\d{{4}})?|{_MONTH}\s+\d{{4}}"
    r"|\d{4}-\d{2}-\d{2}|\d{1,2}[/.]\d{1,2}[/.]\d{2,4})(?!\w)",
    re.I,
)
_META_WORDS_TEXT = (
    "published posted updated last modified on by at in le la par publié publiée mis mise à jour modifié "
    "dernière mardi lundi mercredi jeudi vendredi samedi dimanche monday tuesday wednesday thursday "
    "friday saturday sunday news nouvelles actualités actualité nouvelle date the du communiqué blog min "
    "read lecture minutes minute h de et"
)
_META_WORDS = frozenset(_META_WORDS_TEXT.split())
_BYLINE = re.compile(
    r"(?:by|par)\s+(?:[A-ZÀ-Þ][\w'’.-]+\s?){1,4}$|(?:posted|filed|published) (?:in|by|under)\b"
    r"|publié (?:par|dans)\b"
)
_POSTED = re.compile(
    r"(?:first )?(?:posted|published|updated|written"
    r"|publiée?|mise? à jour|mise? en ligne|écrite?|diffusée?)\b",
    re.I,
)
_ENDS_IN_ADDRESS = re.compile(r"(?:https?://|www\.|mailto:)\S{1,300}$|\s[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}$")
"""No title ends in a link: "The report: https://..."."""
_FIRST_SENTENCE = re.compile(r".{1,300}?\w{2}[.!?…]\s(?=[A-ZÀ-Þ])")
"""What a paragraph tells before it names an address: "The hall opens on Monday. Write to ..."."""
_ACTION = re.compile(
    r"[*→»>\s]*(?:"
    r"read (?:more|on|the|our|this|it|about)|see (?:the|more|our|all|also|it|full)|view\b|downloads?\b"
    r"|discover (?:the|more|our|it)|register\b|sign up|rsvp"
    r"|apply (?:now|here|by|online|before)|listen\b|watch (?:the|it|our|here)|find out|learn more"
    r"|more (?:info|information|details|about)\b|for (?:the )?(?:more|further|full|all|any|details?|information)\b"
    r"|to (?:register|apply|sign up|see|read|learn|find|view|download|book|join|donate|reserve|consult"
    r"|watch|listen|know|attend|subscribe)\b"
    r"|click\b|consult\b|book (?:your|a|now|online)|take the survey|contact us|get (?:your )?tickets"
    r"|(?:online )?registration(?:$| (?:form|link|page|here|is))|free (?:admission|entry)"
    r"|follow us|share (?:this|on)|subscribe|back to|continue reading|full (?:article|text|report)$"
    r"|link to|visit (?:the|our) (?:web|site|page)"
    r"|lire (?:la|le|l['’]|les|plus|notre|en|aussi|ici)|consulte[rz]\b|télécharge[rz]\b|découvr(?:ir"
    r"|ez) (?:le|la|l['’]|les|notre|ici|plus)|s['’]inscrire|inscri(?:vez-vous|ption en ligne|ptions?$"
    r"|ption (?:ici|:))"
    r"|pour (?:en (?:savoir|apprendre)|vous inscrire|plus (?:d['’]|de)|toute? |consulter|lire|obtenir|voir"
    r"|vous|s['’]inscrire|participer|postuler|télécharger|visionner|regarder|écouter|connaître|assister"
    r"|réserver|soumettre)"
    r"|en savoir (?:plus|davantage)|plus d['’](?:infos?|informations?|détails?)|voir (?:le|la|l['’]|les"
    r"|plus|aussi|ici|l)|écoute[rz]\b|regarde[rz]\b|visionne[rz]\b|clique[rz]\b"
    r"|réserve[rz]\b|contactez|répondre au sondage|accéder|entrée (?:libre|gratuite)|suivez-nous"
    r"|partage[rz]\b|abonnez-vous|retour (?:à|au|aux)|la suite"
    r")",
    re.I,
)
_CLOSING = re.compile(
    r"(?:thanks?\b|thank you|many thanks|welcome\b|congratulations|well done|bravo|we (?:look"
    r"|are looking) forward|looking forward|see you\b"
    r"|merci\b|un grand merci|bienvenue\b|félicitations|nous (?:vous )?remercions|au plaisir|à bientôt"
    r"|bonne (?:lecture|chance|continuation)|cordialement"
    r"|sincerely|regards|nous avons hâte|nous vous attendons|on vous attend|l['’]équipe (?:du|de|des"
    r"|d['’])|the \S+ team$)",
    re.I,
)
_SECTION = re.compile(
    r"(?:\d{1,2}\. )?(?:the |le |la |les |l['’]|our |notre |nos )?(?:"
    r"background|context|objectives?|goals?|aims?|next steps?|qualifications?|requirements"
    r"|responsibilities|duties|tasks|skills|eligibility|conditions"
    r"|how (?:to .{1,30}|it works?)|about(?: .{1,50})?|program(?:me)?|agenda|schedule|timetable|speakers?"
    r"|panel(?:l?ists?)?|registration|method(?:s|ology)?|results?|(?:key |main )?findings"
    r"|conclusions?|summary|introduction|overview|contacts?(?: us)?|details|when|where"
    r"|who(?: can .{1,30})?|what|(?:where|how|why|what|when|who) (?:\S+ ){0,3}\S+(?<!\?)|why(?: .{1,20})?"
    r"|location|venue|key (?:dates?|facts|figures|points)|approach|plan|mission|vision"
    r"|topics?|themes?|references|notes?|faq|highlights|partners?|funding|timeline|deadlines?"
    r"|practical information|our team|description|activities|challenges?|recommendations?"
    r"|(?:mise en )?contexte|objectifs?|buts?|prochaines? étapes?|exigences|responsabilités|tâches"
    r"|profil(?: recherché)?|compétences|admissibilité|comment (?:postuler|s['’]inscrire|participer|ça .*"
    r"|faire .*)"
    r"|à propos(?: .{1,50})?|programm(?:e|ation)|horaire|ordre du jour|conférenci(?:ers?|ères?|ères?\b.*)"
    r"|panélistes?|inscriptions?|méthod(?:es?|ologie)|résultats?|faits saillants|conclusion|résumé|aperçu"
    r"|coordonnées|renseignements|détails|quand|où|qui|quoi|pourquoi|lieu|dates? (?:clés?|importantes?"
    r"|limites?)|chiffres clés|approche|thèmes?|références|partenaires?|financement|échéanci?er"
    r"|informations? pratiques?"
    r"|(?:premi|deuxi|trois|quatri|cinqui|second|first|third|fourth|fifth)\w*(?: \S+){0,2}|(?:part(?:ie)?"
    r"|volet|étape|step|day|jour|session|séance|route|chapitre|chapter) (?:\d+|[ivx]+)"
    r"|questions fréquentes|foire aux questions|frequently asked questions"
    r"|activités|enjeux|recommandations?|démarche|équipe|volets?|atelier|workshop"
    r")\s*[?!]?",
    re.I,
)
_FIELD = re.compile(
    r"(?:dates?|times?|where|when|who|what|place|location|venue|price|cost|fee|deadline|contact|phone|tel"
    r"|e-?mail|language|format|duration|salary|status|type|host|moderator|speakers?"
    r"|heures?|horaire|lieu|quand|où|qui|quoi|co[uû]t|prix|tarif|échéance|date limite|courriel|téléphone"
    r"|tél|langues?|durée|salaire|statut|animat(?:ion|eur|rice)|présente?s?|presents?|absente?s?"
    r"|regrets|conférenci(?:er|ère)s?|site web"
    r"|web(?:site)?)"
    r"\s*(?:\([^)]{1,20}\)\s*)?:\s*\S",
    re.I,
)
_LISTING = re.compile(
    r"(?:(?:the |our |les |nos |all |toutes les )?(?:latest |recent |dernieres |past )?"
    r"(?:news|nouvelles|actualites?|blog|blogue|posts|articles|press releases|communiques(?: de presse)?"
    r"|events|evenements|archives?|updates"
    r"|newsletter|infolettre|bulletin|publications|stories|what s new|quoi de neuf|en bref|in brief"
    r"|in the news)(?: recentes| archives?)?"
    r"(?: (?:of |de |d |du |et |and |from )?.{0,40})?)"
)
_CREDIT = re.compile(
    r"\(?(?:photos?|images?|pictures?|captions?|légendes?|crédits?(?: photos?)?|photo credits?"
    r"|illustrations?|vidéos?|source|copyright|©|figure|table|tableau)\b\s*\d*\s*(?::|©|\(|/|–|-|by |par "
    r"|de |$)",
    re.I,
)
_FURNITURE = re.compile(
    r"(?:home|accueil|menu|search|recherche|next|previous|suivant|précédent|share|tweet|print|imprimer"
    r"|facebook|twitter|linkedin|instagram|english|français|fr|en|skip to .*|aller au contenu"
    r"|(?:(?:home|accueil|about|à propos|news|nouvelles|actualités|contact|menu|events?|événements?"
    r"|publications?|donate|don|search|recherche|login|connexion|en|fr|english|français|nous joindre"
    r"|us)\s*[|·•>»/]*\s*)+"
    r"|page \d+.*|\d+|cookies?.*|all rights reserved.*|tous droits réservés.*|©.*|[|»›•\s]+)$",
    re.I,
)
_URL_LINE = re.compile(r"(?:https?://|www\.)\S+$|\S+@\S+\.\w+$")
_ACCENTS = re.compile("[\u0300-\u036f]+")
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.!?…][\"”»’)\]]*\s*$")
_AUXILIARY = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|can|could|may|must|should|be|been|does|do|did|est|sont"
    r"|était|étaient|a|ont|avait|sera|seront|aura|auront|peut|peuvent|doit|doivent|fait|va|vont"
    r"|invite[sd]?|remains?|closes|opens|permet|vise|reste|we|you|they|it|he|she|nous|vous|ils?|elles?|on"
    r"|ce|cette|this|these|there|stay|starts?|begins?|runs?|took|made|said|seront|reprend|commence)\b",
    re.I,
)
_VERB_ENDING = re.compile(r"\b\w{3,}(?:ra|ront|rons|ait|aient|èrent|ed)\b", re.I)
"""Endings that are nearly always a verb's: futures and past tenses."""
_LEANING_START = re.compile(
    r"(?:we|nous|our|notre|nos|this|these|it|they|he|she|his|her|their|its|there|in this|as part|thus"
    r"|finally|moreover|however|also|please|note|if|as|to|you|i"
    r"|ce|cet|cette|ces|il|elle|ils|elles|son|sa|ses|leur|leurs|on|ainsi|enfin|de plus|toutefois|cependant"
    r"|aussi|veuillez|si|dans ce|dans cette|afin|vous|notons|par ailleurs)\b",
    re.I,
)


def mentions_clock(text: str) -> bool:
    """Whether `text` holds a time of day."""
    return _CLOCK.search(text) is not None


def ends_in_action(text: str) -> bool:
    """``... on Thursday at noon: Registration``: a sentence with the label of its link behind a colon."""
    before, colon, after = text.rpartition(":")
    return (
        bool(colon)
        and len(words(before)) >= 6
        and len(words(after)) <= 3
        and _ACTION.match(after.strip()) is not None
    )


def is_listing(text: str) -> bool:
    """Whether `text` is the heading of a page of news: "Latest news", "Actualités", "News & updates"."""
    return _LISTING.fullmatch(fold(text)) is not None


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """`text` without accents, case, punctuation: for comparing lines."""
    plain = text if text.isascii() else _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    return " ".join(_WORD.findall(plain.lower().replace("’", "'")))


def words(text: str) -> list[str]:
    """The words of `text`, hyphens and apostrophes inside."""
    return _WORD.findall(text)


def ends_as_sentence(text: str) -> bool:
    """Whether `text` ends in a full stop, a question mark or the like, closing quotes aside."""
    return _SENTENCE_END.search(text) is not None


def ends_in_stop(text: str) -> bool:
    """Whether the last mark is a full stop (not ``!`` or ``?``, which titles may have)."""
    bare = text.rstrip(' "”»’)]')
    return bare.endswith((".", "…")) and not re.search(
        r"\b(?:inc|ltd|ltée|etc|jr|sr|[A-Z](?:\.[A-Z])+|[A-Z])\.$", bare, re.I
    )


def is_capitals(text: str) -> bool:
    """Whether the letters are capitals, small words of joined names aside."""
    letters = [char for char in text if char.isalpha()]
    return len(letters) >= 4 and sum(char.isupper() for char in letters) >= 0.9 * len(letters)


def seems_a_sentence(text: str) -> bool:
    """Whether a line that ends in a stop has the verb or the subject of a sentence."""
    return bool(_AUXILIARY.search(text) or _VERB_ENDING.search(text) or leans_back(text))


def leans_back(text: str) -> bool:
    """Whether `text` begins like a sentence that goes on from the one before."""
    return _LEANING_START.match(text) is not None


def ends_in_address(text: str) -> bool:
    """Whether `text` ends in a link or an e-mail address, as the last paragraph of an article often does."""
    return _ENDS_IN_ADDRESS.search(text) is not None


def starts_with_date(text: str) -> bool:
    """``March 25-26 2019: ...``, ``26 – 27 novembre : ...``: a date, a colon, and words after it."""
    parts = re.split(r"\s?:(?=\s)|\s[–—-](?=\s\D)", text, maxsplit=1)
    return len(parts) == 2 and len(words(parts[1])) >= 3 and _is_date_line(parts[0])


def shape_of(paragraph: Paragraph) -> Shape:
    """The shape of `paragraph` by itself."""
    text = paragraph.text
    if paragraph.role is Role.RULE:
        return Shape.RULE
    if paragraph.role is Role.ITEM or (paragraph.role is Role.NUMBERED):
        return Shape.ITEM
    count = len(words(text))
    if _FURNITURE.match(text) or count == 0:
        return Shape.FURNITURE
    if (short := _short_shape(text, count)) is not None:
        return short
    if count >= 40 or (ends_as_sentence(text) and count >= 25):
        return Shape.PROSE
    if ends_in_stop(text):
        return Shape.SENTENCE
    return Shape.LINE


def _short_shape(text: str, count: int) -> Shape | None:
    if count > 40:
        return None
    if text.startswith("*") or _URL_LINE.match(text) or _CREDIT.match(text):
        return Shape.META
    if _is_schedule(text):
        return Shape.SCHEDULE
    if _FIELD.match(text):
        return Shape.FIELD
    if text.endswith(":"):
        return Shape.LABEL
    if _is_date_line(text) or _BYLINE.match(text) or (_POSTED.match(text) and count <= 14 and _DATE.search(text)):
        return Shape.META
    if _ACTION.match(text) and count <= (16 if ends_as_sentence(text) else 24):
        return Shape.ACTION
    if _ENDS_IN_ADDRESS.search(text) and count <= 24:
        told = _FIRST_SENTENCE.match(text)
        return Shape.PROSE if told and len(words(told[0])) >= 6 else Shape.ACTION
    if _CLOSING.match(text) and count <= 16:
        return Shape.CLOSING
    if _SECTION.fullmatch(text.rstrip(" .")) or (count <= 4 and ":" not in text and is_listing(text)):
        return Shape.SECTION
    return Shape.PLACE if _is_place(text) else None


def _is_schedule(text: str) -> bool:
    if ends_in_stop(text) and len(words(text)) >= 12:
        return False  # a sentence that begins with the day and the hour
    clock = _CLOCK.search(text[:80])
    return clock is not None and bool(
        (_STARTS_WITH_DAY.match(text) and not starts_with_date(text[: clock.start()]))
        or _STARTS_WITH_CLOCK.match(text)
    )


def _is_date_line(text: str) -> bool:
    """A date, and besides it only words like "published" or the place a letter is dated from."""
    parts = re.split(r"\s[|•·]\s", text)
    if len(parts) > 1 and any(_is_date_line(part) for part in parts):
        return True  # "3 May 2022 | Category: news"
    dates = list(_DATE.finditer(text))
    if not dates:
        return False
    rest = [word for word in words(_DATE.sub(" ", text)) if word.lower() not in _META_WORDS]
    if not rest:
        return True
    place = text[: dates[0].start()].rstrip(" ")
    return (
        len(rest) <= 3
        and text[dates[-1].end() :].strip(" .") == ""
        and bool(re.fullmatch(r"[A-ZÀ-Þ][\w'’.()-]*(?:[ ,]+[A-ZÀ-Þ(][\w'’.()-]*){0,2}\s?,(?: le| on)?", place))
    )


def _is_place(text: str) -> bool:
    """``Lausanne, Suisse``: one to three capitalised words, a comma, one to three more."""
    name = r"[A-ZÀ-Þ][\w'’.-]*(?: (?:de|du|des|la|le|of|the|[A-ZÀ-Þ][\w'’.-]*)){0,2}"
    return re.fullmatch(rf"{name}, {name}", text) is not None
