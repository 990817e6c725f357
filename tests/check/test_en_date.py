import pytest

TEXT = "corpus/street-trees/en.md"


@pytest.mark.parametrize(
    ("written", "mark"),
    [
        ("on May 8th", "May 8th"),
        ("on 8 May 2021", "8 May 2021"),
        ("on Saturday May 8", "Saturday May"),
    ],
)
def test_at_its_line_and_column(project, written, mark):
    project.edit(TEXT, "Every tree", f"A *b* {written} c. Every tree")
    (finding,) = project.check("EN-DATE")
    line = next(line for line in project.files[TEXT].splitlines() if written in line)
    assert finding.place == f"{project.at(TEXT, 'Every tree')}:{line.index(mark) + 1}"
    assert finding.severity.value == "warning"
    assert finding.edition == "en"


def test_in_a_title(project):
    project.edit(TEXT, 'title: "', "title: 'on May 8th ")
    project.files[TEXT] = project.files[TEXT].replace('"\nsummary', "'\nsummary", 1)
    assert project.found("EN-DATE") == [f"{project.at(TEXT, 'title:')} warning"]


def test_what_is_right_or_comes_right_by_itself(project):
    project.edit(TEXT, "Every tree", "A on Saturday, May 8, 2021 c. Every tree")
    assert project.found("EN-DATE") == []


def test_code_and_addresses_are_left_alone(project):
    project.edit(TEXT, "Every tree", "A `on May 8th` c. Every tree")
    assert project.found("EN-DATE") == []


def test_the_sound_project(project):
    assert project.found("EN-DATE") == []
