"""A link says where it leads.

Why: People who use a screen reader jump from link to link and hear the labels alone: "click here, click here,
read more". Everybody else scans for them too.
Source: WCAG 2.2, 2.4.4 Link Purpose (In Context); Email Markup Consortium report 2025, finding 10.
Wrong: `register: "Cliquez ici"`, `[Read more](https://www.example.org/report)`
Right: `register: "S’inscrire aux séances ouvertes"`, `[the 2024 report](https://www.example.org/report)`
Fix: Write in the label what one finds at the other end.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.places import Place, place_at
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "A11Y-LINK-GENERIC"
ALIAS = "link-generic"
SEVERITY = Severity.WARNING
APPLIES_TO = Target.ARTICLE

GENERIC = frozenset(
    """
    cliquez ici|cliquer ici|ici|lire la suite|lire plus|en savoir plus|pour en savoir plus|plus d'infos|plus d'info
    plus|suite|voir|voir plus|lien|ce lien|suivez ce lien|détails|plus de détails|consulter
    click here|click|here|read more|learn more|more|more info|see more|view|link|this link|details|more details
    find out more|continue|continue reading
    aquí|haga clic aquí|clic aquí|leer más|ver más|más|más información|saber más|enlace
    هنا|اضغط هنا|انقر هنا|المزيد|للمزيد|اقرأ المزيد|لمعرفة المزيد|رابط
    """.replace("\n", "|")
    .replace("    ", "")
    .split("|")
)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Labels of article links, links inside Markdown, then links that only the template has."""
    for article in subject.articles:
        for one in article.translations.values():
            for name, label in one.data.links.items():
                yield from _judge(label, place_at(one.source, "links", name), one.language)
    for link in subject.links:
        if link.text:
            yield from _judge(link.text, link.place, link.edition)


def _judge(label: str, place: Place, edition: str | None) -> Iterator[Finding]:
    words = " ".join(label.replace("’", "'").casefold().strip(" .:;!?…»«→←>\"'()[]").split())
    if words in GENERIC:
        message = f"the link '{label.strip()}' does not say where it leads"
        hint = "Write what one finds there, e.g. 'Register for the sessions' or 'Lire le rapport de 2024'."
        yield place.finding(ID, SEVERITY, message, hint=hint, edition=edition)
