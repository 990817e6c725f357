import pytest

FR = "corpus/street-trees/fr.md"
EN = "corpus/street-trees/en.md"


@pytest.mark.parametrize(
    ("french", "english", "found"),
    [
        ("Le 8 mai.", "On May 9.", ("8 mai", "May 9")),
        ("Pour 25 $.", "For $2,500.", ("25 $", "$2,500")),
        ("Au 514 555-0100.", "At 514 555-0101.", ("514 555-0100", "514 555-0101")),
    ],
)
def test_one_language_was_corrected(project, french, english, found):
    project.edit(FR, "Chaque arbre", f"{french} Chaque arbre")
    project.edit(EN, "Every tree", f"{english} Every tree")
    findings = {one.file: one for one in project.check("BIL-FACTS")}
    assert findings[FR].message.startswith(f"“{found[0]}”: {EN} names no such")
    assert findings[EN].message.startswith(f"“{found[1]}”: {FR} names no such")
    assert findings[FR].place == f"{project.at(FR, 'Chaque arbre')}:{french.index(found[0]) + 1}"
    assert findings[FR].severity.value == "warning"


def test_a_day_in_one_language_only(project):
    project.edit(FR, "Les arbres de rue", "Le 8 mai, les arbres de rue")
    assert project.found("BIL-FACTS") == [f"{project.at(FR, 'title:')} warning"]


def test_the_same_in_other_words(project):
    project.edit(FR, "Chaque arbre", "Du 1er au 9 mai, pour 1 234,50 $. Chaque arbre")
    project.edit(EN, "Every tree", "From May 1 to 9, for $1,234.50. Every tree")
    assert project.found("BIL-FACTS") == []


def test_waived_with_a_reason(project):
    project.edit(FR, "Chaque arbre", "Le 8 mai. Chaque arbre")
    project.waive("{rule: different-facts, article: street-trees, reason: the English text says so elsewhere}")
    assert [one.severity.value for one in project.check("BIL-FACTS")] == ["info"]
