import pytest

PUBLICATION = "newsletter.yaml"


@pytest.mark.parametrize("domain", ["gmail.com", "Videotron.CA", "yahoo.co.uk", "yahoo.ca", "hotmail.fr"])
def test_free_mail(project, domain):
    project.edit(PUBLICATION, "address: nouvelles@atelier.example", f"address: nouvelles@{domain}")
    assert project.found("AUTH-FROM-FREEMAIL") == [f"{project.at(PUBLICATION, 'nouvelles@')} error"]


@pytest.mark.parametrize("domain", ["notgmail.com", "yahoo.atelier.example", "atelier.example"])
def test_own_domain(project, domain):
    project.edit(PUBLICATION, "address: nouvelles@atelier.example", f"address: nouvelles@{domain}")
    assert project.found("AUTH-FROM-FREEMAIL") == []
