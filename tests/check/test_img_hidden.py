ARTICLE = "corpus/street-trees/article.yaml"
SHOWN = "https://images.atelier.example/platane.jpg"
OTHER = "https://images.atelier.example/autre.jpg"


def test_a_picture_that_is_shown(project):
    assert project.found("IMG-HIDDEN") == []


def test_a_picture_that_no_edition_shows(project):
    for code in ("fr", "en", "fr+en", "fr+en"):
        project.html(SHOWN, OTHER, code)
    (finding,) = project.check("IMG-HIDDEN")
    assert finding.place.startswith(project.at(ARTICLE, "plane:"))
    assert finding.severity.value == "info"
    assert finding.message == "no edition shows the picture 'plane': the article stands in the layout 'digest'"


def test_a_picture_that_one_edition_shows(project):
    project.html(SHOWN, OTHER, "fr")
    assert project.found("IMG-HIDDEN") == []


def test_a_picture_by_file(found_of_file):
    assert found_of_file("IMG-HIDDEN") == []


def test_a_picture_by_file_that_no_edition_shows(project, found_of_file):
    (finding,) = found_of_file("IMG-HIDDEN", url=OTHER)
    assert finding.place.startswith(project.at(ARTICLE, "plane:"))
