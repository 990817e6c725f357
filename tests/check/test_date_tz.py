import pytest

EVENT = "corpus/open-sessions/article.yaml"
FR = "corpus/open-sessions/fr.md"
EN = "corpus/open-sessions/en.md"


@pytest.mark.parametrize(
    ("file", "anchor", "written", "mark"),
    [
        (FR, "Les séances se", "Le 8 mai à 13 h (HNE).", "HNE"),
        (EN, "The sessions are", "On May 8, at 1 p.m. EST.", "EST"),
        (FR, "Les séances se", "De 13 h à 15 h (HNE).", "HNE"),  # on the day of the event
    ],
)
def test_the_name_of_the_other_season(project, file, anchor, written, mark):
    project.edit(file, anchor, f"{written} {anchor}")
    (finding,) = project.check("DATE-TZ")
    assert finding.place == f"{project.at(file, anchor)}:{written.index(mark) + 1}"
    assert finding.severity.value == "error"


@pytest.mark.parametrize(
    "written", ["Le 8 mai à 13 h (HAE).", "Le 8 décembre à 13 h (HNE).", "À 13 h (HNP).", "`13 h (HNE)`"]
)
def test_the_right_name(project, written):
    project.edit(FR, "Les séances se", f"{written} Les séances se")
    assert project.found("DATE-TZ") == []


def test_an_offset_of_another_season(project):
    project.edit(
        EVENT,
        "  start: 2021-05-08T13:00\n  end: 2021-05-09T15:00",
        "  start: 2021-05-08T13:00-05:00\n  end: 2021-05-09T15:00-04:00",
    )
    (finding,) = project.check("DATE-TZ")
    assert finding.place.startswith(f"{project.at(EVENT, 'start: 2021-05-08T13:00-05:00')}:")
    assert "14:00 in America/Toronto" in finding.message


def test_universal_time_is_clear(project):
    project.edit(
        EVENT,
        "  start: 2021-05-08T13:00\n  end: 2021-05-09T15:00",
        "  start: 2021-05-08T17:00Z\n  end: 2021-05-09T19:00Z",
    )
    assert project.found("DATE-TZ") == []


def test_an_hour_that_the_clocks_leave_out(project):
    project.edit(EVENT, "  start: 2021-05-08T13:00\n", "  start: 2021-03-14T02:30\n")
    assert project.found("DATE-TZ") == [f"{project.at(EVENT, 'start: 2021-03-14')} error"]


def test_the_sound_project(project):
    assert project.found("DATE-TZ") == []
