"""HTML, Markdown and feeds: the main text with its titles, nothing of the scripts, and a message when there is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from import_parts import document

from newsletter.corpus.importing import SourceReading, read_sources
from newsletter.corpus.importing.htmlpage import articles_of_page
from newsletter.corpus.importing.markdownpage import articles_of_markdown
from newsletter.corpus.importing.sources import format_of

TEXT = "The library has a new roof, paid for by its readers and by the county after two years of buckets."
OTHER = "Forty pupils painted the lamp posts of Market Street in colours of their own choice on a sunny day."


def read(tmp_path: Path, name: str, text: str | bytes) -> SourceReading:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_sources([path])[0]


def titles(reading: SourceReading) -> list[tuple[int, str]]:
    return [(article.line, article.title) for article in reading.articles]


PAGE = f"""<!DOCTYPE html>
<html lang="fr-CA">
<head><meta charset="utf-8"><title>Un toit neuf | Ville</title><link rel="canonical" href="https://ville.example/toit">
<meta property="article:published_time" content="2023-05-04T09:00:00-04:00">
<script>var x = "<h1>not a title</h1>";</script><style>h1 {{ color: red }}</style></head>
<body onload="steal()"><header><h1>Ville</h1></header><nav><ul><li><a href="/n">Nouvelles</a></ul></nav>
<main><h1>Un toit neuf &agrave; la biblioth&egrave;que</h1>
<p onclick="evil()">{TEXT} <a href="/aide">Aide</a>, <a href="javascript:alert(1)">rien</a>.</p>
<h2>Calendrier</h2><ul><li>Les travaux commencent en juin.<li>Fin en octobre</ul><ol><li>un<li>deux</ol>
<div hidden>Caché</div><p style="display: none">Caché aussi</p><template><p>Caché encore</p></template>
<p>Ligne une<br>et deux, un même paragraphe.<br><br>Un autre paragraphe.</p><img src="a.jpg" alt="">
<script>document.write("<p>written by a script</p>")</script></main>
<aside><h2>À lire aussi</h2><p>{OTHER}</p></aside><footer>Tous droits réservés</footer></body></html>
"""


def test_one_page_one_article(tmp_path: Path) -> None:
    reading = read(tmp_path, "toit.html", PAGE)
    (article,) = reading.articles
    assert (article.line, article.title) == (7, "Un toit neuf à la bibliothèque")
    assert (article.language, article.published, article.url) == (
        "fr", "2023-05-04T09:00:00-04:00", "https://ville.example/toit",
    )  # fmt: skip
    assert [(p.role.value, p.text) for p in article.body] == [
        ("text", f"{TEXT} Aide, rien."),
        ("heading", "Calendrier"),
        ("item", "Les travaux commencent en juin."),
        ("item", "Fin en octobre"),
        ("numbered", "un"),
        ("numbered", "deux"),
        ("text", "Ligne une et deux, un même paragraphe."),
        ("text", "Un autre paragraphe."),
    ]
    assert article.body[0].markdown == f"{TEXT} [Aide](https://ville.example/aide), rien."
    assert reading.notes == ("2 scripts left out (never run)", "1 picture left out")


@pytest.mark.parametrize(
    "page",
    [
        f"<h1>Latest news</h1><h2><a href='https://x.example/1'>One</a></h2><p>{TEXT}</p><h2>Two</h2><p>{OTHER}</p>",
        f"<h1>Blog</h1><p>{TEXT}</p><h2>One</h2><p>{TEXT}</p><h2>Two</h2><p>{OTHER}</p>",
        f"<h2>One</h2><p>{TEXT}</p><h2>Two</h2><p>{OTHER}</p>",
        f"<article><h3>One</h3><p>{TEXT}</p></article><article><h2>Two</h2><p>{OTHER}</p></article>",
        f"<h1>Site</h1><div><h1>One</h1><p>{TEXT}</p><h1>Two</h1><p>{OTHER}</p></div>",
        f"<h1>The hall</h1><p>{TEXT}</p><h2>One</h2><p>March 3, 2023</p><p>{TEXT}</p><h2>Two</h2><p>March 1, 2023</p><p>{OTHER}</p>",
    ],
)
def test_a_page_of_news_is_many_articles(tmp_path: Path, page: str) -> None:
    reading = read(tmp_path, "news.html", f"<html><body>{page}</body></html>")
    assert [title for _, title in titles(reading)] == ["One", "Two"]


def test_short_text_with_a_link_behind_it_is_text(tmp_path: Path) -> None:
    page = (
        "<main><article><h2>Ferry timetable</h2><p>The ferry leaves at seven from Monday. <a href=/a>Read more</a></p>"
        "</article><article><h2>Bees in town</h2><p>Six hives stand on the roof now. <a href=/b>Read more</a></p>"
        "</article></main>"
    )
    assert [title for _, title in titles(read(tmp_path, "news.html", page))] == ["Ferry timetable", "Bees in town"]


def test_sub_headings_do_not_cut_an_article(tmp_path: Path) -> None:
    page = f"<html><body><h1>Roof</h1><p>{TEXT}</p><h2>Cost</h2><p>{OTHER}</p><h2>Thanks</h2><p>{OTHER}</p></body></html>"
    assert titles(read(tmp_path, "roof.html", page)) == [(1, "Roof")]


def test_a_page_without_headings_is_split_by_its_title_element(tmp_path: Path) -> None:
    page = f"<html><head><title>New roof - County library</title></head><body><p>{TEXT}</p></body></html>"
    assert titles(read(tmp_path, "roof.html", page)) == [(1, "New roof")]


@pytest.mark.parametrize(
    ("page", "hint"),
    [
        ("<!doctype html><html><body><div id=root></div><script src=app.js></script></body></html>", "scripts"),
        ("<html><body><nav><a href=/>Home</a></nav></body></html>", "title on a line of its own"),
    ],
)
def test_a_page_without_an_article(tmp_path: Path, page: str, hint: str) -> None:
    mistake = read(tmp_path, "empty.html", page).mistake
    assert mistake is not None
    assert mistake.rule == "IMPORT-NO-ARTICLE"
    assert hint in (mistake.hint or "")


def test_only_harmless_links_stay(tmp_path: Path) -> None:
    links = "".join(
        f'<a href="{href}">l{i}</a> '
        for i, href in enumerate(
            [
                "javascript:x()",
                " java\tscript:x()",
                "data:text/html,x",
                "/relative",
                "#a",
                "https://a.example/b(c)",
                "mailto:a@x.example",
                "http://[bad",
            ]
        )
    )
    (article,) = read(
        tmp_path, "l.html", f"<html><body><h1>Links</h1><p>{TEXT} {links}</p></body></html>"
    ).articles
    assert (
        article.body[0].markdown
        == f"{TEXT} l0 l1 l2 l3 l4 [l5](<https://a.example/b(c)>) [l6](mailto:a@x.example) l7"
    )


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from('<>/="abph1 \n&;!-script'), max_size=300))
def test_any_html_is_read_without_harm(text: str) -> None:
    for article in articles_of_page(document(f"<h1>Title</h1><p>{TEXT}</p>{text}"))[0]:
        assert article.title


MARKDOWN = f"""# Bulletin de mai

## Un jardin sur le toit

{TEXT} Voir [la page](https://x.example/j).

- **tomates**
- ruches

<script>alert(1)</script>

Le marché
---------

{OTHER} <b>Gras</b>
"""


def test_markdown_headings_are_titles(tmp_path: Path) -> None:
    reading = read(tmp_path, "mai.md", MARKDOWN)
    assert titles(reading) == [(3, "Un jardin sur le toit"), (12, "Le marché")]
    first, second = reading.articles
    assert first.body[0].markdown == f"{TEXT} Voir [la page](https://x.example/j)."
    assert [p.text for p in first.body[1:]] == ["tomates", "ruches"]
    assert second.body[0].markdown == f"{OTHER} Gras"


def test_front_matter_names_the_article(tmp_path: Path) -> None:
    text = f'---\ntitle: "A quiet ferry"\ndate: 2022-03-04\nlang: en\nurl: https://x.example/ferry\n---\n{TEXT}\n\n## Times\n\n{OTHER}\n'
    (article,) = read(tmp_path, "ferry.md", text).articles
    assert (article.title, article.published, article.language) == ("A quiet ferry", "2022-03-04", "en")
    assert article.url == "https://x.example/ferry"
    assert [p.line for p in article.body] == [7, 9, 11]


def test_markdown_without_headings_is_read_as_a_capture(tmp_path: Path) -> None:
    text = f"The library has a new roof\n\n{TEXT}\n\nPupils paint the lamp posts\n\n{OTHER}\n"
    assert titles(read(tmp_path, "plain.md", text)) == [
        (1, "The library has a new roof"),
        (5, "Pupils paint the lamp posts"),
    ]


def test_titles_in_bold(tmp_path: Path) -> None:
    text = f"**The library has a new roof**\n\n{TEXT}\n\n**Pupils paint the lamp posts**\n\n{OTHER}\n"
    assert [t for _, t in titles(read(tmp_path, "bold.md", text))] == [
        "The library has a new roof",
        "Pupils paint the lamp posts",
    ]


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.sampled_from("#*_-[]()<>`=\n ab1.!\\"), max_size=200))
def test_any_markdown_is_read_without_harm(text: str) -> None:
    articles_of_markdown(document(text))


RSS = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>News</title><language>fr-ca</language>
<item><title>Une serre &amp; un four</title><link>https://x.example/serre</link><pubDate>Thu, 04 May 2023 10:00:00 -0400</pubDate>
<description>court</description><content:encoded><![CDATA[<p>{TEXT} <a href="https://x.example/a">Aide</a></p><script>x()</script>]]></content:encoded></item>
<item><title>Deuxième</title><description>&lt;p&gt;Midi, apr&amp;egrave;s un hiver court et doux.&lt;/p&gt;</description></item>
</channel></rss>
"""
ATOM = f"""<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>News</title>
<entry><title type="html">Caf&amp;eacute; opens</title><link rel="self" href="https://x.example/self"/><link href="https://x.example/cafe"/>
<updated>2023-05-04T10:00:00Z</updated><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>{TEXT} In the <a href="https://x.example/m">old</a> mill.</p></div></content></entry>
</feed>
"""


def test_rss(tmp_path: Path) -> None:
    first, second = read(tmp_path, "feed.xml", RSS).articles
    assert (first.line, first.title, first.published) == (3, "Une serre & un four", "2023-05-04")
    assert (first.language, first.url) == ("fr", "https://x.example/serre")
    assert [p.markdown for p in first.body] == [f"{TEXT} [Aide](https://x.example/a)"]
    assert (second.line, [p.text for p in second.body]) == (5, ["Midi, après un hiver court et doux."])


def test_atom(tmp_path: Path) -> None:
    (entry,) = read(tmp_path, "feed.atom", ATOM).articles
    assert (entry.title, entry.url, entry.published) == ("Café opens", "https://x.example/cafe", "2023-05-04")
    assert entry.body[0].markdown == f"{TEXT} In the [old](https://x.example/m) mill."


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY b "bbbb">]><rss>&b;</rss>', 2, "declares a document type"),
        (
            '<?xml version="1.0"?>\n<!DOCTYPE a SYSTEM "file:///etc/hostname"><rss></rss>',
            2,
            "declares a document type",
        ),
        ("<rss><channel>\n<item></channel></rss>", 2, "not well-formed XML"),
        ("<opml><body/></opml>", 1, "begins with <opml>"),
        ("<rss>" + "<a>" * 300 + "</a>" * 300 + "</rss>", 1, "nested too deeply"),
    ],
)
def test_feeds_that_are_refused(tmp_path: Path, text: str, line: int, words: str) -> None:
    mistake = read(tmp_path, "feed.rss", text).mistake
    assert mistake is not None
    assert (mistake.rule, mistake.line) == ("IMPORT-FEED", line)
    assert words in mistake.message


def test_a_feed_without_entries_has_no_article(tmp_path: Path) -> None:
    mistake = read(tmp_path, "feed.xml", "<rss><channel><title>News</title></channel></rss>").mistake
    assert mistake is not None
    assert mistake.rule == "IMPORT-NO-ARTICLE"


@pytest.mark.parametrize(
    ("text", "suffix", "expected"),
    [
        ("<!DOCTYPE html><html>", ".txt", "html"),
        ("<?xml version='1.0'?><!DOCTYPE html><html>", ".xml", "html"),
        ("<?xml version='1.0'?><rss>", ".txt", "feed"),
        ("<p>a<p>b<p>c<p>d<p>e", ".txt", "html"),
        ("# Title", ".md", "markdown"),
        ("# Title", ".txt", "text"),
        ("a < b", ".html", "html"),
    ],
)
def test_the_content_tells_the_format(text: str, suffix: str, expected: str) -> None:
    assert format_of(text, suffix) == expected
