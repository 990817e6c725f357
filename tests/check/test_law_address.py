PUBLICATION = "newsletter.yaml"
EN = "12 rue de l’Exemple, Montréal, Quebec  H2X 1Y4"


def test_without_postal_code(project):
    project.edit(PUBLICATION, "Quebec  H2X 1Y4", "Quebec")
    assert project.found("LAW-ADDRESS") == [f"{project.at(PUBLICATION, 'Montréal, Quebec')} error"]


def test_not_in_the_html(project):
    project.html(EN, "12 rue de l’Exemple, Montréal", "en")
    assert project.found("LAW-ADDRESS") == [f"{project.at(PUBLICATION, 'Montréal, Quebec')} error"]


def test_not_in_the_text(project):
    project.text(EN, "Montréal", "en")
    assert project.found("LAW-ADDRESS") == [f"{project.at(PUBLICATION, 'Montréal, Quebec')} error"]


def test_on_several_lines(project):
    project.html(EN, "12 rue de l’Exemple,<br>Montréal, Quebec<br>H2X&nbsp;1Y4", "en")
    project.text(EN, "12 rue de l'Exemple,\nMontréal, Quebec\nH2X\u00a01Y4", "en")
    assert project.found("LAW-ADDRESS") == []
