ARTICLE = "corpus/street-trees/article.yaml"


def test_a_file_that_no_picture_is(project, found_of_file):
    (finding,) = found_of_file("IMG-UNUSED")
    assert (finding.severity.value, finding.message) == (
        "info",
        "no picture of the article is the file images/hall.jpg",
    )
    assert finding.place.startswith(project.at(ARTICLE, "images:"))


def test_no_file_left_behind(project):
    assert project.found("IMG-UNUSED") == []
