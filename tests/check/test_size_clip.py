ISSUE = "issues/2021-05.yaml"


def grow(project, size):
    project.html("</td>", "x" * size + "</td>", "fr")


def test_above_the_limit(project):
    grow(project, 102_400)
    (finding,) = project.check("SIZE-CLIP")
    assert (finding.place, finding.severity.value, finding.edition) == (ISSUE, "error", "fr")
    assert "open-sessions (1000 bytes)" in (finding.hint or "")


def test_near_the_limit(project):
    grow(project, 85_000)
    assert project.found("SIZE-CLIP") == [f"{ISSUE} warning"]


def test_what_grows_by_its_encoding(project):
    grow(project, 70_000)
    assert project.found("SIZE-CLIP") == []
    project.html("x</td>", "é" * 6_000 + "x</td>", "fr")
    (finding,) = project.check("SIZE-CLIP")
    assert "(as sent)" in finding.message
