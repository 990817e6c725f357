import pytest

LINE = b'List-Id: "Infolettre" <infolettre.atelier.example>\r\n'


@pytest.mark.parametrize(
    "wrong",
    [b"", LINE + LINE, b"List-Id: infolettre\r\n", b"List-Id: <other.atelier.example>\r\n", b"List-Id: <a>\r\n"],
)
def test_wrong_header_points_at_the_setting(project, wrong):
    project.mail(LINE, wrong, "fr")
    assert project.found("LST-ID") == [f"{project.at('newsletter.yaml', 'list_id:')} warning"]


def test_without_name(project):
    project.mail(LINE, b"List-Id: <Infolettre.atelier.example>\r\n")
    assert project.found("LST-ID") == []
