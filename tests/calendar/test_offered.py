"""Calendar files in an issue: linked in each language, written for upload, and watched for silent changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from icalendar import Calendar

from newsletter.calendar import unannounced_changes
from newsletter.commands.assets import collect_assets, write_assets
from newsletter.commands.build import build, parts_of, prepare
from newsletter.commands.project import Project, open_project
from newsletter.compose import load_issue
from newsletter.corpus import load_article
from newsletter.models.assets import Assets
from newsletter.models.finding import Finding

ISSUE = "2021-05"
SLUG = "datajam-2021-open-sessions"
BASE = "https://www.example.org/infolettre/"
ARTICLE = f"corpus/{SLUG}/article.yaml"


def rewrite(project: Project, old: str, new: str, file: str = ARTICLE) -> None:
    path = project.root / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def found(project: Project, rule: str) -> list[Finding]:
    return [one for one in prepare(project, ISSUE).findings if one.rule == rule]


def offered(project: Project) -> tuple[Assets, list[Finding]]:
    """What is offered of the event, and what is wrong with it; nothing else of the issue is made."""
    issue, _ = load_issue(project.issues / f"{ISSUE}.yaml", project.root)
    article, _ = load_article(project.corpus / SLUG, project.root)
    assert issue is not None
    assert article is not None
    return collect_assets(project, issue, [article])


def silent_changes(project: Project) -> list[Finding]:
    return [one for one in offered(project)[1] if one.rule == "EVENT-SEQUENCE"]


@pytest.fixture
def built(sample: Project, tmp_path: Path) -> Project:
    """The event's calendar files were written once, and went online."""
    write_assets(sample, offered(sample)[0], tmp_path / "assets")
    return sample


def test_each_language_links_to_its_file_in_html_and_text(sample: Project) -> None:
    samples = prepare(sample, ISSUE).samples
    for code in ("fr", "en", "fr+en"):
        html, text = parts_of(samples[code])
        for language in ("fr", "en"):
            url = f"{BASE}calendar/{SLUG}.{language}.ics"
            assert (f'href="{url}"' in html) == (f"<{url}>" in text) == (language in code)


def test_the_files_are_written_for_upload(sample: Project, tmp_path: Path) -> None:
    build(sample, ISSUE, tmp_path / "out")
    folder = tmp_path / "out" / "assets" / "calendar"
    assert sorted(path.name for path in folder.iterdir()) == [f"{SLUG}.en.ics", f"{SLUG}.fr.ics"]
    for path in folder.iterdir():
        assert len(Calendar.from_ical(path.read_bytes()).walk("VEVENT")) == 9
    assert build(sample, ISSUE, tmp_path / "out").assets.new == ()


def test_the_place_of_an_online_event_is_in_the_words_of_the_theme(sample: Project) -> None:
    files = {file.path: file.content for file in offered(sample)[0].files}
    assert b"LOCATION;LANGUAGE=fr-CA:En ligne\r\n" in files[f"calendar/{SLUG}.fr.ics"]
    assert b"LOCATION;LANGUAGE=en-CA:Online\r\n" in files[f"calendar/{SLUG}.en.ics"]


def test_nothing_is_offered_of_an_event_that_is_over(sample: Project) -> None:
    rewrite(sample, "date: 2021-05-06", "date: 2021-05-10", f"issues/{ISSUE}.yaml")
    prepared = prepare(sample, ISSUE)
    assert prepared.assets.calendars == {}
    assert [one.severity.value for one in prepared.findings if one.rule == "DATE-PAST"] == ["error"]


def test_its_last_day_is_not_over(sample: Project) -> None:
    rewrite(sample, "date: 2021-05-06", "date: 2021-05-09", f"issues/{ISSUE}.yaml")
    assert len(offered(sample)[0].calendars) == 2


def test_without_an_address_to_publish_at_readers_get_no_link_and_the_editor_is_told(sample: Project) -> None:
    rewrite(sample, f"assets:\n  url: {BASE}\n", "", "newsletter.yaml")
    project = open_project(sample.root, {}, clock=sample.clock)
    told = [one for one in found(project, "ASSETS-URL") if one.severity.value == "info"]
    assert [one.file for one in told] == [ARTICLE]
    assert ".ics" not in parts_of(prepare(project, ISSUE).samples["fr"])[0]


def test_an_unchanged_event_says_nothing(built: Project) -> None:
    assert silent_changes(built) == []


CHANGES = {
    "time": ("    - start: 2021-05-08T10:30\n", "    - start: 2021-05-08T10:00\n"),
    "title": ('title: {fr: "Mots d’ouverture', 'title: {fr: "Quelques mots d’ouverture'),
    "place": ("  online: true\n", '  place: {fr: "Salle 2", en: "Room 2"}\n'),
    "status": ("  online: true\n", "  online: true\n  cancelled: true\n"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_without_a_new_sequence_is_told_until_it_is_raised(
    built: Project, tmp_path: Path, what: str
) -> None:
    rewrite(built, *CHANGES[what])
    first = silent_changes(built)
    assert first
    assert {one.severity.value for one in first} == {"warning"}
    assert {one.file for one in first} == {ARTICLE}
    assert f"the {what} of “" in first[0].message
    assert "event: sequence: 1" in (first[0].hint or "")
    # Building does not make it forgotten.
    write_assets(built, offered(built)[0], tmp_path / "assets")
    assert silent_changes(built) == first
    rewrite(built, "  timezone: America/Toronto\n", "  timezone: America/Toronto\n  sequence: 1\n")
    assert silent_changes(built) == []
    write_assets(built, offered(built)[0], tmp_path / "assets")
    rewrite(built, 'speakers:\n        - name: "Mark', 'speakers:\n        - name: "Marc')
    assert silent_changes(built) == [], "speakers are no reason to ask readers again"
    rewrite(built, "    - start: 2021-05-09T13:00\n", "    - start: 2021-05-09T13:15\n")
    assert "event: sequence: 2" in (silent_changes(built)[0].hint or "")


def test_many_changes_are_one_finding(built: Project) -> None:
    text = (built.root / ARTICLE).read_text(encoding="utf-8")
    (built.root / ARTICLE).write_text(text.replace("2021-05-08", "2021-05-07"), encoding="utf-8")
    rewrite(built, 'title: {fr: "Mots d’ouverture', 'title: {fr: "Quelques mots, d’ouverture')
    (finding,) = silent_changes(built)
    assert (
        "the time and title of “Quelques mots, d’ouverture et de bienvenue” and of 6 more changed"
        in finding.message
    )


def test_what_was_remembered_may_be_anything(built: Project) -> None:
    for path in (built.var / "calendar").iterdir():
        path.write_bytes(b"\xff\xfe not a calendar")
    assert silent_changes(built) == []


def entry(uid: str, **properties: str) -> str:
    lines = [
        f"{name}:{value}" for name, value in {"UID": uid, "DTSTART": "20240608T170000Z", **properties}.items()
    ]
    return "\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT"])


def calendar(*entries: str) -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *entries, "END:VCALENDAR", ""]).encode()


def test_entries_are_compared_by_their_identity() -> None:
    before = calendar(entry("a", SUMMARY="A"), entry("b", SUMMARY="B"))
    assert unannounced_changes(before, calendar(entry("b", SUMMARY="B"), entry("a", SUMMARY="A"))) == ()
    assert unannounced_changes(before, calendar(entry("c", SUMMARY="C"))) == ()
    (change,) = unannounced_changes(before, calendar(entry("b", SUMMARY="B2", SEQUENCE="0"), entry("c")))
    assert (change.title, change.what, change.sequence) == ("B2", ("title",), 0)
    assert unannounced_changes(before, calendar(entry("b", SUMMARY="B2", SEQUENCE="1"))) == ()


def test_an_end_that_came_or_went_is_a_change_of_time() -> None:
    with_end = calendar(entry("a", DTEND="20240608T180000Z"))
    assert [one.what for one in unannounced_changes(calendar(entry("a")), with_end)] == [("time",)]
    assert [one.what for one in unannounced_changes(with_end, calendar(entry("a")))] == [("time",)]
