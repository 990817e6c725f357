"""What an author gets wrong in a theme comes back with the file and line they wrote it on."""

from __future__ import annotations

import pytest

from newsletter.models.finding import Severity

HOUSE = "templates/house/"


def only(findings, rule):
    """The one distinct finding of a rule (HTML and text parts may each report it)."""
    found = {finding for finding in findings if finding.rule == rule}
    assert len(found) == 1, findings
    finding = found.pop()
    assert finding.severity is Severity.ERROR
    return finding


@pytest.mark.parametrize(
    ("file", "old", "new", "rule", "message", "hint"),
    [
        # In an include, in a macro of an import, in the main template: always the template's own line and column.
        ("blocks/digest.mjml.j2", "<mj-text", "<mj-txt", "TPL-MJML-ELEMENT", "no element <mj-txt>", "<mj-text>"),
        (
            "blocks/pieces.mjml.j2",
            '<p class="small last">',
            '<p class="small last"><stron>x</stron>',
            "TPL-MJML-ELEMENT",
            "no element <stron>",
            "<strong>",
        ),
        ("edition.mjml.j2", "<mj-title>", "<mj-titel>", "TPL-MJML-ELEMENT", "no element <mj-titel>", "<mj-title>"),
    ],
)
def test_unknown_elements(theme, file, old, new, rule, message, hint):
    line, column = theme.change(file, old, new)
    finding = next(each for each in theme.findings() if each.rule == rule)
    shift = new.index("<stron>") if "<stron>" in new else 0
    assert (finding.file, finding.line, finding.column) == (HOUSE + file, line, column + shift)
    assert message in finding.message
    assert hint in finding.hint


@pytest.mark.parametrize(
    ("wrong", "rule", "message"),
    [
        ('paddng="1px"', "TPL-MJML-ATTR", "has no attribute paddng"),
        ('padding="1px" padding="2px"', "TPL-MJML-ATTR", "given twice"),
        ('padding="wide"', "TPL-MJML-VALUE", "must be a number"),
        ('color="#12345"', "TPL-MJML-VALUE", "must be a colour"),
        ('align="middle"', "TPL-MJML-VALUE", "must be left or right or center"),
    ],
)
def test_an_attribute_is_pointed_at_through_an_include(theme, wrong, rule, message):
    line, _ = theme.change(
        "blocks/text.mjml.j2",
        '<mj-text mj-class="{{ part.dir }}" padding="10px 0 14px"',
        f"<mj-text\n   {wrong}",
    )
    finding = only(theme.findings(), rule)
    assert (finding.file, finding.line, finding.column) == (HOUSE + "blocks/text.mjml.j2", line + 1, 4)
    assert message in finding.message


def test_every_mistake_is_told_once(theme):
    theme.change("blocks/digest.mjml.j2", "<mj-text", '<mj-text paddng="1px" colour="red"')
    theme.change("blocks/toc.mjml.j2", "<mj-text", "<mj-txt")
    found = [finding.rule for finding in theme.findings()]
    assert sorted(set(found)) == ["TPL-MJML", "TPL-MJML-ATTR", "TPL-MJML-ELEMENT"]
    assert found.count("TPL-MJML-ATTR") == 2  # digest is used twice in the edition


def test_a_tag_that_is_not_closed(theme):
    line, column = theme.change("blocks/toc.mjml.j2", "<mj-text", "<mj-text")
    theme.change("blocks/toc.mjml.j2", "</mj-text>", "")
    finding = next(each for each in theme.findings() if each.rule == "TPL-MJML")
    assert (finding.file, finding.line, finding.column) == (HOUSE + "blocks/toc.mjml.j2", line, column)
    assert "<mj-text> is not closed before </mj-column>" in finding.message


def test_a_picture_without_alt(theme):
    line, column = theme.change(
        "blocks/footer.mjml.j2", '<p class="why">', '<p><img src="https://www.example.org/a.png" />'
    )
    finding = only(theme.findings(), "TPL-ALT")
    assert (finding.file, finding.line, finding.column) == (HOUSE + "blocks/footer.mjml.j2", line, column + 3)


def test_an_undefined_variable_is_named_with_what_was_meant(theme):
    line, column = theme.change("blocks/digest.mjml.j2", "{{ article.summary }}", "{{ article.sumary }}")
    finding = only(theme.findings(), "TPL-UNDEFINED")
    assert finding.place == f"{HOUSE}blocks/digest.mjml.j2:{line}:{column + len('{{ article.')}"
    assert finding.message == "there is no 'sumary' in the article"
    assert finding.hint == "Did you mean 'summary'?"


def test_an_argument_of_a_block_is_meant(theme):
    line, column = theme.change("blocks/digest.mjml.j2", "{{ article.summary }}", "{{ artcle.summary }}")
    finding = only(theme.findings(), "TPL-UNDEFINED")
    assert finding.place == f"{HOUSE}blocks/digest.mjml.j2:{line}:{column + len('{{ ')}"
    assert (finding.message, finding.hint) == ("there is no variable 'artcle' here", "Did you mean 'article'?")


def test_an_argument_that_is_not_given(theme):
    line, column = theme.change("edition.mjml.j2", "footer(part, slot, theme)", "footer(part, slot)")
    finding = only(theme.findings(), "TPL-UNDEFINED")
    assert finding.place == f"{HOUSE}edition.mjml.j2:{line}:{column}"
    assert finding.message == "the argument 'theme' was not given to the macro 'footer'"
    assert finding.hint == "Write footer(part, slot, theme)."
    line, _ = theme.change("edition.mjml.j2", "footer(part, slot)", "footer(part, slots=slot)")
    finding = only(theme.findings(), "TPL-RUNTIME")
    assert (finding.file, finding.line) == (HOUSE + "edition.mjml.j2", line)
    assert "slots" in finding.message


@pytest.mark.parametrize(
    ("file", "old", "new", "macro", "owner"),
    [
        ("blocks/digest.mjml.j2", "macro digest(", "macro digst(", "digest", "blocks/digest.mjml.j2"),
        ("blocks/toc.mjml.j2", "macro toc(", "macro tocc(", "toc", "blocks/toc.mjml.j2"),
    ],
)
def test_a_block_that_defines_something_else(theme, file, old, new, macro, owner):
    theme.change(file, old, new)
    finding = only(theme.findings(), "TPL-UNDEFINED")
    assert finding.message == f"there is no macro '{macro}' in {owner}"
    assert finding.hint == f"Did you mean '{new[6:-1]}'?"


def test_a_changed_block_is_read_again_wherever_it_is_called_from(theme):
    theme.change("blocks/toc.mjml.j2", '<p class="label">', '<p>avant</p><p class="label">')
    assert ">avant<" in str(theme.render()[0].html.parts)
    theme.change("blocks/toc.mjml.j2", "avant", "ensuite")
    assert ">ensuite<" in str(theme.render()[0].html.parts)


def test_an_undefined_variable_of_the_top(theme):
    theme.change("edition.txt.j2", "{{ logo|wrap }}", "{{ loge|wrap }}")
    finding = only(theme.findings(), "TPL-UNDEFINED")
    assert (finding.file, finding.message) == (HOUSE + "edition.txt.j2", "there is no variable 'loge' here")
    assert finding.hint == "Did you mean 'logo'?"


def test_every_broken_template_is_reported(theme):
    theme.write("blocks/digest.mjml.j2", "{% for x in %}\n")
    theme.write("blocks/people.mjml.j2", "fine\n{% iff x %}\n")
    findings = [finding for finding in theme.findings() if finding.rule == "TPL-SYNTAX"]
    places = {finding.place for finding in findings}
    assert places >= {HOUSE + "blocks/digest.mjml.j2:1", HOUSE + "blocks/people.mjml.j2:2:4"}


def test_an_include_that_is_missing(theme):
    line, _ = theme.change("edition.mjml.j2", "blocks/header.mjml.j2", "blocks/heder.mjml.j2")
    finding = only(theme.findings(), "TPL-MISSING")
    assert (finding.file, finding.line) == (HOUSE + "edition.mjml.j2", line)
    assert "blocks/heder.mjml.j2" in finding.message
    assert finding.hint == "Did you mean 'blocks/header.mjml.j2'?"


def test_a_layout_without_a_block(theme):
    (theme.folder / "blocks" / "people.mjml.j2").unlink()
    assert "blocks/people.mjml.j2" in only(theme.findings(), "TPL-MISSING").message


def test_a_word_that_is_missing(theme):
    line, _ = theme.change("blocks/footer.mjml.j2", 't("unsubscribe")', 't("unsubscrib")')
    finding = only(theme.findings(), "TPL-STRINGS")
    assert (finding.file, finding.line) == (HOUSE + "blocks/footer.mjml.j2", line)
    assert finding.hint == "Did you mean 'unsubscribe'?"


def test_what_a_template_cannot_do(theme):
    line, _ = theme.change("blocks/footer.mjml.j2", '<p class="why">', "<p>{{ 1 + publication.name }}")
    finding = only(theme.findings(), "TPL-RUNTIME")
    assert (finding.file, finding.line) == (HOUSE + "blocks/footer.mjml.j2", line)


def test_templates_that_include_each_other(theme):
    theme.write("blocks/toc.mjml.j2", '{% include "blocks/toc.mjml.j2" %}')
    assert "without end" in only(theme.findings(), "TPL-RUNTIME").message


@pytest.mark.parametrize(
    ("new", "where"),
    [
        ('<a href="https://www.example.org/?u={{ slot.email }}">', "in a link's address"),
        ('<a href="x{{ slot.unsubscribe_url }}">', "in a link's address"),
        ('<a href="#fr" style="{{ slot.name }}">', "in the attribute style"),
        ('<a href="#fr"><!-- {{ slot.name }} -->', "in a comment"),
        ("<a {{ slot.name }}>", "inside a tag"),
    ],
)
def test_a_slot_where_no_value_is_safe(theme, new, where):
    line, _ = theme.change("blocks/footer.mjml.j2", '<a class="way" href="{{ publication.website }}">', new)
    finding = only(theme.findings(), "TPL-SLOT")
    assert (finding.file, finding.line) == (HOUSE + "blocks/footer.mjml.j2", line)
    assert where in finding.message


def test_a_slot_in_css(theme):
    theme.change("edition.mjml.j2", "{{ css.head }}", "{{ css.head }} {{ slot.name }}")
    assert "in <mj-style>" in only(theme.findings(), "TPL-SLOT").message


def test_an_unknown_slot(theme):
    theme.change("blocks/footer.mjml.j2", "slot.email", "slot.emial")
    finding = only(theme.findings(), "TPL-UNDEFINED")
    assert finding.hint == "Did you mean 'email'?"


def test_a_mail_without_a_way_out(theme):
    theme.change("blocks/footer.txt.j2", "<{{ slot.unsubscribe_url }}>", "")
    finding = only(theme.findings(), "TPL-SLOT")
    assert finding.file == HOUSE + "edition.txt.j2"


def test_no_such_template(theme, kit):
    finding = theme.findings(kit.edition(template="hous"))[0]
    assert (finding.rule, finding.file) == ("TPL-MISSING", "issues/2021-05.yaml")
    assert finding.hint == "Did you mean 'house'?"


def test_a_language_the_theme_does_not_speak(theme, kit):
    part = kit.part("fr")
    spanish = type(part)("es", part.subject, None, ())
    finding = theme.findings(kit.edition(spanish))[0]
    assert (finding.rule, finding.file, finding.edition) == ("TPL-LANGUAGE", "newsletter.yaml", "es")
    assert finding.hint == f"Add a block 'es:' to {HOUSE}strings.yaml: copy 'fr:' and translate it."


def test_a_repaired_template_renders_again(theme):
    theme.change("blocks/toc.mjml.j2", "<mj-text", "<mj-txt")
    assert theme.render()[0] is None
    theme.change("blocks/toc.mjml.j2", "<mj-txt", "<mj-text")
    assert theme.render()[0] is not None


@pytest.mark.parametrize("character", ["\x00", "\x08", "\x1b", "\ud800", "\uffff"])
def test_a_character_that_no_mail_can_show(render, kit, character):
    made, findings = render(kit.edition(kit.part("fr", kit.article("news", body=f"un\n\nde{character}ux"))))
    assert made is None
    assert [(f.rule, f.file, f.line) for f in findings if f.file and f.file.startswith("corpus/")] == [
        ("TXT-CONTROL", "corpus/a-news/fr.md", 9)
    ]
    made, findings = render(kit.edition(kit.part("fr", kit.article("news")), subject=f"a{character}b"))
    assert made is None
    assert (findings[0].rule, findings[0].file) == ("TXT-CONTROL", "issues/2021-05.yaml")


def test_a_refusal_of_the_compiler_points_into_the_template(theme):
    line, _ = theme.change(
        "edition.mjml.j2", "<mj-style>{{ css.dark }}", "<mj-style><x>"
    )  # nothing else checks this
    finding = only(theme.findings(), "TPL-COMPILE")
    assert (finding.file, finding.line) == (HOUSE + "edition.mjml.j2", line)


def test_mistakes_of_an_article_stand_at_its_line(render, kit):
    body = "Bon.\n\nVoir [là](http://example.org)\net ![photo](https://www.example.org/a.png).\n\n[ici](/page)"
    made, findings = render(kit.edition(kit.part("fr", kit.article("news", body=body))))
    assert made is None
    assert [(f.rule, f.file, f.line) for f in findings] == [
        ("MD-LINK", "corpus/a-news/fr.md", 9),
        ("MD-IMAGE", "corpus/a-news/fr.md", 10),
        ("MD-LINK", "corpus/a-news/fr.md", 12),
    ]
