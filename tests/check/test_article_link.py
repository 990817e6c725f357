EVENT = "corpus/open-sessions/article.yaml"


def test_a_registration_that_names_no_link(project):
    project.edit(EVENT, "registration: register\n", "registration: registers\n")
    (finding,) = project.check("ARTICLE-LINK")
    assert finding.place.startswith(project.at(EVENT, "registration: registers"))
    assert finding.message == "event.registration: there is no link 'registers'"
    assert finding.hint == "Did you mean 'register'?"


def test_a_session_that_names_no_link(project):
    project.edit(EVENT, "      languages: [en]\n", "      languages: [en]\n      link: nowhere\n")
    assert project.found("ARTICLE-LINK") == [f"{project.at(EVENT, 'link: nowhere')} error"]


def test_the_sound_project(project):
    assert project.found("ARTICLE-LINK") == []
