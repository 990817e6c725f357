import pytest

TEXT = "corpus/street-trees/fr.md"


@pytest.mark.parametrize(
    ("written", "mark"),
    [
        ("à 13 h (EDT)", "EDT"),
        ("à 13 h EST", "EST"),
    ],
)
def test_at_its_line_and_column(project, written, mark):
    project.edit(TEXT, "Chaque arbre", f"A *b* {written} c. Chaque arbre")
    (finding,) = project.check("FR-TZ")
    line = next(line for line in project.files[TEXT].splitlines() if written in line)
    assert finding.place == f"{project.at(TEXT, 'Chaque arbre')}:{line.index(mark) + 1}"
    assert finding.severity.value == "error"
    assert finding.edition == "fr"


def test_in_a_title(project):
    project.edit(TEXT, 'title: "', "title: 'à 13 h (EDT) ")
    project.files[TEXT] = project.files[TEXT].replace('"\nsummary', "'\nsummary", 1)
    assert project.found("FR-TZ") == [f"{project.at(TEXT, 'title:')} error"]


def test_what_is_right_or_comes_right_by_itself(project):
    project.edit(TEXT, "Chaque arbre", "A à 13 h (HAE) c. Chaque arbre")
    assert project.found("FR-TZ") == []


def test_code_and_addresses_are_left_alone(project):
    project.edit(TEXT, "Chaque arbre", "A `à 13 h (EDT)` c. Chaque arbre")
    assert project.found("FR-TZ") == []


def test_the_sound_project(project):
    assert project.found("FR-TZ") == []
