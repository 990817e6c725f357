EN = "corpus/open-sessions/en.md"
LABEL = 'links:\n  register: "Register for the open sessions"\n'


def test_label_missing_in_one_language(project):
    project.edit(EN, LABEL, "")
    (finding,) = project.check("A11Y-LINK-NAME")
    assert finding.place == f"{EN}:2:1"
    assert finding.edition == "en"
    assert "register" in finding.message


def test_label_misspelt(project):
    project.edit(EN, "  register:", "  registr:")
    assert project.found("A11Y-LINK-NAME") == [f"{EN}:4 error", f"{EN}:5 warning"]
    assert project.check("A11Y-LINK-NAME")[1].hint == "Did you mean 'register'?"


def test_link_without_address_in_that_language_needs_no_label(project):
    project.edit(EN, LABEL, "")
    project.edit("corpus/open-sessions/article.yaml", ', en: "https://www.atelier.example/en/sessions"', "")
    project.only_editions = ("fr",)
    assert project.found("A11Y-LINK-NAME") == []


def test_link_of_the_template_without_words(project):
    project.html("</td>", '<a href="https://social.example/us"><img src="i.png" alt="" width="9"></a></td>', "fr")
    assert project.found("A11Y-LINK-NAME") == ["issues/2021-05.yaml error"]


def test_linked_picture_with_alt_has_a_name(project):
    project.html(
        "</td>", '<a href="https://social.example/us"><img src="i.png" alt="Ici" width="9"></a></td>', "fr"
    )
    assert project.found("A11Y-LINK-NAME") == []
