import pytest

PUBLICATION = "newsletter.yaml"


@pytest.mark.parametrize(
    "address", ["no-reply@atelier.example", "NePasRepondre@atelier.example", "donotreply@a.example"]
)
def test_nobody_reads(project, address):
    project.edit(PUBLICATION, "reply_to: bonjour@atelier.example", f"reply_to: {address}")
    assert project.found("AUTH-REPLY") == [f"{project.at(PUBLICATION, 'reply_to:')} error"]


def test_sender_counts_when_there_is_no_reply_address(project):
    project.edit(PUBLICATION, "address: nouvelles@", "address: noreply@")
    assert project.found("AUTH-REPLY") == []
    project.edit(PUBLICATION, "  reply_to: bonjour@atelier.example\n", "")
    assert project.found("AUTH-REPLY") == [f"{project.at(PUBLICATION, 'noreply@')} error"]


@pytest.mark.parametrize("address", ["bonjour", "a@b", "a b@atelier.example", "A <a@atelier.example>"])
def test_not_an_address(project, address):
    project.edit(PUBLICATION, "reply_to: bonjour@atelier.example", f'reply_to: "{address}"')
    assert project.found("AUTH-REPLY") == [f"{project.at(PUBLICATION, 'reply_to:')} error"]


@pytest.mark.parametrize("address", ["reply@atelier.example", "noreen@atelier.example", "bonjour@données.example"])
def test_somebody_reads(project, address):
    project.edit(PUBLICATION, "reply_to: bonjour@atelier.example", f"reply_to: {address}")
    assert project.found("AUTH-REPLY") == []
