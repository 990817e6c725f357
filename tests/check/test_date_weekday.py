import pytest

FR = "corpus/street-trees/fr.md"
EN = "corpus/street-trees/en.md"


@pytest.mark.parametrize(
    ("file", "anchor", "written", "severity"),
    [
        (FR, "Chaque arbre", "Le samedi 9 mai 2021.", "error"),
        (EN, "Every tree", "On Sunday, May 8, 2021.", "error"),
        (FR, "Chaque arbre", "Le samedi 9 mai.", "warning"),  # the year is that of the article
        (EN, "Every tree", "On April 31, 2021.", "error"),
        (FR, "Chaque arbre", "Le 30 février.", "warning"),
    ],
)
def test_a_wrong_date(project, file, anchor, written, severity):
    project.edit(file, anchor, f"A *b* {written} {anchor}")
    (finding,) = project.check("DATE-WEEKDAY")
    column = len("A *b* ") + 1 + (3 if written[:3] in ("Le ", "On ") else 0)
    assert finding.place == f"{project.at(file, anchor)}:{column}"
    assert finding.severity.value == severity


def test_the_hint_names_the_day(project):
    project.edit(FR, "Chaque arbre", "Le samedi 9 mai 2021. Chaque arbre")
    (finding,) = project.check("DATE-WEEKDAY")
    assert finding.message == "“samedi 9 mai 2021”: 2021-05-09 is a Sunday"
    assert finding.hint == "Write “dimanche”, or correct the date."


def test_in_the_issue_a_date_is_near_to_that_of_the_issue(project):
    project.edit("issues/2021-05.yaml", "Here is the news of May.", "See you on Sunday, May 8.")
    assert project.found("DATE-WEEKDAY") == [f"{project.at('issues/2021-05.yaml', 'See you')} warning"]


@pytest.mark.parametrize(
    "written", ["Le samedi 8 mai 2021.", "Samedi, le 8 mai.", "Le 29 février 2024.", "`lundi 8 mai`"]
)
def test_a_right_date(project, written):
    project.edit(FR, "Chaque arbre", f"{written} Chaque arbre")
    assert project.found("DATE-WEEKDAY") == []
