"""Editions in one, two and three languages, one of them written from the right: what a mail says and how."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest

from newsletter.models.finding import Severity
from newsletter.models.text import languages_of

CODES = ("fr", "en", "ar", "fr+ar", "fr+en+ar")
LOCALES = {"fr": "fr-CA", "en": "en-CA", "ar": "ar-MA"}
DIRECTIONS = {"fr": "ltr", "en": "ltr", "ar": "rtl"}
SUBJECTS = {
    "fr": "Marches de nuit : trois soirs en mai",
    "en": "Night walks: three evenings in May",
    "ar": "جولات ليلية: ثلاث أمسيات في ماي",
    "fr+ar": "Marches de nuit / جولات ليلية",
    "fr+en+ar": "Marches de nuit / Night walks / جولات ليلية",
}
CONTROLS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
PHONE = "+1\u00a0514\u00a0555-0100"


def test_the_issue_is_sound_in_every_edition(built: Any) -> None:
    assert [one for one in built.prepared.findings if one.severity is Severity.ERROR] == []
    assert tuple(built.prepared.samples) == CODES
    rules = {one.rule for one in built.prepared.findings}
    assert not {rule for rule in rules if rule.startswith(("TPL-", "BIL-", "LST-", "LNK-", "TXT-"))}


@pytest.mark.parametrize("code", CODES)
def test_languages_and_directions_of_the_page(built: Any, code: str) -> None:
    page = built.mail(code).page
    first, *_ = languages_of(code)
    assert (page.get("lang"), page.get("dir")) == (LOCALES[first], DIRECTIONS[first])
    parts = page.xpath("//div[@lang and @dir and .//*[@id]]")
    said = dict.fromkeys((part.get("lang"), part.get("dir")) for part in parts)
    assert list(said) == [(LOCALES[language], DIRECTIONS[language]) for language in languages_of(code)]
    for language in languages_of(code):
        (title,) = page.xpath(f"//*[@id='{language}']")
        (nearest, *_) = title.xpath("ancestor-or-self::*[@dir][1]/@dir")
        assert nearest == DIRECTIONS[language]


@pytest.mark.parametrize("code", CODES)
def test_every_language_has_its_own_way_out(built: Any, code: str) -> None:
    mail = built.mail(code)
    links = mail.page.xpath("//a[starts-with(@href, 'https://www.example.org/u/')]")
    spoken = [link.xpath("ancestor::*[@lang][1]/@lang")[0] for link in links]
    assert spoken == [LOCALES[language] for language in languages_of(code)]
    assert len({link.get("href") for link in links}) == 1
    header = "".join(str(mail.message["List-Unsubscribe"]).split())
    assert header == f"<{links[0].get('href')}>,<mailto:desabonnement@example.org>"
    assert mail.text.count(links[0].get("href")) == len(spoken)


@pytest.mark.parametrize("code", CODES)
def test_headers(built: Any, code: str) -> None:
    mail = built.mail(code)
    head = mail.raw.partition(b"\r\n\r\n")[0]
    assert head.isascii()
    assert all(len(line) <= 78 for line in head.split(b"\r\n") if not line.startswith(b"List-Unsubscribe"))
    assert all(len(word) <= 75 for word in re.findall(rb"=\?[^ ]*\?=", head))
    assert str(mail.message["Subject"]).replace("\u00a0", " ") == SUBJECTS[code]
    assert str(mail.message["Content-Language"]) == ", ".join(LOCALES[each] for each in languages_of(code))
    sender = mail.message["From"].addresses[0]
    assert sender.addr_spec == "bulletin@example.org"
    assert sender.display_name == {"ar": "جيران – بيت الأحياء", "en": "Neighbourhoods"}.get(code, "Voisinages")
    assert str(mail.message["List-Id"]) == "<voisinages.example.org>"


@pytest.mark.parametrize("code", CODES)
def test_text_part(built: Any, code: str) -> None:
    text = built.mail(code).text
    assert all(len(line) <= 72 for line in text.splitlines() if "<https://" not in line)
    if "ar" not in languages_of(code):
        assert not CONTROLS.search(text)
        return
    assert set(CONTROLS.findall(text)) == {"\u200e"}
    kept = re.findall("\u200e([^\u200e]*)\u200e", text)
    assert kept == [PHONE, "438\u00a0555-0199", "2024@example.org", PHONE]
    part = text[text.index("جولات ليلية:") :]
    assert "← التسجيل في الجولات\n  <https://www.example.org/ar/walks>" in part
    assert "5 صفحات" in part
    assert "Camille Roy، الإدارة" in part
    assert "الثلاثاء، 7 ماي" in part
    assert "20:30 – 22:00".replace(" –", "\u00a0–") in part


def test_an_edition_links_to_the_others(built: Any) -> None:
    links = built.mail("ar").page.xpath("//a[@hreflang and @lang]")
    assert [(one.get("lang"), one.get("dir"), one.get("href")) for one in links] == [
        ("fr-CA", "ltr", "https://www.example.org/fr/"),
        ("en-CA", "ltr", "https://www.example.org/en/"),
    ]
    within = built.mail("fr+ar").page.xpath("//a[@hreflang and @lang]")
    assert [(one.get("lang"), one.get("href")) for one in within] == [
        ("ar-MA", "#ar"),
        ("en-CA", "https://www.example.org/en/"),
        ("fr-CA", "#fr"),
    ]


def test_every_edition_has_its_own_content(built: Any) -> None:
    assert "5\u00a0pages" in built.mail("fr").text.replace("5 pages", "5\u00a0pages")
    assert "ماذا يقول 300 شخص" in built.mail("fr+ar").text
    assert "What 300 people say" not in built.mail("fr+ar").text
    order = [built.mail("fr+en+ar").text.index(word) for word in ("Ce que 300", "What 300", "ماذا يقول 300")]
    assert all(before < after for before, after in pairwise(order))


def test_calendar_files_are_one_per_language(built: Any) -> None:
    files = {file.path: file.content for file in built.prepared.assets.files}
    assert "ثلاث جولات ليلية" in files["calendar/night-walks.ar.ics"].decode().replace("\r\n ", "")
    assert set(files) == {f"calendar/night-walks.{language}.ics" for language in LOCALES}
