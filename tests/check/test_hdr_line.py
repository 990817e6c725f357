import pytest


@pytest.mark.parametrize(
    ("line", "severity"),
    [(b"X-Note: " + b"a" * 991, "error"), (b"From: " + b"a" * 73 + b"@example.org", "warning")],
)
def test_too_long(project, line, severity):
    project.mail(b"Reply-To:", line + b"\r\nReply-To:", "fr")
    assert project.found("HDR-LINE") == [f"issues/2021-05.yaml {severity}"]


@pytest.mark.parametrize("line", [b"X-Note: " + b"a" * 990, b"List-Help: <https://" + b"a" * 200 + b".example>"])
def test_long_but_allowed(project, line):
    project.mail(b"Reply-To:", line + b"\r\nReply-To:", "fr")
    assert project.found("HDR-LINE") == []
