"""The pages of an issue on the web: made from the mails, with nobody's data, and what leads to them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from newsletter.cli import main
from newsletter.commands.assets import NOWHERE
from newsletter.commands.build import SAMPLE_ADDRESS, SAMPLE_NAME, Prepared, build, parts_of, prepare
from newsletter.commands.project import Project, open_project
from newsletter.models.finding import errors

ISSUE = "2024-02"
PATTERN = "https://www.example.org/infolettre/{issue}/{edition}.html"
PAGES = f"https://www.example.org/infolettre/{ISSUE}/"
CODES = ("fr", "en", "fr+en")
PERSONAL = ("désabonn", "unsubscribe", "preferences", "Vous recevez", "You are receiving", "Envoyé à", "Sent to")


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    return prepare(open_project(Path(__file__).resolve().parents[2], {}), ISSUE)


def pages(prepared: Prepared) -> dict[str, str]:
    return {code: prepared.rendered[code].web_page for code in CODES}


def links(html: str) -> list[tuple[str, str]]:
    """Address and label of every link."""
    found = re.findall(r'<a\s[^>]*href="([^"]*)"[^>]*>(.*?)</a>', html, re.DOTALL)
    return [(url, re.sub(r"<[^>]+>", "", label).strip()) for url, label in found]


def test_a_page_holds_nothing_of_a_reader(prepared):
    for code, page in pages(prepared).items():
        assert [word for word in PERSONAL if word.lower() in page.lower()] == [], code
        for secret in (SAMPLE_ADDRESS, SAMPLE_NAME, "example.org/u/", "{token}", "zq", ".invalid"):
            assert secret not in page
        greetings = [word for word in ("Bonjour,", "Hello,") if word in page]
        assert len(greetings) == len(code.split("+"))


def test_all_else_is_the_mail(prepared):
    """Word for word: what the page lacks is what is said to one reader, and the way to the page itself."""

    def words(html: str) -> list[str]:
        body = re.sub(
            r"<!--.*?-->|<style.*?</style>|<title.*?</title>", " ", html[html.index("<body") :], flags=re.S
        )
        return re.sub(r"<[^>]+>", " ", body).split()

    mail = parts_of(prepared.samples["fr"])[0].replace(f"\u00a0{SAMPLE_NAME}", "")
    missing = words(mail)
    for word in words(pages(prepared)["fr"]):
        missing.remove(word) if word in missing else pytest.fail(f"only the page says {word!r}")
    said = " ".join(missing)
    assert "Se désabonner" in said
    assert {"Voir", "ligne"} <= set(missing)
    assert len(missing) < 130, said  # the sentences of the footer, and the preheader with its blanks


def test_mails_lead_to_their_page_and_from_one_language_to_the_other(prepared):
    expected = {
        "fr": [("English version", "en.html"), ("Voir en ligne", "fr.html")],
        "en": [("Version française", "fr.html"), ("View online", "en.html")],
        "fr+en": [("Voir en ligne", "fr%2Ben.html"), ("View online", "fr%2Ben.html#en")],
    }
    for code, wanted in expected.items():
        html, text = parts_of(prepared.samples[code])
        assert [(label, url.removeprefix(PAGES)) for url, label in links(html) if url.startswith(PAGES)] == wanted
        for label, page in wanted:
            assert f"{label}\n  <{PAGES}{page}>" in text
        top = html.index(f"{PAGES}")
        assert top < html.index('class="name"')


def test_pages_lead_to_each_other_and_not_to_themselves(prepared):
    found = {
        code: [url for url, _ in links(page) if url.startswith(PAGES)] for code, page in pages(prepared).items()
    }
    assert found == {"fr": [f"{PAGES}en.html"], "en": [f"{PAGES}fr.html"], "fr+en": []}
    assert 'href="#en"' in pages(prepared)["fr+en"]


def test_the_head_says_what_the_page_is(prepared):
    page = pages(prepared)["fr+en"]
    head = page[: page.index("</head>")]
    assert f'<link rel="canonical" href="{PAGES}fr%2Ben.html">' in head
    assert f'<link rel="alternate" hreflang="fr-CA" href="{PAGES}fr.html">' in head
    assert f'<link rel="alternate" hreflang="en-CA" href="{PAGES}en.html">' in head
    assert '<meta name="description" content="' in head
    assert page.startswith("<!DOCTYPE html>")
    assert "aria-roledescription" not in page
    assert "display:none" not in page[page.index("<body") :]
    assert prepared.rendered["fr+en"].preheader.split()[0] in head


def test_build_writes_them_and_a_second_build_touches_none(sample, tmp_path):
    first = build(sample, ISSUE, tmp_path / "out")
    assert first.web.files == (f"{ISSUE}/fr.html", f"{ISSUE}/en.html", f"{ISSUE}/fr+en.html")
    assert first.web.new == first.web.files
    for code in CODES:
        written = (tmp_path / "out" / "web" / ISSUE / f"{code}.html").read_text(encoding="utf-8")
        assert written == first.prepared.rendered[code].web_page
    assert build(sample, ISSUE, tmp_path / "out").web.new == ()


def configured(sample: Project, line: str) -> Project:
    path = sample.root / "newsletter.yaml"
    text = path.read_text(encoding="utf-8")
    assert f'  web_page: "{PATTERN}"\n' in text
    path.write_text(text.replace(f'  web_page: "{PATTERN}"\n', line), encoding="utf-8")
    return open_project(sample.root, {}, clock=sample.clock)


def test_folders_with_an_index(sample, tmp_path):
    project = configured(sample, '  web_page: "https://www.example.org/{edition}/{issue}/"\n')
    built = build(project, ISSUE, tmp_path / "out")
    assert built.web.files == tuple(f"{code}/{ISSUE}/index.html" for code in CODES)
    html = parts_of(built.prepared.samples["fr"])[0]
    assert f'href="https://www.example.org/en/{ISSUE}/"' in html


def test_without_pages_mails_lead_to_the_web_site(sample, tmp_path):
    project = configured(sample, "")
    built = build(project, ISSUE, tmp_path / "out")
    assert built.web.files == ()
    assert not (tmp_path / "out" / "web").exists()
    for code in CODES:
        html, text = parts_of(built.prepared.samples[code])
        for word in ("Voir en ligne", "View online", "infolettre/2024-02"):
            assert word not in html
            assert word not in text
    html, text = parts_of(built.prepared.samples["fr"])
    assert links(html)[0] == ("https://www.example.org/en/", "English version")
    assert "English version\n  <https://www.example.org/en/>" in text


def test_a_publication_of_one_language(sample):
    path = sample.root / "newsletter.yaml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("languages: [fr, en]", "languages: [fr]").replace("unknown_language: fr+en\n", "")
    path.write_text(text, encoding="utf-8")
    found = prepare(open_project(sample.root, {}, clock=sample.clock), ISSUE)
    html = parts_of(found.samples["fr"])[0]
    assert links(html)[0] == (f"{PAGES}fr.html", "Voir en ligne")
    page = found.rendered["fr"].web_page
    assert not [url for url, _ in links(page) if url.startswith(PAGES)]
    assert "English" not in page
    # The row above the masthead held nothing else: on the page there is none.
    assert html.count('class="foot pad"') == page.count('class="foot pad"') + 1


def test_the_letter_theme_does_the_same(sample):
    path = sample.issues / f"{ISSUE}.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("template: house", "template: letter"), encoding="utf-8")
    found = prepare(sample, ISSUE)
    assert errors(found.findings) == []
    assert (f"{PAGES}fr.html", "Voir en ligne") in links(parts_of(found.samples["fr"])[0])
    page = found.rendered["fr"].web_page
    assert [word for word in PERSONAL if word.lower() in page.lower()] == []


def test_pictures_inside_the_mail_stand_inside_the_page(sample, tmp_path):
    path = sample.issues / f"{ISSUE}.yaml"
    path.write_text(f"pictures: inline\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    built = build(sample, ISSUE, tmp_path / "out")
    page = (tmp_path / "out" / "web" / ISSUE / "fr.html").read_text(encoding="utf-8")
    assert "cid:" not in page
    assert 'src="data:image/jpeg;base64,' in page
    assert "cid:" in parts_of(built.prepared.samples["fr"])[0]


def test_a_theme_that_would_show_a_readers_own_link_is_refused(sample):
    path = sample.templates / "house" / "blocks" / "footer.mjml.j2"
    text = path.read_text(encoding="utf-8")
    text = re.sub(r" *\{% (call mail_only\(\)|endcall) %\}\n", "", text)
    path.write_text(text, encoding="utf-8")
    found = prepare(sample, ISSUE)
    lines = text.splitlines()
    told = {
        (one.file, one.line)
        for one in errors(found.findings)
        if one.rule == "TPL-SLOT" and "web page" in one.message
    }
    expected = {
        number for number, line in enumerate(lines, 1) if "slot.unsubscribe_url" in line or "slot.email" in line
    }
    assert {file for file, _ in told} == {"templates/house/blocks/footer.mjml.j2"}
    assert expected <= {line for _, line in told}
    assert all("{% call mail_only() %}" in (one.hint or "") for one in errors(found.findings))


def test_mail_only_in_the_text_part_writes_nothing_of_its_own(sample, prepared):
    path = sample.templates / "house" / "blocks" / "footer.txt.j2"
    text = path.read_text(encoding="utf-8")
    reason = "{{ publication.reason|wrap }}\n"
    path.write_text(text.replace(reason, f"{{% call mail_only() %}}\n{reason}{{% endcall %}}\n"), encoding="utf-8")
    assert "mail_only" in path.read_text(encoding="utf-8")
    assert parts_of(prepare(sample, ISSUE).samples["fr"])[1] == parts_of(prepared.samples["fr"])[1]


def run(project: Project, *arguments: str) -> str:
    done = CliRunner().invoke(main, ["--project", str(project.root), *arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_what_the_person_reads(sample, tmp_path):
    out = str(tmp_path / "out")
    first = run(sample, "build", ISSUE, "--out", out)
    assert "pages to upload: " in first
    assert f"(3, new since the last build: 3)\n  {ISSUE}/fr.html\n" in first
    assert first.endswith(
        "They must be online below https://www.example.org/infolettre/ before the issue is sent.\n"
    )
    assert f"{Path(out).name}/web (3, none new since the last build)" in run(sample, "build", ISSUE, "--out", out)
    assert f"  {PAGES}fr%2Ben.html\n" in run(sample, "send", ISSUE)
    assert f"{PAGES}en.html" in json.loads(run(sample, "send", ISSUE, "--format", "json"))["must_be_online"]


def test_a_pattern_with_a_mistake_stops_every_command_with_its_line(sample):
    path = sample.root / "newsletter.yaml"
    text = path.read_text(encoding="utf-8").replace("{edition}.html", "{editions}.html")
    path.write_text(text, encoding="utf-8")
    line = next(number for number, one in enumerate(text.splitlines(), 1) if "web_page" in one)
    done = CliRunner().invoke(main, ["--project", str(sample.root), "check", ISSUE])
    assert done.exit_code != 0
    assert f"newsletter.yaml:{line}:3" in done.output
    assert "there is no placeholder {editions}" in done.output
    assert "Did you mean 'edition'?" in done.output


def test_the_environment_sets_the_pattern(sample_root, clock):
    pattern = "https://news.example.org/{issue}/{edition}/"
    project = open_project(sample_root, {"NEWSLETTER_PUBLICATION__WEB_PAGE": pattern}, clock=clock)
    assert prepare(project, ISSUE).web_pages[0].url == f"https://news.example.org/{ISSUE}/fr/"


def test_pages_name_no_address_that_does_not_exist(prepared):
    assert NOWHERE not in "".join(pages(prepared).values())
