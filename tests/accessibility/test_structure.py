"""What a screen reader is told: language, direction, headings, tables that are layout, links that say where they lead."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import pytest
from lxml import html as lxml_html
from sample_mails import MAILS, mail_of

LOCALES = {"fr": ("fr-CA", "ltr"), "en": ("en-CA", "ltr"), "ar": ("ar-MA", "rtl")}

GENERIC = {
    *(
        "ici",
        "cliquez ici",
        "lire",
        "lire la suite",
        "en savoir plus",
        "plus",
        "suite",
        "voir",
        "lien",
        "télécharger",
    ),
    *("here", "click here", "read", "read more", "learn more", "more", "view", "link", "download", "continue"),
}


@pytest.fixture
def document(request):
    issue, code = request.param
    return lxml_html.document_fromstring(mail_of(issue, code).html)


each_mail = pytest.mark.parametrize("document", MAILS, indirect=True, ids=".".join)


def words(text: str) -> str:
    return " ".join(text.replace("\u200c", "").split())


def name_of(link) -> str:
    """What a screen reader calls a link: its aria-label, or its words and the alts of its pictures."""
    alts = (picture.get("alt", "") for picture in link.iter("img"))
    return words(link.get("aria-label") or " ".join((link.text_content(), *alts)))


@each_mail
def test_language_and_direction(document, request):
    _, code = request.node.callspec.params["document"]
    locales = [LOCALES[language] for language in code.split("+")]
    (article,) = document.xpath("//*[@role='article']")
    for root in (document, article):
        assert (root.get("lang"), root.get("dir")) == locales[0]
    parts = {(part.get("lang"), part.get("dir")) for part in article.xpath(".//div[@lang]")}
    assert parts >= set(locales)
    assert words(document.findtext(".//title"))


@each_mail
def test_tables_are_layout(document):
    tables = document.xpath("//table")
    assert tables
    assert [
        lxml_html.tostring(table)[:200] for table in tables if table.get("role") not in ("presentation", "none")
    ] == []
    assert document.xpath("//th | //caption | //table/@summary") == []


@each_mail
def test_one_first_heading_and_no_level_left_out(document):
    levels = [int(heading.tag[1]) for heading in document.xpath("//h1|//h2|//h3|//h4|//h5|//h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(words(heading.text_content()) for heading in document.xpath("//h1|//h2|//h3|//h4|//h5|//h6"))


@each_mail
def test_links_say_where_they_lead(document):
    """A name of its own for every target: screen readers list links without what stands around them."""
    targets = defaultdict(set)
    for link in document.xpath("//a[@href]"):
        name = name_of(link)
        assert name, lxml_html.tostring(link)
        assert name.casefold().rstrip(" .:…»›>") not in GENERIC, name
        (language,) = link.xpath("(ancestor-or-self::*[@lang])[last()]/@lang")
        targets[language, name].add(link.get("href"))
    assert targets
    assert {key: found for key, found in targets.items() if len(found) > 1} == {}


@each_mail
def test_links_within_the_mail_lead_somewhere(document):
    """By id for most programs, by name for those that know only that (caniemail: Gmail, Outlook)."""
    for target in document.xpath("//a/@href[starts-with(., '#')]"):
        assert document.xpath("//*[@id=$it]", it=target[1:]), target
        assert document.xpath("//a[@name=$it]", it=target[1:]), target


@each_mail
def test_pictures_have_words_or_are_decoration(document):
    for picture in document.xpath("//img"):
        assert "alt" in picture.attrib
        assert int(picture.get("width")) > 0
