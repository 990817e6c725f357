import pytest

TEXT = "corpus/street-trees/fr.md"


@pytest.mark.parametrize(
    ("written", "mark"),
    [
        ("le 1 juin", "1 juin"),
        ("le Samedi 8 mai", "Samedi"),
        ("le 08/05/2021", "08/05/2021"),
    ],
)
def test_at_its_line_and_column(project, written, mark):
    project.edit(TEXT, "Chaque arbre", f"A *b* {written} c. Chaque arbre")
    (finding,) = project.check("FR-DATE")
    line = next(line for line in project.files[TEXT].splitlines() if written in line)
    assert finding.place == f"{project.at(TEXT, 'Chaque arbre')}:{line.index(mark) + 1}"
    assert finding.severity.value == "error"
    assert finding.edition == "fr"


def test_in_a_title(project):
    project.edit(TEXT, 'title: "', "title: 'le 1 juin ")
    project.files[TEXT] = project.files[TEXT].replace('"\nsummary', "'\nsummary", 1)
    assert project.found("FR-DATE") == [f"{project.at(TEXT, 'title:')} error"]


def test_what_is_right_or_comes_right_by_itself(project):
    project.edit(TEXT, "Chaque arbre", "A le samedi 8 mai 2021 c. Chaque arbre")
    assert project.found("FR-DATE") == []


def test_code_and_addresses_are_left_alone(project):
    project.edit(TEXT, "Chaque arbre", "A `le 1 juin` c. Chaque arbre")
    assert project.found("FR-DATE") == []


def test_the_sound_project(project):
    assert project.found("FR-DATE") == []
