"""The compiler's traps, and the validator that the compiler lacks."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html
from premailer import Premailer

from newsletter.render.inliner import _OPTIONS, inline
from newsletter.render.markup import TokenKind, token_at, tokens
from newsletter.render.mjml import MjmlRefused, prepare, to_html
from newsletter.render.mjml_rules import MAX_DEPTH, faults
from newsletter.render.plaintext import wrap

SHELL = (
    '<mjml lang="fr"><mj-head><mj-title>{title}</mj-title></mj-head><mj-body><mj-section><mj-column>{body}'
    "</mj-column></mj-section></mj-body></mjml>"
)


def mail(body="<mj-text>x</mj-text>", title="t"):
    return SHELL.format(body=body, title=title)


def rules(source):
    return [fault.rule for fault in faults(source)]


def test_a_right_mail_has_no_fault():
    body = (
        '<mj-text padding="1px 2px" color="rgb(1, 2, 3)" css-class="a b"><p>a<br>b &amp; c</p><hr />'
        '<a href="https://x.example/?a=1&b=2">x</a></mj-text><mj-spacer height="0" /><mj-image alt="" src="x" width="9px" />'
        "<!-- a comment --><mj-raw><!--[if mso]><v:rect></v:rect><![endif]--></mj-raw>"
    )
    assert rules(mail(body)) == []


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("<mj-txt>x</mj-txt>", "TPL-MJML-ELEMENT"),
        ("<mj-text><script>x</script></mj-text>", "TPL-MJML-ELEMENT"),
        ("<mj-include path='x' />", "TPL-MJML-ELEMENT"),
        ("<mj-section></mj-section>", "TPL-MJML-NEST"),
        ("<mj-text><mj-button>x</mj-button></mj-text>", "TPL-MJML-NEST"),
        ("<p>x</p>", "TPL-MJML-NEST"),
        ("loose text", "TPL-MJML-NEST"),
        ("<mj-text>x</mj-tex>", "TPL-MJML"),
        ("<mj-text>x", "TPL-MJML"),
        ("<mj-text>1 < 2</mj-text>", "TPL-MJML"),
        ('<mj-text color="red>x</mj-text>', "TPL-MJML"),
        ("<mj-text><![CDATA[x]]></mj-text>", "TPL-MJML"),
        ("<mj-text><!--[if €😀 --></mj-text>", "TPL-MJML"),
        ("<mj-text padding='1px' padding='1px'>x</mj-text>", "TPL-MJML-ATTR"),
        ("<mj-button title='x'>x</mj-button>", "TPL-MJML-ATTR"),
        ("<mj-text><p onclick='x'>x</p></mj-text>", "TPL-MJML-ATTR"),
        ("<mj-text color>x</mj-text>", "TPL-MJML-VALUE"),
        ("<mj-text font-size='16'>x</mj-text>", "TPL-MJML-VALUE"),
        ("<mj-text padding='1px 2px 3px 4px 5px'>x</mj-text>", "TPL-MJML-VALUE"),
        ("<mj-image src='x' />", "TPL-ALT"),
        ("<mj-text><img src='x'></mj-text>", "TPL-ALT"),
    ],
)
def test_each_fault_is_found(body, rule):
    assert rule in rules(mail(body))


def test_deep_nesting_is_refused_before_the_compiler_dies_of_it():
    deep = "<mj-text>" + "<div>" * (MAX_DEPTH + 1) + "</div>" * (MAX_DEPTH + 1) + "</mj-text>"
    assert "TPL-DEPTH" in rules(mail(deep))


def test_nothing_and_two_roots():
    assert rules("") == ["TPL-MJML"]
    assert rules("<mjml></mjml><mjml></mjml>") == ["TPL-MJML"]


_SELECTORS = (
    "p",
    ".a",
    ".b .a",
    "p.a",
    "td > .b",
    ".a, .c",
    "#i",
    ".b:first-child",
    "a:hover",
    "*",
    "[class]",
    ".d-e",
    "p a",
    "td p.a",
    ".a.b",
    "o:p",
    "P",
    "p  > .a",
)
_PIECES = ("<p class='a'>x</p>", '<td class="a  b" id="i">', "<div CLASS = b>", "</div>", "<p>", "<a class='d-e'>y</a>",
           'class="c"', "<p class='&#97;'>z</p>", '<b style="color: blue" class="a">w</b>', " text ", "<o:p class='a'>n</o:p>", "<h1 class='a b'>h</h1>", "<h2 class='a b\u00a0c'>h</h2>")  # fmt: skip
_STYLES = "<style>.a { top: 0 }</style><style media='print'>.b { top: 0 }</style><!--[if mso]><style>p {}</style><![endif]-->"


@given(st.lists(st.sampled_from(_SELECTORS), max_size=5), st.lists(st.sampled_from(_PIECES), max_size=8))
def test_premailer_with_shortcuts_makes_what_premailer_makes(selectors, pieces):
    body = "".join(pieces)
    css = "\n".join(
        f"{each} {{ color: #{at}{at}{at}; width: {at}px !important; float: left }}"
        for at, each in enumerate(selectors)
    )
    html = f"<!DOCTYPE html><html><head>{_STYLES}</head><body><table><tr>{body}</tr></table></body></html>"
    marked = html.replace("<style", '<style data-premailer="ignore"')
    plain = Premailer(css_text=[css], **_OPTIONS).transform(marked, pretty_print=False)
    assert inline(html, css) == plain.replace(' data-premailer="ignore"', "")


@given(st.text(st.sampled_from("<>/=\"' abmj-text!{}&;\n"), max_size=60))
def test_tokens_cover_any_source_without_gap(source):
    end = 0
    for token in tokens(source):
        assert token.start == end
        end = token.end
    assert end == len(source)
    faults(source)


_TRICKY = ("<p>", "<style a='>'>", "</style>", "<Style>", "<a href='>", "'", '"', ">", "<", "<!--", "-->", "x", "<br/>",
           "<mj-style>", "</mj-style", "<!a ", "</p>", "<script/>", " b=c ")  # fmt: skip


@given(st.lists(st.sampled_from(_TRICKY), max_size=14))
def test_the_token_of_a_place_is_found_without_making_all_tokens(pieces):
    source = "".join(pieces)
    raw = ""
    for token in tokens(source):
        for offset in range(token.start, token.end):
            found = token_at(source, offset)
            assert found.kind is token.kind
            assert found.kind is not TokenKind.OPEN or found == token
            assert found.kind is not TokenKind.TEXT or found.name == raw
        raw = token.name if token.tag.raw else ""


_WORDS = st.lists(
    st.sampled_from(
        ["a", "il", " ", "  ", "mot", "\u00a0", "\t", "deux-mots", "longlonglonglonglong", "\v", "\u2003"]
    )
)


@given(_WORDS, st.sampled_from(["", "- ", "> > "]), st.sampled_from(["", "  ", "> > "]), st.integers(5, 30))
def test_lines_are_folded_as_textwrap_folds_them(words, first, rest, width):
    line = " ".join(words)
    expected = textwrap.wrap(
        line, width, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )
    assert wrap(line, first, rest, width).split("\n") == (expected or [first.rstrip()])


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40))
def test_an_attribute_comes_out_as_it_went_in(value):
    quoted = value.replace("&", "&amp;").replace('"', "&#34;").replace("<", "&lt;")
    source = mail(f'<mj-text><p title="{quoted}">x</p></mj-text>')
    assert rules(source) == []
    html = to_html(prepare(source))
    assert lxml_html.fromstring(html).xpath("//p/@title") == [value]


def test_a_title_with_quotes_and_spaces_stays_whole():
    html = inline(to_html(prepare(mail(title='Prix :\u00a05 € "net" \\ e\u0301'))), "")
    document = lxml_html.fromstring(html)
    assert document.xpath("//title/text()") == ['Prix :\u00a05 € "net" \\ e\u0301']
    assert document.xpath("//div[@role='article']/@aria-label") == ['Prix :\u00a05 € "net" \\ e\u0301']


def test_a_multi_line_style_keeps_its_meaning():
    html = to_html(prepare(mail("<mj-text><p style='color:red;\n\tmargin:0'>x</p></mj-text>")))
    assert "\\n" not in html
    assert lxml_html.fromstring(html).xpath("//p/@style")[0].split() == ["color:red;", "margin:0"]


def test_a_panic_of_the_compiler_is_translated(capfd):
    with pytest.raises(MjmlRefused, match="failed inside"):
        to_html("<mjml><!--[if €😀 --></mjml>")
    capfd.readouterr()  # Rust writes its own trace to the standard error stream


def test_an_error_of_the_compiler_has_a_place_in_characters():
    with pytest.raises(MjmlRefused) as caught:
        to_html("<mjml><mj-head><mj-title>éé</mj-title><mj-what></mj-what></mj-head></mjml>")
    assert caught.value.offset is not None
    assert caught.value.offset >= len("<mjml><mj-head><mj-title>éé</mj-title>")


def test_markup_the_compiler_swallowed_is_noticed():
    with pytest.raises(MjmlRefused, match="left"):
        to_html(
            "<mjml><mj-body><mj-raw><div></mj-raw><mj-section><mj-column><mj-text>x</mj-text></mj-column></mj-section>"
            "<mj-raw></div></mj-raw></mj-body></mjml>"
        )


def test_inlining_touches_only_what_its_css_names():
    html = to_html(prepare(mail('<mj-text><p class="a">x</p><p style="margin:1px 0px">y</p></mj-text>')))
    inlined = inline(html, ".a { color: red; }")
    assert inlined.startswith("<!DOCTYPE html>")
    assert '<p class="a" style="color:red">x</p>' in inlined
    assert '<p style="margin:1px 0px">y</p>' in inlined
    styles = [
        html[t.start : t.end]
        for t in tokens(html)
        if t.kind is TokenKind.TEXT and "outlook" in html[t.start : t.end]
    ]
    assert styles
    assert all(style in inlined for style in styles)


def test_hints_are_sentences():
    source = '<mjml><mj-body><mj-section><mj-colum><mj-text colr="red">x</mj-text></mj-colum></mj-section></mj-body></mjml>'
    hints = [fault.hint for fault in faults(source) if fault.hint]
    assert "Did you mean <mj-column>?" in hints
    assert "Did you mean color?" in hints
    assert all(hint[0].isupper() for hint in hints)
