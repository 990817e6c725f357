import pytest

TEXT = "corpus/street-trees/en.md"


@pytest.mark.parametrize(
    ("written", "mark"),
    [
        ('say "yes', '"yes'),
    ],
)
def test_at_its_line_and_column(project, written, mark):
    project.edit(TEXT, "Every tree", f"A *b* {written} c. Every tree")
    (finding,) = project.check("EN-QUOTES")
    line = next(line for line in project.files[TEXT].splitlines() if written in line)
    assert finding.place == f"{project.at(TEXT, 'Every tree')}:{line.index(mark) + 1}"
    assert finding.severity.value == "warning"
    assert finding.edition == "en"


def test_in_a_title(project):
    project.edit(TEXT, 'title: "', "title: 'say \"yes ")
    project.files[TEXT] = project.files[TEXT].replace('"\nsummary', "'\nsummary", 1)
    assert project.found("EN-QUOTES") == [f"{project.at(TEXT, 'title:')} warning"]


def test_what_is_right_or_comes_right_by_itself(project):
    project.edit(TEXT, "Every tree", 'A say "yes" and «no» : it\'s c. Every tree')
    assert project.found("EN-QUOTES") == []


def test_code_and_addresses_are_left_alone(project):
    project.edit(TEXT, "Every tree", 'A `say "yes` c. Every tree')
    assert project.found("EN-QUOTES") == []


def test_the_sound_project(project):
    assert project.found("EN-QUOTES") == []
