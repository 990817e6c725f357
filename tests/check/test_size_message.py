def padded(project, size):
    return project.mail(b"--=_frontiere--\r\n", b"--=_frontiere--\r\n" + b"x" * 70 + b"\r\n" * (size // 2), "fr")


def test_an_ordinary_message(project):
    assert project.found("SIZE-MESSAGE") == []


def test_a_heavy_one(project):
    (finding,) = padded(project, 1_000_000).check("SIZE-MESSAGE")
    assert (finding.severity.value, finding.edition) == ("warning", "fr")
    assert "1.0 MB, more than 1" in finding.message


def test_one_that_servers_refuse(project):
    (finding,) = padded(project, 10_240_000).check("SIZE-MESSAGE")
    assert finding.severity.value == "error"
    assert "more than 10.24" in finding.message
