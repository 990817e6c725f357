import pytest

DATE = b"Date: Thu, 06 May 2021 09:00:00 -0400\r\n"


@pytest.mark.parametrize(
    "wrong", [b"", b"Date: \r\n", b"Date: yesterday\r\n", b"Date: Thu, 06 May 2021 13:00:00 -0000\r\n"]
)
def test_missing_or_without_zone(project, wrong):
    project.mail(DATE, wrong, "fr")
    assert project.found("HDR-DATE") == ["issues/2021-05.yaml error"]


@pytest.mark.parametrize("right", [b"+0000", b"-0500"])
def test_with_zone(project, right):
    project.mail(b"-0400", right)
    assert project.found("HDR-DATE") == []
