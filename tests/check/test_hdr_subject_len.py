import pytest

ISSUE = "issues/2021-05.yaml"


@pytest.mark.parametrize(("length", "severity"), [(40, None), (41, "info"), (60, "info"), (61, "warning")])
def test_limits(project, length, severity):
    project.edit(ISSUE, "Open sessions and street trees", "é" * length)
    expected = [f"{project.at(ISSUE, 'ééé')} {severity}"] if severity else []
    assert project.found("HDR-SUBJECT-LEN") == expected


def test_joined_subject_asks_for_its_own(project):
    project.edit(ISSUE, '  fr+en: "Séances ouvertes / Open sessions"\n', "")
    (finding,) = project.check("HDR-SUBJECT-LEN")
    assert f"{finding.file}:{finding.line}" == project.at(ISSUE, "subject:")
    assert finding.edition == "fr+en"
    assert "fr+en: ..." in (finding.hint or "")
