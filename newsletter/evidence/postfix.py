"""Postfix's log, also rotated and through syslog or journalctl."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from newsletter.evidence.proof import Proof

_LINE = re.compile(
    rb"postfix[^\s\[]*/(?P<daemon>cleanup|qmgr|smtp|lmtp|local|virtual|pipe|relay|discard|error|bounce)\[\d+\]: "
    rb"(?P<queue>[0-9A-Za-z]{6,20}): (?P<rest>.*)"
)
_MESSAGE_ID = re.compile(rb"message-id=<([^>]*)>")
_STATUS = re.compile(rb"\bstatus=(\w+)")


def looks_like(line: bytes) -> bool:
    """Is this a line that Postfix wrote?"""
    return re.search(rb"\bpostfix[^\s\[]*/[\w-]+\[\d+\]: ", line) is not None


def proofs(lines: Iterable[bytes], wanted: Collection[str], name: str) -> Iterator[Proof]:
    """Messages of `wanted` that reached the queue.

    That `cleanup` saw the Message-ID proves nothing: it notes it while the message still comes in, also for one
    that is cut off. What proves it is the queue manager's "queue active", or an attempt to pass the message on.
    Queue ids are used again after "removed".
    """
    ids = {each.encode("ascii", "replace"): each for each in wanted}
    queued: dict[bytes, str] = {}
    for number, line in enumerate(lines, 1):
        if b"postfix" not in line or (match := _LINE.search(line)) is None:
            continue
        queue, rest = match["queue"], match["rest"]
        if match["daemon"] == b"cleanup":
            found = _MESSAGE_ID.search(rest)
            message_id = ids.get(found[1]) if found else None
            # A queue id that carries another message now is no evidence for the one it carried before.
            if found:
                queued.pop(queue, None)
            if message_id is not None:
                queued[queue] = message_id
        elif queue in queued:
            if rest.startswith(b"removed"):
                del queued[queue]
            elif words := _evidence(rest):
                yield Proof(
                    queued[queue], f"{name}:{number}", f"Postfix, queue id {queue.decode('ascii')}: {words}"
                )


def _evidence(rest: bytes) -> str:
    if b"(queue active)" in rest:
        return "in its queue"
    status = _STATUS.search(rest)
    return f"status={status[1].decode('ascii', 'replace')}" if status else ""
