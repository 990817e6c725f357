"""A sound little publication. A test breaks one thing of it and says what must be found, and where.

The files are text, so that a test reads like an editor's mistake and the line of a finding can be pointed at.
HTML and messages are written by hand here: the rules must hold against any renderer.
"""

from __future__ import annotations

import base64
import quopri
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import escape
from pathlib import Path

import pytest

from newsletter.check import CheckSubject, all_rules, run_rules
from newsletter.compose import choose_articles, compose_edition
from newsletter.compose.issue_file import load_issue
from newsletter.corpus.loader import load_corpus
from newsletter.locale import typography
from newsletter.models.article import Link
from newsletter.models.assets import Assets, Picture
from newsletter.models.finding import Finding
from newsletter.models.issue import Edition, EditionArticle
from newsletter.models.message import CompiledMessage, RenderedEdition, Slot, SlotContext, Slotted
from newsletter.models.publication import Publication
from newsletter.yamlfile import parse_yaml

ISSUE = "issues/2021-05.yaml"
PUBLICATION = "newsletter.yaml"
TOKEN = "Zk3vQ9sLx0aBc2DeFgHiJk"
RECIPIENT = "zoe.tremblay@example.com"
NAME = "Zoé Tremblay"

FILES = {
    PUBLICATION: """\
publication:
  name: {fr: "L’infolettre de l’Atelier", en: "The Workshop Newsletter"}
  organisation: {fr: "Atelier des données ouvertes", en: "Open Data Workshop"}
  sender:
    name: {fr: "Atelier des données ouvertes", en: "Open Data Workshop"}
    address: nouvelles@atelier.example
  reply_to: bonjour@atelier.example
  mailing_address:
    fr: "12, rue de l’Exemple, Montréal (Québec)  H2X 1Y4"
    en: "12 rue de l’Exemple, Montréal, Quebec  H2X 1Y4"
  contact:
    email: bonjour@atelier.example
  website: {fr: "https://www.atelier.example/fr/", en: "https://www.atelier.example/en/"}
  reason: {fr: "Vous recevez ce courriel parce que vous êtes membre.", en: "You get this because you are a member."}
  list_id: infolettre.atelier.example
  unsubscribe:
    url: https://atelier.example/u/{token}
rules: {}
""",
    "corpus/open-sessions/article.yaml": """\
kind: event
published: 2021-05-03
links:
  register:
    url: {fr: "https://www.atelier.example/fr/seances", en: "https://www.atelier.example/en/sessions"}
source:
  name: {fr: "Atelier des données ouvertes", en: "Open Data Workshop"}
event:
  start: 2021-05-08T13:00
  end: 2021-05-09T15:00
  timezone: America/Toronto
  online: true
  registration: register
  registration_deadline: 2021-05-07
  sessions:
    - start: 2021-05-08T13:00
      end: 2021-05-08T14:00
      languages: [fr]
      title: {fr: "Mots d’ouverture", en: "Opening remarks"}
    - start: 2021-05-09T14:00
      end: 2021-05-09T15:00
      languages: [en]
      title: {fr: "Les cartes du quartier", en: "Maps of the neighbourhood"}
""",
    "corpus/open-sessions/fr.md": """\
---
title: "Deux séances ouvertes à tous les membres"
summary: "Les 8 et 9 mai, des bénévoles expliquent comment lire les données de la ville."
links:
  register: "S’inscrire aux séances ouvertes"
---
Les séances se donnent en ligne.

## Pour qui

Pour toute personne curieuse.
""",
    "corpus/open-sessions/en.md": """\
---
title: "Two sessions open to all members"
summary: "On May 8 and 9, volunteers explain how to read the data of the city."
links:
  register: "Register for the open sessions"
---
The sessions are held online.

## For whom

For anyone who is curious.
""",
    "corpus/street-trees/article.yaml": """\
kind: news
published: 2021-04-20
links:
  map:
    url: https://arbres.example/carte
images:
  plane:
    url: https://images.atelier.example/platane.jpg
    width: 1200
    height: 800
source:
  name: {fr: "Atelier des données ouvertes", en: "Open Data Workshop"}
""",
    "corpus/street-trees/fr.md": """\
---
title: "Les arbres de rue sur une seule carte"
summary: "Une carte réunit enfin tous les arbres que les arrondissements ont relevés."
alts:
  plane: "Un platane devant une rangée de maisons"
links:
  map: "Ouvrir la carte des arbres"
---
Chaque arbre est relevé une fois par an, comme le raconte [le guide des relevés](https://arbres.example/guide).
""",
    "corpus/street-trees/en.md": """\
---
title: "Street trees on a single map"
summary: "One map at last brings together every tree the boroughs have recorded."
alts:
  plane: "A plane tree in front of a row of houses"
links:
  map: "Open the map of trees"
---
Every tree is recorded once a year, as [the survey guide](https://arbres.example/guide) explains.
""",
    ISSUE: """\
date: 2021-05-06
subject:
  fr: "Séances ouvertes et arbres de rue"
  en: "Open sessions and street trees"
  fr+en: "Séances ouvertes / Open sessions"
preheader:
  fr: "Deux séances en ligne cette semaine, et une carte des arbres."
  en: "Two online sessions this week, and a map of the trees."
  fr+en: "Deux séances en ligne, une carte / Two sessions, one map"
intro:
  fr: "Voici les nouvelles de mai."
  en: "Here is the news of May."
sections:
  - heading: {fr: À venir, en: Coming up}
    layout: agenda
    articles:
      - open-sessions
  - heading: {fr: Nouvelles, en: News}
    articles:
      - street-trees
audience: {lists: [members]}
""",
}

WORDS = {
    "fr": {
        "unsubscribe": "Se désabonner",
        "language": "fr-CA",
        "version": "Version française",
        "follows": "Le français suit",
    },
    "en": {
        "unsubscribe": "Unsubscribe",
        "language": "en-CA",
        "version": "English version",
        "follows": "English follows",
    },
}


class Project:
    """The files, the mails made of them, and the changes a test asked for."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.files = dict(FILES)
        self._html: list[tuple[str | None, str, str]] = []
        self._text: list[tuple[str | None, str, str]] = []
        self._mail: list[tuple[str | None, bytes, bytes]] = []
        self.only_editions: tuple[str, ...] | None = None

    # Breaking things ------------------------------------------------------------------------------------------

    def edit(self, file: str, old: str, new: str) -> Project:
        assert old in self.files[file], f"{old!r} is not in {file}"
        self.files[file] = self.files[file].replace(old, new, 1)
        return self

    def write(self, file: str, text: str) -> Project:
        self.files[file] = text
        return self

    def delete(self, file: str) -> Project:
        del self.files[file]
        return self

    def html(self, old: str, new: str, code: str | None = None) -> Project:
        self._html.append((code, old, new))
        return self

    def text(self, old: str, new: str, code: str | None = None) -> Project:
        self._text.append((code, old, new))
        return self

    def mail(self, old: bytes, new: bytes, code: str | None = None) -> Project:
        self._mail.append((code, old, new))
        return self

    def waive(self, yaml: str) -> Project:
        return self.edit(ISSUE, "audience:", f"waive:\n  - {yaml}\naudience:")

    # Looking --------------------------------------------------------------------------------------------------

    def at(self, file: str, needle: str) -> str:
        """``file:line`` of the first line that holds `needle`."""
        lines = self.files[file].splitlines()
        return f"{file}:{next(number for number, line in enumerate(lines, 1) if needle in line)}"

    def check(self, rule: str, levels: dict[str, str] | None = None) -> list[Finding]:
        assert rule in {known.ID for known in all_rules()}
        return [one for one in run_rules(self.subject(), levels or {}) if one.rule == rule]

    def found(self, rule: str) -> list[str]:
        """``file:line severity`` of every finding of that rule; the file alone when no line is known."""
        return [
            f"{one.file}:{one.line} {one.severity.value}" if one.line else f"{one.file} {one.severity.value}"
            for one in self.check(rule)
        ]

    # Building -------------------------------------------------------------------------------------------------

    def subject(self) -> CheckSubject:
        for name, text in self.files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        document, findings = parse_yaml(self.files[PUBLICATION], PUBLICATION)
        assert document is not None, findings
        publication = Publication.model_validate(document.data["publication"])
        corpus, findings = load_corpus(self.root / "corpus", self.root)
        assert not findings, findings
        issue, findings = load_issue(self.root / ISSUE, self.root)
        assert issue is not None, findings
        sections, _ = choose_articles(issue, corpus, publication.languages, ())
        editions: dict[str, Edition] = {}
        for code in self.only_editions or publication.edition_codes:
            edition, _ = compose_edition(issue, sections, code)
            if edition is not None:
                editions[code] = edition
        rendered = {code: self._render(edition, publication) for code, edition in editions.items()}
        compiled = {code: _compile(one) for code, one in rendered.items()}
        messages = {code: self._message(one, publication) for code, one in rendered.items()}
        return CheckSubject(publication, issue, corpus, editions, rendered, messages, compiled, document.source)

    def _render(self, edition: Edition, publication: Publication) -> RenderedEdition:
        html = _edited(_html_of(edition, publication), self._html, edition.code)
        text = _edited(_text_of(edition, publication), self._text, edition.code)
        languages = tuple(part.language for part in edition.parts)
        return RenderedEdition(
            edition.issue,
            edition.code,
            languages,
            edition.subject,
            edition.preheader,
            _slotted(html, SlotContext.HTML_URL),
            _slotted(text, SlotContext.PLAIN_TEXT),
            (),
            {
                article.slug: 1000
                for part in edition.parts
                for section in part.sections
                for article in section.articles
            },
        )

    def _message(self, rendered: RenderedEdition, publication: Publication) -> bytes:
        language = rendered.languages[0]
        sender = _word(publication.sender.name[language])
        url = publication.unsubscribe.url.replace("{token}", TOKEN)
        headers = [
            f"From: {sender}\r\n <{publication.sender.address}>",
            f"Reply-To: {publication.reply_to}",
            f"To: {_word(NAME)} <{RECIPIENT}>",
            "Subject: " + "\r\n ".join(_word(piece) for piece in _pieces(rendered.subject)),
            "Date: Thu, 06 May 2021 09:00:00 -0400",
            f"Message-ID: <f3b1c2d4.2021-05@{publication.sender.address.partition('@')[2]}>",
            f'List-Id: "Infolettre" <{publication.list_id}>',
            f"List-Unsubscribe: <{url}>",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
            f"Content-Language: {', '.join(publication.locale(one) for one in rendered.languages)}",
            "MIME-Version: 1.0",
            'Content-Type: multipart/alternative; boundary="=_frontiere"',
        ]
        lines = ["\r\n".join(headers), ""]
        for kind, body in (("plain", rendered.text), ("html", rendered.html)):
            lines += [
                "--=_frontiere",
                f"Content-Type: text/{kind}; charset=utf-8",
                "Content-Transfer-Encoding: quoted-printable",
                "",
                quopri.encodestring("".join(_filled(body)).encode()).decode().replace("\n", "\r\n"),
            ]
        raw = "\r\n".join([*lines, "--=_frontiere--", ""]).encode()
        for code, old, new in self._mail:
            if code in (None, rendered.code):
                assert old in raw, f"{old!r} is not in the message"
                raw = raw.replace(old, new, 1)
        return raw


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


PUBLISHED = "https://assets.atelier.example/pictures/street-trees-plane.0123456789ab.jpg"
BY_ADDRESS = """\
    url: https://images.atelier.example/platane.jpg
    width: 1200
    height: 800
"""


@pytest.fixture
def found_of_file(project: Project) -> Callable[..., list[Finding]]:
    """Findings of a rule when the picture of the street trees is a file; `measures` other than those of a sound one."""

    def found(rule: str, **measures: int) -> list[Finding]:
        project.edit("corpus/street-trees/article.yaml", BY_ADDRESS, "    file: platane.jpg\n")
        for code in ("fr", "en", "fr+en"):
            project.html('src="None"', f'src="{PUBLISHED}"', code)
        file = "corpus/street-trees/images/platane.jpg"
        picture = replace(Picture(PUBLISHED, 536, 357, 1600, 1067, 1072, 90_000, file), **measures)
        assets = Assets({("street-trees", "plane"): picture}, {}, {"street-trees": ("hall.jpg",)})
        return [one for one in run_rules(replace(project.subject(), assets=assets), {}) if one.rule == rule]

    return found


def _edited(text: str, edits: list[tuple[str | None, str, str]], code: str) -> str:
    for wanted, old, new in edits:
        if wanted in (None, code):
            assert old in text, f"{old!r} is not in the {code} edition"
            text = text.replace(old, new, 1)
    return text


def _slotted(text: str, context: SlotContext) -> Slotted:
    parts = text.split("\ue000")
    return Slotted(tuple(parts), tuple(Slot("unsubscribe_url", context) for _ in parts[1:]))


def _filled(body: Slotted) -> Iterator[str]:
    yield body.parts[0]
    for part in body.parts[1:]:
        yield f"https://atelier.example/u/{TOKEN}"
        yield part


def _printed(text: str, locale: str) -> str:
    return escape(typography(text, locale))


def _compile(rendered: RenderedEdition) -> CompiledMessage:
    return CompiledMessage(rendered.issue, rendered.code, rendered.subject, b"", (b"",), (), "0" * 64)


def _pieces(text: str) -> list[str]:
    """Words in groups small enough for one encoded-word each; the space belongs to the group before it."""
    groups, words = [""], text.split(" ")
    for index, word in enumerate(words):
        piece = word + (" " if index < len(words) - 1 else "")
        if len((groups[-1] + piece).encode()) > 40:
            groups.append("")
        groups[-1] += piece
    return groups


def _word(text: str) -> str:
    return f"=?utf-8?b?{base64.b64encode(text.encode()).decode()}?="


def _html_of(edition: Edition, publication: Publication) -> str:
    parts: list[str] = []
    for index, part in enumerate(edition.parts):
        body: list[str] = []
        locale = publication.locale(part.language)
        top = "h1" if index == 0 else "h2"
        if index == 0:
            body += [f"<p>{way}</p>" for way in _other_ways(edition, publication)]
        body.append(f"<{top}>{escape(publication.name[part.language])}</{top}>")
        body.append(f"<p>{_printed(part.intro or '', locale)}</p>")
        for section in part.sections:
            body.append(f"<h2>{_printed(section.heading or '', locale)}</h2>")
            for article in section.articles:
                body.append(
                    f"<h3>{_printed(article.title, locale)}</h3><p>{_printed(article.summary, locale)}</p>"
                )
                for name, image in article.article.data.images.items():
                    alt = _printed(article.translation.data.alts.get(name, ""), locale)
                    body.append(f'<img src="{image.url}" alt="{alt}" width="600" height="400">')
                for name, link in _shown_links(article, part.language):
                    label = _printed(article.translation.data.links.get(name, ""), locale)
                    body.append(f'<p><a href="{link.url_for(part.language)}">{label}</a></p>')
        word = WORDS[part.language]["unsubscribe"]
        body.append(f"<p>{escape(publication.reason[part.language])}</p>")
        body.append(f"<p>{escape(publication.organisation[part.language])}<br>")
        body.append(f"{escape(publication.mailing_address[part.language])}<br>{publication.contact.email}</p>")
        body.append(
            f'<p><a href="{publication.website[part.language]}">{publication.website[part.language]}</a></p>'
        )
        body.append(f'<p><a href="\ue000">{word}</a></p>')
        content = "\n".join(body)
        parts.append(
            f'<div lang="{locale}" dir="ltr"><table role="presentation"><tr><td>\n<a name="{part.language}"></a>{content}\n</td></tr></table></div>'
        )
    head = f"<head><meta charset='utf-8'><title>{escape(edition.subject)}</title><style>p {{ margin: 0 }}</style></head>"
    hidden = f'<div style="display:none">{escape(edition.preheader)}</div>'
    locale = publication.locale(edition.parts[0].language)
    return f'<!doctype html>\n<html lang="{locale}">{head}\n<body>{hidden}\n{"".join(parts)}\n</body></html>\n'


def _other_ways(edition: Edition, publication: Publication) -> Iterator[str]:
    here = [part.language for part in edition.parts]
    for language in publication.languages:
        locale, words = publication.locale(language), WORDS[language]
        if language not in here:
            url = publication.website[language]
            yield f'<a href="{url}" lang="{locale}" hreflang="{locale}">{words["version"]}</a>'
        elif language != here[0]:
            yield f'<a href="#{language}" lang="{locale}">{words["follows"]}</a>'


def _text_of(edition: Edition, publication: Publication) -> str:
    here = [part.language for part in edition.parts]
    lines = [
        f"{WORDS[one]['version']}\n{publication.website[one]}\n"
        for one in publication.languages
        if one not in here
    ]
    for part in edition.parts:
        locale = publication.locale(part.language)
        colon = "\N{NO-BREAK SPACE}:" if part.language == "fr" else ":"
        lines += [publication.name[part.language], "", typography(part.intro or "", locale), ""]
        for section in part.sections:
            lines += [typography(section.heading or "", locale), ""]
            for article in section.articles:
                lines += [typography(article.title, locale), typography(article.summary, locale)]
                for name, link in _shown_links(article, part.language):
                    label = typography(article.translation.data.links.get(name, ""), locale)
                    lines.append(f"{label}{colon} {link.url_for(part.language)}")
                lines.append("")
        lines += [publication.reason[part.language], publication.organisation[part.language]]
        lines += [publication.mailing_address[part.language], str(publication.contact.email)]
        lines += [publication.website[part.language], f"{WORDS[part.language]['unsubscribe']}{colon} \ue000", ""]
    return "\n".join(lines)


def _shown_links(article: EditionArticle, language: str) -> list[tuple[str, Link]]:
    return [(name, link) for name, link in article.article.data.links.items() if link.url_for(language)]
