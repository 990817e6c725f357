"""What the issue announces is not over on the day of the issue.

Why: An invitation to something past, or a deadline that is gone, costs trust and brings angry replies.
Source: Project.
Wrong: a job with `deadline: 2021-05-01` in the issue of 2021-05-06
Right: a job with `deadline: 2021-05-20`
Fix: Take the article out, correct its date, or, when you report on something past on purpose, waive the rule
for that article with the reason. An event whose article was published after it ended is a report and is left
alone, except in the layout `agenda`, which invites.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from newsletter.check.places import place_at
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.article import Article
from newsletter.models.finding import Finding, Severity
from newsletter.models.issue import Layout

ID = "DATE-PAST"
ALIAS = "already-over"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.ARTICLE

_Dated = tuple[tuple[str, ...], date, str]


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Ends of events and deadlines against the issue's date."""
    issued = subject.issue.data.date
    invited = agenda_slugs(subject)
    for article in subject.articles:
        for loc, day, what in ends_of(article, invites=article.slug in invited):
            if day < issued:
                message = f"{what} on {day.isoformat()}, before the issue of {issued.isoformat()}"
                hint = (
                    f"Take {article.slug} out of the issue, correct the date, or waive {ID} for article "
                    f"{article.slug} with the reason."
                )
                yield place_at(article.source, *loc).finding(ID, SEVERITY, message, hint=hint)


def agenda_slugs(subject: CheckSubject) -> frozenset[str]:
    """The articles that the issue lays out as an agenda."""
    slugs = {one.slug for one in subject.chosen if one.choice and one.choice.layout is Layout.AGENDA}
    for one in subject.chosen:
        own = one.choice.layout if one.choice else None
        if own is None and subject.issue.data.sections[one.section].layout is Layout.AGENDA:
            slugs.add(one.slug)
    return frozenset(slugs)


def ends_of(article: Article, *, invites: bool = False) -> Iterator[_Dated]:
    """Days after which the article announces something that is over: path in its file, day, words.

    invites: it is laid out as an invitation, whenever it was published.
    """
    data = article.data
    if data.event is not None:
        end = _local_day(data.event.last_known, data.event.timezone)
        if data.published <= end or invites:
            yield ("event", "end"), end, "the event ended"
            if data.event.registration_deadline:
                yield ("event", "registration_deadline"), data.event.registration_deadline, "registration closed"
    if data.job is not None:
        yield ("job", "deadline"), data.job.deadline, "the deadline to apply passed"
    if data.call is not None:
        yield ("call", "deadline"), data.call.deadline, "the deadline passed"


def _local_day(instant: datetime, zone: str) -> date:
    """The day in the event's own zone; a time without zone is in it already."""
    if instant.tzinfo is None:
        return instant.date()
    try:
        return instant.astimezone(ZoneInfo(zone)).date()
    except (ZoneInfoNotFoundError, ValueError):  # the loader's business; the day as written is near enough here
        return instant.date()
