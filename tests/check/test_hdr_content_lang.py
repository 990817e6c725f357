import pytest


@pytest.mark.parametrize("wrong", [b"", b"en-CA", b"fr-CA, en-CA", b"fr"])
def test_missing_or_of_another_edition(project, wrong):
    project.mail(b"Content-Language: fr-CA", b"Content-Language: " + wrong, "fr")
    (finding,) = project.check("HDR-CONTENT-LANG")
    assert (finding.place, finding.severity.value, finding.edition) == ("issues/2021-05.yaml", "warning", "fr")


def test_both_languages_in_the_order_of_the_mail(project):
    project.mail(b"Content-Language: fr-CA, en-CA", b"Content-Language: en-CA, fr-CA", "fr+en")
    assert [one.edition for one in project.check("HDR-CONTENT-LANG")] == ["fr+en"]


def test_case_does_not_matter(project):
    project.mail(b"Content-Language: fr-CA", b"Content-Language: fr-ca", "fr")
    assert project.found("HDR-CONTENT-LANG") == []
