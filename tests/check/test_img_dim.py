import pytest

ARTICLE = "corpus/street-trees/article.yaml"


@pytest.mark.parametrize(
    "size",
    ['style="width:100%"', 'width="100%"', 'width="601" height="400"', 'width="600" height="auto"', 'width="²"'],
)
def test_size_that_outlook_does_not_keep(project, size):
    project.html('width="600" height="400"', size)
    assert project.found("IMG-DIM") == [f"{project.at(ARTICLE, 'platane.jpg')} error"]


@pytest.mark.parametrize("size", ['width="600"', 'width="300" height="200" style="height:auto"'])
def test_size_in_pixels(project, size):
    project.html('width="600" height="400"', size)
    assert project.found("IMG-DIM") == []
