import pytest

IMG = '<img src="https://images.atelier.example/o.gif" alt="" {}></td>'


@pytest.mark.parametrize(
    "attributes",
    ['width="1" height="1"', 'width="600" height="0"', 'width="2px"', 'width="9" style="display:none"'],
)
def test_not_meant_to_be_seen(project, attributes):
    project.html("</td>", IMG.format(attributes), "fr")
    assert project.found("PRV-PIXEL") == ["issues/2021-05.yaml error"]


def test_hidden_by_what_is_around_it(project):
    project.html("</td>", f'<div style="VISIBILITY : hidden">{IMG.format("width=9")}', "fr")
    assert project.found("PRV-PIXEL") == ["issues/2021-05.yaml error"]


@pytest.mark.parametrize(
    "secret", ["\ue000", "https://i.example/o?r=zoe.tremblay@example.com", "o?n=Zo%C3%A9+Tremblay"]
)
def test_address_of_its_own_per_reader(project, secret):
    project.html("</td>", f'<img src="{secret}" alt="" width="9"></td>', "fr")
    assert project.found("PRV-PIXEL") == ["issues/2021-05.yaml error"]


def test_picture_to_look_at(project):
    project.html("</td>", IMG.format('width="24" height="24"'), "fr")
    assert project.found("PRV-PIXEL") == []
