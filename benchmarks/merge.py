"""Merged messages per second on one core, against `email.message.EmailMessage` built per recipient.

Both make the same mail (text and HTML of about 41 kB on the wire, ten places filled, one-click headers) for the
same recipients; rounds of the two alternate, so that a noisy machine is noisy for both, and medians are told.
Before the clock starts, one message of each is read back and compared.
"""

from __future__ import annotations

import html
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage

from newsletter.mime import Merger, compile_message, merge, message_id, stamp_for, unsubscribe_token
from newsletter.models.message import CompiledMessage, Links, RenderedEdition, Slot, SlotContext, Slotted, Stamp
from newsletter.models.publication import Publication

ROUNDS = 7
MERGED_PER_ROUND = 20_000
BASELINE_PER_ROUND = 60
NAMES = ("Zoé Tremblay", "Jean Roy", "", "François Côté-Nguyễn", "O'Neil, Anne", "Amélie Lévesque")

_PARAGRAPH = (
    "La rencontre de mai réunit des élèves, des chercheuses et des journalistes à Montréal : "
    "l’été s’annonce « ouvert » et les données aussi. "
)


def publication() -> Publication:
    """A publication on example domains."""
    return Publication.model_validate(
        {
            "name": {"fr": "Infolettre", "en": "Newsletter"},
            "organisation": {"fr": "Exemple", "en": "Example"},
            "sender": {"name": {"fr": "Infolettre Exemple"}, "address": "info@example.org"},
            "mailing_address": {"fr": "1, rue Exemple, Montréal (Québec) H2X 1Y4"},
            "contact": {"email": "info@example.org"},
            "website": {"fr": "https://example.org/"},
            "reason": {"fr": "Vous êtes membre."},
            "list_id": "infolettre.example.org",
            "preferences_url": "https://example.org/p/{token}",
            "unsubscribe": {"url": "https://example.org/u/{token}"},
        }
    )


def edition() -> RenderedEdition:
    """About 6 kB of text and 26 kB of HTML, with slots at ten places."""
    page = (
        '<tr><td style="padding:0 24px;font-family:Arial,sans-serif;font-size:16px;line-height:24px" align="left">'
        f"<p>{_PARAGRAPH}</p></td></tr>\n"
    )
    html_slots = (
        Slot("name", SlotContext.HTML_ATTRIBUTE),
        Slot("greeting_name", SlotContext.HTML_TEXT),
        Slot("preferences_url", SlotContext.HTML_URL),
        Slot("unsubscribe_url", SlotContext.HTML_URL),
        Slot("unsubscribe_url", SlotContext.HTML_URL),
        Slot("email", SlotContext.HTML_TEXT),
    )
    text_slots = tuple(
        Slot(name, SlotContext.PLAIN_TEXT)
        for name in ("greeting_name", "preferences_url", "unsubscribe_url", "email")
    )
    return RenderedEdition(
        issue="2024-02",
        code="fr",
        languages=("fr",),
        subject="L’été à Montréal : données ouvertes et rendez-vous",
        preheader="Trois rendez-vous",
        html=Slotted((page * 14,) * 7, html_slots),
        text=Slotted((_PARAGRAPH * 8 + "\n",) * 5, text_slots),
        files=(),
        article_bytes={},
    )


def stamps(of: Publication, links: Links, count: int) -> list[Stamp]:
    """Recipients whose names are ASCII, accented, quoted, or empty."""
    secret, date = b"benchmark", datetime(2024, 2, 6, 14, tzinfo=UTC)
    made = []
    for number in range(count):
        address = f"personne{number}@example.org"
        made.append(
            stamp_for(
                links,
                address=address,
                name=NAMES[number % len(NAMES)],
                token=unsubscribe_token(secret, of.list_id, address),
                message_id=message_id(secret, "2024-02", address, "example.org"),
                date=date,
            )
        )
    return made


def with_email_message(rendered: RenderedEdition, of: Publication, stamp: Stamp) -> bytes:
    """The baseline: the same mail by the standard library, its defaults but for quoted-printable."""
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = Address(of.sender.name["fr"], addr_spec=of.sender.address)
    message["To"] = Address(stamp.name, addr_spec=stamp.address)
    message["Subject"] = rendered.subject
    message["Date"] = stamp.date
    message["Message-ID"] = f"<{stamp.message_id}>"
    message["List-Id"] = f"<{of.list_id}>"
    message["List-Unsubscribe"] = f"<{stamp.unsubscribe_url}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(fill(rendered.text, stamp), cte="quoted-printable")
    message.add_alternative(fill(rendered.html, stamp), subtype="html", cte="quoted-printable")
    return message.as_bytes()


def fill(content: Slotted, stamp: Stamp) -> str:
    """Text with its slots filled, as a plain join."""
    values = {
        "name": stamp.name,
        "greeting_name": f"\u00a0{stamp.name}" if stamp.name else "",
        "email": stamp.address,
        "unsubscribe_url": stamp.unsubscribe_url,
        "preferences_url": stamp.preferences_url,
    }
    out = [content.parts[0]]
    for slot, part in zip(content.slots, content.parts[1:], strict=True):
        value = values[slot.name]
        out += [value if slot.context is SlotContext.PLAIN_TEXT else html.escape(value), part]
    return "".join(out)


def bodies(data: bytes) -> list[str]:
    """Both parts of a message as a reader gets them."""
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return [part.get_content().replace("\r\n", "\n") for part in message.iter_parts()]


def seconds_each(work: Callable[[Stamp], bytes], of: Sequence[Stamp]) -> float:
    """Processor time per message."""
    start = time.process_time()
    for stamp in of:
        work(stamp)
    return (time.process_time() - start) / len(of)


def main() -> None:
    """Print both speeds and their ratio."""
    of, rendered = publication(), edition()
    compiled: CompiledMessage = compile_message(rendered, of)
    recipients = stamps(of, compiled.links, MERGED_PER_ROUND)
    for stamp in recipients[: len(NAMES)]:
        ours, theirs = bodies(merge(compiled, stamp)), bodies(with_email_message(rendered, of, stamp))
        assert ours == theirs, "the two do not make the same mail"
    merger = Merger(compiled)
    size = len(merger.merge(recipients[0]))
    merged, baseline = [], []
    for _ in range(ROUNDS):
        merged.append(seconds_each(merger.merge, recipients))
        baseline.append(
            seconds_each(lambda stamp: with_email_message(rendered, of, stamp), recipients[:BASELINE_PER_ROUND])
        )
    ours_median, theirs_median = statistics.median(merged), statistics.median(baseline)
    print(f"{size / 1000:.1f} kB, {len(compiled.slots)} slots; {ROUNDS} alternating rounds, medians, 1 core")
    print(f"newsletter.mime.merge        {1 / ours_median:>9,.0f} messages/s  ({ours_median * 1e6:.1f} us each)")
    print(
        f"email.message.EmailMessage   {1 / theirs_median:>9,.0f} messages/s  ({theirs_median * 1e6:.0f} us each)"
    )
    print(f"ratio                        {theirs_median / ours_median:>9,.0f}")


if __name__ == "__main__":
    main()
