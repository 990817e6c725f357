import pytest


@pytest.mark.parametrize("line", [b"Subject: again", b"To: x@example.com", b"List-ID: <a.b.example>", b"date: x"])
def test_doubled(project, line):
    project.mail(b"MIME-Version:", line + b"\r\nMIME-Version:", "fr")
    (finding,) = project.check("HDR-ONCE")
    assert (finding.place, finding.edition) == ("issues/2021-05.yaml", "fr")
    assert line.partition(b":")[0].decode().title() in finding.message


def test_others_may_stand_twice(project):
    project.mail(b"MIME-Version:", b"X-Note: a\r\nX-Note: b\r\nReceived: a\r\nReceived: b\r\nMIME-Version:")
    assert project.found("HDR-ONCE") == []
