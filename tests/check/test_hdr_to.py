import pytest

TO = b"<zoe.tremblay@example.com>"


@pytest.mark.parametrize("wrong", [TO + b", <b@example.com>", b"undisclosed-recipients:;", b"", b"zoe"])
def test_not_one_person(project, wrong):
    name = b"=?utf-8?b?Wm/DqSBUcmVtYmxheQ==?= "
    project.mail(b"To: " + name + TO, b"To: " + wrong, "fr")
    assert project.found("HDR-TO") == ["issues/2021-05.yaml error"]


@pytest.mark.parametrize("line", [b"Cc: b@example.com", b"Bcc: b@example.com"])
def test_copies(project, line):
    project.mail(b"MIME-Version:", line + b"\r\nMIME-Version:", "fr")
    assert project.found("HDR-TO") == ["issues/2021-05.yaml error"]


def test_one_person(project):
    assert project.found("HDR-TO") == []
