"""Publications without French or English; languages that the theme, CLDR or the tool's own words do not know."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from newsletter.cli import main
from newsletter.commands.build import prepare
from newsletter.commands.plan import AudienceContext, make_plan
from newsletter.commands.project import Project, open_project
from newsletter.commands.status import open_project_store
from newsletter.models.finding import Finding, Severity


def errors(findings: tuple[Finding, ...]) -> list[Finding]:
    return [one for one in findings if one.severity is Severity.ERROR]


def test_a_publication_in_spanish_alone(spanish: Callable[..., Project]) -> None:
    project = spanish()
    prepared = prepare(project, None)
    assert errors(prepared.findings) == []
    assert tuple(prepared.samples) == ("es",)
    rendered = prepared.rendered["es"]
    html, text = "".join(rendered.html.parts), "".join(rendered.text.parts)
    assert html.count('lang="es"') >= 2
    assert not re.search(r'lang="(fr|en)', html)
    assert 'dir="rtl"' not in html
    assert "Cancelar la suscripción" in html
    assert "2 de mayo de 2024" in text
    assert "10–12 de mayo de 2024" in text
    assert "12 páginas" in text
    with open_project_store(project) as store:
        plan, _ = make_plan(project, prepared, AudienceContext(store.suppression_list(), (), store.secret()))
    assert plan.audience.per_edition() == {"es": 3}


def test_no_french_is_a_mistake_until_the_publication_says_otherwise(spanish: Callable[..., Project]) -> None:
    (finding,) = errors(prepare(spanish(changes={"LAW-FR-PRESENT: off": ""}), None).findings)
    assert (finding.rule, finding.file) == ("LAW-FR-PRESENT", "newsletter.yaml")
    assert "no French edition" in finding.message
    assert finding.hint is not None
    assert "rules:" in finding.hint


def test_a_language_that_cldr_has_no_dates_of(spanish: Callable[..., Project]) -> None:
    prepared = prepare(spanish("oj"), None)
    assert errors(prepared.findings) == []
    text = "".join(prepared.rendered["oj"].text.parts)
    assert "2024-05-10\u00a0– 2024-05-12" in text
    assert not re.search(r"(?i)\b(may|mai|mayo)\b", text)


@pytest.mark.parametrize(("locale", "direction"), [("pa-Arab-PK", "rtl"), ("pa-IN", "ltr")])
def test_a_script_decides_the_direction(spanish: Callable[..., Project], locale: str, direction: str) -> None:
    """Panjabi is written from the right in Pakistan, from the left in India."""
    html = "".join(prepare(spanish("pa", locale), None).rendered["pa"].html.parts)
    assert re.search(rf'<html lang="{locale}" dir="{direction}"', html)


def test_a_language_that_the_theme_does_not_speak(world_root: Path) -> None:
    config = world_root / "newsletter.yaml"
    text = config.read_text(encoding="utf-8").replace("[fr, en, ar]", "[fr, en, ar, he]")
    config.write_text(text, encoding="utf-8")
    prepared = prepare(open_project(world_root, {}), None)
    (finding,) = [one for one in prepared.findings if one.rule == "TPL-LANGUAGE"]
    line = next(number for number, each in enumerate(text.splitlines(), 1) if "[fr, en, ar, he]" in each)
    assert (finding.file, finding.line, finding.severity) == ("newsletter.yaml", line, Severity.ERROR)
    assert finding.message == "the theme 'world' has no words for the language 'he'; it speaks fr, en, ar, es"
    assert finding.hint is not None
    assert "templates/world/strings.yaml" in finding.hint


def test_words_in_every_language_are_complete(world: Project) -> None:
    """A word that the house template learns has to be written here too: templates/world/strings.yaml."""
    findings = prepare(world, None).findings
    assert [one.message for one in findings if one.rule == "TPL-STRINGS"] == []


@pytest.mark.parametrize(
    ("cut", "severity", "message"),
    [
        ("  pages_few", Severity.WARNING, "ar has no word for pages_few: a plural form that its numbers need"),
        ("  pages_other", Severity.ERROR, "ar has no word for pages_other"),
        ("  unsubscribe", Severity.ERROR, "ar has no word for unsubscribe, fr has"),
    ],
)
def test_a_word_that_is_missing(world_root: Path, cut: str, severity: Severity, message: str) -> None:
    path = world_root / "templates" / "world" / "strings.yaml"
    lines = path.read_text(encoding="utf-8").split("\n")
    lines.remove(next(line for line in lines if line.startswith(f"{cut}:")))
    path.write_text("\n".join(lines), encoding="utf-8")
    found = [one for one in prepare(open_project(world_root, {}), None).findings if one.rule == "TPL-STRINGS"]
    assert any(one.message.startswith(message) and one.severity is severity for one in found), found


def test_a_plural_form_that_a_language_does_not_have(world_root: Path) -> None:
    path = world_root / "templates" / "world" / "strings.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + '  pages_few: "{n} páginas"\n', encoding="utf-8")
    (finding,) = [one for one in prepare(open_project(world_root, {}), None).findings if one.rule == "TPL-STRINGS"]
    said = "es has no plural form 'few', so nobody reads this; it has pages_one, pages_other"
    assert (finding.message, finding.severity) == (said, Severity.WARNING)
    assert finding.line == text.count("\n") + 1


def run(root: Path, *arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, ["--project", str(root), *arguments], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result.output


def test_articles_and_issues_in_three_languages_on_the_command_line(world_root: Path) -> None:
    run(world_root, "corpus", "new", "tea-evening", "--kind", "news", "--language", "fr")
    french = world_root / "corpus" / "tea-evening" / "fr.md"
    assert not (french.parent / "ar.md").exists()
    data = french.with_name("article.yaml")
    filled = data.read_text(encoding="utf-8").replace(
        'fr: "", en: "", ar: ""', 'fr: "Club", en: "Club", ar: "نادٍ"'
    )
    data.write_text(filled, encoding="utf-8")
    french.write_text('---\ntitle: "Soirée thé"\nsummary: "Un thé."\n---\nVenez.\n', encoding="utf-8")
    run(world_root, "corpus", "translate", "tea-evening", "ar")
    arabic = (french.parent / "ar.md").read_text(encoding="utf-8")
    assert "# fr: Soirée thé" in arabic
    assert "translated_from: {language: fr" in arabic
    status = run(world_root, "corpus", "status", code=1)
    assert all(re.search(rf"(?m)\b{language}\b", status) for language in ("fr", "en", "ar"))
    (world_root / "issues" / "2024-05.yaml").unlink()
    run(world_root, "issue", "new", "2024-06", "--since", "2024-01-01")
    draft = (world_root / "issues" / "2024-06.yaml").read_text(encoding="utf-8")
    assert 'ar: "...' in draft
    assert re.search(r"(?m)^  fr\+en\+ar: ", draft)
    assert re.search(r"(?m)^  ar: \"", draft)
