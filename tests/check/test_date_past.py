import pytest

EVENT = "corpus/open-sessions/article.yaml"
NEWS = "corpus/street-trees/article.yaml"
ISSUE = "issues/2021-05.yaml"


def test_event_on_the_day_of_the_issue_is_not_over(project):
    project.edit(ISSUE, "date: 2021-05-06", "date: 2021-05-09")
    project.edit(EVENT, "  registration_deadline: 2021-05-07\n", "")
    assert project.found("DATE-PAST") == []


def test_event_over(project):
    project.edit(ISSUE, "date: 2021-05-06", "date: 2021-05-10")
    assert project.found("DATE-PAST") == [
        f"{project.at(EVENT, 'end: 2021-05-09T15:00')} error",
        f"{project.at(EVENT, 'registration_deadline')} error",
    ]


def past_event_reported(project):
    project.edit(ISSUE, "date: 2021-05-06", "date: 2021-05-20")
    project.edit(EVENT, "published: 2021-05-03", "published: 2021-05-12")
    project.edit(EVENT, "  registration_deadline: 2021-05-07\n", "")


def test_report_on_a_past_event(project):
    past_event_reported(project)
    project.edit(ISSUE, "layout: agenda", "layout: digest")
    assert project.found("DATE-PAST") == []


def test_an_agenda_invites_whatever_day_the_article_was_published(project):
    past_event_reported(project)
    assert project.found("DATE-PAST") == [f"{project.at(EVENT, 'end: 2021-05-09T15:00')} error"]


def test_the_layout_of_the_article_in_the_issue_decides(project):
    past_event_reported(project)
    project.edit(ISSUE, "      - open-sessions", "      - {article: open-sessions, layout: digest}")
    assert project.found("DATE-PAST") == []
    project.edit(ISSUE, "layout: agenda", "layout: digest")
    project.edit(ISSUE, "layout: digest}", "layout: agenda}")
    assert project.found("DATE-PAST") == [f"{project.at(EVENT, 'end: 2021-05-09T15:00')} error"]


def test_end_counts_in_the_zone_of_the_event(project):
    project.edit(EVENT, "  end: 2021-05-09T15:00\n  timezone", "  end: 2021-05-10T03:00:00Z\n  timezone")
    project.edit(EVENT, "  start: 2021-05-08T13:00\n  end", "  start: 2021-05-08T17:00:00Z\n  end")
    project.edit(EVENT, "  registration_deadline: 2021-05-07\n", "")
    project.edit(ISSUE, "date: 2021-05-06", "date: 2021-05-10")
    assert project.found("DATE-PAST") == [f"{project.at(EVENT, 'end: 2021-05-10T03')} error"]


@pytest.mark.parametrize(
    ("kind", "block"),
    [
        ("job", "job:\n  deadline: 2021-05-05\n  apply_link: map\n"),
        ("call", "call:\n  deadline: 2021-05-05\n  link: map\n"),
    ],
)
def test_deadline_gone(project, kind, block):
    project.edit(NEWS, "kind: news", f"kind: {kind}")
    project.files[NEWS] += block
    assert project.found("DATE-PAST") == [f"{project.at(NEWS, 'deadline:')} error"]


def test_waived_with_a_reason(project):
    project.edit(ISSUE, "date: 2021-05-06", "date: 2021-05-10")
    project.waive("{rule: already-over, article: open-sessions, reason: recordings are online}")
    assert [one.severity.value for one in project.check("DATE-PAST")] == ["info", "info"]
