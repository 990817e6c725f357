ISSUE = "issues/2021-05.yaml"


def test_word_of_another_language(project):
    project.html(">Unsubscribe</a>", ">Se désabonner</a>", "en")
    (finding,) = project.check("LST-UNSUB-BODY")
    assert (finding.place, finding.edition) == (ISSUE, "en")


def test_one_language_of_two(project):
    project.html(">Unsubscribe</a>", ">Se désabonner</a>", "fr+en")
    project.text("Unsubscribe", "Se désabonner", "fr+en")
    assert [one.message for one in project.check("LST-UNSUB-BODY")] == [
        "no link to unsubscribe in 'en' in the HTML",
        "the text part does not say in 'en' how to unsubscribe",
    ]


def test_no_link(project):
    project.html('<a href="\ue000">', '<a href="https://atelier.example/">', "en")
    assert "the HTML has no link to unsubscribe" in [one.message for one in project.check("LST-UNSUB-BODY")]


def test_hidden_link(project):
    project.html('<a href="\ue000">', '<a href="\ue000" style="display: none">', "en")
    assert project.found("LST-UNSUB-BODY") == [f"{ISSUE} error"]


def test_no_address_in_the_text(project):
    project.text("Unsubscribe: \ue000", "Unsubscribe", "en")
    assert project.found("LST-UNSUB-BODY") == [f"{ISSUE} error"]


def test_word_beside_the_link(project):
    project.html('<p><a href="\ue000">Unsubscribe</a>', '<p>To unsubscribe, <a href="\ue000">tell us</a>', "en")
    assert project.found("LST-UNSUB-BODY") == []


def test_two_tokens(project):
    project.html(
        '<a href="\ue000">',
        '<a href="https://atelier.example/u/AAAAAAAAAAAAAAAAAAAAAA">Unsubscribe</a><a href="\ue000">',
        "en",
    )
    assert project.found("LST-UNSUB-BODY") == [f"{ISSUE} error"]
