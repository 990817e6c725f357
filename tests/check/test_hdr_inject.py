import pytest

ISSUE = "issues/2021-05.yaml"
PUBLICATION = "newsletter.yaml"


@pytest.mark.parametrize("escape", ["\\n", "\\r", "\\0", "\\x85", "\\u2028"])
def test_in_the_subject(project, escape):
    project.edit(ISSUE, "Open sessions and", f"Open{escape}Bcc: b@example.org and")
    assert project.found("HDR-INJECT") == [f"{project.at(ISSUE, 'Bcc:')} error"]


def test_in_the_name_of_the_sender(project):
    project.edit(PUBLICATION, 'en: "Open Data Workshop"}\n    address', 'en: "Open\\nBcc: x"}\n    address')
    assert project.found("HDR-INJECT") == [f"{project.at(PUBLICATION, 'Bcc: x')} error"]


def test_in_the_raw_headers(project):
    project.mail(b"Subject: ", b"Subject: \x00", "fr")
    assert project.found("HDR-INJECT") == [f"{ISSUE} error"]


def test_folding_is_fine(project):
    project.mail(b"Subject: ", b"Subject: \r\n\t", "fr")
    assert project.found("HDR-INJECT") == []
