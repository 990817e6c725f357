ISSUE = "issues/2021-05.yaml"


def test_the_second_language_first(project):
    project.html('<div lang="fr-CA"', '<div lang="x"', "fr+en")
    project.html('<div lang="en-CA"', '<div lang="fr-CA"', "fr+en")
    project.html('<div lang="x"', '<div lang="en-CA"', "fr+en")
    (finding,) = project.check("BIL-ORDER")
    assert (finding.file, finding.edition, finding.severity.value) == (ISSUE, "fr+en", "error")
    assert finding.message == "the parts come in the order en, fr, not fr, en"


def test_notes_and_labels_are_no_parts(project):
    project.html("<body>", '<body><p lang="en-CA">English follows, below the French part</p>', "fr+en")
    assert project.found("BIL-ORDER") == []


def test_the_sound_project(project):
    assert project.found("BIL-ORDER") == []
