"""The HTML of an edition stays below 100 KiB, better below 80 KiB.

Why: Gmail cuts a mail off at about 102 KB and hides the rest, the unsubscribe link with it, behind "View
entire message". What counts differs between reports, so the HTML is measured both decoded and as it travels.
Source: email-bugs issue 41 and measurements published by spamresource (about 102 KB).
Wrong: an issue with forty articles in full
Right: summaries that link to the full text
Fix: Leave out or shorten the articles that the finding names, or make a second issue.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.places import Place
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "SIZE-CLIP"
ALIAS = "clipping"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.RENDERED

CLIPPED_FROM = 102_400
"""Bytes: 100 KiB, a little below where Gmail has been seen to cut."""
WARN_FROM = 80 * 1024
"""Bytes: leaves room for a longer name or a later correction."""


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The larger of the two sizes of each edition; the decoded one alone when no sample message was made."""
    for code, page in subject.pages.items():
        sizes = {"decoded": len(page.source.encode("utf-8", "surrogatepass"))}
        mail = subject.mails.get(code)
        if mail is not None and mail.html is not None:
            sizes["as sent"] = len(mail.html.body)
        how, size = max(sizes.items(), key=lambda item: item[1])
        if size <= WARN_FROM:
            continue
        severity = SEVERITY if size > CLIPPED_FROM else Severity.WARNING
        limit = CLIPPED_FROM if size > CLIPPED_FROM else WARN_FROM
        message = f"the HTML has {size} bytes ({how}), more than {limit}; Gmail cuts off above {CLIPPED_FROM}"
        place = Place(subject.issue.source.file)
        yield place.finding(ID, severity, message, hint=_largest(subject, code), edition=code)


def _largest(subject: CheckSubject, code: str) -> str:
    rendered = subject.rendered.get(code)
    costs = sorted((rendered.article_bytes if rendered else {}).items(), key=lambda item: (-item[1], item[0]))
    if not costs:
        return "Shorten or leave out articles."
    shown = ", ".join(f"{slug} ({cost} bytes)" for slug, cost in costs[:3])
    return f"Shorten or leave out articles; the largest: {shown}."
