import pytest

FR = "corpus/street-trees/fr.md"
SUMMARY = "Une carte réunit enfin tous les arbres que les arrondissements ont relevés."


@pytest.mark.parametrize(
    "left",
    [
        "Bonjour {{ name }}",
        "{% if name %}",
        "*|FNAME|*",
        "%%prenom%%",
        "[[à compléter]]",
        "Date : TODO",
        "XXX arbres",
        "Lorem ipsum dolor",
        "l&eacute;gende",
        "des **mots gras** ici",
        "voir [la carte](https://arbres.example)",
    ],
)
def test_left_in_a_text_points_at_it(project, left):
    project.edit(FR, SUMMARY, f"{left} et la suite")
    assert set(project.found("HTML-TEMPLATE-LEFT")) == {f"{project.at(FR, 'summary:')} error"}


@pytest.mark.parametrize("fine", ["None of us knew", "12 % des arbres", "l’indice [sic]", "a * b * c", "AT&T"])
def test_ordinary_text(project, fine):
    project.edit(FR, SUMMARY, fine)
    assert project.found("HTML-TEMPLATE-LEFT") == []


def test_left_in_the_subject(project):
    issue = "issues/2021-05.yaml"
    project.edit(issue, '  en: "Open sessions and street trees"', '  en: "{{ month }} news"')
    assert set(project.found("HTML-TEMPLATE-LEFT")) == {f"{project.at(issue, '{{ month')} error"}


def test_value_that_was_not_set(project):
    project.html("<h2>News</h2>", "<h2>News</h2><p>None</p>", "en")
    (finding,) = project.check("HTML-TEMPLATE-LEFT")
    assert finding.message == "the word 'None' stands where a value is missing"


def test_address_that_was_not_set(project):
    project.html("</td>", '<a href="None">Lire</a></td>', "fr")
    assert len(project.found("HTML-TEMPLATE-LEFT")) == 1


def test_text_part(project):
    project.text("Unsubscribe", "{{ t.unsubscribe }}", "en")
    assert set(project.found("HTML-TEMPLATE-LEFT")) == {"issues/2021-05.yaml error"}


def test_style_sheets_may_hold_double_braces(project):
    project.html("p { margin: 0 }", "@media print { p { margin: 0 }}", "fr")
    assert project.found("HTML-TEMPLATE-LEFT") == []
