"""What an author of a theme gets wrong, and what is said of it: the place in the author's own file, and what was meant.

Each fault stands in an include, in a macro, or in a macro that a macro calls. ``⟦`` marks the place to be named.
"""

from __future__ import annotations

import pytest

ROW, PIECES, FOOT = "blocks/row.mjml.j2", "blocks/pieces.mjml.j2", "blocks/foot.mjml.j2"
MAIL, TEXT = "edition.mjml.j2", "edition.txt.j2"

FAULTS = [
    # Names
    ("variable", ROW, "{{ article.summary }}", "{{ ⟦artcle.summary }}", "TPL-UNDEFINED", "no variable 'artcle'", "'article'"),
    ("attribute", ROW, "article.summary", "article.⟦sumary", "TPL-UNDEFINED", "no 'sumary' in the article", "'summary'"),
    ("attribute in a macro's macro", PIECES, "article.title", "article.⟦titel", "TPL-UNDEFINED", "no 'titel' in the article", "'title'"),
    ("attribute of a loop variable", ROW, "link.label", "link.⟦lable", "TPL-UNDEFINED", "no 'lable' in the link", "'label'"),
    ("loop variable", ROW, "{{ link.label }}", "{{ ⟦lnk.label }}", "TPL-UNDEFINED", "no variable 'lnk'", "'link'"),
    ("attribute after the same word as text", ROW, "<p>{{ article.summary }}", "<p>sumary {{ article.⟦sumary }}", "TPL-UNDEFINED", "no 'sumary'", "'summary'"),
    ("attribute on a later line of a tag", ROW, "{{ article.summary }}", "{{\n    article.⟦sumary\n  }}", "TPL-UNDEFINED", "no 'sumary'", "'summary'"),
    ("attribute by bracket", ROW, "article.summary", "article['⟦sumary']", "TPL-UNDEFINED", "no 'sumary'", "'summary'"),
    ("value of theme.yaml", MAIL, "theme.light.page", "theme.light.⟦paeg", "TPL-UNDEFINED", "no 'paeg' in the palette", "'page'"),
    ("slot in an include", FOOT, "slot.email", "slot.⟦emial", "TPL-UNDEFINED", "no 'emial' in the slot", "'email'"),
    ("variable in an include", FOOT, "{{ part.t(\"sent_to\"", "{{ ⟦prat.t(\"sent_to\"", "TPL-UNDEFINED", "no variable 'prat'", "'part'"),
    ("variable of the text part", TEXT, "article.title", "article.⟦titl", "TPL-UNDEFINED", "no 'titl' in the article", "'title'"),
    ("of nothing", ROW, "{{ article.summary }}", "{{ article.kicker.⟦upper }}", "TPL-UNDEFINED", "no 'upper' in nothing", None),
    ("filter", ROW, "|upper", "|⟦uper", "TPL-SYNTAX", "no filter 'uper'", "'upper'"),
    ("filter behind a blank", TEXT, "|wrap", " | ⟦wrp", "TPL-SYNTAX", "no filter 'wrp'", "'wrap'"),
    ("test", ROW, "is defined", "is ⟦defned", "TPL-SYNTAX", "no test 'defned'", "'defined'"),
    ("filter in a branch", PIECES, "{{ article.title }}", "{% if level %}{{ article.title|⟦titel }}{% endif %}", "TPL-", "no filter 'titel'", "'title'"),
    ("word of strings.yaml", FOOT, '"unsubscribe"', '"⟦unsubscrib"', "TPL-STRINGS", "no word 'unsubscrib'", "'unsubscribe'"),
    ("placeholder of a word", FOOT, "t(\"sent_to\", email=slot.email)", "t(\"⟦sent_to\", mail=slot.email)", "TPL-STRINGS", "{email}", "mail"),
    # Macros, imports, includes
    ("macro called by a wrong name", ROW, "{{ heading(", "{{ ⟦headng(", "TPL-UNDEFINED", "no variable 'headng'", "'heading'"),
    ("macro imported by a wrong name", ROW, "import heading", "import ⟦headin", "TPL-UNDEFINED", "no macro 'headin' in blocks/pieces", "'heading'"),
    ("argument that a macro does not have", MAIL, "level=2", "⟦levl=2", "TPL-RUNTIME", "no argument 'levl'", "'level'"),
    ("argument that was not given", MAIL, "{{ row(article, part, level=2) }}", "{{ ⟦row(article, part) }}", "TPL-UNDEFINED", "argument 'level' was not given to the macro 'row'", "row(article, part, level)"),
    ("one argument too many", ROW, "{{ heading(article, level) }}", "{{ ⟦heading(article, level, 1, 2) }}", "TPL-RUNTIME", "at most 3 arguments", "article, level, class"),
    ("include of a file that is not there", MAIL, "blocks/foot.mjml.j2", "⟦blocks/fot.mjml.j2", "TPL-MISSING", "no template 'blocks/fot.mjml.j2'", "'blocks/foot.mjml.j2'"),
    ("import of a file that is not there", ROW, "blocks/pieces.mjml.j2", "⟦blocks/piece.mjml.j2", "TPL-MISSING", "no template 'blocks/piece.mjml.j2'", "'blocks/pieces.mjml.j2'"),
    ("a template that includes itself", FOOT, "<mj-section>\n", "{% include \"blocks/foot.mjml.j2\" %}\n<mj-section>\n", "TPL-RUNTIME", "without end", None),
    # Jinja2's syntax
    ("a tag that does not exist", ROW, "{% for link", "{% ⟦fore link", "TPL-SYNTAX", "no tag {% fore %}", "'for'"),
    ("if without endif", ROW, "  {% if article.kicker is defined and article.kicker %}\n  <p>{{ article.kicker|upper }}</p>\n  {% endif %}", "  ⟦{% if article.kicker %}\n  <p>x</p>", "TPL-SYNTAX", "{% if %} is never closed", "{% endif %}"),
    ("macro without endmacro", PIECES, "{% macro heading(article, level, class=\"title\") %}\n<h{{ level }} class=\"{{ class }}\">{{ article.title }}</h{{ level }}>\n{% endmacro %}", "⟦{% macro heading(article, level, class=\"title\") %}\n<h2>x</h2>", "TPL-SYNTAX", "{% macro %} is never closed", "{% endmacro %}"),
    ("endif too many", ROW, "{% endmacro %}", "{% ⟦endif %}\n{% endmacro %}", "TPL-SYNTAX", "no tag {% endif %}", None),
    ("a brace that is missing", PIECES, "{{ article.title }}", "{{ article.title ⟦}", "TPL-SYNTAX", "'}'", None),
    ("a sign that means nothing", PIECES, "{{ article.title }}", "{{ article.title ⟦? 1 }}", "TPL-SYNTAX", "“?” has no meaning here", None),
    ("for without in", ROW, "{% for link in article.links %}", "{% for link ⟦of article.links %}", "TPL-SYNTAX", "expected token 'in'", None),
    ("a comment that does not end", ROW, "level: of its heading #}", "level: of its heading }", "TPL-SYNTAX", "Missing end of comment tag", None),
    ("text and number added", ROW, "{{ article.summary }}", "{{ 1 + article.summary }}", "TPL-RUNTIME", "cannot do this", None),
    # MJML and HTML, found by our validator in what macros and includes made
    ("unknown element", ROW, "<mj-text padding", "⟦<mj-txt padding", "TPL-MJML-ELEMENT", "no element <mj-txt>", "<mj-text>"),
    ("unknown HTML element in a macro's macro", PIECES, "{{ article.title }}", "⟦<stron>x</stron>", "TPL-MJML-ELEMENT", "no element <stron>", "<strong>"),
    ("unknown attribute", ROW, 'padding="8px 0"', '⟦paddng="8px 0"', "TPL-MJML-ATTR", "no attribute paddng", "padding"),
    ("unit", ROW, 'padding="8px 0"', '⟦padding="8em 0"', "TPL-MJML-VALUE", "must be a number with px", None),
    ("colour", FOOT, "<mj-section>", '<mj-section\n  ⟦background-color="#12345">', "TPL-MJML-VALUE", "must be a colour", None),
    ("attribute twice", ROW, 'padding="8px 0" css-class="row"', '⟦padding="8px 0" padding="1px"', "TPL-MJML-ATTR", "given twice", None),
    ("element in a wrong place", FOOT, "    <mj-text>\n", "    ⟦<mj-section></mj-section>\n    <mj-text>\n", "TPL-MJML-NEST", "<mj-section> cannot stand in <mj-column>", "<mj-body>"),
    ("HTML beside mj-text", FOOT, "    <mj-text>\n", "    ⟦<p>x</p>\n    <mj-text>\n", "TPL-MJML-NEST", "<p> cannot stand directly in <mj-column>", "mj-text"),
    ("text beside mj-text", FOOT, "    <mj-text>\n", "    ⟦oops\n    <mj-text>\n", "TPL-MJML-NEST", "“oops” stands directly in <mj-column>", "mj-text"),
    ("tag that is not closed in a macro", PIECES, "{{ article.title }}", "⟦<b>{{ article.title }}", "TPL-MJML", "<b> is not closed", None),
    ("tag that closes nothing", FOOT, "    <mj-text>\n", "    <mj-text>\n      ⟦</b>\n", "TPL-MJML", "</b> closes nothing", None),
    ("tag cut off", PIECES, "{{ article.title }}", "⟦<b {{ article.title }}", "TPL-MJML", "not a complete tag", "&lt;"),
    ("picture without alt", PIECES, "{{ article.title }}", '⟦<img src="https://www.example.org/a.png" />', "TPL-ALT", "<img> has no alt", 'alt=""'),
    ("script", FOOT, "    <mj-text>\n", "    <mj-text>\n      ⟦<script>x</script>\n", "TPL-MJML-ELEMENT", "<script> has no place", None),
    ("mj-include", FOOT, "<mj-section>\n", '⟦<mj-include path="a.mjml" />\n<mj-section>\n', "TPL-MJML-ELEMENT", "our compiler has no <mj-include>", "{% include %}"),
    ("slot in an address", FOOT, "{{ slot.unsubscribe_url }}", "https://www.example.org/{{ slot.name }}", "TPL-SLOT", "in a link's address", None),
    ("slot in a comment", FOOT, "    <mj-text>\n", "    <mj-text>\n      ⟦<!-- {{ slot.name }} -->\n", "TPL-SLOT", "in a comment", None),
    ("a text part without a way out", TEXT, "<{{ slot.unsubscribe_url }}>", "", "TPL-SLOT", "no unsubscribe link", "slot.unsubscribe_url"),
    # The theme's other files
    ("key of theme.yaml", "theme.yaml", "width: 600", "⟦widht: 600", "SCHEMA-KEY", "widht", "'width'"),
    ("colour of theme.yaml", "theme.yaml", 'light: {page: "#ffffff"', 'light: {⟦page: "#fff"', "SCHEMA-VALUE", "page", "#0b5f70"),
    ("contrast", "theme.yaml", 'ink: "#222222"', '⟦ink: "#bbbbbb"', "TPL-CONTRAST", "4.5:1", None),
    ("theme to extend", "theme.yaml", "width: 600", "⟦extends: huose", "TPL-MISSING", "no theme 'huose' to extend", "'house'"),
    ("word in one language only", "strings.yaml", '  fact_deadline: "Deadline"\n', "", "TPL-STRINGS", "en has no word for fact_deadline", None),
    ("word misspelt in one language", "strings.yaml", '  fact_deadline: "Deadline"', '  ⟦fact_deadlin: "Deadline"', "TPL-STRINGS", "fr has no word for fact_deadlin", "'fact_deadline'"),
    ("placeholders that differ", "strings.yaml", "Sent to {email}.", "Sent to {adress}.", "TPL-STRINGS", "other placeholders", None),
    ("variable in CSS", "inline.css", "var(--ink)", "⟦var(--inc)", "TPL-THEME", "no value for --inc", "'ink'"),
    ("CSS that is none", "dark.css", "  p { color", "  p { ⟦: color", "TPL-CSS", "not CSS", None),
]  # fmt: skip


def test_the_small_theme_is_sound(plain):
    assert plain.findings() == ()


@pytest.mark.parametrize(
    ("file", "old", "new", "rule", "message", "hint"),
    [fault[1:] for fault in FAULTS],
    ids=[fault[0] for fault in FAULTS],
)
def test_fault(plain, file, old, new, rule, message, hint):
    place = plain.change(file, old, new)
    findings = plain.findings()
    assert findings, "nothing was found"
    told = [each for each in findings if message in each.message and each.rule.startswith(rule)]
    assert told, findings
    if "⟦" in new:
        assert place in [each.place for each in told]
    else:
        assert told[0].file == f"templates/plain/{file}"
        assert told[0].line is not None
    if hint is not None:
        assert hint in (told[0].hint or told[0].message)
