PUBLICATION = "newsletter.yaml"


def test_not_in_the_html(project):
    project.html("bonjour@atelier.example", "", "en")
    assert project.found("LAW-CONTACT") == [f"{project.at(PUBLICATION, 'contact:')} error"]


def test_not_in_the_text(project):
    project.text("bonjour@atelier.example", "", "en")
    assert project.found("LAW-CONTACT") == [f"{project.at(PUBLICATION, 'contact:')} error"]


def test_as_the_target_of_a_link(project):
    project.html("bonjour@atelier.example", '<a href="mailto:bonjour@atelier.example">Write to us</a>', "en")
    assert project.found("LAW-CONTACT") == []


def test_one_way_of_several_is_enough(project):
    project.edit(PUBLICATION, "    email: bonjour", '    phone: "514 555-0100"\n    email: bonjour')
    assert project.found("LAW-CONTACT") == []
