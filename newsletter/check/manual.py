"""docs/reference/rules.md, made from the docstrings of the rules.

Write it anew after changing a rule: ``python -m newsletter.check.manual docs/reference/rules.md``
A test compares the page with the docstrings and fails when it is stale.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from inspect import cleandoc
from pathlib import Path

from newsletter.check.rules.interface import Rule
from newsletter.check.runner import OWN_FINDINGS, all_rules

LABELS = ("Why", "Source", "Wrong", "Right", "Fix")
"""What the page of a rule says, in this order."""

_FAMILIES = {
    "A11Y": "Accessibility",
    "AUTH": "Sender",
    "BIL": "Languages",
    "DATE": "Dates",
    "EN": "English",
    "FR": "French",
    "HDR": "Headers",
    "HTML": "HTML",
    "IMG": "Images",
    "ISSUE": "The issue",
    "LAW": "Law",
    "LNK": "Links",
    "LST": "List and unsubscribe",
    "MIME": "MIME",
    "PRE": "Preheader",
    "PRV": "Privacy",
    "SIZE": "Size",
    "TXT": "Characters",
}

_HEAD = """# Rules

What `newsletter check` looks for. This page is made from the rules themselves; write it anew with
`python -m newsletter.check.manual docs/reference/rules.md`.

Set a level in `newsletter.yaml` under `rules:`, by id or by alias, to `off`, `info`, `warning` or `error`. Accept
one finding in an issue by name, with the reason, under `waive:`:

    waive:
      - rule: BIL-BOTH
        article: open-data-report
        language: en
        reason: The report exists in French only; its summary follows in June.

An error stops a build or a send. A waived finding stays visible as an info that names the reason.

| id | alias | severity | what must hold |
| --- | --- | --- | --- |
"""


def reference(rules: Iterable[Rule]) -> str:
    """The whole page, Markdown."""
    ordered = list(rules)
    rows = [
        f"| [{rule.ID}](#{rule.ID.lower()}) | {rule.ALIAS} | {rule.SEVERITY.value} | {_title(rule)} |"
        for rule in ordered
    ]
    lines = [_HEAD + "\n".join(rows), ""]
    family = ""
    for rule in ordered:
        prefix = rule.ID.partition("-")[0]
        if prefix != family:
            family = prefix
            lines += [f"## {_FAMILIES.get(prefix, prefix)}", ""]
        lines += [section(rule), ""]
    lines += ["## The checker itself", "", "Findings about levels and waivers; they cannot be switched off.", ""]
    lines += [f"- **{name}** {text}" for name, text in OWN_FINDINGS.items()]
    return "\n".join(lines) + "\n"


def section(rule: Rule) -> str:
    """The page of one rule: its docstring, the labels in bold."""
    text = cleandoc(rule.__doc__ or "")
    title, _, rest = text.partition("\n")
    body = re.sub(rf"^({'|'.join(LABELS)}):", r"\n**\1.**", rest, flags=re.MULTILINE).strip("\n")
    body = re.sub(r"\n{3,}", "\n\n", body)
    facts = f"`{rule.ALIAS}` · {rule.SEVERITY.value} · looks at: {rule.APPLIES_TO.value}"
    return f"### {rule.ID}\n\n{title}\n\n{facts}\n\n{body}"


def _title(rule: Rule) -> str:
    return cleandoc(rule.__doc__ or "").partition("\n")[0].rstrip(".").replace("|", "\\|")


def main(arguments: list[str]) -> int:
    """Write the page to the file named, or to standard output."""
    page = reference(all_rules())
    if arguments:
        Path(arguments[0]).write_text(page, encoding="utf-8")
    else:
        sys.stdout.write(page)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
