"""Rendered edition to compiled message, and compiled message + recipient to bytes."""

from newsletter.mime.compiling import compile_message
from newsletter.mime.identity import message_id, stamp_for, unsubscribe_token
from newsletter.mime.merging import Merger, make_envelope, merge

__all__ = ["Merger", "compile_message", "make_envelope", "merge", "message_id", "stamp_for", "unsubscribe_token"]
