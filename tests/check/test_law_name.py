PUBLICATION = "newsletter.yaml"


def test_not_in_the_html(project):
    project.html("<p>Open Data Workshop<br>", "<p>ODW<br>", "en")
    (finding,) = project.check("LAW-NAME")
    assert finding.place.startswith(project.at(PUBLICATION, "organisation:"))
    assert finding.message == "the HTML does not name the organisation, Open Data Workshop"


def test_not_in_the_text(project):
    project.text("Open Data Workshop", "ODW", "en")
    assert project.found("LAW-NAME") == [f"{project.at(PUBLICATION, 'organisation:')} error"]


def test_broken_over_two_lines_and_with_other_spaces(project):
    project.text("Open Data Workshop", "Open\u00a0Data\nWorkshop", "en")
    project.html("<p>Open Data Workshop<br>", "<p>Open&nbsp;<b>Data</b> Workshop<br>", "en")
    assert project.found("LAW-NAME") == []
