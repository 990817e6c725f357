import pytest

TEXT = "corpus/street-trees/fr.md"


@pytest.mark.parametrize(
    ("written", "mark"),
    [
        ('dire "oui', '"oui'),
    ],
)
def test_at_its_line_and_column(project, written, mark):
    project.edit(TEXT, "Chaque arbre", f"A *b* {written} c. Chaque arbre")
    (finding,) = project.check("FR-GUILL")
    line = next(line for line in project.files[TEXT].splitlines() if written in line)
    assert finding.place == f"{project.at(TEXT, 'Chaque arbre')}:{line.index(mark) + 1}"
    assert finding.severity.value == "error"
    assert finding.edition == "fr"


def test_in_a_title(project):
    project.edit(TEXT, 'title: "', "title: 'dire \"oui ")
    project.files[TEXT] = project.files[TEXT].replace('"\nsummary', "'\nsummary", 1)
    assert project.found("FR-GUILL") == [f"{project.at(TEXT, 'title:')} error"]


def test_what_is_right_or_comes_right_by_itself(project):
    project.edit(TEXT, "Chaque arbre", 'A dire "oui" et «non» c. Chaque arbre')
    assert project.found("FR-GUILL") == []


def test_code_and_addresses_are_left_alone(project):
    project.edit(TEXT, "Chaque arbre", 'A `dire "oui` c. Chaque arbre')
    assert project.found("FR-GUILL") == []


def test_the_sound_project(project):
    assert project.found("FR-GUILL") == []
