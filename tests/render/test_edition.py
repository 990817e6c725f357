"""A whole edition: structure, languages, accessibility, slots, what it costs, and what hostile text does to it."""

from __future__ import annotations

import dataclasses
import re
from itertools import pairwise
from quopri import encodestring

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from newsletter.models.article import Image
from newsletter.models.issue import Layout
from newsletter.models.message import SlotContext

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</mj-text></mj-column><mj-raw>",
    "</style><style>*{display:none}",
    "<!-- <![endif]--> --!>",
    "{{ slot.email }} {% include 'x' %} {# #}",
    "&lt;b&gt; &amp; & &#60;",
    "Prix : 5 €\u00a0! \u202f \\ \\n \\u{a0} e\u0301",
    "https://zq000000000000s3qz.invalid/ zq000000000000s3qz",
    "<!--zq000000000000begin0-->",
    "a\tb\\c`d$e%f",
]


def texts(html: str) -> str:
    """What a reader sees, white space collapsed; a line break, a cell and a paragraph part words."""
    parted = re.sub(r"<br\b|</(?:p|td|h[1-6])>", r" \g<0>", html)
    return " ".join(lxml_html.fromstring(parted).text_content().split())


def test_doctype_dark_mode_and_outlook_comments_survive(rendered, kit):
    html = kit.fill(rendered["fr"].html)
    assert html.startswith("<!DOCTYPE html>")
    assert "@media (prefers-color-scheme: dark)" in html
    assert "!important" in html
    assert "[data-ogsc] .card" in html
    assert html.count("<!--[if mso") > 20
    assert len(re.findall(r"<!--\[if [^!]", html)) == html.count("<![endif]-->") - html.count("<!--<![endif]-->")


def test_no_third_party_and_no_leftover(rendered, kit):
    for one in rendered.values():
        html = kit.fill(one.html)
        hosts = set(re.findall(r"https?://([\w.-]+)", html))
        assert hosts == {"www.example.org", "www.w3.org"}
        for leftover in ("<mj-", "\\u{", "data-premailer", "var(--", "{{", "@import", "<link", "<script"):
            assert leftover not in html
        assert not re.search(r"zq[0-9a-f]{12}", html + kit.fill(one.text))


@pytest.mark.parametrize("code", ["fr", "en", "fr+en"])
def test_accessible_structure(rendered, kit, code):
    document = lxml_html.fromstring(kit.fill(rendered[code].html))
    first = code.split("+")[0]
    assert document.get("lang") == f"{first}-CA"
    assert document.get("dir") == "ltr"
    assert document.xpath("//title/text()")[0]
    wrapper = document.xpath("//div[@role='article']")[0]
    assert wrapper.get("lang") == f"{first}-CA"
    assert all(table.get("role") == "presentation" for table in document.xpath("//table"))
    levels = [int(each.tag[1]) for each in document.xpath("//h1|//h2|//h3|//h4|//h5")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    for link in document.xpath("//a[@href]"):
        assert link.text_content().strip()
        assert link.get("href").startswith(("https://", "mailto:", "#"))
        if link.get("href").startswith("#"):
            assert document.xpath("//a[@name=$name]", name=link.get("href")[1:])
    sizes = [float(size) for size in re.findall(r"font-size:\s*([\d.]+)px", kit.fill(rendered[code].html))]
    assert min(size for size in sizes if size > 1) >= 13  # 0 and 1 px: MJML's cells and the preheader


def test_one_h1_is_the_subject_of_a_single_language(rendered, kit):
    document = lxml_html.fromstring(kit.fill(rendered["en"].html))
    assert [h1.text_content() for h1 in document.xpath("//h1")] == ["This month’s subject"]


def test_a_single_language_links_to_the_site_in_the_other(rendered, kit):
    document = lxml_html.fromstring(kit.fill(rendered["fr"].html))
    link = document.xpath("//a[text()='English version']")[0]
    assert (link.get("href"), link.get("lang"), link.get("hreflang")) == (
        "https://www.example.org/en/",
        "en-CA",
        "en-CA",
    )
    assert "English version\n  <https://www.example.org/en/>" in kit.fill(rendered["fr"].text)


def test_two_languages_french_first_each_with_its_lang_and_a_jump(rendered, kit):
    html = kit.fill(rendered["fr+en"].html)
    document = lxml_html.fromstring(html)
    parts = document.xpath("//div[@role='article']/div[@lang]")
    assert [part.get("lang") for part in parts] == ["fr-CA", "en-CA", "fr-CA", "en-CA"]  # contents, then footers
    assert "Titre de news" in parts[0].text_content()
    assert "Title of" not in parts[0].text_content()
    assert "Title of news" in parts[1].text_content()
    assert '<h2 class="issue" id="en"' in html
    assert '<a name="en"></a>' in html
    jump = document.xpath("//a[@href='#en']")[0]
    assert (jump.text, jump.get("lang")) == ("English follows", "en-CA")
    assert document.xpath("//a[@href='#fr']")[0].text == "Le français précède"
    for footer, word in ((parts[2], "Se désabonner"), (parts[3], "Unsubscribe")):
        assert word in footer.text_content()


def test_a_line_of_two_languages_is_set_half_by_half(render, kit):
    parts = (kit.part("fr"), kit.part("en"))
    edition = dataclasses.replace(
        kit.edition(*parts), subject="Note : un / Note: one", preheader='Le "mot" : ici / The "word": here'
    )
    one, findings = render(edition)
    assert list(findings) == []
    assert one.subject == "Note\u00a0: un / Note: one"
    assert one.preheader == "Le «\u00a0mot\u00a0»\u00a0: ici / The “word”: here"


def test_every_kind_says_what_a_reader_needs(rendered, kit):
    french, english = texts(kit.fill(rendered["fr"].html)), texts(kit.fill(rendered["en"].html))
    for needle in (
        "Quand : les 8 et 9 mai 2021",
        "Lieu : En ligne",
        "Samedi 8 mai",
        "10 h 30 à 11 h 15 Mots d’ouverture Français et anglais Accueil.",
        "Ann Exemple, directrice",
        "Toutes les heures sont en HAE.",
        "Disponible en français seulement PDF 48 pages 2020",
        "Date limite : lundi 5 février 2024",
        "Pour postuler : emplois@example.org",
        "Conseillère Depuis : janvier 2022",
        "Page News",
        "Source : Agence Exemple",
    ):
        assert needle.casefold() in french.replace("\u00a0", " ").casefold(), needle
    for needle in (
        "When: May 8 and 9, 2021",
        "Saturday, May 8",
        "10:30 a.m. to 11:15 a.m. Opening French and English Welcome.",
        "Available in French only",
        "Deadline: Monday, February 5, 2024",
        "Partners: Ville Exemple and Ministry",
        "All times are in EDT.",
    ):
        assert needle in english.replace("\u00a0", " "), needle
    assert french.index("Samedi 8 mai") < french.index("Dimanche 9 mai")


def test_the_publisher_is_not_named_again_as_the_source_of_its_own_news(render, kit):
    ours = kit.article(source={"name": {"fr": "Centre Exemple (CE)", "en": "Example Centre"}})
    theirs = kit.article("job")
    one, _ = render(kit.edition(kit.part("fr", ours, theirs)))
    for content in (kit.fill(one.html), kit.fill(one.text)):
        assert content.count("Source") == 1
        assert "Agence Exemple" in content


def test_the_text_part_holds_the_same_and_fits_72_columns(rendered, kit):
    text = kit.fill(rendered["fr+en"].text).replace("\u00a0", " ")
    for needle in (
        "Samedi 8 mai",
        "Available in French only",
        "- un point",
        "une page <https://www.example.org/page>",
    ):
        assert needle in text
    assert "[English follows]" in text
    assert "<p>" not in text
    assert "**" not in text
    long = [line for line in text.split("\n") if len(line) > 72 and "https://" not in line]
    assert long == []
    assert "\n\n\n" not in text
    assert not re.search(r"[ \t]$", text, re.MULTILINE)


def test_slots_and_their_contexts(rendered):
    contexts = {(slot.name, slot.context) for slot in rendered["fr"].html.slots}
    assert contexts == {
        ("greeting_name", SlotContext.HTML_TEXT),
        ("email", SlotContext.HTML_TEXT),
        ("unsubscribe_url", SlotContext.HTML_URL),
        ("preferences_url", SlotContext.HTML_URL),
    }
    assert {slot.context for slot in rendered["fr"].text.slots} == {SlotContext.PLAIN_TEXT}


def test_the_same_edition_gives_the_same_bytes(render, kit):
    edition = kit.edition()
    assert render(edition)[0] == render(edition)[0]


def test_two_languages_of_eight_articles_stay_below_95_kilobytes(rendered, kit):
    assert len(encodestring(kit.fill(rendered["fr+en"].html).encode())) < 95_000


def test_every_article_has_its_price(render, kit):
    small = kit.article("news", body="Court.", layout=Layout.TEXT)
    large = kit.article("call", body="Long. " * 500, layout=Layout.TEXT)
    one, _ = render(kit.edition(kit.part("fr", small, large)))
    costs = one.article_bytes
    assert set(costs) == {"a-news", "a-call"}
    assert costs["a-call"] - costs["a-news"] > 2900
    assert sum(costs.values()) < one.html.size()


def test_files_name_every_template_used_and_only_those(render, kit):
    one, _ = render(kit.edition(kit.part("fr", kit.article("news"))))
    assert "templates/house/blocks/digest.mjml.j2" in one.files
    assert "templates/house/blocks/pieces.mjml.j2" in one.files
    assert "templates/house/inline.css" in one.files
    assert "templates/house/blocks/agenda.mjml.j2" not in one.files
    again, _ = render(kit.edition(kit.part("fr", kit.article("news"))))  # from Jinja2's cache this time
    assert again.files == one.files


def test_images_have_alt_and_a_size_that_fits(render, kit):
    images = {
        "chart": Image(url="https://www.example.org/chart.png", width=1200, height=600),
        "line": Image(url="https://www.example.org/line.png", width=200, height=10, decorative=True),
    }
    alt = 'Un « graphique » : 5\u00a0% d\'"écart" \\ fin'
    article = kit.article("news", data={"images": images}, alts={"chart": alt}, layout=Layout.FEATURE)
    one, findings = render(kit.edition(kit.part("fr", article)))
    assert findings == ()
    chart, line = lxml_html.fromstring(kit.fill(one.html)).xpath("//img")
    assert chart.get("alt") == alt
    assert (chart.get("width"), chart.get("height")) == ("536", "268")
    assert line.get("alt") == ""
    assert (line.get("width"), line.get("height")) == ("200", "10")


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("layout", list(Layout))
def test_hostile_text_is_shown_and_does_nothing(render, kit, hostile, layout):
    article = kit.article(
        "job", title=hostile, summary=hostile, body=hostile.replace("<!--", "< !--"), label=hostile, layout=layout
    )
    edition = kit.edition(kit.part("fr", article, intro=hostile), subject=hostile, preheader=hostile)
    one, findings = render(edition)
    assert one is not None, findings
    html = kit.fill(one.html)
    document = lxml_html.fromstring(html)
    assert not document.xpath("//script | //img | //mj-text | //body//style | //@onerror | //@onmouseover")
    assert len(one.html.slots) == 4
    assert len(one.text.slots) == 4
    headings = [" ".join(each.text_content().split()) for each in document.xpath("//h2 | //h3")]
    assert any(squeeze(hostile) == squeeze(heading) for heading in headings), headings


def squeeze(text: str) -> str:
    """Text without what typography may change: white space, quotes, ellipses."""
    return re.sub(r"[\s\u00a0«»“”\"'’‘…‑]+", "", text)


def test_ten_thousand_characters(render, kit):
    words, unbroken = "mot " * 2500, "é" * 10_000
    for text in (words, unbroken):
        one, findings = render(
            kit.edition(kit.part("fr", kit.article("news", title=text, summary=text, body=text)))
        )
        assert one is not None, findings
        assert squeeze(text) in squeeze(kit.fill(one.html))


SAYABLE = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn", "Zl", "Zp"), exclude_characters="\u200b\ufeff"),
    min_size=1,
    max_size=80,
).filter(lambda text: text.strip())


@settings(max_examples=40, deadline=None)
@given(title=SAYABLE, summary=SAYABLE, body=SAYABLE)
@example(title="]]>", summary="<![CDATA[", body="&#x3c;script&#x3e;")
@example(title="\u00ad\u200d\u200e", summary="\u05d0\u05b0", body="क्")
def test_any_text_comes_through_whole(render, kit, title, summary, body):
    one, findings = render(
        kit.edition(kit.part("fr", kit.article("news", title=title, summary=summary, body=body)))
    )
    assert one is not None, findings
    html = kit.fill(one.html)
    document = lxml_html.fromstring(html)
    seen = squeeze(document.xpath("string(//body)"))
    assert squeeze(title) in seen
    assert squeeze(summary) in seen
    assert squeeze(title) in squeeze(kit.fill(one.text))
    tags = {each.tag for each in document.iter() if isinstance(each.tag, str)}
    assert not tags & {"script", "img", "iframe", "form", "object"}


def test_a_third_language_needs_only_its_words(theme, kit):
    strings = (theme.folder / "strings.yaml").read_text(encoding="utf-8")
    block = strings[strings.index("\nen:") :].replace("\nen:", "\nar:")
    theme.write("strings.yaml", strings + block)
    french = kit.part("fr")
    arabic = type(french)("ar", "موضوع", None, kit.part("en").sections)
    one, findings = theme.render(kit.edition(arabic))
    assert one is not None, findings
    document = lxml_html.fromstring(kit.fill(one.html))
    assert (document.get("lang"), document.get("dir")) == ("ar", "rtl")


def test_an_event_without_an_end_says_when_it_begins(render, kit):
    event = {"start": "2021-04-01T13:00", "timezone": "America/Toronto", "online": True}
    one, findings = render(kit.edition(kit.part("fr", kit.article("event", data={"event": event}))))
    assert list(findings) == []
    for content in (one.html, one.text):
        assert "jeudi 1er avril 2021 à 13 h (HAE)" in texts(kit.fill(content)).replace("\u00a0", " ")
