import pytest


@pytest.mark.parametrize("wrapper", ["<div>", '<div lang="">', '<div lang="und">'])
def test_wrapper_without_language(project, wrapper):
    project.html('<div lang="fr-CA" dir="ltr">', wrapper, "fr")
    assert project.found("A11Y-BODY-LANG") == ["issues/2021-05.yaml error"]


def test_part_of_a_two_language_mail_in_the_wrong_language(project):
    project.html('<div lang="en-CA" dir="ltr">', '<div lang="fr-CA" dir="ltr">', "fr+en")
    (finding,) = project.check("A11Y-BODY-LANG")
    assert finding.message == "no part of the mail is marked as 'en'"
    assert finding.edition == "fr+en"


def test_language_of_a_link_is_not_a_part(project):
    project.html('<div lang="en-CA" dir="ltr">', '<div lang="fr-CA"><a lang="en" href="#x">English</a>', "fr+en")
    assert len(project.found("A11Y-BODY-LANG")) == 1


def test_hidden_preheader_needs_none(project):
    assert project.found("A11Y-BODY-LANG") == []
