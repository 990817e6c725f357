import pytest

PUBLICATION = "newsletter.yaml"
LINE = b"List-Unsubscribe: <https://atelier.example/u/Zk3vQ9sLx0aBc2DeFgHiJk>\r\n"


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        LINE + LINE,
        b"List-Unsubscribe: <mailto:leave@atelier.example>\r\n",
        b"List-Unsubscribe: <https://atelier.example/a>, <https://atelier.example/b>\r\n",
        b"List-Unsubscribe: https://atelier.example/u/x\r\n",
        b"List-Unsubscribe: <https://atelier.example/a>, <http://atelier.example/b>\r\n",
    ],
)
def test_wrong_header_points_at_the_setting(project, wrong):
    project.mail(LINE, wrong, "fr")
    found = project.found("LST-UNSUB")
    assert found
    assert set(found) == {f"{project.at(PUBLICATION, 'url: https://atelier.example/u/')} error"}


def test_https_then_mailto_on_the_next_line(project):
    project.mail(LINE, LINE.rstrip() + b",\r\n <mailto:leave@atelier.example>\r\n")
    assert project.found("LST-UNSUB") == []
