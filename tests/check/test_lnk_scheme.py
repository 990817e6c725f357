import pytest

ARTICLE = "corpus/street-trees/article.yaml"
FR = "corpus/street-trees/fr.md"
GOOD = "https://arbres.example/carte"


@pytest.mark.parametrize(
    "url",
    [
        "http://arbres.example/carte",
        "https://192.0.2.7/carte",
        "https://[2001:db8::1]/carte",
        "https://localhost/carte",
        "https://staging.arbres.example/",
        "https://arbres.example:8443/carte",
        "https://user:word@arbres.example/",
        "ftp://arbres.example/carte",
        "javascript:alert(1)",
        "https:///carte",
        "https://[oops/carte",
    ],
)
def test_wrong_address(project, url):
    project.edit(ARTICLE, GOOD, f'"{url}"')
    assert project.found("LNK-SCHEME") == [f"{project.at(ARTICLE, 'url:')} error"]


@pytest.mark.parametrize(
    "url", ["mailto:arbres@atelier.example", "tel:+15145550100", "https://arbres.example:443/"]
)
def test_right_address(project, url):
    project.edit(ARTICLE, GOOD, f'"{url}"')
    assert project.found("LNK-SCHEME") == []


def test_link_inside_markdown_with_line_and_column(project):
    project.edit(FR, "https://arbres.example/guide", "http://arbres.example/guide")
    (finding,) = project.check("LNK-SCHEME")
    column = len("Chaque arbre est relevé une fois par an, comme le raconte [le guide des relevés](") + 1
    assert finding.place == f"{project.at(FR, 'Chaque arbre')}:{column}"
    assert finding.hint == "Write https:// and try it in a browser."
    assert finding.edition == "fr"


def test_one_finding_for_an_address_seen_in_every_edition(project):
    project.edit(ARTICLE, GOOD, "http://arbres.example/carte")
    (finding,) = project.check("LNK-SCHEME")
    assert finding.edition is None


def test_link_that_only_the_template_has(project):
    project.html("</td>", '<a href="http://social.example/us">Nous suivre</a></td>', "fr")
    assert project.found("LNK-SCHEME") == ["issues/2021-05.yaml error"]
