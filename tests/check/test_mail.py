from hypothesis import given
from hypothesis import strategies as st

from newsletter.check.mail import read_mail

RAW = (
    b"From: =?utf-8?q?Z=C3=A9?=\r\n <a@example.org>\r\nSubject: =?utf-8?q?=C3=89t=C3=A9_?=\r\n\t=?utf-8?q?2021?=\r\n"
    b'To: "Tremblay, Zoe" <zoe@example.com>\r\nSubject: two\r\n'
    b'Content-Type: multipart/alternative; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    b"=C3=A9t=C3=A9=\r\n 2021\r\n--b\r\nContent-Type: text/html; charset=nonsense\r\n\r\n<p>a</p>\r\n--b--\r\n"
)


def test_headers_as_they_stand():
    mail = read_mail(RAW)
    assert [header.name for header in mail.headers] == ["From", "Subject", "To", "Subject", "Content-Type"]
    assert mail.first("subject") == "Été 2021"
    assert mail.all("Subject")[0].raw == b"Subject: =?utf-8?q?=C3=89t=C3=A9_?=\r\n\t=?utf-8?q?2021?="
    assert mail.addresses("From") == [("Zé", "a@example.org")]
    assert mail.recipient == "zoe@example.com"


def test_parts_raw_and_decoded():
    mail = read_mail(RAW)
    assert mail.text is not None
    assert mail.html is not None
    assert mail.text.body == b"=C3=A9t=C3=A9=\r\n 2021"
    assert mail.text.text == "été 2021"
    assert mail.html.text == "<p>a</p>"


@given(st.binary(max_size=300))
def test_nothing_is_refused(raw):
    mail = read_mail(raw)
    assert mail.raw == raw
    assert all(isinstance(header.text, str) for header in mail.headers)
