import pytest

FR = "corpus/open-sessions/fr.md"


@pytest.mark.parametrize(
    "label", ["Cliquez ici", "EN SAVOIR PLUS", "Lire la suite →", "click here", "Plus d’infos…"]
)
def test_label_says_nothing(project, label):
    project.edit(FR, "S’inscrire aux séances ouvertes", label)
    assert project.found("A11Y-LINK-GENERIC") == [f"{FR}:5 warning"]


def test_label_that_begins_like_one(project):
    project.edit(FR, "S’inscrire aux séances ouvertes", "En savoir plus sur les séances")
    assert project.found("A11Y-LINK-GENERIC") == []


def test_link_inside_markdown(project):
    file = "corpus/street-trees/en.md"
    project.edit(file, "[the survey guide]", "[here]")
    (finding,) = project.check("A11Y-LINK-GENERIC")
    assert (
        finding.place
        == f"{project.at(file, '[here]')}:{len('Every tree is recorded once a year, as [here](') + 1}"
    )


def test_link_of_the_template(project):
    project.html("</td>", '<a href="https://www.atelier.example/x">Read more</a></td>', "en")
    assert project.found("A11Y-LINK-GENERIC") == ["issues/2021-05.yaml warning"]
