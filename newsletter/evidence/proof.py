"""What is found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Proof:
    """That the relay took the message `message_id`. place: file and line, or message; words: what stands there."""

    message_id: str
    place: str
    words: str
