import pytest

ARTICLE = "corpus/street-trees/article.yaml"


@pytest.mark.parametrize("name", ["platane.webp", "platane.SVG", "platane.avif?v=2", "plan.pdf"])
def test_format_that_some_do_not_show(project, name):
    project.edit(ARTICLE, "platane.jpg", name)
    assert project.found("IMG-FORMAT") == [f"{project.at(ARTICLE, 'images.atelier')} warning"]


@pytest.mark.parametrize("name", ["platane.jpeg", "platane.PNG", "platane.gif", "media/1234", "v1.2/platane"])
def test_format_shown_everywhere_or_not_known(project, name):
    project.edit(ARTICLE, "platane.jpg", name)
    assert project.found("IMG-FORMAT") == []
