def test_raw_accents(project):
    project.mail(b"Subject: ", "Subject: é".encode(), "fr")
    (finding,) = project.check("HDR-ASCII")
    assert finding.place == "issues/2021-05.yaml"
    assert "Subject" in finding.message


def test_encoded_accents(project):
    assert project.found("HDR-ASCII") == []
