import pytest

TEXT = "corpus/street-trees/en.md"


@pytest.mark.parametrize(
    ("written", "mark"),
    [
        ("at 1pm", "1pm"),
        ("at 13:30", "13:30"),
        ("at 1 p.m. (HAE)", "HAE"),
    ],
)
def test_at_its_line_and_column(project, written, mark):
    project.edit(TEXT, "Every tree", f"A *b* {written} c. Every tree")
    (finding,) = project.check("EN-HOUR")
    line = next(line for line in project.files[TEXT].splitlines() if written in line)
    assert finding.place == f"{project.at(TEXT, 'Every tree')}:{line.index(mark) + 1}"
    assert finding.severity.value == "warning"
    assert finding.edition == "en"


def test_in_a_title(project):
    project.edit(TEXT, 'title: "', "title: 'at 1pm ")
    project.files[TEXT] = project.files[TEXT].replace('"\nsummary', "'\nsummary", 1)
    assert project.found("EN-HOUR") == [f"{project.at(TEXT, 'title:')} warning"]


def test_what_is_right_or_comes_right_by_itself(project):
    project.edit(TEXT, "Every tree", "A at 1 p.m. (EDT) c. Every tree")
    assert project.found("EN-HOUR") == []


def test_code_and_addresses_are_left_alone(project):
    project.edit(TEXT, "Every tree", "A `at 1pm` c. Every tree")
    assert project.found("EN-HOUR") == []


def test_the_sound_project(project):
    assert project.found("EN-HOUR") == []
