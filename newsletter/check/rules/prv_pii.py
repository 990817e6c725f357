"""The reader's address, name and token stand only where they belong.

Why: What is in a link ends in the logs of every server on its way; what is in a shared header is read by
everybody who handles the mail.
Source: RFC 8058 section 3.1; P-39.1 (Québec) on what is necessary.
Wrong: `https://www.example.org/report?reader=zoe@example.com`; a token in a link to another site
Right: the address in `To:`, the token in the links to leave and to change preferences
Fix: Take the slot out of the link in the template.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, quote_plus, unquote

from newsletter.check.places import Place
from newsletter.check.rules.interface import Target
from newsletter.check.rules.lst_unsub import addresses
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "PRV-PII"
ALIAS = "personal-data"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.MESSAGE

_MAY_NAME = frozenset({"to"})
_MAY_HOLD_TOKEN = frozenset({"list-unsubscribe"})


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Headers and links of each sample message, then what every recipient gets alike."""
    for code, mail in subject.mails.items():
        tokens = _tokens(subject, code)
        for header in mail.headers:
            name = header.name.lower()
            raw = unquote(header.value.decode("ascii", "replace"))
            if mail.recipient and mail.recipient in raw and name not in _MAY_NAME:
                yield _finding(subject, f"the header {header.name} holds the recipient's address", code)
            if name not in _MAY_HOLD_TOKEN and any(token in raw for token in tokens):
                yield _finding(subject, f"the header {header.name} holds the recipient's token", code)
        yield from _links(subject, code, tokens)
        compiled = subject.compiled.get(code)
        shared = b"".join((compiled.headers, *compiled.segments)) if compiled else b""
        if mail.recipient and mail.recipient.encode() in shared:
            yield _finding(subject, "the address of one recipient stands in the mail of everybody", code)


def secrets_of(subject: CheckSubject, code: str) -> set[str]:
    """The sample recipient's address, name and token as they would stand in a link."""
    mail = subject.mails.get(code)
    secrets = set(_tokens(subject, code))
    if mail is not None:
        for name, address in mail.addresses("To"):
            for value in (address, name if " " in name else ""):  # a first name alone may be part of any word
                if value:
                    secrets |= {value, quote(value), quote(value, safe=""), quote_plus(value)}
    return secrets


def _tokens(subject: CheckSubject, code: str) -> set[str]:
    mail = subject.mails.get(code)
    found = (subject.token_of(url) for url in (addresses(mail) if mail else ()))
    return {token for token in found if token}


def _links(subject: CheckSubject, code: str, tokens: set[str]) -> Iterator[Finding]:
    page = subject.pages.get(code)
    secrets = sorted(secrets_of(subject, code))
    for anchor in page.all("a") if page else ():
        url = anchor.get("href")
        own = subject.token_of(url) is not None
        held = [secret for secret in secrets if secret in url and not (own and secret in tokens)]
        if held and url.lower() != f"mailto:{subject.mails[code].recipient}".lower():
            what = "token" if held[0] in tokens else "name or address"
            yield _finding(subject, f"a link to {_host(url)} holds the recipient's {what}", code)


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0] or url.partition(":")[0]


def _finding(subject: CheckSubject, message: str, code: str) -> Finding:
    hint = "Take the recipient's data out of it in the template; it belongs in To and in the links to leave."
    return Place(subject.issue.source.file).finding(ID, SEVERITY, message, hint=hint, edition=code)
