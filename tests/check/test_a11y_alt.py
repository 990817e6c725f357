FR = "corpus/street-trees/fr.md"
ARTICLE = "corpus/street-trees/article.yaml"
ALT = '  plane: "Un platane devant une rangée de maisons"\n'


def test_decorative_picture_needs_none(project):
    project.edit(FR, "alts:\n" + ALT, "")
    project.edit(ARTICLE, "    height: 800", "    height: 800\n    decorative: true")
    assert project.found("A11Y-ALT") == []


def test_missing_in_one_language(project):
    project.edit(FR, "alts:\n" + ALT, "")
    (finding,) = project.check("A11Y-ALT")
    assert finding.place == f"{FR}:2:1"
    assert finding.severity.value == "error"
    assert finding.edition == "fr"
    assert "'plane'" in finding.message


def test_name_misspelt(project):
    project.edit(FR, "  plane:", "  plan:")
    assert project.found("A11Y-ALT") == [f"{FR}:4 error", f"{FR}:5 warning"]
    assert project.check("A11Y-ALT")[1].hint == "Did you mean 'plane'?"


def test_picture_inside_markdown(project):
    project.edit(FR, "Chaque arbre", "![](https://images.atelier.example/a.png)\n\nChaque arbre")
    assert project.found("A11Y-ALT") == [f"{project.at(FR, 'a.png')} error"]


def test_picture_of_the_template(project):
    project.html("</td>", '<img src="https://images.atelier.example/logo.png" width="10"></td>')
    assert project.found("A11Y-ALT") == ["issues/2021-05.yaml error"]


def test_empty_alt_in_the_template_is_ornament(project):
    project.html("</td>", '<img src="https://images.atelier.example/logo.png" alt="" width="10"></td>')
    assert project.found("A11Y-ALT") == []
