ISSUE = "issues/2021-05.yaml"


def test_message_without_subject(project):
    project.mail(b"Subject: ", b"X-Subject: ", "en")
    (finding,) = project.check("HDR-SUBJECT")
    assert f"{finding.file}:{finding.line}" == project.at(ISSUE, "Open sessions and street")
    assert finding.message == "the message carries no subject"


def test_message_with_another_subject(project):
    project.edit(ISSUE, "Open sessions and street trees", "Open sessions")
    project.mail(b"Subject: ", b"Subject: Other ", "en")
    assert project.found("HDR-SUBJECT") == [f"{project.at(ISSUE, 'en: ')} error"]


def test_too_long_for_a_header(project):
    project.edit(ISSUE, "Open sessions and street trees", "x" * 999)
    assert project.found("HDR-SUBJECT") == [f"{project.at(ISSUE, 'xxx')} error"]


def test_encoded_and_folded_subject_is_the_same(project):
    project.edit(ISSUE, "Open sessions and street trees", "Été, " * 30 + "fin")
    assert project.found("HDR-SUBJECT") == []
