"""What an article seems to be, by the words that give its structure away. Never by names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.corpus.reading.records import TITLE, Found, KindGuess
from newsletter.models.article import Kind

_TITLE_WEIGHT, _LEAD_WEIGHT, _BODY_WEIGHT = 3.0, 1.5, 1.0
_BASE_NEWS = 2.0
"""Everything is news until something speaks for another kind."""
_MOST_HITS = 3
"""Hits of one clue that count: a report says "report" many times."""


@dataclass(frozen=True, slots=True)
class _Clue:
    """Words that speak for a kind. title: weight counts only there."""

    kind: Kind
    weight: float
    words: re.Pattern[str]
    title: bool = False


def _clue(kind: Kind, weight: float, *words: str, title: bool = False) -> _Clue:
    return _Clue(kind, weight, re.compile(rf"\b(?:{'|'.join(words)})\b", re.IGNORECASE), title)


_CLUES = (
    # A position to fill
    _clue(
        Kind.JOB, 3,
        "job (?:offer|opening|posting|opportunity)", "offres? d['’]emploi", "we(?:’|')?re hiring",
        "(?:is|are) hiring", "recrut(?:e|ons|ement)", "poste à pourvoir", "offre de stage", "internship offer",
        "vacancy", "career opportunity", "now hiring", "avis de concours", title=True,
    ),
    _clue(
        Kind.JOB, 2,
        "(?:is|are) (?:looking for|seeking|hiring)", "seeking to fill", "à la recherche d['’]une?",
        "cherche à pourvoir", r"recherche une?\b", "recrut(?:e|ons)", "full job offer", "offre d['’]emploi",
        "job description", "description (?:du|de) poste", "the (?:ideal|successful) candidate",
        "interested candidates", "candidats? (?:idéal|retenu)e?s?", "personnes? intéressées?",
    ),
    _clue(
        Kind.JOB, 1,
        "cover letter", "curriculum vitae", "résumé and", "resume and", "lettre de motivation",
        "lettre de présentation", "reporting to", "sous la (?:responsabilité|direction|supervision)", "salary",
        "salaire", "working conditions", "conditions de travail", "years of experience",
        "années d['’]expérience", "position of", "le poste de", "this position", "full[- ]time", "temps plein",
        "part[- ]time", "temps partiel",
    ),
    # An invitation to take part, by a certain day
    _clue(
        Kind.CALL, 3,
        r"call for (?:\w+ )?(?:papers|proposals?|projects?|applications?|participa\w+|abstracts?|"
        "nominations?|contributions?|submissions?|speakers|volunteers|tenders?|interest)",
        r"appels? (?:à|aux|de) (?:\w+ )?(?:communications?|projets?|candidatures?|contributions?|"
        r"propositions?|participation|participant\w*|articles?|textes|bénévoles|offres?|"
        "mises en candidature|mobilisation|résumés)",
        "competition", "contest", "concours", "bourses?", "scholarships?", "fellowships?", "grants? program",
        title=True,
    ),
    _clue(
        Kind.CALL, 1.5,
        "call for (?:papers|proposals|projects|applications|participants|abstracts|nominations)",
        "appel (?:à|aux|de) (?:communications|projets|candidatures|contributions|propositions|"
        "participation)",
        "(?:deadline|last day) to (?:register|apply|submit|enter)",
        "date limite (?:d['’]inscription|de dépôt|pour)", "eligib(?:le|ility)", "admissib(?:le|les|ilité)",
        "submit (?:your|a|an|their)", "soumettre (?:votre|une?|vos)", "selection (?:committee|criteria)",
        "critères (?:de sélection|d['’]admissibilité)", "this competition", "the competition", "ce concours",
        "le concours", "participating teams",
    ),
    # Something to come
    _clue(
        Kind.EVENT, 3,
        "webinars?", "webinaires?", "upcoming", "à venir", "save the date", "invitation",
        "(?:réservez|retenez) (?:la|cette) date", "event", "événements?", "évènements?", "colloque", "symposium",
        "round ?table", "table ronde", "open house", "portes ouvertes", "congress", "congrès", "forum",
        "seminar", "séminaire", "programme? of", "launch of", "agenda", "conference", "conférence", "workshop",
        "atelier", "assemblée générale", "general (?:meeting|assembly)", title=True,
    ),
    _clue(
        Kind.EVENT, 2,
        "will (?:be held|take place|be hosted)", "(?:to be|being) held (?:on|from|in|online)?",
        "(?:aura|auront) lieu", "se (?:tiendra|tiendront|déroulera|dérouleront)", "join us", "joignez-vous",
        "(?:we |nous )?(?:invite you|vous invit(?:e|ons)) (?:to (?:join|attend|participate|its)|"
        "à (?:participer|assister|vous))",
        "pleased to invite", "le plaisir de vous (?:inviter|convier)", "to register", "pour s['’]inscrire",
        "inscrivez-vous", "pour vous inscrire", "online registration", "inscription en ligne",
        "register (?:here|now|online|at)", "rsvp",
        "(?:date|when|quand|time|heure|where|où|lieu|place)(?=[ \u00a0]?:)",
        "open to (?:all|the public|everyone)", "ouvert(?:e|es|s)? à (?:tous|toutes)",
        "here (?:is|are) the (?:agenda|programme?|schedule|sessions)", "voici (?:le programme|l['’]horaire)",
    ),
    # Something to read
    _clue(
        Kind.PUBLICATION, 3,
        "reports?", "rapports?", "publications?", "policy briefs?", "notes? de politique", "guides?", "toolkit",
        "trousse", "study", "études?", "working paper", "cahier", "newsletter", "bulletin", "fact ?sheets?",
        "fiches?", "overview", "panorama", "handbook", "manuel", "white paper", "livre blanc", "mémoire",
        "directory", "répertoire", "bibliography", "literature review", "revue de (?:la )?littérature",
        title=True,
    ),
    _clue(
        Kind.PUBLICATION, 2,
        "download", "télécharge[zr]?", "(?:has|have) (?:just )?published", "a (?:récemment )?publié",
        "publishes", "publie", "releases?d?",
        "(?:discover|read|consult|see) the (?:full )?(?:report|study|guide|brief|publication)",
        "(?:découvr(?:ez|ir)|li(?:re|sez)|consult(?:ez|er)) (?:le|la|l['’]) ?(?:rapport|étude|"
        "guide|note|publication)",
        "(?:is|are) (?:only )?available in", "(?:est|sont) disponibles? en",
        "this (?:report|publication|guide|study|policy brief)", "ce (?:rapport|guide|document)",
        "cette (?:publication|étude|note)", "(?:due )?to be published", "sera publiée?",
        "(?:in|dans) (?:this|cette|ce) (?:policy brief|paper|note|rapport)", "chapters?", "chapitres?",

    ),
    # Somebody
    _clue(
        Kind.PERSON, 4,
        "joins",
        r"new (?:\w+ )?(?:employee|intern|colleague|member of (?:the|our) (?:team|staff)|director|"
        "president|chair)",
        r"nouve(?:au|l|lle)s? (?:\w+ )?(?:employée?|stagiaire|collègue|recrue|"
        "membre de l['’]équipe|directeur|directrice|direction|présidente?)",
        "se joint à", "rejoint", "bienvenue à", "welcome to", "appoint(?:s|ed|ment)", "nommée?",
        "nomination d(?:e|['’])", "departure of", "départ (?:de|à la retraite)", "hommage", "in memoriam",
        "obituary", "retire(?:s|ment)", "portrait d['’]une? collègue", "meet our", title=True,
    ),
    _clue(
        Kind.PERSON, 1.5,
        "nomination d(?:e|['’])", "(?:is|was|has been) appointed", "à titre de", "succeeds", "succède à",
        "welcomed? (?:a|an|our) new", "a(?:ccueilli|ccueille)", "new (?:employee|intern|team member)",
        "nouve(?:l|lle|au) (?:employée?|stagiaire|collègue|recrue)",
        "(?:his|her|their) (?:master|career|studies|internship|phd|doctorate)",
        "(?:sa|son) (?:maîtrise|carrière|parcours|stage|doctorat)", "career path", "parcours professionnel",
        "with a (?:phd|master|bachelor|doctorate|degree)", "titulaire d['’]une?", "joined (?:the|our)",
        "s['’]est jointe? à", "research assistant", "assistante? de recherche", "doctorante?",
        "as part of (?:his|her) (?:studies|internship)", "dans le cadre de (?:ses études|son stage)",
    ),
    # Somebody else's piece
    _clue(
        Kind.MEDIA, 5,
        "in the (?:media|news|press)", "dans (?:les médias|la presse)", "media (?:coverage|review|mention)",
        "revue de presse", "interview(?:ed)?", "entrevue", "on (?:the )?(?:radio|air|television)",
        "à la (?:radio|télé(?:vision)?)", "op[- ]ed", "lettre ouverte", title=True,
    ),
    _clue(
        Kind.MEDIA, 1.5,
        "read the article", "li(?:re|sez) l['’]article", "(?:was|were) (?:interviewed|quoted)",
        "gave an interview", "a accordé une (?:entrevue|interview)", "(?:a été|est) citée?", "journalists?",
        "journalistes?", "newspaper", "broadcast", "reportage", "watch the (?:interview|report)",
        "écout(?:ez|er) (?:l['’]entrevue|le reportage)",
    ),
    # Work with a beginning and partners
    _clue(
        Kind.PROJECT, 3,
        "projects?", "projets?", "audit", "diagnostic", "mandated", "mandat(?:ée?)?", "creation of",
        "création d(?:e|['’])", "pilot", "pilote", "programs?", "programmes?", "strateg(?:y|ic)",
        "stratégi(?:e|que)", "framework", "cadre", "initiative", "partnership", "partenariat", "walks",
        "plan d['’]action", "action plan", "focus group", "groupe de discussion",
        title=True,
    ),
    _clue(
        Kind.PROJECT, 2,
        "(?:was|were|been|is) mandated", "a (?:été mandatée?|reçu le mandat|pour mandat)",
        "pilot (?:project|initiative)", "projet pilote",
        "the (?:project|audit|initiative) (?:will|is|aims|was)",
        "(?:le projet|l['’]initiative|le diagnostic) (?:vise|sera|a été|est|permettra)",
        "this (?:project|audit|initiative)", "ce (?:projet|diagnostic)", "cette (?:initiative|démarche)",
        "steering committee", "comité (?:de pilotage|directeur|aviseur)", "first (?:year|phase)",
        "phase (?:[0-9]|one|two|un|deux)", "the (?:aim|purpose|objective|goal) of (?:this|the)",
        "(?:le but|l['’]objectif) d(?:e|u|['’])", "funding (?:from|by)", "action plan", "plan d['’]action",
        "recommendations will", "a entrepris", "will be (?:finished|completed) in",
    ),
    # Something that is over
    _clue(
        Kind.NEWS, 3,
        "took part", "a (?:pris part|participé)", "participation", "attended", "a assisté", "press release",
        "communiqué(?: de presse)?", "recap", "retour sur", "récapitulatif", "meeting with", "rencontre avec",
        "presentation (?:of|to)", "présentation (?:de|à|du)", "shares?", "partage", "meeting", "rencontre",
        "bilan", "announce(?:s|ment)", "annonce", "measures", "mesures", "visit", "visite", "launch event",
        "presented to", title=True,
    ),
    _clue(
        Kind.NEWS, 2,
        "(?:thanks|thank you) (?:so much |again )?for (?:the|your|this) (?:kind |warm )?(?:invitation|welcome)",
        "merci (?:pour|de) (?:l['’]|votre|cette) ?invitation", "(?:took|has taken|have taken) part",
        "a (?:pris part|participé)", "(?:have|has|had) participated", "participated (?:as|at|in|on|,)",
        "attended", "avons (?:assisté|participé)", "was (?:held|invited|attended)",
        "s['’]est (?:tenue?|déroulée?)", "a (?:eu lieu|été invitée?)",
        "(?:pleasure|privilege|honou?r) of (?:attending|participating|taking part)",
        "brought together", "a réuni", "(?:was|were) discussed",
        "press release", "proud to announce", "(?:est|sommes) (?:fiers?|fière) d['’]annoncer", "postponed",
        "reportée?", "has met|met with", "a rencontré",
    ),
)  # fmt: skip


def guess_kind(
    title: str, paragraphs: Sequence[str], *, agenda: bool, deadlines: bool, to_come: bool
) -> KindGuess:
    """The kind that most of the words speak for.

    agenda: sessions were found. deadlines: somebody is asked to do something by a day. to_come: a time of day
    stands beside a date.
    """
    scores = dict.fromkeys(Kind, 0.0)
    scores[Kind.NEWS] = _BASE_NEWS
    evidence: dict[Kind, list[Found[str]]] = {kind: [] for kind in Kind}
    for clue in _CLUES:
        hits = list(_hits(clue, title, paragraphs))
        for weight, found in hits:
            scores[clue.kind] += weight
            evidence[clue.kind].append(found)
    scores[Kind.EVENT] += 6.0 * agenda + 2.0 * to_come
    for kind in (Kind.CALL, Kind.JOB):
        if deadlines and scores[kind]:
            scores[kind] += 2.0
    ranked = sorted(scores, key=lambda kind: -scores[kind])
    best, second = ranked[0], ranked[1]
    share = scores[best] / (scores[best] + scores[second])
    sure = min(1.0, scores[best] / 6.0)
    return KindGuess(best, round(share * sure, 2), tuple(evidence[best]), second if scores[second] else None)


def _hits(clue: _Clue, title: str, paragraphs: Sequence[str]) -> list[tuple[float, Found[str]]]:
    found = [
        (clue.weight * (1 if clue.title else _TITLE_WEIGHT / 2), _found(match, TITLE))
        for match in clue.words.finditer(title)
    ]
    found = found[:1]
    if clue.title:
        return found
    for number, text in enumerate(paragraphs):
        weight = clue.weight * (_LEAD_WEIGHT if number == 0 else _BODY_WEIGHT)
        for match in clue.words.finditer(text):
            found.append((weight, _found(match, number)))
            if len(found) >= _MOST_HITS:
                return found
    return found


def _found(match: re.Match[str], paragraph: int) -> Found[str]:
    return Found(match.group(), match.group(), match.start(), paragraph)
