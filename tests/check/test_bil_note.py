ISSUE = "issues/2021-05.yaml"
NOTE = '<a href="#en" lang="en-CA">English follows</a>'


def test_no_note(project):
    project.html(NOTE, "", "fr+en")
    (finding,) = project.check("BIL-NOTE")
    assert (finding.file, finding.edition, finding.severity.value) == (ISSUE, "fr+en", "warning")


def test_a_note_far_below(project):
    project.html(NOTE, f"{'mot ' * 100}{NOTE}", "fr+en")
    assert project.found("BIL-NOTE") == [f"{ISSUE} warning"]


def test_a_note_that_does_not_say_its_language(project):
    project.html(NOTE, "<i>English follows</i>", "fr+en")
    assert project.found("BIL-NOTE") == [f"{ISSUE} warning"]


def test_the_sound_project(project):
    assert project.found("BIL-NOTE") == []
