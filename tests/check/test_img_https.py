import pytest

ARTICLE = "corpus/street-trees/article.yaml"


@pytest.mark.parametrize(
    "url",
    [
        "http://images.atelier.example/platane.jpg",
        "images/platane.jpg",
        "//images.atelier.example/platane.jpg",
        "cid:platane",
        "data:image/png;base64,iVBORw0KGgo=",
        "https://[oops/platane.jpg",
    ],
)
def test_not_a_whole_https_address(project, url):
    project.edit(ARTICLE, "https://images.atelier.example/platane.jpg", f'"{url}"')
    assert project.found("IMG-HTTPS") == [f"{project.at(ARTICLE, url)} error"]


def test_picture_of_the_template(project):
    project.html("</td>", '<img src="" alt="" width="9"></td>', "fr")
    assert project.found("IMG-HTTPS") == ["issues/2021-05.yaml error"]


def test_https(project):
    assert project.found("IMG-HTTPS") == []
