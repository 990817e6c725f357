import pytest


def test_too_long(project):
    project.html("p { margin: 0 }", "p { margin: 0 }" + " " * 16_384, "fr")
    assert project.found("SIZE-STYLE") == ["issues/2021-05.yaml error"]


@pytest.mark.parametrize(
    "style", ["@media print { @media screen { p { margin: 0 } } }", "@supports (x: y) { @font-face { } }"]
)
def test_nested(project, style):
    project.html("p { margin: 0 }", style, "fr")
    assert project.found("SIZE-STYLE") == ["issues/2021-05.yaml error"]


@pytest.mark.parametrize(
    "style", ["@media print { p { margin: 0 } } @media screen { }", "/* { @media } */ p { content: '{ @media' }"]
)
def test_side_by_side(project, style):
    project.html("p { margin: 0 }", style, "fr")
    assert project.found("SIZE-STYLE") == []
