ISSUE = "issues/2021-05.yaml"


def test_skipped_level_points_at_the_words(project):
    project.html("<h3>Street trees on a single map</h3>", "<h4>Street trees on a single map</h4>", "en")
    assert project.found("A11Y-HEAD-ORDER") == [f"{project.at('corpus/street-trees/en.md', 'title:')} warning"]


def test_empty(project):
    project.html("<h2>News</h2>", "<h2> <br></h2>", "en")
    assert project.found("A11Y-HEAD-ORDER") == [f"{ISSUE} warning"]


def test_going_up_by_several_levels_is_fine(project):
    assert project.found("A11Y-HEAD-ORDER") == []


def test_linked_picture_is_a_heading_too(project):
    project.html("<h2>News</h2>", '<h2><img src="https://a.example/n.png" alt="News" width="9"></h2>', "en")
    assert project.found("A11Y-HEAD-ORDER") == []
