import pytest

PREAMBLE = b"--=_frontiere\r\nContent-Type: text/plain"


@pytest.mark.parametrize(
    ("inserted", "words"),
    [(b"a\nb\r\n", "LF alone"), (b"a\rb\r\n", "CR alone"), (b"a" * 999 + b"\r\n", "999 bytes")],
)
def test_line_ends_and_length(project, inserted, words):
    project.mail(PREAMBLE, inserted + PREAMBLE, "fr")
    (finding,) = project.check("MIME-CRLF")
    assert finding.place == "issues/2021-05.yaml"
    assert words in finding.message


def test_last_line(project):
    project.mail(b"--=_frontiere--\r\n", b"--=_frontiere--", "fr")
    assert project.found("MIME-CRLF") == ["issues/2021-05.yaml error"]


def test_longest_line_allowed(project):
    project.mail(PREAMBLE, b"a" * 998 + b"\r\n" + PREAMBLE, "fr")
    assert project.found("MIME-CRLF") == []
