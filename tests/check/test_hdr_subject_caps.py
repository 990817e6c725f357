import pytest

ISSUE = "issues/2021-05.yaml"


def test_shouting(project):
    project.edit(ISSUE, "Séances ouvertes et arbres de rue", "SÉANCES OUVERTES EN MAI")
    assert project.found("HDR-SUBJECT-CAPS") == [f"{project.at(ISSUE, 'SÉANCES')} warning"]


@pytest.mark.parametrize("subject", ["UQAM 2021", "SÉANCES OUVERTES EN MAi", "2021-05-06 12:00 1234567"])
def test_abbreviations_and_numbers(project, subject):
    project.edit(ISSUE, "Séances ouvertes et arbres de rue", subject)
    assert project.found("HDR-SUBJECT-CAPS") == []
