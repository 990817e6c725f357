import pytest

ARTICLE = "corpus/street-trees/article.yaml"


@pytest.mark.parametrize("url", ["https://bit.ly/3xYz", "https://www.tinyurl.com/abc", "http://lnkd.in/x"])
def test_shortened(project, url):
    project.edit(ARTICLE, "https://arbres.example/carte", url)
    assert project.found("LNK-SHORT") == [f"{project.at(ARTICLE, 'url:')} error"]


def test_short_but_its_own(project):
    project.edit(ARTICLE, "https://arbres.example/carte", "https://habit.ly.example/x")
    assert project.found("LNK-SHORT") == []
