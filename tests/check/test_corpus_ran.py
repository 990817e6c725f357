from dataclasses import replace

from newsletter.check import run_rules
from newsletter.check.rules import corpus_ran

ISSUE = "issues/2021-05.yaml"
TREES = "corpus/street-trees/article.yaml"
SESSIONS = "corpus/open-sessions/article.yaml"


def found(project, **ran):
    subject = replace(project.subject(), ran_in={slug.replace("_", "-"): issues for slug, issues in ran.items()})
    return [one for one in run_rules(subject, {}) if one.rule == "CORPUS-RAN"]


def test_an_article_that_ran(project):
    (finding,) = found(project, open_sessions=("2021-03",))
    assert finding.place.startswith(project.at(ISSUE, "- open-sessions"))
    assert (finding.severity.value, finding.message) == (
        "warning",
        "the article 'open-sessions' already ran in 2021-03",
    )


def test_every_issue_is_named(project):
    (finding,) = found(project, open_sessions=("2021-02", "2021-03", "2021-04"))
    assert finding.message.endswith("ran in 2021-02, 2021-03 and 2021-04")


def test_a_select_is_told_how_to_leave_it_out(project):
    project.edit(ISSUE, "    articles:\n      - street-trees\n", "    select: {kind: news}\n")
    (finding,) = found(project, street_trees=("2021-03",))
    assert finding.place.startswith(project.at(ISSUE, "select:"))
    assert "unused: true" in finding.hint


def test_a_reminder_is_waived(project):
    project.waive('{rule: CORPUS-RAN, article: open-sessions, reason: "last reminder"}')
    (finding,) = found(project, open_sessions=("2021-03",))
    assert (finding.severity.value, "(waived: last reminder)" in finding.message) == ("info", True)


def older(project, url):
    """An article that is not in the issue and ran before, with that link."""
    project.write(
        "corpus/older/article.yaml",
        f"kind: news\npublished: 2021-01-01\nlinks:\n  more:\n    url: {url}\nsource:\n  name: A\n",
    )


def test_a_link_that_ran_with_another_article(project):
    older(project, "https://arbres.example/carte#ville")
    (finding,) = found(project, older=("2021-03",))
    assert finding.place.startswith(project.at(TREES, "map:"))
    assert (finding.severity.value, finding.message) == (
        "info",
        "the link 'map' already ran in 2021-03, with the article 'older'",
    )


def test_an_address_of_one_language_counts(project):
    older(project, "https://www.atelier.example/en/sessions")
    (finding,) = found(project, older=("2021-03",))
    assert finding.place.startswith(project.at(SESSIONS, "register:"))


def test_a_home_page_is_no_news(project):
    project.edit(TREES, "https://arbres.example/carte", "https://arbres.example/")
    older(project, "https://arbres.example/")
    assert found(project, older=("2021-03",)) == []


def test_links_of_an_article_that_ran_are_not_reported_besides(project):
    older(project, "https://arbres.example/carte")
    assert len(found(project, older=("2021-03",), street_trees=("2021-04",))) == 1


def test_an_address_that_cannot_be_read_stops_nothing(project):
    older(project, '"https://[broken/a"')
    assert found(project, older=("2021-03",)) == []


def test_the_sound_project(project):
    assert project.found("CORPUS-RAN") == []
    assert list(corpus_ran.check(project.subject())) == []
