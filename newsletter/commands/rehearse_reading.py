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
from datetime import datetime
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from newsletter.commands.build import domain_of
from newsletter.mime import merge, message_id, stamp_for, unsubscribe_token
from newsletter.mime.identity import ascii_domain, wire_address
from newsletter.models.delivery import Delivery, Plan
from newsletter.models.finding import Finding, Severity
from newsletter.models.message import RenderedEdition, SlotContext, Slotted, is_clean
from newsletter.models.publication import Publication
from newsletter.models.recipient import MAX_NAME
from newsletter.models.text import one_line

if TYPE_CHECKING:
    from newsletter.inbox import Received
    from newsletter.mime.dkim import Verdict

LISTED = 50
"""Findings kept with their words; further ones are counted."""
MAX_LINE, MAX_ENCODED = 998, 76
"""Octets of a line without its CRLF (RFC 5322 section 2.1.1), and of an encoded one (RFC 2045 section 6.7)."""

_LOCAL_PART_BACKWARDS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}")
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)+")
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
        self._under_way: dict[str, Delivery] = {}
        self._lock = threading.Lock()
        self._seen = bytearray(plan.audience.total // 8 + 1)
        self._editions = {code: _Edition(one, publication) for code, one in rendered.items()}
        self._tokens = _token_patterns(plan)
        self._wire_sender = wire_address(plan.mail_from)
        self._own_addresses = _addresses_of(publication)

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
            mail = _Mail(data)
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

    def _header(self, mail: _Mail, delivery: Delivery) -> Iterator[str]:
        edition = self._editions[delivery.edition]
        own = message_id(self._secret, self._plan.issue, delivery.address, domain_of(self._publication))
        name, address = parseaddr(mail.raw("To"))
        told = {
            "To": (address, delivery.address),
            "the name in To": (decoded(name), one_line(delivery.name, MAX_NAME)),
            "From": (_sender(mail.raw("From")), edition.sender),
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

    def _language(self, mail: _Mail, delivery: Delivery) -> Iterator[str]:
        rendered = self._editions[delivery.edition].rendered
        expected = ", ".join(self._publication.locale(language) for language in rendered.languages)
        if (told := mail.raw("Content-Language")) != expected:
            yield f"Content-Language is {told!r}, not {expected!r}"

    def _link(self, mail: _Mail, delivery: Delivery) -> Iterator[str]:
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

    def _content(self, mail: _Mail, delivery: Delivery) -> Iterator[str]:
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

    def _foreign(self, mail: _Mail, delivery: Delivery) -> Iterator[str]:
        """Looked for in the message itself, whatever the other comparisons say."""
        allowed = {delivery.address, delivery.message_id} | self._editions[delivery.edition].addresses
        allowed |= self._own_addresses
        token = unsubscribe_token(self._secret, self._publication.list_id, delivery.address)
        # A name may look like an address: people write what they like into a form.
        allowed |= set(_addresses(one_line(delivery.name).lower()))
        named = {
            one for text in (mail.raw("To"), mail.raw("Cc"), mail.text, mail.html) for one in _addresses(text)
        }
        for address in sorted({one.lower() for one in named} - {one.lower() for one in allowed}):
            yield f"the address {address} stands in it"
        for text in (mail.raw("List-Unsubscribe"), mail.text, mail.html):
            for other in sorted({one for pattern in self._tokens for one in pattern.findall(text)} - {token}):
                yield f"the token {other} of somebody else stands in it"

    def _signature(self, data: bytes) -> Iterator[str]:
        from newsletter.mime.dkim import verify

        verdicts: list[Verdict] = verify(data, self._records.get)
        if len(verdicts) != len(self._records):
            yield f"there are {len(verdicts)} signatures, not {len(self._records)}"
        for one in verdicts:
            if not one.passed:
                yield f"the signature of {one.selector}._domainkey.{one.domain} does not hold: {one.reason}"
            elif missing := _MUST_SIGN.difference(one.signed):
                yield f"the signature leaves out {', '.join(sorted(missing))}"

    def _identical(self, mail: _Mail, delivery: Delivery) -> Iterator[str]:
        compiled = self._plan.messages[delivery.edition]
        stamp = stamp_for(
            compiled.links,
            address=delivery.address,
            name=delivery.name,
            token=delivery.token,
            message_id=delivery.message_id,
            date=mail.date,
        )
        if mail.unsigned != merge(compiled, stamp):
            yield "the bytes that arrived are not those of the plan"


class _Edition:
    """What all messages of an edition share, worked out once."""

    def __init__(self, rendered: RenderedEdition, publication: Publication) -> None:
        self.rendered = rendered
        self.subject = one_line(rendered.subject)
        names = publication.sender.name
        name = next((names[one] for one in rendered.languages if one in names), next(iter(names.values())))
        self.sender = f"{one_line(name, MAX_NAME)} <{wire_address(publication.sender.address)}>"
        self.list_id = f"<{ascii_domain(publication.list_id)}>"
        parts = (*rendered.text.parts, *rendered.html.parts)
        self.addresses = frozenset(one for part in parts for one in _addresses(html.unescape(part).lower()))
        self._text = _Filler(rendered.text)
        self._html = _Filler(rendered.html)

    def text_for(self, values: Mapping[str, str]) -> str:
        """The text as its reader must see it."""
        return self._text(values)

    def html_for(self, values: Mapping[str, str]) -> str:
        """The HTML as its reader must get it."""
        return self._html(values)


class _Filler:
    """Fills the slots of a text as a reader must see them, apart from the code that merges messages."""

    def __init__(self, slotted: Slotted) -> None:
        self._parts = tuple(part.replace("\r\n", "\n").replace("\r", "\n") for part in slotted.parts)
        self._slots = slotted.slots

    def __call__(self, values: Mapping[str, str]) -> str:
        filled = [self._parts[0]]
        for slot, part in zip(self._slots, self._parts[1:], strict=True):
            value = values[slot.name]
            if slot.context is SlotContext.HTML_URL and slot.name == "email":
                value = f"mailto:{quote(value, safe='@')}"
            filled += [value if slot.context is SlotContext.PLAIN_TEXT else html.escape(value), part]
        return "".join(filled)


class _Mail:
    """A message as Python's parser takes it apart."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.unsigned = _without_signatures(data)
        self.message = message_from_bytes(data)
        leaves = [part for part in self.message.walk() if not part.is_multipart()]
        shown = [part for part in leaves if part.get_content_disposition() != "attachment"]
        self._kinds = [part.get_content_type() for part in shown]
        self._defects = [defect for part in self.message.walk() for defect in part.defects]
        self.text = _content(shown, "text/plain")
        self.html = _content(shown, "text/html")

    def raw(self, name: str) -> str:
        """A field unfolded; empty when it is missing."""
        return _unfolded(str(self.message.get(name, "")))

    @property
    def date(self) -> datetime:
        """When it says it was written. Raises ValueError."""
        return parsedate_to_datetime(self.raw("Date"))

    def objections(self) -> Iterator[str]:
        """What a parser, or a relay, would not like."""
        for defect in self._defects:
            yield f"the parser says {type(defect).__name__}"
        if self._kinds[:2] != ["text/plain", "text/html"]:
            yield f"it holds {', '.join(self._kinds) or 'nothing'}, not a text and then HTML"
        if not self.data.isascii() or b"\0" in self.data or not is_clean(self.data):
            yield "there are bytes in it that not every relay takes"
        longest = max(map(len, self.data.split(b"\r\n")))
        if longest > MAX_LINE:
            yield f"a line has {longest} bytes; {MAX_LINE} at most"
        elif longest > MAX_ENCODED:
            body = self.unsigned.partition(b"\r\n\r\n")[2]
            if (longest := max(map(len, body.split(b"\r\n")))) > MAX_ENCODED:
                yield f"an encoded line has {longest} bytes; {MAX_ENCODED} at most"


_FOLD = re.compile(r"\r?\n(?=[ \t])")
_SIGNATURES = re.compile(rb"(?:DKIM-Signature:[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*)+")


def _without_signatures(data: bytes) -> bytes:
    found = _SIGNATURES.match(data)
    return data[found.end() :] if found else data


def _unfolded(value: str) -> str:
    return _FOLD.sub("", value).strip() if "\n" in value else value.strip()


@lru_cache(maxsize=1024)
def decoded(value: str) -> str:
    """A field with its encoded-words (RFC 2047) decoded; unfolded. Raises ValueError, LookupError."""
    return str(make_header(decode_header(value))) if "=?" in value else value


def _content(parts: Iterable[Message], content_type: str) -> str:
    for part in parts:
        if part.get_content_type() == content_type:
            data = part.get_payload(decode=True)
            assert isinstance(data, bytes)
            # The line break before a boundary belongs to the boundary; the parser takes it away.
            return data.decode(part.get_content_charset("ascii")).replace("\r\n", "\n")
    return ""


def _token_patterns(plan: Plan) -> list[re.Pattern[str]]:
    """Find the tokens in links to leave or to change preferences, of any edition."""
    links = [one.links for one in plan.messages.values()]
    urls = {url for one in links for url in (one.unsubscribe_url, one.preferences_url) if "{token}" in url}
    token = re.escape("{token}")
    return [re.compile(re.escape(url).replace(token, "([A-Za-z0-9_-]+)")) for url in sorted(urls)]


def _addresses(text: str) -> Iterator[str]:
    """What looks like an e-mail address. Looked for around each @: a long text has few."""
    at = text.find("@")
    while at >= 0:
        local, domain = _LOCAL_PART_BACKWARDS.match(text[max(0, at - 64) : at][::-1]), _DOMAIN.match(text, at + 1)
        if local and domain:
            yield f"{local[0][::-1]}@{domain[0]}"
        at = text.find("@", at + 1)


def _addresses_of(publication: Publication) -> frozenset[str]:
    """Addresses of the publication itself, which may be on its own lists."""
    own = (
        *(publication.sender.address, publication.reply_to, publication.bounce_address),
        *(publication.contact.email, publication.unsubscribe.mailto),
    )
    return frozenset(address for text in own if text for address in _addresses(text.lower()))


@lru_cache(maxsize=64)
def _sender(value: str) -> str:
    name, address = parseaddr(value)
    return f"{decoded(name)} <{address}>"


def _first_difference(told: str, expected: str) -> str:
    at = next(
        (n for n, (a, b) in enumerate(zip(told, expected, strict=False)) if a != b), min(len(told), len(expected))
    )
    start = max(0, at - 20)
    return f"there is {told[start : at + 30]!r} instead of {expected[start : at + 30]!r}"
