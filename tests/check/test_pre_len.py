import pytest

ISSUE = "issues/2021-05.yaml"
EN = "Two online sessions this week, and a map of the trees."


@pytest.mark.parametrize("text", ["x" * 39, "x" * 101, "Open sessions and street trees"])
def test_too_short_too_long_or_the_subject(project, text):
    project.edit(ISSUE, EN, text)
    (finding,) = project.check("PRE-LEN")
    assert f"{finding.file}:{finding.line}" == project.at(ISSUE, "preheader:").replace(":6", ":8")
    assert finding.severity.value == "warning"


@pytest.mark.parametrize("text", ["x" * 40, "x" * 100])
def test_within_the_limits(project, text):
    project.edit(ISSUE, EN, text)
    assert project.found("PRE-LEN") == []


def test_joined_preheader_asks_for_its_own(project):
    project.edit(ISSUE, '  fr+en: "Deux séances en ligne, une carte / Two sessions, one map"\n', "")
    (finding,) = project.check("PRE-LEN")
    assert f"{finding.file}:{finding.line}" == project.at(ISSUE, "preheader:")
    assert "fr+en: ..." in (finding.hint or "")
