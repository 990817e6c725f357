"""Style sheets of the HTML stay below 16 KiB and nest no at-rules.

Why: Gmail ignores all styles of a mail when they are longer, and a style sheet in which an at-rule (`@media`)
holds another.
Source: email-bugs issue 90; caniemail issue 144.
Wrong: `@media (max-width: 480px) { @media (prefers-color-scheme: dark) { ... } }`
Right: `@media (max-width: 480px) and (prefers-color-scheme: dark) { ... }`
Fix: In the theme, join the conditions with `and`, and take out rules that no element uses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.check.places import Place
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "SIZE-STYLE"
ALIAS = "style-size"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.RENDERED

MAX_BYTES = 16_384
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SIGN = re.compile(r'"[^"\n]*"|\'[^\'\n]*\'|@[a-z-]+|[{};]', re.IGNORECASE)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """All style elements of each edition together, then each for nested at-rules."""
    place = Place(subject.issue.source.file)
    for code, page in subject.pages.items():
        size = sum(len(style.encode("utf-8", "surrogatepass")) for style in page.styles)
        if size > MAX_BYTES:
            message = f"the style sheets have {size} bytes; Gmail ignores them all above {MAX_BYTES}"
            hint = "In the theme, take out rules that no element uses."
            yield place.finding(ID, SEVERITY, message, hint=hint, edition=code)
        for nested in dict.fromkeys(rule for style in page.styles for rule in nested_at_rules(style)):
            message = f"{nested} stands inside another at-rule; Gmail then ignores the whole style sheet"
            hint = "In the theme, join the two conditions with 'and'."
            yield place.finding(ID, SEVERITY, message, hint=hint, edition=code)


def nested_at_rules(style: str) -> Iterator[str]:
    """The at-rules that stand inside the braces of something else."""
    depth = 0
    for match in _SIGN.finditer(_COMMENT.sub("", style)):
        sign = match[0]
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth = max(0, depth - 1)
        elif sign.startswith("@") and depth:
            yield sign.lower()
