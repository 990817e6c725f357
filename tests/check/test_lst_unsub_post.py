import pytest

LINE = b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"


@pytest.mark.parametrize("wrong", [b"", LINE + LINE, b"List-Unsubscribe-Post: One-Click\r\n", LINE.lower()])
def test_not_exactly(project, wrong):
    project.mail(LINE, wrong, "fr")
    assert project.found("LST-UNSUB-POST") == ["issues/2021-05.yaml error"]


def test_exactly(project):
    assert project.found("LST-UNSUB-POST") == []
