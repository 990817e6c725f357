"""The gallery page: what stands on it, what it says of mistakes, and that it needs nothing but itself."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from playwright.sync_api import Browser

from newsletter.cli import main
from newsletter.commands.gallery import gallery, make_gallery
from newsletter.commands.gallery.page import write_page
from newsletter.commands.gallery.samples import content
from newsletter.commands.gallery.wording import LANGUAGES, words
from newsletter.errors import UnknownName
from newsletter.models.issue import Layout

FRAMES = re.compile(r'data-mail="([^"]*)"')


def run(root: Path, *arguments: str) -> Result:
    import os

    here = Path.cwd()
    os.chdir(root)
    try:
        return CliRunner().invoke(main, ["gallery", *arguments])
    finally:
        os.chdir(here)


def rows(made, theme):
    return {row.name: row for one in made.themes if one.name == theme for row in one.rows}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The gallery of this repository's own themes, made once."""
    from newsletter.commands.project import open_project

    return make_gallery(open_project(Path(__file__).parents[2], {}), None)


def test_every_layout_and_every_sample_is_there_in_every_language(whole):
    assert whole.findings == ()
    for theme in whole.themes:
        found = rows(whole, theme.name)
        for layout in Layout:
            labels = {case.label for case in found[layout.value].cases}
            assert {sample.shows["en"] for sample in content().samples if sample.layout is layout} <= labels
            for case in found[layout.value].cases:
                assert [shot.code for shot in case.shots] == ["fr", "en"]
                assert all(shot.size > 100 for shot in case.shots)
    assert {"header", "opening", "footer"} <= rows(whole, "house").keys()
    assert {"letterhead", "footer"} <= rows(whole, "letter").keys()


def test_a_block_stands_alone_with_its_surroundings(whole):
    """A document with the mail's head, the block, the elements it stands in, and nothing of the other blocks."""
    (case,) = (each for each in rows(whole, "house")["agenda"].cases if each.label.startswith("three days"))
    french, english = case.shots
    assert "Rencontres du printemps" in french.html
    assert "Spring Meetings" in english.html
    assert "prefers-color-scheme" in french.html
    for said in ("Se désabonner", "Bonjour", "zq", "zb"):
        assert said not in re.sub(r"<style.*?</style>", "", french.html, flags=re.DOTALL)
    footer = rows(whole, "house")["footer"]
    shot = footer.cases[0].shots[0]
    assert "https://www.example.org/unsubscribe" in shot.html
    assert "Rencontres du printemps" not in shot.html
    assert [each.code for each in footer.cases[-1].shots] == ["fr+en"]


def test_a_block_names_the_file_it_is_written_in(whole):
    assert rows(whole, "house")["feature"].template == "templates/house/blocks/feature.mjml.j2"
    assert rows(whole, "letter")["feature"].template == "templates/letter/blocks/item.mjml.j2"
    assert rows(whole, "letter")["footer"].template == "templates/house/blocks/footer.mjml.j2"


def test_the_bytes_are_those_the_article_has_in_a_mail(sample):
    """The number beside an article of the corpus is what `build` counts for it."""
    from newsletter.commands.build import prepare

    case = rows(make_gallery(sample, "house"), "house")["people"].cases[0]
    slug = case.label.removeprefix("from the corpus: ")
    costs = prepare(sample, "2024-02").rendered["fr"].article_bytes
    # It stands first in the gallery's mail: another class on its first row is all that may differ.
    assert abs(costs[slug] - case.shots[0].size) < 80


def test_a_broken_block_hides_no_other(plain):
    place = plain.change("blocks/row.mjml.j2", "article.summary", "article.⟦sumary")
    made = make_gallery(plain.project, "plain")
    assert [finding.place for finding in made.findings] == [place]
    shown = rows(made, "plain")
    assert shown["foot"].cases
    assert not shown["foot"].findings
    for layout in Layout:
        assert not shown[layout.value].cases
        assert [finding.place for finding in shown[layout.value].findings] == [place]
    page = html.unescape(write_page(made))
    assert place in page
    assert "Did you mean 'summary'?" in page


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("blocks/digest.mjml.j2", "{{ article.summary }}", "{{ article.⟦sumary }}"),
        ("blocks/digest.mjml.j2", "<mj-text", "⟦<mj-txt"),
        ("blocks/footer.mjml.j2", "{% macro footer(", "⟦{% if x %}{% macro footer("),
        ("blocks/header.mjml.j2", "{% macro header(parts", "{% macro header(x, parts"),
    ],
)
def test_a_broken_block_of_the_house_theme(sample, file, old, new):
    """One of its blocks breaks: every other one is shown all the same, those around it too."""
    path = sample.templates / "house" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new.replace("⟦", ""), 1), encoding="utf-8")
    made = make_gallery(sample, "house")
    assert made.findings
    shown = rows(made, "house")
    broken = Path(file).name.partition(".")[0]
    for name in {*(layout.value for layout in Layout), "header", "opening", "footer"} - {broken}:
        assert shown[name].cases, f"{name} is hidden by {broken}"
        assert "⟦" not in new or not shown[name].findings
    if "⟦" in new:
        assert {finding.file for finding in made.findings} == {f"templates/house/{file}"}
        assert shown[broken].findings
        assert not shown[broken].cases


def test_mistakes_outside_of_blocks_stand_at_the_theme(plain):
    plain.change("theme.yaml", "width: 600", "widht: 600")
    made = make_gallery(plain.project, "plain")
    (theme,) = made.themes
    assert [finding.rule for finding in theme.findings] == ["SCHEMA-KEY"]
    assert all(not row.cases for row in theme.rows)
    assert "widht" in write_page(made)


def test_a_project_without_articles_shows_every_block(empty):
    from newsletter.commands.project import open_project

    made = make_gallery(open_project(empty(), {}), "house")
    assert made.findings == ()
    for layout in Layout:
        assert len(rows(made, "house")[layout.value].cases) == sum(
            sample.layout is layout for sample in content().samples
        )


def test_other_languages_than_ours(sample):
    """A language that the theme does not speak is a mistake of the theme; one that it speaks is shown."""
    config = sample.root / "newsletter.yaml"
    text = config.read_text(encoding="utf-8")
    text = text.replace("languages: [fr, en]", "languages: [en]").replace(
        "unknown_language: fr+en", "unknown_language: en"
    )
    config.write_text(text, encoding="utf-8")
    from newsletter.commands.project import open_project

    made = make_gallery(open_project(sample.root, {}), "letter")
    assert made.findings == ()
    assert {shot.code for row in made.themes[0].rows for case in row.cases for shot in case.shots} == {"en"}


def test_the_page_needs_nothing_but_itself(whole):
    page = write_page(whole)
    assert page.count("<iframe") == page.count('sandbox="allow-same-origin"')
    outside = FRAMES.sub("", page)
    assert not re.search(r"<(?:script|link|img)[^>]+(?:src|href)=", outside)
    assert "http" not in re.sub(r"<pre.*?</pre>", "", outside, flags=re.DOTALL)
    for document in FRAMES.findall(page):
        assert not re.search(r'src="https?:', html.unescape(document))


def test_dark_is_the_dark_of_the_mail(whole):
    page = write_page(whole)
    light, dark = (
        [
            html.unescape(each)
            for each in re.findall(rf'style="color-scheme: {scheme}"[^>]*data-mail="([^"]*)"', page)
        ]
        for scheme in ("light", "dark")
    )
    assert len(light) == len(dark) > 100
    for one, other in zip(light, dark, strict=True):
        assert "prefers-color-scheme" not in one + other
        assert "@media (max-width: 0px)" in one
        assert "@media (min-width: 0px)" in other
        assert one.replace("(max-width: 0px)", "(min-width: 0px)").replace("color-scheme: light", "").replace(
            'content="light"', ""
        ) == other.replace("color-scheme: dark", "").replace('content="dark"', "")


def test_written_whole_and_told(sample):
    made, path = gallery(sample, "letter", None)
    assert path == sample.var / "gallery" / "index.html"
    assert path.read_text(encoding="utf-8") == write_page(made, "fr"), "the publication's first language"
    assert [each.name for each in path.parent.iterdir()] == ["index.html"]


def test_the_page_speaks_french_or_english(whole):
    """Its own words only: mails, names of blocks and mistakes are what they are."""
    assert words("fr").keys() == words("en").keys()
    pages = {language: FRAMES.sub("", write_page(whole, language)) for language in LANGUAGES}
    own = {
        "en": (
            "<h1>Gallery</h1>",
            "<legend>Colours</legend>",
            "<h3>text part</h3>",
            ">a start and a place, nothing",
        ),
        "fr": (
            "<h1>Galerie</h1>",
            "<legend>Couleurs</legend>",
            "<h3>partie texte</h3>",
            ">un début et un lieu, rien",
        ),
    }
    for language, page in pages.items():
        assert f'<html lang="{language}">' in page
        for one in own[language]:
            assert one in page
        for one in (one for other in own if other != language for one in own[other]):
            assert one not in page
        assert not re.search(r"\$\w|\{\w+\}", re.sub(r"<(script|style|pre).*?</\1>", "", page, flags=re.DOTALL))
    assert re.search(r"<b>\d\u00a0\d{3}</b>", pages["fr"])
    assert re.search(r"<b>\d,\d{3}</b>", pages["en"])


def test_mistakes_are_told_in_english_below_a_heading_in_french(plain):
    plain.change("blocks/foot.mjml.j2", "slot.email", "slot.⟦emial")
    page = write_page(make_gallery(plain.project, "plain"), "fr")
    assert "Dans ce thème\u00a0: 1 erreur</p>" in page
    assert '<li lang="en"><code>' in page
    assert "Ce bloc ne peut pas être montré" in page


def test_the_command(sample, tmp_path):
    done = run(sample.root, "--theme", "letter", "--out", str(tmp_path / "g"))
    assert done.exit_code == 0, done.output
    assert (tmp_path / "g" / "index.html").is_file()
    assert re.search(r"letter +agenda +4 +[\d,]+ to [\d,]+", done.output)
    assert '<html lang="fr">' in (tmp_path / "g" / "index.html").read_text(encoding="utf-8")
    run(sample.root, "--theme", "letter", "--lang", "en", "--out", str(tmp_path / "g"))
    assert '<html lang="en">' in (tmp_path / "g" / "index.html").read_text(encoding="utf-8")


def test_the_command_tells_mistakes(plain, tmp_path):
    place = plain.change("blocks/foot.mjml.j2", "slot.email", "slot.⟦emial")
    done = run(plain.project.root, "--theme", "plain", "--out", str(tmp_path / "g"))
    assert done.exit_code == 1
    assert f"{place}  error  TPL-UNDEFINED" in done.stderr
    assert "foot" in done.stdout
    assert "not shown: it has mistakes" in done.stdout
    assert (tmp_path / "g" / "index.html").is_file()


def test_an_unknown_theme(sample):
    with pytest.raises(UnknownName, match="no theme 'hose'") as caught:
        make_gallery(sample, "hose")
    assert caught.value.hint == "Did you mean 'house'?"
    assert run(sample.root, "--theme", "hose").exit_code == 2


@pytest.mark.browser
def test_in_a_browser(sample, browser: Browser, tmp_path):
    """Opened from the disk: frames as high as their mails, phones beside computers, nothing wider than the page."""
    _, path = gallery(sample, "letter", tmp_path)
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    page.wait_for_function(
        "[...document.querySelectorAll('#letter-feature .case:first-of-type iframe')].every(frame => frame.height > 40 && frame.height != 400)"
    )
    assert all(url.startswith(("file:", "about:", "data:")) for url in asked)
    seen = page.evaluate(
        """() => [...document.querySelectorAll('#letter-feature figure')].slice(0, 4).map(figure => {
            const frame = figure.querySelector('iframe');
            return [figure.dataset.language, Number(figure.dataset.width),
                    frame.contentDocument.body.offsetHeight - frame.height];
        })"""
    )
    assert [each[:2] for each in seen] == [["fr", 640], ["en", 640], ["fr", 375], ["en", 375]]
    assert all(abs(each[2]) < 1 for each in seen)
    grounds = page.evaluate(
        """() => ['light', 'dark'].map(scheme => {
            const frame = document.querySelector(`#letter-feature .${scheme} iframe`);
            return frame.contentWindow.getComputedStyle(frame.contentDocument.body).backgroundColor;
        })"""
    )
    assert grounds[0] != grounds[1]
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.get_by_text("EN", exact=True).click()
    assert (
        page.locator("#letter-feature figure:visible").count()
        == page.locator("#letter-feature figure").count() / 2
    )
    page.close()
