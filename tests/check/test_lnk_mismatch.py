import pytest

FR = "corpus/street-trees/fr.md"


@pytest.mark.parametrize(
    "label", ["www.ville.example/arbres", "https://ville.example", "ville.example.", "info@arbres.example"]
)
def test_label_shows_another_address(project, label):
    project.edit(FR, "Ouvrir la carte des arbres", label)
    assert project.found("LNK-MISMATCH") == [f"{project.at(FR, 'map:')} error"]


@pytest.mark.parametrize(
    "label", ["www.arbres.example", "https://arbres.example/carte", "La carte. Et plus", "v2.0"]
)
def test_label_shows_the_same_site_or_words(project, label):
    project.edit(FR, "Ouvrir la carte des arbres", label)
    assert project.found("LNK-MISMATCH") == []


def test_link_inside_markdown(project):
    project.edit(FR, "[le guide des relevés]", "[guide.example](https://a.example) ou [guide]")
    assert project.found("LNK-MISMATCH") == [f"{project.at(FR, 'guide.example')} error"]


def test_mail_address_of_the_template(project):
    project.html("</td>", '<a href="mailto:autre@atelier.example">bonjour@atelier.example</a></td>', "fr")
    assert len(project.found("LNK-MISMATCH")) == 1


def test_mail_address_that_is_right(project):
    project.html(
        "</td>", '<a href="mailto:bonjour@atelier.example?subject=x">bonjour@atelier.example</a></td>', "fr"
    )
    assert project.found("LNK-MISMATCH") == []
