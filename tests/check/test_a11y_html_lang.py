import pytest

ISSUE = "issues/2021-05.yaml"


@pytest.mark.parametrize("wrong", ["<html>", '<html lang="und">', '<html lang="en-CA">', '<html lang="">'])
def test_missing_or_of_another_language(project, wrong):
    project.html('<html lang="fr-CA">', wrong, "fr")
    (finding,) = project.check("A11Y-HTML-LANG")
    assert (finding.file, finding.edition) == (ISSUE, "fr")


@pytest.mark.parametrize("right", ['<html lang="fr">', '<html lang="FR-ca">'])
def test_the_language_alone_will_do(project, right):
    project.html('<html lang="fr-CA">', right, "fr")
    assert project.found("A11Y-HTML-LANG") == []


def test_two_languages_begin_with_the_first(project):
    project.html('<html lang="fr-CA">', '<html lang="en-CA">', "fr+en")
    assert [one.edition for one in project.check("A11Y-HTML-LANG")] == ["fr+en"]
