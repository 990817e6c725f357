ISSUE = "issues/2021-05.yaml"


def test_second_appearance_is_named_with_the_line_of_the_first(project):
    project.edit(ISSUE, "      - street-trees", "      - street-trees\n      - open-sessions")
    (finding,) = project.check("ISSUE-REPEAT")
    last = len(project.files[ISSUE].splitlines()) - 1
    assert finding.place.startswith(f"{ISSUE}:{last}:")
    assert finding.message.endswith(f"on line {project.at(ISSUE, '- open-sessions').rpartition(':')[2]}")


def test_each_article_once(project):
    assert project.found("ISSUE-REPEAT") == []
