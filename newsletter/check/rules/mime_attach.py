"""A newsletter carries no files: it links to them, and shows pictures from the web site.

Why: Each file travels to everybody, also to those who never open it; mailing it out cannot be taken back when it
holds a mistake. Filters look harder at mails with attachments, and some organisations strip them.
Source: Mailchimp and other senders refuse attachments in campaigns; Gmail blocks many file types.
Wrong: `attachments: [{file: files/report.pdf}]`
Right: a link to `https://www.example.org/report.pdf`
Fix: Put the file on the web site and link to it. When it must travel, waive this rule with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.mail import Part
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "MIME-ATTACH"
ALIAS = "attachments"
SEVERITY = Severity.WARNING
APPLIES_TO = Target.MESSAGE

_KINDS = (
    ("attachments", "attachment", "Put the files on the web site and link to them."),
    ("pictures", "picture", "Write pictures: linked, and put them on the web site."),
)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The files in each sample message, attachments and inline pictures apart, with what they weigh as sent."""
    for code, mail in subject.mails.items():
        leaves = [part for part in mail.root.walk() if not part.parts]
        carried = {
            "attachments": [part for part in leaves if part.attachment],
            "pictures": [
                part for part in leaves if part.content_type.startswith("image/") and not part.attachment
            ],
        }
        for key, word, hint in _KINDS:
            if files := carried[key]:
                message = f"every mail carries {_counted(len(files), word)} of {_weight(files)}"
                place = subject.issue_place(key)
                yield place.finding(ID, SEVERITY, message, hint=hint, edition=code)


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'s' if count > 1 else ''}"


def _weight(files: list[Part]) -> str:
    """As they travel: base64 adds a third."""
    return f"{sum(len(part.body) for part in files) / 1000:,.0f} kB"
