import pytest

TABLE = '<table role="presentation">'


@pytest.mark.parametrize(
    "wrong",
    [
        "<table>",
        '<table role="grid">',
        '<table role="presentation"><caption>Les arbres</caption>',
        '<table role="none"><tr><th scope="col">Arbre</th></tr>',
    ],
)
def test_neither_layout_nor_data(project, wrong):
    project.html(TABLE, wrong, "fr")
    assert project.found("A11Y-TABLE-ROLE") == ["issues/2021-05.yaml error"]


@pytest.mark.parametrize("right", ['<table role="none">', '<table><tr><th scope="col">Arbre</th></tr>'])
def test_layout_or_data(project, right):
    project.html(TABLE, right, "fr")
    assert project.found("A11Y-TABLE-ROLE") == []


def test_data_inside_layout_is_judged_by_itself(project):
    project.html("</td>", '<table><tr><th scope="row">Platane</th><td>12</td></tr></table></td>', "fr")
    assert project.found("A11Y-TABLE-ROLE") == []
