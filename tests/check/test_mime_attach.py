ISSUE = "issues/2021-05.yaml"

FILE = b"""\
--=_frontiere
Content-Type: application/pdf
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="a.pdf"

JVBERi0xLjQK
--=_frontiere--
""".replace(b"\n", b"\r\n")


def test_a_message_without_files(project):
    assert project.found("MIME-ATTACH") == []


def test_an_attachment(project):
    project.mail(b"--=_frontiere--\r\n", FILE, "fr")
    (finding,) = project.check("MIME-ATTACH")
    assert (finding.severity.value, finding.edition) == ("warning", "fr")
    assert "1 attachment of 0 kB" in finding.message


def test_an_inline_picture(project):
    part = FILE.replace(b"application/pdf", b"image/png").replace(b"attachment;", b"inline;")
    project.mail(b"--=_frontiere--\r\n", part, "en")
    (finding,) = project.check("MIME-ATTACH")
    assert "1 picture" in finding.message
    assert "pictures: linked" in (finding.hint or "")


def test_it_can_be_waived_with_a_reason(project):
    project.mail(b"--=_frontiere--\r\n", FILE, "fr").waive("{rule: MIME-ATTACH, reason: the ministry asks for it}")
    (finding,) = project.check("MIME-ATTACH")
    assert finding.severity.value == "info"
