import pytest

TEXT = "corpus/street-trees/fr.md"


@pytest.mark.parametrize(
    ("written", "mark"),
    [
        ("la 2ème fois", "2ème"),
        ("la 1ère fois", "1ère"),
    ],
)
def test_at_its_line_and_column(project, written, mark):
    project.edit(TEXT, "Chaque arbre", f"A *b* {written} c. Chaque arbre")
    (finding,) = project.check("FR-ORDINAL")
    line = next(line for line in project.files[TEXT].splitlines() if written in line)
    assert finding.place == f"{project.at(TEXT, 'Chaque arbre')}:{line.index(mark) + 1}"
    assert finding.severity.value == "warning"
    assert finding.edition == "fr"


def test_in_a_title(project):
    project.edit(TEXT, 'title: "', "title: 'la 2ème fois ")
    project.files[TEXT] = project.files[TEXT].replace('"\nsummary', "'\nsummary", 1)
    assert project.found("FR-ORDINAL") == [f"{project.at(TEXT, 'title:')} warning"]


def test_what_is_right_or_comes_right_by_itself(project):
    project.edit(TEXT, "Chaque arbre", "A la 2e fois c. Chaque arbre")
    assert project.found("FR-ORDINAL") == []


def test_code_and_addresses_are_left_alone(project):
    project.edit(TEXT, "Chaque arbre", "A `la 2ème fois` c. Chaque arbre")
    assert project.found("FR-ORDINAL") == []


def test_the_sound_project(project):
    assert project.found("FR-ORDINAL") == []
