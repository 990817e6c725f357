"""A table that only lays out says so; a table of data has header cells.

Why: Without `role="presentation"` a screen reader announces rows and columns of every box of the layout.
Source: WCAG 2.2, 1.3.1 Info and Relationships; Email Markup Consortium report 2025, finding 3.
Wrong: `<table><tr><td>...</td></tr></table>` around a paragraph
Right: `<table role="presentation"><tr><td>...</td></tr></table>`
Fix: In the template, add `role="presentation"` to layout tables, and `<th scope="col">` to tables of data.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.page import Element
from newsletter.check.places import Place
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "A11Y-TABLE-ROLE"
ALIAS = "table-role"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.RENDERED

_SHOWN = 50


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Every table of every edition."""
    for code, page in subject.pages.items():
        for table in page.all("table"):
            problem = _judge(table)
            if problem is not None:
                text = table.text()
                shown = text if len(text) <= _SHOWN else text[:_SHOWN].rstrip() + "…"
                message = f"{problem}: {shown or '(no text)'}"
                hint = 'In the template, add role="presentation", or header cells when it is a table of data.'
                yield Place(subject.issue.source.file).finding(ID, SEVERITY, message, hint=hint, edition=code)


def _judge(table: Element) -> str | None:
    layout = table.get("role") in {"presentation", "none"}
    own = [one for one in table.walk() if one is not table and _table_of(one) is table]
    headers = [one for one in own if one.tag in {"th", "caption"}]
    if layout and headers:
        return f"a layout table holds <{headers[0].tag}>, which only tables of data have"
    if not layout and not any(one.tag == "th" and one.get("scope") for one in own):
        return 'a table has neither role="presentation" nor header cells with scope'
    return None


def _table_of(element: Element) -> Element | None:
    return next((one for one in element.ancestors() if one.tag == "table"), None)
