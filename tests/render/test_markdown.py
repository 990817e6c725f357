"""Markdown to HTML for a mail and to plain text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from newsletter.render.markdown import convert
from newsletter.render.plaintext import WIDTH, underline, wrap


@pytest.mark.parametrize(
    ("source", "html", "text"),
    [
        ("Un *mot* **fort**.", "<p>Un <em>mot</em> <strong>fort</strong>.</p>", "Un mot fort."),
        (
            "[Page](https://x.example/a?b=1&c=2)",
            '<p><a href="https://x.example/a?b=1&amp;c=2">Page</a></p>',
            "Page <https://x.example/a?b=1&c=2>",
        ),
        (
            "<mailto:a@x.example>",
            '<p><a href="mailto:a@x.example">mailto:a@x.example</a></p>',
            "mailto:a@x.example",
        ),
        (
            "[a@x.example](mailto:a@x.example)",
            '<p><a href="mailto:a@x.example">a@x.example</a></p>',
            "a@x.example",
        ),
        ("## Titre", "<p><strong>Titre</strong></p>", "Titre"),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>", "<b>x</b>"),
        ("Prix : 5 %", "<p>Prix&nbsp;: 5&nbsp;%</p>", "Prix\u00a0: 5\u00a0%"),
        ("`a : b`", "<p><code>a : b</code></p>", "a : b"),
        ("> dit\n> elle", "<blockquote>\n<p>dit\nelle</p>\n</blockquote>", "> dit elle"),
    ],
)
def test_forms(source, html, text):
    converted = convert(source, "fr-CA")
    assert (converted.html, converted.text, converted.faults) == (html, text, ())


def test_lists_hang_and_count():
    source = "Avant\n\n- un\n- deux\n  1. a\n  2. b\n\n3. trois\n4. quatre " + "mot " * 20
    text = convert(source, "fr-CA").text
    assert text.startswith("Avant\n\n- un\n- deux\n  1. a\n  2. b\n\n3. trois\n4. quatre mot")
    assert text.split("\n")[-1].startswith("   mot")


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "http://x.example",
        "/page",
        "#x",
        "ftp://x.example",
        "//x.example",
    ],
)
def test_only_whole_safe_addresses_become_links(address):
    converted = convert(f"un\n\n[mot]({address})", "fr-CA")
    assert "<a" not in converted.html
    assert "mot" in converted.html
    assert [(fault.rule, fault.line) for fault in converted.faults] == [("MD-LINK", 3)]


@given(st.text(max_size=200))
def test_no_markdown_makes_more_than_the_tags_of_a_mail(source):
    converted = convert(source, "fr-CA")
    if converted.html:
        document = lxml_html.fromstring(f"<div>{converted.html}</div>")
        tags = {each.tag for each in document.iter() if isinstance(each.tag, str)}
        assert tags <= {"div", "p", "a", "ul", "ol", "li", "strong", "em", "br", "blockquote", "code"}
        for link in document.xpath("//a"):
            assert set(link.attrib) <= {"href"}
            assert link.get("href", "https://").lower().startswith(("https://", "https:", "mailto:"))


@given(st.text(max_size=300), st.sampled_from(["", "- ", "> "]))
def test_wrapping_keeps_every_word_in_lines_that_fit(text, first):
    wrapped = wrap(text, first, " " * len(first))
    for line in wrapped.split("\n"):
        assert len(line) <= WIDTH or " " not in line.strip(" ->")
    assert "".join(wrapped.removeprefix(first.rstrip()).split()) == "".join(text.split())


def test_a_heading_is_underlined_as_far_as_it_goes():
    assert underline("Été", "=") == "Été\n==="
