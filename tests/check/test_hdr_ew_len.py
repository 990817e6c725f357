import pytest


def word(length):
    return b"=?utf-8?q?" + b"a" * (length - 12) + b"?="


@pytest.mark.parametrize(
    "wrong",
    [word(76), b"aa " + word(74), b"=?utf-8?q?=C3?=\r\n =?utf-8?q?=A9?=", b"=?klingon?q?a?="],
)
def test_too_long_or_not_whole(project, wrong):
    project.mail(b"Subject: ", b"X-Note:\r\n " + wrong + b"\r\nSubject: ", "fr")
    assert set(project.found("HDR-EW-LEN")) == {"issues/2021-05.yaml error"}


@pytest.mark.parametrize("right", [word(75), b"=?utf-8?q?=C3=A9?=", b"=?iso-8859-1?q?=E9?=", b"1 =? 2 ?= 3"])
def test_within_the_limits(project, right):
    project.mail(b"Subject: ", b"X-Note:\r\n " + right + b"\r\nSubject: ", "fr")
    assert project.found("HDR-EW-LEN") == []
