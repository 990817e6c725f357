import pytest

ARTICLE = "corpus/street-trees/article.yaml"
EN = "corpus/street-trees/en.md"


@pytest.mark.parametrize(
    "url", ["www.arbres.example/carte", "/carte", "carte.html", "//arbres.example/carte", "#"]
)
def test_address_that_is_not_whole(project, url):
    project.edit(ARTICLE, "https://arbres.example/carte", f'"{url}"')
    assert project.found("LNK-EMPTY") == [f"{project.at(ARTICLE, 'url:')} error"]


def test_hint_shows_the_whole_address(project):
    project.edit(ARTICLE, "https://arbres.example/carte", "www.arbres.example/carte")
    (finding,) = project.check("LNK-EMPTY")
    assert finding.hint == "Write it from https:// on, e.g. https://www.arbres.example/carte."


def test_link_inside_markdown(project):
    project.edit(EN, "(https://arbres.example/guide)", "()")
    (finding,) = project.check("LNK-EMPTY")
    assert finding.file == EN


def test_jump_to_nowhere(project):
    project.html("<p>", '<p><a href="#nulle-part">Sauter</a>', "fr")
    assert project.found("LNK-EMPTY") == ["issues/2021-05.yaml error"]


def test_jump_to_an_id_only(project):
    project.html("<h2>", '<h2 id="suite">', "fr")
    project.html("<p>", '<p><a href="#suite">Sauter</a>', "fr")
    assert project.found("LNK-EMPTY") == ["issues/2021-05.yaml warning"]


def test_jump_to_a_name(project):
    project.html("<h2>", '<a name="suite"></a><h2>', "fr")
    project.html("<p>", '<p><a href="#suite">Sauter</a>', "fr")
    assert project.found("LNK-EMPTY") == []
