ISSUE = "issues/2021-05.yaml"
FRENCH = "Vous recevez ce courriel parce que vous êtes membre."
ENGLISH = "You get this because you are a member."


def test_a_footer_in_the_other_language(project):
    project.html(ENGLISH, FRENCH, "en")
    (finding,) = project.check("BIL-FOOTER")
    assert (finding.file, finding.edition, finding.severity.value) == (ISSUE, "en", "error")
    assert "HTML" in finding.message


def test_missing_in_the_text(project):
    project.text(ENGLISH, "", "en")
    (finding,) = project.check("BIL-FOOTER")
    assert "text" in finding.message


def test_one_of_two_languages_missing(project):
    project.html(ENGLISH, "", "fr+en")
    (finding,) = project.check("BIL-FOOTER")
    assert finding.edition == "fr+en"
    assert "'en'" in finding.message


def test_spaces_make_no_difference(project):
    project.html(FRENCH, FRENCH.replace(" ", "\N{NO-BREAK SPACE}"), "fr")
    assert project.found("BIL-FOOTER") == []
