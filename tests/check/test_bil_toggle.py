ISSUE = "issues/2021-05.yaml"
LINK = '<a href="https://www.atelier.example/en/" lang="en-CA" hreflang="en-CA">English version</a>'


def test_no_link(project):
    project.html(f"<p>{LINK}</p>", "", "fr")
    (finding,) = project.check("BIL-TOGGLE")
    assert (finding.file, finding.edition, finding.severity.value) == (ISSUE, "fr", "error")
    assert "no link" in finding.message


def test_a_link_that_does_not_say_its_language(project):
    project.html(LINK, LINK.replace(' lang="en-CA" hreflang="en-CA"', ""), "fr")
    assert project.found("BIL-TOGGLE") == [f"{ISSUE} error"]


def test_a_label_in_the_wrong_language(project):
    project.html("English version", "Version anglaise", "fr")
    (finding,) = project.check("BIL-TOGGLE")
    assert "Version anglaise" in finding.message


def test_a_link_far_below(project):
    project.html(f"<p>{LINK}</p>", f"<p>{'mot ' * 100}</p><p>{LINK}</p>", "fr")
    assert project.found("BIL-TOGGLE") == [f"{ISSUE} error"]


def test_a_hidden_link(project):
    project.html(f"<p>{LINK}</p>", f'<p style="display:none">{LINK}</p>', "fr")
    assert project.found("BIL-TOGGLE") == [f"{ISSUE} error"]


def test_the_sound_project(project):
    assert project.found("BIL-TOGGLE") == []
