"""Reads the messages of a rehearsal as receivers will, and compares each with what its recipient was to get.

What is expected is worked out anew, from the rendered editions, the lists and the secret: the code that merged and
encoded the message is asked last, and only for the comparison byte by byte.
"""

from __future__ import annotations

import html
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from email.errors import MessageError
from email.utils import parseaddr
from typing import TYPE_CHECKING

from newsletter.commands.build import domain_of
from newsletter.commands.rehearse_mail import (
    ArrivedMail,
    ExpectedEdition,
    addresses_in,
    decoded,
    own_addresses,
    sender_of,
)
from newsletter.mime import Merger, message_id, stamp_for, unsubscribe_token
from newsletter.mime.identity import wire_address
from newsletter.models.delivery import Delivery, Plan
from newsletter.models.finding import Finding, Severity
from newsletter.models.message import RenderedEdition
from newsletter.models.publication import Publication
from newsletter.models.recipient import MAX_NAME
from newsletter.models.text import one_line

if TYPE_CHECKING:
    from newsletter.dkim import Verdict
    from newsletter.inbox import Received

LISTED = 50
"""Findings kept with their words; further ones are counted."""
_MUST_SIGN = frozenset(("from", "to", "subject", "date", "list-unsubscribe", "list-unsubscribe-post"))

CHECKS = {
    "arrived": "arrived at its one recipient, once",
    "read": "can be read by a mail parser, and its lines are short enough",
    "header": "says whom it is from and to, its subject and its number",
    "language": "is the edition of that person's language",
    "link": "offers a link to leave that belongs to that person",
    "content": "says what the edition says, with that person's name and links",
    "foreign": "names nobody else: no other address, no other token",
    "signature": "is signed, and the signature holds",
    "plan": "is byte for byte the message of the plan",
}
"""What is looked at, and what must be true of each message."""


@dataclass
class Reading:
    """What was found. checked: check -> messages that passed it. hidden: findings that are counted only."""

    received: int = 0
    checked: Counter[str] = field(default_factory=Counter)
    by_edition: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    hidden: int = 0

    def say(self, check: str, who: str, message: str, hint: str | None = None) -> None:
        """One more thing that is not as it should be."""
        if len(self.findings) >= LISTED:
            self.hidden += 1
            return
        rule = f"REHEARSE-{check.upper()}"
        self.findings.append(Finding(rule, Severity.ERROR, f"{who}: {message}", hint=hint))


class Reader:
    """Compares while messages arrive; holds only those under way, and one bit for each recipient.

    records: name -> text of the DNS records of those who sign; empty when nobody signs. Usable from several
    threads.
    """

    def __init__(
        self,
        publication: Publication,
        rendered: Mapping[str, RenderedEdition],
        plan: Plan,
        secret: bytes,
        records: Mapping[str, str],
    ) -> None:
        self.reading = Reading()
        self._publication = publication
        self._plan = plan
        self._secret = secret
        self._records = records
        self._mergers = {code: Merger(message) for code, message in plan.messages.items()}
        self._under_way: dict[str, Delivery] = {}
        self._lock = threading.Lock()
        self._seen = bytearray(plan.audience.total // 8 + 1)
        self._editions = {code: ExpectedEdition(one, publication) for code, one in rendered.items()}
        self._tokens = _token_patterns(plan)
        self._wire_sender = wire_address(plan.mail_from)
        self._own_addresses = own_addresses(publication)

    # -- who

    def expect(self, delivery: Delivery) -> None:
        """The message of this delivery is about to be handed to the transport."""
        with self._lock:
            self._under_way[delivery.address] = delivery

    def receive(self, message: Received) -> None:
        """A message arrived."""
        self.reading.received += 1
        who = ", ".join(message.rcpt_to)
        delivery = self._take(message)
        if delivery is None:
            self.reading.say("arrived", who, "a message that nobody waits for: sent twice, or to somebody else")
            return
        self.reading.checked["arrived"] += 1
        if message.mail_from != self._wire_sender:
            self.reading.say("header", who, f"the envelope is from {message.mail_from}, not {self._wire_sender}")
        self._compare(delivery, message.data)

    def _take(self, message: Received) -> Delivery | None:
        """The delivery that this is the first message of."""
        if len(message.rcpt_to) != 1:
            return None
        with self._lock:
            delivery = self._under_way.pop(message.rcpt_to[0], None)
            if delivery is None or self._bit(delivery.seq):
                return None
            self._seen[delivery.seq >> 3] |= 1 << (delivery.seq & 7)
        self.reading.by_edition[delivery.edition] += 1
        return delivery

    def _bit(self, seq: int) -> bool:
        return bool(self._seen[seq >> 3] & (1 << (seq & 7)))

    def finish(self, deliveries: Iterable[Delivery]) -> Reading:
        """Everybody of the plan, beside the deliveries: who has got nothing, and who stands wrong."""
        shared = {address for edition in self._editions.values() for address in edition.addresses}
        for recipient, delivery in zip(self._plan.audience.recipients, deliveries, strict=False):
            if (recipient.address, recipient.edition) != (delivery.address, delivery.edition):
                self.reading.say("plan", recipient.address, f"the ledger has {delivery.address} in their place")
            if not self._bit(delivery.seq):
                why = f" ({delivery.state.value}: {delivery.reply})" if delivery.reply else ""
                self.reading.say("arrived", delivery.address, f"nothing arrived{why}")
            if recipient.language in self._editions and recipient.language != recipient.edition:
                what = f"the list says {recipient.language}, they get the edition {recipient.edition}"
                self.reading.say("language", recipient.address, what)
            if recipient.address in shared and recipient.address not in self._own_addresses:
                what = "this address of somebody on the list stands in the text that everybody gets"
                self.reading.say(
                    "foreign", recipient.address, what, "If it belongs there, leave them off the list."
                )
        return self.reading

    # -- what

    def _compare(self, delivery: Delivery, data: bytes) -> None:
        """All the questions; each that has no objection counts as passed."""
        who = delivery.address
        try:
            mail = ArrivedMail(data)
            questions: dict[str, Callable[[], Iterator[str]]] = {
                "read": mail.objections,
                "header": lambda: self._header(mail, delivery),
                "language": lambda: self._language(mail, delivery),
                "link": lambda: self._link(mail, delivery),
                "content": lambda: self._content(mail, delivery),
                "foreign": lambda: self._foreign(mail, delivery),
                "plan": lambda: self._identical(mail, delivery),
            }
            if self._records:
                questions["signature"] = lambda: self._signature(data)
            for check, question in questions.items():
                objections = list(question())
                for objection in objections:
                    self.reading.say(check, who, objection)
                self.reading.checked[check] += not objections
        except (ValueError, LookupError, TypeError, MessageError) as problem:
            self.reading.say("read", who, f"the message cannot be taken apart: {problem}")

    def _header(self, mail: ArrivedMail, delivery: Delivery) -> Iterator[str]:
        edition = self._editions[delivery.edition]
        own = message_id(self._secret, self._plan.issue, delivery.address, domain_of(self._publication))
        name, address = parseaddr(mail.raw("To"))
        told = {
            "To": (address, delivery.address),
            "the name in To": (decoded(name), one_line(delivery.name, MAX_NAME)),
            "From": (sender_of(mail.raw("From")), edition.sender),
            "Subject": (decoded(mail.raw("Subject")), edition.subject),
            "Message-ID": (mail.raw("Message-ID"), f"<{own}>"),
            "X-Newsletter-ID": (mail.raw("X-Newsletter-ID"), f"<{own}>"),
            "List-Id": (mail.raw("List-Id"), edition.list_id),
        }
        for what, (is_, should) in told.items():
            if is_ != should:
                yield f"{what} is {is_[:100]!r}, not {should[:100]!r}"
        for one in ("From", "To", "Subject", "Date", "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post"):
            if len(mail.message.get_all(one, [])) != 1:
                yield f"{one} stands {len(mail.message.get_all(one, []))} times"

    def _language(self, mail: ArrivedMail, delivery: Delivery) -> Iterator[str]:
        rendered = self._editions[delivery.edition].rendered
        expected = ", ".join(self._publication.locale(language) for language in rendered.languages)
        if (told := mail.raw("Content-Language")) != expected:
            yield f"Content-Language is {told!r}, not {expected!r}"

    def _link(self, mail: ArrivedMail, delivery: Delivery) -> Iterator[str]:
        token = unsubscribe_token(self._secret, self._publication.list_id, delivery.address)
        url = self._plan.messages[delivery.edition].links.unsubscribe_url.replace("{token}", token)
        first = mail.raw("List-Unsubscribe").partition(",")[0].strip()
        if first != f"<{url}>":
            yield f"List-Unsubscribe leads to {first[:150]}, not to {url}"
        if mail.raw("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click":
            yield "List-Unsubscribe-Post does not allow to leave with one click"
        for part, text, link in (("text", mail.text, url), ("HTML", mail.html, html.escape(url))):
            if link not in text:
                yield f"the {part} has no link to leave that is theirs"

    def _content(self, mail: ArrivedMail, delivery: Delivery) -> Iterator[str]:
        values = self._values(delivery)
        edition = self._editions[delivery.edition]
        for part, told, expected in (
            ("text", mail.text, edition.text_for(values)),
            ("HTML", mail.html, edition.html_for(values)),
        ):
            if told != expected:
                yield f"the {part} differs from the edition: {_first_difference(told, expected)}"

    def _values(self, delivery: Delivery) -> dict[str, str]:
        name = one_line(delivery.name, MAX_NAME)
        token = unsubscribe_token(self._secret, self._publication.list_id, delivery.address)
        links = self._plan.messages[delivery.edition].links
        return {
            "name": name,
            "greeting_name": f"\N{NO-BREAK SPACE}{name}" if name else "",
            "email": delivery.address,
            "unsubscribe_url": links.unsubscribe_url.replace("{token}", token),
            "preferences_url": links.preferences_url.replace("{token}", token),
        }

    def _foreign(self, mail: ArrivedMail, delivery: Delivery) -> Iterator[str]:
        """Looked for in the message itself, whatever the other comparisons say."""
        allowed = {delivery.address, delivery.message_id} | self._editions[delivery.edition].addresses
        allowed |= self._own_addresses
        token = unsubscribe_token(self._secret, self._publication.list_id, delivery.address)
        # A name may look like an address: people write what they like into a form.
        allowed |= set(addresses_in(one_line(delivery.name).lower()))
        named = {
            one for text in (mail.raw("To"), mail.raw("Cc"), mail.text, mail.html) for one in addresses_in(text)
        }
        for address in sorted({one.lower() for one in named} - {one.lower() for one in allowed}):
            yield f"the address {address} stands in it"
        for text in (mail.raw("List-Unsubscribe"), mail.text, mail.html):
            for other in sorted({one for pattern in self._tokens for one in pattern.findall(text)} - {token}):
                yield f"the token {other} of somebody else stands in it"

    def _signature(self, data: bytes) -> Iterator[str]:
        from newsletter.dkim import verify

        verdicts: list[Verdict] = verify(data, self._records.get)
        if len(verdicts) != len(self._records):
            yield f"there are {len(verdicts)} signatures, not {len(self._records)}"
        for one in verdicts:
            if not one.passed:
                yield f"the signature of {one.selector}._domainkey.{one.domain} does not hold: {one.reason}"
            elif missing := _MUST_SIGN.difference(one.signed):
                yield f"the signature leaves out {', '.join(sorted(missing))}"

    def _identical(self, mail: ArrivedMail, delivery: Delivery) -> Iterator[str]:
        compiled = self._plan.messages[delivery.edition]
        stamp = stamp_for(
            compiled.links,
            address=delivery.address,
            name=delivery.name,
            token=delivery.token,
            message_id=delivery.message_id,
            date=mail.date,
        )
        if mail.unsigned != self._mergers[delivery.edition].merge(stamp):
            yield "the bytes that arrived are not those of the plan"


def _token_patterns(plan: Plan) -> list[re.Pattern[str]]:
    """Find the tokens in links to leave or to change preferences, of any edition."""
    links = [one.links for one in plan.messages.values()]
    urls = {url for one in links for url in (one.unsubscribe_url, one.preferences_url) if "{token}" in url}
    token = re.escape("{token}")
    return [re.compile(re.escape(url).replace(token, "([A-Za-z0-9_-]+)")) for url in sorted(urls)]


def _first_difference(told: str, expected: str) -> str:
    at = next(
        (n for n, (a, b) in enumerate(zip(told, expected, strict=False)) if a != b), min(len(told), len(expected))
    )
    start = max(0, at - 20)
    return f"there is {told[start : at + 30]!r} instead of {expected[start : at + 30]!r}"
