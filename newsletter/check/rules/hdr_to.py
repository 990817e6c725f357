"""A message goes to one person, named in To; nobody stands in Cc or Bcc.

Why: With one message per person nobody sees other people's addresses, each can leave by their own link, and
filters do not take the mail for a mass copy.
Source: RFC 5322 section 3.6.3; rspamd R_UNDISC_RCPT (+3) and FORGED_RECIPIENTS (+2).
Wrong: `To: undisclosed-recipients:;`, `Bcc: members@example.org`
Right: `To: "Zoé Tremblay" <zoe@example.com>`
Fix: This comes from the program, not from your files; report it with the sample message.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.mail import Mail
from newsletter.check.places import Place
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "HDR-TO"
ALIAS = "one-recipient"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.MESSAGE


def check(subject: CheckSubject) -> Iterator[Finding]:
    """To, Cc and Bcc of each sample message."""
    for code, mail in subject.mails.items():
        for problem in _problems(mail):
            hint = "The program makes these headers; report it with the sample message."
            place = Place(subject.issue.source.file)
            yield place.finding(ID, SEVERITY, problem, hint=hint, edition=code)


def _problems(mail: Mail) -> Iterator[str]:
    people = [address for _, address in mail.addresses("To") if address]
    if len(people) != 1:
        yield f"To names {len(people)} people; it must name one"
    elif people[0].count("@") != 1:
        yield f"To does not hold an address: {people[0]}"
    for name in ("Cc", "Bcc"):
        if mail.all(name):
            yield f"the message has a {name} header"
