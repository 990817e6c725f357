ISSUE = "issues/2021-05.yaml"


def test_none(project):
    project.html("<h1>The Workshop Newsletter</h1>", "<p>The Workshop Newsletter</p>", "en")
    assert project.found("A11Y-H1") == [f"{ISSUE} warning"]


def test_two_points_at_the_second(project):
    project.html("<h2>News</h2>", "<h1>News</h1>", "en")
    assert project.found("A11Y-H1") == [f"{project.at(ISSUE, 'en: News')} warning"]


def test_one_per_language(project):
    project.html("<h2>The Workshop Newsletter</h2>", "<h1>The Workshop Newsletter</h1>", "fr+en")
    assert project.found("A11Y-H1") == []
