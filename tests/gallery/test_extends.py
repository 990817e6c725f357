"""A theme that extends another gives only what differs; what is wrong is told in the file that holds it."""

from __future__ import annotations

import pytest

from newsletter.commands.build import prepare
from newsletter.models.finding import errors


class Child:
    """A theme `mine` that extends the small theme."""

    def __init__(self, plain) -> None:
        self.plain = plain
        self.folder = plain.project.templates / "mine"
        self.write("theme.yaml", 'extends: plain\nlight: {accent: "#7a1f3d"}\n')
        issue = plain.project.issues / "2024-03.yaml"
        issue.write_text(
            issue.read_text(encoding="utf-8").replace("template: plain", "template: mine"), encoding="utf-8"
        )

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def html(self) -> str:
        prepared = prepare(self.plain.project, "2024-03")
        assert [
            each for each in errors(prepared.findings) if each.rule.startswith(("TPL", "SCHEMA", "YAML"))
        ] == []
        return "".join(prepared.rendered["fr"].html.parts)

    def places(self) -> set[str]:
        return {f"{each.rule} {each.place}" for each in errors(prepare(self.plain.project, "2024-03").findings)}


@pytest.fixture
def mine(plain) -> Child:
    return Child(plain)


def test_all_that_is_not_given_is_inherited(mine):
    assert "Se désabonner" in mine.html()
    prepared = prepare(mine.plain.project, "2024-03")
    files = prepared.rendered["fr"].files
    assert "templates/mine/theme.yaml" in files
    assert "templates/plain/theme.yaml" in files
    assert "templates/plain/blocks/row.mjml.j2" in files


def test_a_value_a_word_a_block_and_a_style_of_its_own(mine):
    mine.write("strings.yaml", 'fr: {unsubscribe: "Ne plus recevoir"}\nen: {unsubscribe: "Stop"}\n')
    mine.write(
        "blocks/pieces.mjml.j2",
        '{% macro heading(article, level) %}<h{{ level }} class="x">* {{ article.title }}</h{{ level }}>{% endmacro %}',
    )
    mine.write("inline.css", ".x { color: var(--accent); }\np { margin: 0; }\n")
    html = mine.html()
    assert "Ne plus recevoir" in html
    assert "Se désabonner" not in html
    assert ">* " in html
    assert "#7a1f3d" in html


def test_a_change_of_the_extended_theme_is_seen(mine):
    assert "#000000" in mine.html()
    mine.plain.change("theme.yaml", 'dark: {page: "#000000"', 'dark: {page: "#010101"')
    mine.plain.change("dark.css", "  p {", "  body { background: var(--dark-page) } p {")
    assert "#010101" in mine.html()
    mine.plain.change("strings.yaml", "Se désabonner", "Partir")
    assert "Partir" in mine.html()


def test_a_theme_of_a_theme_of_a_theme(mine):
    grandchild = mine.plain.project.templates / "own"
    grandchild.mkdir()
    (grandchild / "theme.yaml").write_text("extends: mine\nradius: 0\n", encoding="utf-8")
    issue = mine.plain.project.issues / "2024-03.yaml"
    issue.write_text(
        issue.read_text(encoding="utf-8").replace("template: mine", "template: own"), encoding="utf-8"
    )
    assert "Se désabonner" in mine.html()


def test_mistakes_stand_in_the_file_that_holds_them(mine):
    place = mine.plain.change("blocks/row.mjml.j2", "article.summary", "article.⟦sumary")
    assert mine.places() == {f"TPL-UNDEFINED {place}"}
    mine.plain.change("blocks/row.mjml.j2", "article.sumary", "article.summary")
    mine.write(
        "blocks/foot.mjml.j2", "<mj-section>\n  <mj-txt>{{ slot.unsubscribe_url }}</mj-txt>\n</mj-section>\n"
    )
    assert "TPL-MJML-ELEMENT templates/mine/blocks/foot.mjml.j2:2:3" in mine.places()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('extends: plain\nlight: {acent: "#7a1f3d"}\n', "SCHEMA-KEY templates/mine/theme.yaml:2:9"),
        ('extends: plain\nlight: {ink: "#eeeeee"}\n', "TPL-CONTRAST templates/mine/theme.yaml:2:9"),
        ("extends: plan\n", "TPL-MISSING templates/mine/theme.yaml:1:1"),
        ("extends: mine\n", "TPL-THEME templates/mine/theme.yaml:1:1"),
        ("extends: [plain]\n", "SCHEMA-VALUE templates/mine/theme.yaml:1:1"),
        ("extends: ../plain\n", "SCHEMA-VALUE templates/mine/theme.yaml:1:1"),
        ("extends: plain\nlight: {\n", "YAML-SYNTAX templates/mine/theme.yaml:3:1"),
    ],
)
def test_what_is_wrong_in_theme_yaml(mine, text, place):
    mine.write("theme.yaml", text)
    assert place in mine.places()


def test_a_circle(mine):
    mine.plain.change("theme.yaml", "width: 600", "extends: mine\nwidth: 600")
    (finding,) = errors(prepare(mine.plain.project, "2024-03").findings)
    assert (finding.rule, finding.file) == ("TPL-THEME", "templates/plain/theme.yaml")
    assert "mine extends plain extends mine" in finding.message


def test_words_must_be_given_in_every_language(mine):
    mine.write("strings.yaml", 'fr: {motto: "Ensemble"}\nen: {mottoe: "Together"}\n')
    assert any(each.startswith("TPL-STRINGS templates/mine/strings.yaml") for each in mine.places())
