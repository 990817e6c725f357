"""``maildir:FOLDER`` delivers each message as a file: to look at, to keep, or for another program to fetch.

The format is Maildir (cr.yp.to/proto/maildir.html), which mail programs and IMAP servers read as it is.
"""

from __future__ import annotations

import itertools
import os
import re
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from newsletter.errors import RelayUnreachable
from newsletter.models.message import Envelope, Outcome, SendResult
from newsletter.transport.addresses import unwritable

if TYPE_CHECKING:
    from newsletter.transport.interface import UrlContext

_PARTS = ("tmp", "new", "cur")


@dataclass(frozen=True)
class MaildirSettings:
    """See `newsletter.transport.interface.TransportSettings`."""

    folder: Path

    @property
    def safe_url(self) -> str:
        """The URL."""
        return f"maildir:{quote(str(self.folder))}"

    def open(self) -> MaildirTransport:
        """The transport. Makes no folder yet."""
        return MaildirTransport(self)


def maildir_settings(url: str, context: UrlContext) -> MaildirSettings:
    """Settings from ``maildir:FOLDER``, relative to the project. Raises ValueError."""
    path = url.partition(":")[2]
    if "?" in path or "#" in path:
        raise ValueError("maildir: has no options; write %3F for a question mark and %23 for # in a folder's name")
    path = unquote(path)
    if path.startswith("//"):
        # maildir:///var/mail names a path; maildir://host/mail would name a machine.
        if not path.startswith("///"):
            raise ValueError(
                "maildir: names a folder, not a host; write maildir:var/outbox or maildir:/srv/outbox"
            )
        path = path[2:]
    if not path or "\0" in path:
        raise ValueError("maildir: names no folder; write maildir:var/outbox")
    return MaildirSettings(context.root / path)


class MaildirTransport:
    """See `newsletter.transport.interface.Transport`."""

    def __init__(self, settings: MaildirSettings) -> None:
        self.name = settings.safe_url
        self._folder = settings.folder
        self._numbers = itertools.count(1)
        # The host's name keeps machines apart that write into one folder; it may hold what a file name must not.
        self._host = re.sub(r"[^A-Za-z0-9.-]", "_", socket.gethostname()) or "localhost"

    def connect(self) -> MaildirSession:
        """A session; makes the folder when it is missing. Raises RelayUnreachable when it cannot be written."""
        try:
            for part in _PARTS:
                (self._folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)
            if not os.access(self._folder / "tmp", os.W_OK | os.X_OK):
                raise PermissionError(None, "not allowed to write there")
        except OSError as error:
            raise RelayUnreachable(
                f"the mail folder cannot be used: {error.strerror or error}",
                where=str(self._folder),
                hint="correct the folder after maildir: in the transport, or who may write there",
            ) from error
        return MaildirSession(self._folder, self._name)

    def _name(self) -> str:
        """Unique: time, process and a number within it, machine. Called by several threads; `count` is atomic."""
        now = time.time_ns()
        seconds, micro = now // 10**9, now % 10**9 // 1000
        return f"{seconds}.M{micro}P{os.getpid()}Q{next(self._numbers)}.{self._host}"


class MaildirSession:
    """See `newsletter.transport.interface.Session`."""

    def __init__(self, folder: Path, name: Callable[[], str]) -> None:
        self._folder = folder
        self._name = name

    def send(self, envelope: Envelope, before_final: Callable[[], None]) -> SendResult:
        """Write the message to ``tmp``, durably; after the intent rename it into ``new``: that delivers it."""
        if words := unwritable(envelope):
            return SendResult(Outcome.REJECTED, 0, "", words, "rcpt")
        name = self._name()
        draft, delivered = self._folder / "tmp" / name, self._folder / "new" / name
        try:
            _write_durably(draft, as_file(envelope))
        except OSError as error:
            _forget(draft)
            return _not_sent(error, "body")
        try:
            before_final()
        except BaseException:
            _forget(draft)
            raise
        try:
            draft.rename(delivered)
        except OSError as error:
            if delivered.exists():
                # Over a network a rename can be done and its answer lost.
                return SendResult(Outcome.UNKNOWN, 0, "", _words(error), "dot", reconnect=True)
            _forget(draft)
            return _not_sent(error, "dot")
        try:
            _sync_folder(delivered.parent)
        except OSError as error:
            # It is there now, and may be gone after a power cut.
            return SendResult(Outcome.UNKNOWN, 0, "", _words(error), "dot", reconnect=True)
        return SendResult(Outcome.ACCEPTED, 250, "2.0.0", f"delivered as {name}", "dot")

    def close(self) -> None:
        """Nothing to release."""


def as_file(envelope: Envelope) -> bytes:
    """The message as delivery leaves it: envelope in headers (RFC 5321 section 4.4), line ends of this format."""
    head = f"Return-Path: <{envelope.mail_from}>\nDelivered-To: {envelope.rcpt_to}\n"
    return head.encode() + envelope.data.replace(b"\r\n", b"\n")


def _write_durably(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":  # Windows makes a rename durable by itself, and opens no folders.
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _forget(draft: Path) -> None:
    with suppress(OSError):
        draft.unlink(missing_ok=True)


def _not_sent(error: OSError, stage: str) -> SendResult:
    return SendResult(Outcome.NOT_SENT, 0, "", _words(error), stage, reconnect=True)


def _words(error: OSError) -> str:
    return f"the message cannot be written: {error.strerror or error}"
