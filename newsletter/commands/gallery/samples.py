"""Articles that show a theme at its easiest and at its hardest, for the gallery of any project, even an empty one.

Nothing here is true, and every address is of example.org. Each layout has an ordinary article, the hard cases it
is likely to meet, and one that gives no more than it must. French and English; other languages show the English.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from newsletter.models.article import Article, ArticleData, Translation, TranslationData
from newsletter.models.finding import SourceMap
from newsletter.models.issue import Edition, EditionArticle, EditionSection, LanguagePart, Layout

DAY = date(2024, 4, 4)
"""Day of the sample issue: always the same, so that two galleries can be compared."""

PICTURE = "https://www.example.org/gallery/picture.png"
"""Address of the picture of the samples; the gallery draws one in its place."""

SAMPLE_FILE = "(sample article)"

Text = Mapping[str, str]


@dataclass(frozen=True)
class Sample:
    """An article made for the gallery. label: what it shows. texts: language -> what a translation holds."""

    id: str
    layout: Layout
    label: str
    data: Mapping[str, Any]
    texts: Mapping[str, Mapping[str, Any]] = field(repr=False)

    def article(self, languages: Sequence[str], publisher: Text) -> Article:
        """It as an article of a corpus in each of `languages`, from the publisher unless it has another source."""
        data = ArticleData.model_validate({"published": DAY, "source": {"name": dict(publisher)}, **self.data})
        source = SourceMap(SAMPLE_FILE, {})
        return Article(self.id, data, {one: self._translation(one, source) for one in languages}, source)

    def _translation(self, language: str, source: SourceMap) -> Translation:
        text = dict(self.texts.get(language) or self.texts["en"])
        body = text.pop("body", "")
        return Translation(language, TranslationData.model_validate(text), body, 1, "", source)


def shown(article: Article, layout: Layout, language: str) -> EditionArticle:
    """An article as an edition shows it."""
    translation = article.translations[language]
    return EditionArticle(article, translation, layout, translation.data.title, translation.data.summary)


def edition(
    theme: str, languages: Sequence[str], articles: Sequence[tuple[Article, Layout]], *, heading: bool = False
) -> Edition:
    """A mail that shows these articles. heading: above them, as most sections have."""
    parts = tuple(
        LanguagePart(
            language,
            _say(_SUBJECT, language),
            _say(_INTRO, language),
            (
                EditionSection(
                    _say(_HEADING, language) if heading else None,
                    Layout.DIGEST,
                    tuple(shown(article, layout, language) for article, layout in articles),
                ),
            ),
        )
        for language in languages
    )
    subject = " / ".join(part.subject for part in parts)
    return Edition("gallery", "+".join(languages), DAY, theme, subject, subject, parts, ())


def _say(text: Text, language: str) -> str:
    return text.get(language) or text["en"]


_SUBJECT = {"fr": "Une ville où l’on se croise", "en": "A city where people meet"}
_HEADING = {"fr": "À venir", "en": "Coming up"}
_INTRO = {
    "fr": "Voici ce que nous avons préparé ce mois-ci, **avec vous**. Bonne lecture!",
    "en": "Here is what we prepared this month, **with you**. Enjoy!",
}
_OTHERS = {"name": {"fr": "Observatoire Exemple", "en": "Example Observatory"}}


def _page(path: str) -> dict[str, Any]:
    return {"url": {"fr": f"https://www.example.org/fr/{path}", "en": f"https://www.example.org/en/{path}"}}


_LONG = {
    "fr": (
        "Comment une vingtaine d’organismes de quartier, trois arrondissements et une université ont appris à"
        " prévenir ensemble la violence commise par des jeunes, et ce qu’il en reste cinq ans plus tard"
    ),
    "en": (
        "How twenty neighbourhood organizations, three boroughs and a university learned to prevent youth violence"
        " together, and what is left of it five years later"
    ),
}

SAMPLES: tuple[Sample, ...] = (
    Sample(
        "feature-picture",
        Layout.FEATURE,
        "picture, kicker, button, a second link",
        {
            "kind": "project",
            "links": {"report": _page("rapport"), "map": _page("carte")},
            "images": {"photo": {"url": PICTURE, "width": 1200, "height": 675, "credit": "Kim Exemple"}},
            "project": {
                "status": "running",
                "period": "2022/2025",
                "partners": ["Ville Exemple", "Fondation Exemple"],
            },
        },
        {
            "fr": {
                "title": "La place du marché, le soir",
                "summary": "Trois bancs, deux lampadaires et un café : ce qu’il a fallu pour que la place revive.",
                "kicker": "Projet",
                "alts": {"photo": "La place du marché au coucher du soleil"},
                "links": {"report": "Lire le rapport sur la place", "map": "Voir la carte des places"},
                "body": (
                    "Deux cents personnes ont répondu à notre appel. Elles voulaient **de la lumière**, des bancs"
                    " et [un horaire](https://www.example.org/fr/horaire).\n\n- les bancs sont arrivés en mai\n"
                    "- l’éclairage, en juin\n"
                ),
            },
            "en": {
                "title": "The market square in the evening",
                "summary": "Three benches, two street lamps and a café: that is how a square came back to life.",
                "kicker": "Project",
                "alts": {"photo": "The market square at sunset"},
                "links": {"report": "Read the report on the square", "map": "See the map of squares"},
                "body": (
                    "Two hundred people answered our call. They asked for **light**, benches and"
                    " [a timetable](https://www.example.org/en/timetable).\n\n- the benches came in May\n"
                    "- the lights in June\n"
                ),
            },
        },
    ),
    Sample(
        "feature-long",
        Layout.FEATURE,
        "a very long title, a decorative picture, somebody else’s text",
        {
            "kind": "news",
            "links": {"more": _page("bilan")},
            "images": {"photo": {"url": PICTURE, "width": 900, "height": 900, "decorative": True}},
            "source": _OTHERS,
        },
        {
            "fr": {
                "title": _LONG["fr"],
                "summary": "Un bilan, sans complaisance.",
                "links": {
                    "more": "Lire tout le bilan, y compris les annexes et la liste des organismes consultés"
                },
                "body": "> On ne fait rien seul.\n\nUn paragraphe, puis un autre.\n\nLe voici.\n",
            },
            "en": {
                "title": _LONG["en"],
                "summary": "A review that hides nothing.",
                "links": {"more": "Read the whole review, with its appendices and the list of those consulted"},
                "body": "> Nobody does it alone.\n\nOne paragraph, then another.\n\nHere it is.\n",
            },
        },
    ),
    Sample(
        "feature-bare",
        Layout.FEATURE,
        "no picture, no kicker, no text, no link",
        {"kind": "news"},
        {
            "fr": {"title": "Nos bureaux sont fermés lundi", "summary": "Ils rouvrent mardi à 9 h."},
            "en": {"title": "Our office is closed on Monday", "summary": "It opens again on Tuesday at 9 a.m."},
        },
    ),
    Sample(
        "digest-media",
        Layout.DIGEST,
        "a page in one language, published elsewhere",
        {
            "kind": "media",
            "links": {"piece": {"url": "https://www.example.com/article", "language": "en"}},
            "media": {
                "outlet": "The Example",
                "title": "Safer by design",
                "language": "en",
                "published": "2024-03-28",
                "link": "piece",
            },
        },
        {
            "fr": {
                "title": "Ce que la lumière change",
                "summary": "Notre directrice explique au quotidien pourquoi un bon éclairage ne suffit pas.",
                "kicker": "Dans les médias",
                "links": {"piece": "Lire l’article du Example"},
            },
            "en": {
                "title": "What light can change",
                "summary": "Our director tells the newspaper why good lighting is not enough.",
                "kicker": "In the media",
                "links": {"piece": "Read the article in The Example"},
            },
        },
    ),
    Sample(
        "digest-long",
        Layout.DIGEST,
        "a very long title, three links",
        {
            "kind": "news",
            "links": {"one": _page("un"), "two": _page("deux"), "three": _page("trois")},
            "source": _OTHERS,
        },
        {
            "fr": {
                "title": _LONG["fr"],
                "summary": "Trois documents à lire dans l’ordre.",
                "links": {
                    "one": "Lire l’introduction",
                    "two": "Lire les conclusions",
                    "three": "Lire les recommandations",
                },
                "body": "Avec une remarque en *italique*.\n",
            },
            "en": {
                "title": _LONG["en"],
                "summary": "Three documents to read in this order.",
                "links": {
                    "one": "Read the introduction",
                    "two": "Read the conclusions",
                    "three": "Read the recommendations",
                },
                "body": "With a remark in *italics*.\n",
            },
        },
    ),
    Sample(
        "digest-bare",
        Layout.DIGEST,
        "title and summary only",
        {"kind": "news"},
        {
            "fr": {"title": "Merci", "summary": "Vous êtes 3 000 à nous lire."},
            "en": {"title": "Thank you", "summary": "There are 3,000 of you."},
        },
    ),
    Sample(
        "agenda-days",
        Layout.AGENDA,
        "three days, five sessions, several speakers, a deadline",
        {
            "kind": "event",
            "links": {"register": _page("inscription"), "program": _page("programme")},
            "event": {
                "start": "2024-05-13T09:00",
                "end": "2024-05-15T16:00",
                "timezone": "America/Toronto",
                "place": {"fr": "Salle Exemple, Montréal", "en": "Example Hall, Montréal"},
                "online": True,
                "languages": ["fr", "en"],
                "registration": "register",
                "registration_deadline": "2024-05-01",
                "sessions": [
                    {
                        "start": "2024-05-13T09:00",
                        "end": "2024-05-13T10:00",
                        "languages": ["fr", "en"],
                        "title": {"fr": "Mots de bienvenue", "en": "Words of welcome"},
                        "speakers": [
                            {
                                "name": "Ann Exemple",
                                "role": {
                                    "fr": "directrice générale, Centre Exemple",
                                    "en": "Director General, Example Centre",
                                },
                            },
                            {"name": "Sebastián Muestra"},
                        ],
                    },
                    {
                        "start": "2024-05-13T10:15",
                        "end": "2024-05-13T12:00",
                        "languages": ["fr"],
                        "title": {"fr": "Mesurer sans surveiller", "en": "Measuring without watching"},
                        "summary": {
                            "fr": "Ce que des chiffres ouverts disent d’un quartier, et ce qu’ils taisent.",
                            "en": "What open figures say about a neighbourhood, and what they leave out.",
                        },
                        "speakers": [
                            {
                                "name": "Zoé Échantillon",
                                "role": {
                                    "fr": "chercheuse, Université Exemple",
                                    "en": "Researcher, Example University",
                                },
                            },
                            {"name": "Kim Exemple", "role": {"fr": "analyste", "en": "Analyst"}},
                            {
                                "name": "Lê Thị Mẫu",
                                "role": {"fr": "urbaniste, Ville Exemple", "en": "Urban Planner, City of Example"},
                            },
                        ],
                    },
                    {
                        "start": "2024-05-14T13:00",
                        "end": "2024-05-14T15:00",
                        "languages": ["en"],
                        "title": {
                            "fr": "Étude de cas : la place du marché",
                            "en": "Case study: the market square",
                        },
                    },
                    {
                        "start": "2024-05-15T09:30",
                        "end": "2024-05-15T12:00",
                        "languages": ["fr", "en"],
                        "title": {"fr": "Marche exploratoire", "en": "Exploratory walk"},
                        "summary": {"fr": "Apportez de bonnes chaussures.", "en": "Bring good shoes."},
                    },
                    {
                        "start": "2024-05-15T15:00",
                        "end": "2024-05-15T16:00",
                        "languages": ["fr", "en"],
                        "title": {"fr": "Bilan", "en": "Closing"},
                        "speakers": [{"name": "Ann Exemple"}],
                    },
                ],
            },
        },
        {
            "fr": {
                "title": "Rencontres du printemps",
                "summary": "Trois jours pour apprendre les uns des autres.",
                "kicker": "Colloque",
                "links": {"register": "S’inscrire aux Rencontres", "program": "Télécharger le programme complet"},
            },
            "en": {
                "title": "Spring Meetings",
                "summary": "Three days to learn from each other.",
                "kicker": "Conference",
                "links": {"register": "Register for the Spring Meetings", "program": "Download the full program"},
            },
        },
    ),
    Sample(
        "agenda-evening",
        Layout.AGENDA,
        "one evening, online, no sessions",
        {
            "kind": "event",
            "links": {"join": _page("webinaire")},
            "event": {
                "start": "2024-04-18T18:30",
                "end": "2024-04-18T20:00",
                "timezone": "America/Toronto",
                "online": True,
                "languages": ["fr"],
                "registration": "join",
            },
        },
        {
            "fr": {
                "title": "Écrans et adolescence",
                "summary": "Une soirée pour les parents, en ligne et gratuite.",
                "links": {"join": "Réserver une place à la soirée"},
                "body": "Les questions se posent d’avance ou sur place.\n",
            },
            "en": {
                "title": "Teenagers and screens",
                "summary": "An evening for parents, online and free.",
                "links": {"join": "Save a seat for the evening"},
                "body": "Ask your questions beforehand or on the spot.\n",
            },
        },
    ),
    Sample(
        "agenda-bare",
        Layout.AGENDA,
        "a start and a place, nothing else",
        {
            "kind": "event",
            "event": {
                "start": "2024-04-20T10:00",
                "timezone": "America/Toronto",
                "place": {"fr": "Parc Exemple", "en": "Example Park"},
            },
        },
        {
            "fr": {"title": "Corvée du parc", "summary": "On nettoie, on plante, on mange."},
            "en": {"title": "Park clean-up", "summary": "We clean, we plant, we eat."},
        },
    ),
    Sample(
        "documents-report",
        Layout.DOCUMENTS,
        "in one language, with pages and size",
        {
            "kind": "publication",
            "links": {"pdf": {"url": "https://www.example.org/rapport.pdf", "language": "fr"}},
            "publication": {
                "languages": ["fr"],
                "link": "pdf",
                "format": "PDF",
                "pages": 148,
                "size_kb": 2350,
                "year": 2024,
            },
        },
        {
            "fr": {
                "title": "Portrait de la sécurité 2024",
                "summary": "Les chiffres de l’année, arrondissement par arrondissement.",
                "kicker": "Rapport",
                "links": {"pdf": "Télécharger le Portrait 2024"},
            },
            "en": {
                "title": "Portrait of safety 2024",
                "summary": "The figures of the year, borough by borough.",
                "kicker": "Report",
                "links": {"pdf": "Download the Portrait 2024"},
            },
        },
    ),
    Sample(
        "documents-bare",
        Layout.DOCUMENTS,
        "in both languages, nothing known but its address",
        {
            "kind": "publication",
            "links": {"guide": _page("guide")},
            "publication": {"languages": ["fr", "en"], "link": "guide"},
        },
        {
            "fr": {
                "title": "Guide des marches exploratoires",
                "summary": "Une marche en huit étapes.",
                "links": {"guide": "Lire le guide des marches"},
            },
            "en": {
                "title": "Guide to exploratory walks",
                "summary": "A walk in eight steps.",
                "links": {"guide": "Read the guide to walks"},
            },
        },
    ),
    Sample(
        "notices-job",
        Layout.NOTICES,
        "a job: deadline, place, contact, address to apply",
        {
            "kind": "job",
            "links": {"offer": _page("emploi")},
            "job": {
                "deadline": "2024-04-26",
                "apply_email": "emplois@example.org",
                "apply_link": "offer",
                "contact": "Kim Exemple",
                "contact_role": {"fr": "ressources humaines", "en": "Human Resources"},
                "place": {"fr": "Montréal, en mode hybride", "en": "Montréal, hybrid"},
            },
        },
        {
            "fr": {
                "title": "Analyste, données ouvertes",
                "summary": "Un poste permanent à temps plein.",
                "kicker": "Emploi",
                "links": {"offer": "Lire l’offre d’emploi"},
                "body": "Nous invitons les personnes de **tous les horizons** à postuler.\n",
            },
            "en": {
                "title": "Analyst, open data",
                "summary": "A permanent full-time position.",
                "kicker": "Job",
                "links": {"offer": "Read the job offer"},
                "body": "We invite people of **all backgrounds** to apply.\n",
            },
        },
    ),
    Sample(
        "notices-call",
        Layout.NOTICES,
        "a call, nothing beyond its deadline",
        {
            "kind": "call",
            "links": {"form": _page("appel")},
            "call": {"deadline": "2024-05-31", "link": "form"},
        },
        {
            "fr": {
                "title": "Appel à communications",
                "summary": "Proposez un atelier pour l’automne.",
                "links": {"form": "Proposer un atelier"},
            },
            "en": {
                "title": "Call for papers",
                "summary": "Propose a workshop for the fall.",
                "links": {"form": "Propose a workshop"},
            },
        },
    ),
    Sample(
        "people-portrait",
        Layout.PEOPLE,
        "a portrait, a long function",
        {
            "kind": "person",
            "links": {"profile": _page("equipe")},
            "images": {"portrait": {"url": PICTURE, "width": 320, "height": 320}},
            "person": {
                "name": "Marie-Ève Échantillon-Tremblay",
                "role": {
                    "fr": "conseillère principale, prévention de la violence et relations avec les communautés",
                    "en": "Senior Advisor, Violence Prevention and Community Relations",
                },
                "since": "2024-03",
            },
        },
        {
            "fr": {
                "title": "Bienvenue, Marie-Ève!",
                "summary": "Elle a passé dix ans à écouter les quartiers.",
                "alts": {"portrait": "Marie-Ève Échantillon-Tremblay, souriante"},
                "links": {"profile": "Lire le portrait de Marie-Ève"},
            },
            "en": {
                "title": "Welcome, Marie-Ève!",
                "summary": "She spent ten years listening to neighbourhoods.",
                "alts": {"portrait": "Marie-Ève Échantillon-Tremblay, smiling"},
                "links": {"profile": "Read about Marie-Ève"},
            },
        },
    ),
    Sample(
        "people-bare",
        Layout.PEOPLE,
        "a name and a function",
        {"kind": "person", "person": {"name": "Kim Exemple", "role": {"fr": "stagiaire", "en": "Intern"}}},
        {
            "fr": {"title": "Kim Exemple", "summary": "Kim est avec nous jusqu’en août."},
            "en": {"title": "Kim Exemple", "summary": "Kim is with us until August."},
        },
    ),
    Sample(
        "text-note",
        Layout.TEXT,
        "headings, lists, a quotation, links",
        {"kind": "news", "links": {"write": _page("ecrire")}},
        {
            "fr": {
                "title": "Un mot de la rédaction",
                "summary": "Ce qui change à partir de ce numéro.",
                "links": {"write": "Écrire à la rédaction"},
                "body": (
                    "Nous avons tout relu.\n\n1. Les textes sont plus courts.\n2. Les dates sont complètes.\n"
                    "3. Chaque lien dit où il mène.\n\n> Écrire, c’est choisir.\n\nUne adresse très longue ne doit"
                    " rien briser : <https://www.example.org/fr/un-chemin/vraiment-tres-long/qui-ne-contient-aucune-espace>.\n"
                ),
            },
            "en": {
                "title": "A word from the editors",
                "summary": "What changes from this issue on.",
                "links": {"write": "Write to the editors"},
                "body": (
                    "We read everything again.\n\n1. Texts are shorter.\n2. Dates are complete.\n"
                    "3. Every link says where it leads.\n\n> Writing is choosing.\n\nA very long address must"
                    " break nothing: <https://www.example.org/en/a-path/that-is-really-very-long/and-holds-no-space>.\n"
                ),
            },
        },
    ),
    Sample(
        "text-bare",
        Layout.TEXT,
        "two lines",
        {"kind": "news"},
        {
            "fr": {"title": "Correction", "summary": "La date de l’atelier était fausse : c’est le 18."},
            "en": {"title": "Correction", "summary": "The date of the workshop was wrong: it is the 18th."},
        },
    ),
)

KINDS: Mapping[Layout, tuple[str, ...]] = {
    Layout.FEATURE: ("project", "news"),
    Layout.DIGEST: ("news", "media", "project"),
    Layout.AGENDA: ("event",),
    Layout.DOCUMENTS: ("publication",),
    Layout.NOTICES: ("job", "call"),
    Layout.PEOPLE: ("person",),
    Layout.TEXT: ("news",),
}
"""Which kinds of the project's own articles show a layout, the most telling kind first."""
