def test_line_of_77(project):
    project.mail(b"quoted-printable\r\n\r\n", b"quoted-printable\r\n\r\n" + b"a" * 77 + b"\r\n", "fr")
    (finding,) = project.check("MIME-QP-76")
    assert (finding.place, finding.severity.value) == ("issues/2021-05.yaml", "warning")
    assert "77" in finding.message


def test_line_of_76(project):
    project.mail(b"quoted-printable\r\n\r\n", b"quoted-printable\r\n\r\n" + b"a" * 76 + b"\r\n", "fr")
    assert project.found("MIME-QP-76") == []
