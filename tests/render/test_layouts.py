"""Each layout has a face of its own: what must be there, in both languages, in the HTML and in the text."""

from __future__ import annotations

import dataclasses
import re

import pytest
from lxml import html as lxml_html

from newsletter.models.article import Image
from newsletter.models.assets import Assets
from newsletter.models.issue import Layout
from newsletter.render import render_edition

BODY = "Un **corps** entier.\n\n- premier point"
LINKS = {"more": {"url": "https://www.example.org/plus"}}


def seen(html: str) -> str:
    """The words a reader sees, those of different rows apart."""
    body = re.sub(r"<br\b|</(?:p|td|h[1-6]|div)>", r" \g<0>", html[html.index("<body") :])
    return " ".join(lxml_html.fromstring(body).text_content().replace("\u00a0", " ").split())


@pytest.fixture
def mail(render, kit):
    """Makes the mail of some articles of one language: its document, its words, its text part."""

    def make(*articles, language="fr"):
        one, findings = render(kit.edition(kit.part(language, *articles)))
        assert list(findings) == []
        html = kit.fill(one.html)
        return lxml_html.fromstring(html), seen(html), kit.fill(one.text).replace("\u00a0", " ")

    return make


def test_a_feature_is_whole_and_ends_in_a_button(mail, kit):
    image = {"walk": Image(url="https://www.example.org/a.jpg", width=1200, height=675, credit="Zoé Exemple")}
    article = kit.article(
        "news", layout=Layout.FEATURE, body=BODY, data={"images": image}, alts={"walk": "Une marche"}
    )
    document, words, text = mail(article)
    (picture,) = document.xpath("//img")
    assert (picture.get("alt"), picture.get("width"), picture.get("height")) == ("Une marche", "536", "302")
    (button,) = document.xpath("//td[@bgcolor]/a")
    assert button.get("href") == "https://www.example.org/fr/news"
    assert "Photo : Zoé Exemple" in words
    order = ["Titre de news", "Résumé news.", "Un corps entier.", "premier point", "Page news fr"]
    places = [words.index(each, words.index("Photo")) for each in order]
    assert places == sorted(places)
    assert "Un corps entier." in text


@pytest.mark.parametrize("layout", [Layout.DIGEST, Layout.DOCUMENTS])
def test_a_teaser_leads_on_by_its_title_and_leaves_the_body_to_the_page(mail, kit, layout):
    document, words, text = mail(kit.article("news", layout=layout, body=BODY))
    links = [(link.text_content(), link.get("href")) for link in document.xpath("//h3//a[@href] | //p/a[@href]")]
    assert ("Titre de news", "https://www.example.org/fr/news") in links
    assert ("Page news fr", "https://www.example.org/fr/news") in links
    assert "Résumé news." in words
    for content in (words, text):
        assert "entier" not in content
    assert "* Titre de news\n  Résumé news.\n" in text


@pytest.mark.parametrize("layout", [Layout.DIGEST, Layout.DOCUMENTS])
def test_a_teaser_that_leads_nowhere_is_shown_whole(mail, kit, layout):
    document, words, text = mail(kit.article("news", layout=layout, body=BODY, links={}))
    assert not document.xpath("//h3//a[@href]")
    for content in (words, text):
        assert "Un corps entier." in content
        assert "premier point" in content


def test_a_digest_tells_what_matters_on_one_line(mail, kit):
    _, words, _ = mail(kit.article("media", layout=Layout.DIGEST))
    assert "Le Quotidien, 22 janvier 2024 · Page en anglais · Source : Agence Exemple" in words
    _, words, _ = mail(kit.article("project", layout=Layout.DIGEST))
    assert "Partenaires" not in words


def test_a_picture_of_a_digest_is_small_and_beside_the_text(mail, kit):
    image = {"walk": Image(url="https://www.example.org/a.jpg", width=1200, height=600)}
    for layout in (Layout.DIGEST, Layout.DOCUMENTS):
        article = kit.article("news", layout=layout, data={"images": image}, alts={"walk": "Une marche"})
        document, _, _ = mail(article)
        (picture,) = document.xpath("//td[contains(@class, 'thumb')]/img")
        assert (picture.get("width"), picture.get("height"), picture.get("alt")) == ("96", "48", "Une marche")


@pytest.mark.parametrize(
    ("language", "needles", "number", "month"),
    [
        (
            "fr",
            ("Quand : les 8 et 9 mai 2021", "Lieu : En ligne", "Samedi 8 mai 10 h 30 à 11 h 15 Mots d’ouverture",
             "Français et anglais", "Ann Exemple, directrice", "Dimanche 9 mai 13 h à 14 h Étude de cas",
             "Toutes les heures sont en HAE."),
            "8–9",
            "mai",
        ),
        (
            "en",
            ("When: May 8 and 9, 2021", "Where: Online", "Saturday, May 8 10:30 a.m. to 11:15 a.m. Opening",
             "French and English", "Ann Exemple, Director", "Sunday, May 9 1 p.m. to 2 p.m. Case study",
             "All times are in EDT."),
            "8–9",
            "May",
        ),
    ],
)  # fmt: skip
def test_an_agenda_is_a_timetable_by_day(mail, kit, language, needles, number, month):
    document, words, text = mail(kit.article("event", language), language=language)
    for needle in needles:
        assert needle in words
    (leaf,) = document.xpath("//td[@aria-hidden='true']")
    assert list(leaf.itertext()) == [number, month]
    rows = document.xpath("//tr[td[contains(@class, 'time')]]")
    assert len(rows) == 2
    day = needles[2].split(" 10")[0]
    lines = text.split("\n")
    assert lines[lines.index(day) + 1] == "·" * len(day)
    assert "  - Ann Exemple, " in text


def test_an_event_without_sessions_shows_its_day(mail, kit):
    event = {"start": "2021-04-01T13:00", "end": "2021-04-01T14:00", "timezone": "America/Toronto", "online": True}
    document, words, _ = mail(kit.article("event", data={"event": event}))
    assert list(document.xpath("//td[@aria-hidden='true']")[0].itertext()) == ["1er", "avr."]
    assert "Toutes les heures" not in words


def test_an_event_that_does_not_take_place_says_so(mail, kit):
    event = {**kit.data["event"]["event"], "cancelled": True}
    _, words, text = mail(kit.article("event", data={"event": event}))
    assert "Annulé Titre de event" in words
    assert "\nANNULÉ\n" in text


@pytest.mark.parametrize(("language", "words"), [("fr", "Ajouter à mon calendrier"), ("en", "Add to my calendar")])
def test_an_event_goes_into_the_reader_s_calendar(kit, publication, templates, language, words):
    address = f"https://www.example.org/calendars/{language}.ics"
    edition = kit.edition(kit.part(language, kit.article("event", language)))
    one, _ = render_edition(
        edition,
        publication,
        templates=templates,
        root=templates.parent,
        assets=Assets(calendars={("a-event", language): address}),
    )
    (link,) = lxml_html.fromstring(kit.fill(one.html)).xpath("//a[@href=$address]", address=address)
    title = {"fr": "Titre de event", "en": "Title of event"}[language]
    assert link.text == words
    # The name that is read out begins with the words that are seen (WCAG 2.5.3) and says which event.
    assert re.sub("[\u00a0 ]?:", ":", link.get("aria-label")) == f"{words}: {title}"
    assert f"→ {words}\n  <{address}>\n" in kit.fill(one.text)


@pytest.mark.parametrize(
    ("language", "tags"),
    [
        ("fr", ["Disponible en français seulement", "PDF", "48 pages", "2,3 Mo", "2020"]),
        ("en", ["Available in French only", "PDF", "48 pages", "2.3 MB", "2020"]),
    ],
)
def test_a_document_says_language_format_pages_and_size(mail, kit, language, tags):
    block = {**kit.data["publication"]["publication"], "size_kb": 2300}
    article = kit.article("publication", language, data={"publication": block})
    document, _, text = mail(article, language=language)
    found = [
        tag.text_content().replace("\u00a0", " ") for tag in document.xpath("//span[contains(@class, 'tag')]")
    ]
    assert found == tags
    assert f"  {' · '.join(tags)}\n" in text


def test_a_document_in_every_language_of_the_newsletter_names_them(mail, kit):
    block = {**kit.data["publication"]["publication"], "languages": ("fr", "en"), "size_kb": 850}
    document, _, _ = mail(kit.article("publication", data={"publication": block}))
    found = [
        tag.text_content().replace("\u00a0", " ") for tag in document.xpath("//span[contains(@class, 'tag')]")
    ]
    assert found == ["Français et anglais", "PDF", "48 pages", "850 Ko", "2020"]


@pytest.mark.parametrize(
    ("kind", "language", "deadline"),
    [
        ("job", "fr", "Date limite : lundi 5 février 2024"),
        ("job", "en", "Deadline: Monday, February 5, 2024"),
        ("call", "fr", "Date limite : lundi 3 mai 2021"),
        ("call", "en", "Deadline: Monday, May 3, 2021"),
    ],
)
def test_a_notice_begins_with_its_deadline(mail, kit, kind, language, deadline):
    document, words, text = mail(kit.article(kind, language, layout=Layout.NOTICES), language=language)
    (notice,) = document.xpath("//td[contains(@class, 'notice')]")
    assert " ".join(notice.text_content().replace("\u00a0", " ").split()).startswith(deadline)
    assert words.count(deadline) == 1
    assert text.index(deadline) < text.index({"fr": "Résumé", "en": "Summary"}[language])


def test_a_person_has_a_face_or_initials(mail, kit):
    document, words, _ = mail(kit.article("person", layout=Layout.PEOPLE))
    (initials,) = document.xpath("//td[@aria-hidden='true']")
    assert initials.text_content().strip() == "ZE"
    assert "Conseillère" in words
    image = {"face": Image(url="https://www.example.org/a.jpg", width=400, height=500)}
    article = kit.article(
        "person", layout=Layout.PEOPLE, data={"images": image}, alts={"face": "Zoé Exemple sourit"}
    )
    document, words, _ = mail(article)
    (portrait,) = document.xpath("//img")
    assert (portrait.get("width"), portrait.get("height"), portrait.get("alt")) == (
        "88",
        "110",
        "Zoé Exemple sourit",
    )
    assert not document.xpath("//td[@aria-hidden='true']")


def test_text_is_words_only(mail, kit):
    image = {"walk": Image(url="https://www.example.org/a.jpg", width=1200, height=600, decorative=True)}
    document, words, _ = mail(kit.article("news", layout=Layout.TEXT, body=BODY, data={"images": image}))
    assert not document.xpath("//img")
    assert "Un corps entier." in words


def test_a_long_issue_begins_with_what_is_in_it(render, kit):
    part = kit.part("fr", *(kit.article(kind, layout=Layout.TEXT) for kind in kit.kinds))
    titles = [each.heading for each in part.sections]
    assert titles == ["À venir", None]  # not every section has a heading: the articles are listed
    one, _ = render(kit.edition(part))
    document = lxml_html.fromstring(kit.fill(one.html))
    jumps = [link.text for link in document.xpath("//a[starts-with(@href, '#a-')]")]
    assert jumps == [f"Titre de {kind}" for kind in kit.kinds]
    headed = tuple(
        dataclasses.replace(part.sections[0], heading=name, articles=part.sections[0].articles[:2])
        for name in ("Un", "Deux", "Trois")
    )
    one, _ = render(kit.edition(dataclasses.replace(part, sections=headed)))
    document = lxml_html.fromstring(kit.fill(one.html))
    chips = document.xpath("//a[starts-with(@href, '#fr-')]")
    assert [chip.text for chip in chips] == ["Un", "Deux", "Trois"]
    for chip in chips:
        (target,) = document.xpath("//h2[@id=$id]", id=chip.get("href")[1:])
        assert target.text_content() == chip.text


def test_twelve_short_items_need_no_list_of_them(mail, kit):
    document, words, text = mail(*(kit.article("news") for _ in range(12)))
    assert "Dans ce numéro" not in words
    assert "Dans ce numéro" not in text
    assert len(document.xpath("//*[@class='brief']")) == 12


def test_from_right_to_left_everything_is_mirrored(theme, kit):
    strings = (theme.folder / "strings.yaml").read_text(encoding="utf-8")
    block = strings[strings.index("\nen:") :].replace("\nen:", "\nar:")
    theme.write("strings.yaml", strings + block)
    french = kit.part("fr", *(kit.article(kind, body="un\n\n- deux\n\n> trois") for kind in kit.kinds))
    arabic = dataclasses.replace(french, language="ar")
    for parts in ((arabic,), (french, arabic)):
        one, _ = theme.render(kit.edition(*parts))
        (rtl, *_) = lxml_html.fromstring(kit.fill(one.html)).xpath("//div[@role='article']/div[@lang='ar']")
        assert rtl.get("dir") == "rtl"
        assert "direction:ltr" not in " ".join(rtl.xpath(".//div[contains(@class, 'rtl')]//@style"))
        for text in rtl.xpath(".//div[contains(@style, 'font-family') and not(@class)]/@style"):
            assert "text-align:right" in text
        one, _ = theme.render(kit.edition(french))
        (ltr, *_) = lxml_html.fromstring(kit.fill(one.html)).xpath("//div[@role='article']/div[@lang='fr-CA']")
        assert [(right, left) for left, right in sides(rtl)] == sides(ltr)
        assert len(sides(ltr)) > 20


def sides(element):
    """Left and right of every padding and border that are not the same on both sides."""
    found = []
    for style in element.xpath(".//*[not(contains(@class, 'chip'))]/@style"):
        for right, left in re.findall(r"padding:\s*[^;\s]+ ([^;\s]+) [^;\s]+ ([^;\s]+)", style):
            found.append((left, right))
        borders = dict(re.findall(r"border-(left|right):\s*([1-9]\w*)", style))
        if borders:
            found.append((borders.get("left"), borders.get("right")))
    return found


def test_a_logo_takes_the_place_of_the_name(theme, kit):
    theme.change(
        "theme.yaml",
        "fonts:",
        "logo: {url: 'https://www.example.org/logo.png', width: 200, height: 60}\nfonts:",
    )
    for parts, name in (
        ((kit.part("fr"),), "En amont"),
        ((kit.part("fr"), kit.part("en")), "En amont · Upstream"),
    ):
        one, findings = theme.render(kit.edition(*parts))
        assert list(findings) == []
        (logo,) = lxml_html.fromstring(kit.fill(one.html)).xpath("//img")
        assert (logo.get("alt"), logo.get("width"), logo.get("height")) == (name, "200", "60")
        assert kit.fill(one.text).startswith(name)
