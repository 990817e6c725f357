"""Pictures on their way from `images/` to the mail, the folder to upload, the plan and the preview."""

from __future__ import annotations

import base64
import io
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from picture_files import camera_jpeg, drawing, encoded, photo
from PIL import Image

from newsletter.cli import main
from newsletter.commands.assets import collect_assets
from newsletter.commands.build import build, parts_of, prepare
from newsletter.commands.gallery.making import make_gallery
from newsletter.commands.project import Project, open_project
from newsletter.commands.send import dry_run
from newsletter.compose import load_issue
from newsletter.corpus import load_article
from newsletter.errors import ProjectMistake
from newsletter.models.finding import Finding

ISSUE = "2024-02"
BASE = "https://www.example.org/infolettre/"
MINE = ("IMG-", "ASSETS-", "A11Y-ALT")


def picture_findings(project: Project) -> list[Finding]:
    return [one for one in prepare(project, ISSUE).findings if one.rule.startswith(MINE)]


def file_findings(project: Project) -> list[Finding]:
    """What is wrong with the files themselves; nothing else of the issue is made."""
    issue, _ = load_issue(project.issues / f"{ISSUE}.yaml", project.root)
    article, _ = load_article(project.corpus / "stm-exploratory-walks", project.root)
    assert issue is not None
    assert article is not None
    return collect_assets(project, issue, [article])[1]


def html_of(project: Project, code: str = "fr") -> str:
    return parts_of(prepare(project, ISSUE).samples[code])[0]


def img(html: str) -> dict[str, str]:
    tag = re.search(r'<img class="picture"[^>]*>', html)
    assert tag is not None
    return dict(re.findall(r'(\w+)="([^"]*)"', tag[0]))


def test_the_sample_issues_are_sound(sample):
    assert picture_findings(sample) == []


def test_a_file_is_shown_by_address_at_the_width_of_the_column(shown):
    shown.put("hall.jpg", camera_jpeg(photo(3000, 2000), 6))
    image = img(html_of(shown.project))
    assert re.fullmatch(rf"{BASE}pictures/stm-exploratory-walks-platform\.[0-9a-f]{{12}}\.jpg", image["src"])
    assert (image["width"], image["height"]) == ("536", "804")
    assert "height:auto" in image["style"]
    assert image["alt"].startswith("Sur un quai de métro")


def test_a_portrait_is_shown_smaller(shown):
    shown.put("hall.jpg", encoded(photo(900, 1200), "JPEG"), ", shown_width: 150")
    image = img(html_of(shown.project))
    assert (image["width"], image["height"]) == ("150", "200")
    (file,) = prepare(shown.project, ISSUE).assets.files
    assert Image.open(io.BytesIO(file.content)).size == (300, 400)


def test_both_languages_load_one_file(shown):
    shown.put("hall.png", encoded(drawing(), "PNG"))
    prepared = prepare(shown.project, ISSUE)
    (file,) = prepared.assets.files
    for message in prepared.samples.values():
        assert file.url in parts_of(message)[0]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("gone.jpg", None, "there is no file images/gone.jpg"),
        ("broken.jpg", encoded(photo(400, 300), "JPEG")[:5000], "broken.jpg is damaged"),
        ("text.jpg", b"hello", "text.jpg is not a picture"),
        ("logo.svg", b"<svg/>", "logo.svg is an SVG drawing"),
    ],
)
def test_a_file_that_cannot_be_shown_is_found_at_its_line(shown, name, content, words):
    if content is None:
        shown.name(name)
    else:
        shown.put(name, content)
    found = [one for one in file_findings(shown.project) if one.rule == "IMG-FILE"]
    assert [one.severity.value for one in found] == ["error"]
    assert found[0].message.startswith(words)
    assert found[0].hint
    assert found[0].place.startswith(shown.place)


def test_such_a_file_stops_the_build(shown):
    shown.put("text.jpg", b"hello")
    with pytest.raises(ProjectMistake):
        build(shown.project, ISSUE, None)


def test_a_misspelt_name_gets_a_proposal(shown):
    shown.name("platfrom.jpg")
    found = [one for one in file_findings(shown.project) if one.rule == "IMG-FILE"]
    assert [one.hint for one in found] == ["Did you mean 'platform.jpg'?"]


@pytest.mark.parametrize("name", ["../fr.md", "sub/hall.jpg", "..", "/etc/hostname", "a\\\\b.jpg"])
def test_a_path_is_not_a_name(shown, name):
    shown.name(name)
    found = [one for one in file_findings(shown.project) if one.rule == "IMG-FILE"]
    assert [one.message.startswith("the picture's file is a name") for one in found] == [True]


def test_a_link_out_of_the_folder_is_not_followed(shown, tmp_path):
    outside = tmp_path / "secret.jpg"
    outside.write_bytes(encoded(photo(400, 300), "JPEG"))
    shown.name("hall.jpg")
    (shown.images / "hall.jpg").symlink_to(outside)
    found = [one for one in file_findings(shown.project) if one.rule == "IMG-FILE"]
    assert [one.message for one in found] == ["images/hall.jpg leads out of the folder"]


@pytest.mark.parametrize(
    ("image", "words"),
    [
        ("{file: platform.jpg, url: https://www.example.org/a.jpg}", "either file"),
        ("{decorative: true}", "either file"),
        ("{file: platform.jpg, width: 600, height: 400}", "a file is measured"),
        ("{url: https://www.example.org/a.jpg, width: 600}", "needs its width and height"),
    ],
)
def test_a_picture_is_a_file_or_an_address(shown, image, words):
    path = shown.folder / "article.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"platform: .*", f"platform: {image}", text), encoding="utf-8")
    found = [one for one in prepare(shown.project, ISSUE).findings if one.rule == "SCHEMA-VALUE"]
    assert [words in one.message and one.place.startswith(shown.place) for one in found] == [True]


def test_a_picture_by_address_still_works(shown):
    path = shown.folder / "article.yaml"
    url = "https://www.example.org/images/platform.jpg"
    text = re.sub(
        r"platform: .*", f"platform: {{url: {url}, width: 1600, height: 960}}", path.read_text(encoding="utf-8")
    )
    path.write_text(text, encoding="utf-8")
    (shown.images / "platform.jpg").unlink()
    assert picture_findings(shown.project) == []
    assert (img(html_of(shown.project))["src"], prepare(shown.project, ISSUE).assets.files) == (url, ())


def test_without_alt_text_a_file_is_found_like_any_picture(shown):
    path = shown.folder / "en.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"alts:\n.*\n", "", text), encoding="utf-8")
    assert [one.rule for one in picture_findings(shown.project)] == ["A11Y-ALT"]
    shown.name("platform.jpg", ", decorative: true")
    # The French alt text stays: it is for a picture that needs none, which harms nobody.
    assert [one.rule for one in picture_findings(shown.project)] == []
    assert img(html_of(shown.project))["alt"] == ""


def test_without_an_address_to_publish_at_the_picture_is_shown_but_never_sent(shown):
    config = shown.project.root / "newsletter.yaml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace(f"assets:\n  url: {BASE}\n", ""), encoding="utf-8")
    project = open_project(shown.project.root, {}, clock=shown.project.clock)
    (finding,) = picture_findings(project)
    assert (finding.rule, finding.severity.value) == ("ASSETS-URL", "error")
    assert finding.place.startswith(shown.place)
    assert "assets: {url:" in (finding.hint or "")
    assert "https://assets.invalid/pictures/" in html_of(project)
    with pytest.raises(ProjectMistake):
        build(project, ISSUE, None)
    again = open_project(shown.project.root, {"NEWSLETTER_ASSETS__URL": "https://cdn.example.org/n"})
    assert picture_findings(again) == []
    assert "https://cdn.example.org/n/pictures/" in html_of(again)


@pytest.mark.parametrize(
    "url", ["http://www.example.org/", "www.example.org/a", "https://", "https://a.example/?b=c"]
)
def test_the_address_is_whole_and_encrypted(sample_root, url):
    with pytest.raises(ProjectMistake) as refused:
        open_project(sample_root, {"NEWSLETTER_ASSETS__URL": url})
    assert "https://" in refused.value.findings[0].message


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_second_build_changes_nothing(shown, tmp_path):
    shown.put("hall.jpg", camera_jpeg(photo(2000, 1200)))
    first = build(shown.project, ISSUE, tmp_path / "out")
    before = snapshot(first.assets.folder)
    assert set(before) == set(first.assets.files) == set(first.assets.new)
    second = build(shown.project, ISSUE, tmp_path / "out")
    assert second.assets.new == ()
    assert snapshot(second.assets.folder) == before


def test_the_bytes_do_not_depend_on_what_was_made_before(shown, tmp_path):
    shown.put("hall.jpg", camera_jpeg(photo(2000, 1200)))
    first = build(shown.project, ISSUE, tmp_path / "one")
    for path in (shown.project.var / "scaled").iterdir():
        path.unlink()
    second = build(shown.project, ISSUE, tmp_path / "other")
    contents = [
        {name: content for name, (content, _) in snapshot(one.assets.folder).items()} for one in (first, second)
    ]
    assert contents[0] == contents[1]


def test_another_picture_under_the_same_name_has_another_address(shown, tmp_path):
    shown.put("hall.png", encoded(drawing(), "PNG"))
    first = build(shown.project, ISSUE, tmp_path / "out")
    shown.put("hall.png", encoded(drawing(500, 300), "PNG"))
    second = build(shown.project, ISSUE, tmp_path / "out")
    assert len(second.assets.new) == 1
    assert first.assets.files != second.assets.files


def test_a_build_works_where_nothing_can_be_remembered(shown, tmp_path):
    shown.put("hall.png", encoded(drawing(), "PNG"))
    shown.project.var.mkdir(exist_ok=True)
    (shown.project.var / "scaled").write_text("in the way of the folder", encoding="utf-8")
    assert build(shown.project, ISSUE, tmp_path / "out").assets.new


def test_embedded_pages_hold_their_pictures_and_mails_do_not(shown, tmp_path):
    shown.put("hall.png", encoded(drawing(), "PNG"))
    built = build(shown.project, ISSUE, tmp_path / "out", embed=True)
    assert [path.name for path in built.previews] == ["fr.preview.html", "en.preview.html", "fr+en.preview.html"]
    page = built.previews[0].read_text(encoding="utf-8")
    src = img(page)["src"]
    assert base64.b64decode(src.removeprefix("data:image/png;base64,")) == built.prepared.assets.files[0].content
    assert f"{BASE}pictures/" not in page
    for path in built.files:
        assert b"data:image" not in path.read_bytes()


def test_the_dry_run_names_what_must_be_online(shown):
    shown.put("hall.png", encoded(drawing(), "PNG"))
    planned = dry_run(shown.project, ISSUE)
    pages = [f"{BASE}{ISSUE}/{code}.html" for code in ("fr", "en", "fr%2Ben")]
    assert planned.online[0].startswith(f"{BASE}pictures/")
    assert list(planned.online[1:]) == pages


def run(project: Project, *arguments: str) -> str:
    done = CliRunner().invoke(main, ["--project", str(project.root), *arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_what_the_person_reads(shown, tmp_path):
    shown.put("hall.png", encoded(drawing(), "PNG"))
    out = str(tmp_path / "out")
    first = run(shown.project, "build", ISSUE, "--out", out)
    assert "(1, new since the last build: 1)\n  pictures/stm-exploratory-walks-platform." in first
    assert f"They must be online below {BASE} before the issue is sent." in first
    assert "(1, none new since the last build)" in run(shown.project, "build", ISSUE, "--out", out)
    assert "with their pictures inside: fr.preview.html" in run(
        shown.project, "build", ISSUE, "--embed", "--out", out
    )
    planned = run(shown.project, "send", ISSUE)
    assert f"must be online before you send (newsletter build {ISSUE} writes them):\n  {BASE}pictures/" in planned
    data = json.loads(run(shown.project, "send", ISSUE, "--format", "json"))
    assert [url.startswith(BASE) for url in data["must_be_online"]] == [True] * 4


def test_an_issue_without_files_speaks_of_none(sample, tmp_path):
    text = run(sample, "build", "2020-03", "--out", str(tmp_path / "out"))
    assert "files to upload" not in text
    assert not (tmp_path / "out" / "assets").exists()


def test_only_articles_of_the_issue_are_measured(sample):
    (sample.corpus / "municipal-support-program" / "images" / "villages.jpg").write_bytes(b"broken")
    assert picture_findings(sample) == []


def test_a_theme_without_pictures_needs_none_online(sample):
    path = sample.issues / f"{ISSUE}.yaml"
    text = path.read_text(encoding="utf-8")
    assert prepare(sample, ISSUE).assets.files != ()
    path.write_text(text.replace("template: house", "template: letter"), encoding="utf-8")
    prepared = prepare(sample, ISSUE)
    assert set(prepared.samples) == {"fr", "en", "fr+en"}
    assert prepared.assets.files == ()


def test_the_gallery_shows_files_without_the_network(sample):
    made = make_gallery(sample, "house")
    shown = [
        shot.html
        for theme in made.themes
        for row in theme.rows
        for case in row.cases
        for shot in case.shots
        if case.label.endswith("stm-exploratory-walks")
    ]
    assert len(shown) == 2
    for page in shown:
        assert img(page)["src"].startswith("data:image/jpeg;base64,")
        assert BASE not in page
