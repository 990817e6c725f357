import pytest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"multipart/alternative", b"multipart/mixed"),
        (b"multipart/alternative; boundary", b"text/html; x"),
        (b"Content-Type: text/plain", b"Content-Type: text/x-plain"),
        (b"Content-Type: text/html", b"Content-Type: text/calendar"),
    ],
)
def test_built_another_way(project, old, new):
    project.mail(old, new, "fr")
    assert project.found("MIME-ALT") == ["issues/2021-05.yaml error"]


def test_html_before_text(project):
    project.mail(b"text/plain", b"text/X", "fr").mail(b"text/html", b"text/plain", "fr").mail(
        b"text/X", b"text/html", "fr"
    )
    (finding,) = project.check("MIME-ALT")
    assert finding.message == "the first part is text/html, not text/plain"


def test_text_then_html(project):
    assert project.found("MIME-ALT") == []
