import pytest

QP = b"Content-Transfer-Encoding: quoted-printable"


@pytest.mark.parametrize("encoding", [b"8bit", b"7bit", b"binary"])
def test_not_encoded(project, encoding):
    project.mail(QP, b"Content-Transfer-Encoding: " + encoding, "fr")
    assert project.found("MIME-CTE") == ["issues/2021-05.yaml error"]


def test_raw_byte_names_its_line(project):
    project.mail(b"--=_frontiere\r\n", "é\r\n--=_frontiere\r\n".encode(), "fr")
    (finding,) = project.check("MIME-CTE")
    raw = project.subject().messages["fr"]
    line = next(number for number, line in enumerate(raw.split(b"\r\n"), 1) if not line.isascii())
    assert finding.message.endswith(f"on line {line}")


def test_base64(project):
    project.mail(QP, b"Content-Transfer-Encoding: BASE64", "fr")
    assert project.found("MIME-CTE") == []
