import pytest

ISSUE = "issues/2021-05.yaml"


@pytest.mark.parametrize(
    "subject", ["Re: news", "RE : nouvelles", "TR: mai", "Fwd: news", "re[2]: news", "x / Re: y"]
)
def test_like_a_reply(project, subject):
    project.edit(ISSUE, "Open sessions and street trees", subject)
    assert project.found("HDR-SUBJECT-RE") == [f"{project.at(ISSUE, subject)} error"]


@pytest.mark.parametrize("subject", ["Research: news", "Retour : bilan", "Trees: a map", "Reply to us"])
def test_words_that_begin_alike(project, subject):
    project.edit(ISSUE, "Open sessions and street trees", subject)
    assert project.found("HDR-SUBJECT-RE") == []
