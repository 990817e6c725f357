"""The delivery log: one function per event, by the standard library's logging.

Addresses are keyed hashes unless `delivery.log_addresses` asks for them.
"""

from __future__ import annotations

import logging
from hashlib import blake2b

from newsletter.models.delivery import Delivery, Run
from newsletter.models.message import SendResult

LOGGER = logging.getLogger("newsletter.delivery")


def pseudonym(secret: bytes, address: str) -> str:
    """Twelve hexadecimal digits for an address: always the same in one installation, not to be reversed."""
    return blake2b(address.encode(), key=secret[:64], digest_size=6).hexdigest()


def opened(run: Run, connections: int, relay: str) -> None:
    """A process begins to send a run."""
    LOGGER.info("run %s opened: %d recipients, %d connections to %s", run.id, run.total, connections, relay)


def recovered(delivery: Delivery, who: str) -> None:
    """A delivery left claimed by a process that ended."""
    LOGGER.warning("run %s seq %d %s unknown: left claimed by an earlier process", delivery.run, delivery.seq, who)


def wants_attempts() -> bool:
    """Whether anybody reads a line per message; without a reader none is made."""
    return LOGGER.isEnabledFor(logging.INFO)


def attempt(delivery: Delivery, who: str, result: SendResult, *, words: bool) -> None:
    """An attempt has ended. words: with what the relay said, which often repeats the address."""
    said = f"{result.enhanced or '-'} {result.reply}" if words and result.reply else result.enhanced or "-"
    LOGGER.info(
        "run %s seq %d %s %s at %s: %d %s -> %s",
        *(delivery.run, delivery.seq, who, result.outcome, result.stage, result.code, said, delivery.state),
    )


def cancelled(delivery: Delivery, who: str, reason: str) -> None:
    """A delivery was left out right before its turn."""
    LOGGER.info("run %s seq %d %s cancelled: %s", delivery.run, delivery.seq, who, reason)


def waiting(run: Run, deferred: int, seconds: float) -> None:
    """Nothing to do until a deferred one is due."""
    LOGGER.info("run %s waits %.0f s for %d deferred", run.id, seconds, deferred)


def barred(run: Run, words: str) -> None:
    """The run does not go on for now."""
    LOGGER.info("run %s waits: %s", run.id, words)


def going_on(run: Run) -> None:
    """The run goes on."""
    LOGGER.info("run %s goes on", run.id)


def resting(run: Run, domain: str, seconds: float) -> None:
    """A domain complained of our rate."""
    LOGGER.warning("run %s: %s gets nothing for %.0f s, it complained of our rate", run.id, domain, seconds)


def reconnecting(run: Run, seconds: float, reason: str) -> None:
    """The relay is in trouble."""
    LOGGER.warning("run %s reconnects in %.0f s: %s", run.id, seconds, reason)


def stopped(run: Run, trouble: BaseException) -> None:
    """Something ended the run before its time."""
    LOGGER.error("run %s stopped: %s", run.id, type(trouble).__name__)


def closed(run: Run, ending: str, open_: int, unknown: int) -> None:
    """The process is done with the run."""
    LOGGER.info("run %s %s (%s): %d open, %d unknown", run.id, run.state, ending, open_, unknown)
