"""A small plan and its mail, for the tests and for the child that is killed: no pydantic, so it starts fast."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date

from newsletter.models.delivery import Delivery, Plan
from newsletter.models.message import BodySlot, CompiledMessage, Envelope, SlotContext
from newsletter.models.recipient import Audience, Basis, Consent, Exclusion, Reason, Recipient

SENDER = "bulletin@example.org"


def consent(expires: date | None = None) -> Consent:
    return Consent(Basis.EXPRESS, date(2020, 1, 1), "sign-up form", "form 12", expires)


def recipient(address: str, edition: str = "fr", expires: date | None = None) -> Recipient:
    return Recipient(address, "Zoé Tremblay", edition, edition, consent(expires), "members", 2)


def message(code: str, body: str = "Bonjour") -> CompiledMessage:
    return CompiledMessage(
        issue="2024-02",
        code=code,
        subject="Été 2024",
        headers=b"Subject: ete\r\n",
        segments=(b"\r\n" + body.encode() + b" ", b"\r\nfin\r\n"),
        slots=(BodySlot("name", SlotContext.PLAIN_TEXT),),
        digest=hashlib.sha256(body.encode()).hexdigest(),
    )


def plan(recipients: Iterable[Recipient], issue: str = "2024-02") -> Plan:
    gone = Exclusion("gone@example.org", Reason.SUPPRESSED, "left on 2023-01-01", "members", 9)
    audience = Audience(tuple(recipients), (gone,))
    messages = {code: message(code) for code in ("fr", "en")}
    return Plan(issue, "d" * 64, SENDER, messages, audience)


def addressed(plan: Plan) -> Iterator[tuple[Recipient, str, str]]:
    for each in plan.audience.recipients:
        name = hashlib.sha256(f"{plan.issue} {each.address}".encode()).hexdigest()[:20]
        yield each, f"{name}@example.org", f"t-{name}"


def envelope(delivery: Delivery, padding: int = 0) -> Envelope:
    data = (
        f"Message-ID: <{delivery.message_id}>\r\nTo: {delivery.address}\r\n\r\nBonjour\r\n{'x' * 70}\r\n".encode()
        + (b"y" * 70 + b"\r\n") * padding
    )
    return Envelope(SENDER, delivery.address, delivery.message_id, data)
