import pytest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"text/plain; charset=utf-8", b"text/plain"),
        (b"text/html; charset=utf-8", b"text/html; charset=iso-8859-1"),
        (b"L=E2=80=99infolettre", b"L=E2=80infolettre"),
        (b"L=E2=80=99infolettre", b"L=EF=BF=BDinfolettre"),
    ],
)
def test_not_utf8(project, old, new):
    project.mail(old, new, "fr")
    assert project.found("MIME-CHARSET") == ["issues/2021-05.yaml error"]


def test_utf8_in_capitals(project):
    project.mail(b"text/plain; charset=utf-8", b'text/plain; charset="UTF-8"')
    assert project.found("MIME-CHARSET") == []
