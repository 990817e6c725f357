"""``sendmail:`` hands each message to a program on this machine: Postfix, Exim, OpenSMTPD, msmtp.

All of them speak one old language: the message on standard input, its end is the end of the input, and the exit
status is the answer (``sysexits.h``). The program is started directly, never through a shell.
"""

from __future__ import annotations

import os
import select
import shlex
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote

from newsletter.errors import RelayRefused
from newsletter.models.message import Envelope, Outcome, SendResult
from newsletter.transport.addresses import unwritable

if TYPE_CHECKING:
    from newsletter.transport.interface import UrlContext

OPTIONS = ("args", "timeout", "final_timeout")
USUAL_PLACES = (Path("/usr/sbin/sendmail"), Path("/usr/lib/sendmail"))

EX_OK = 0
DEFERRED = {75: "EX_TEMPFAIL"}
REJECTED = {65: "EX_DATAERR", 67: "EX_NOUSER", 68: "EX_NOHOST"}
THIS_MACHINE = {
    69: "EX_UNAVAILABLE",
    70: "EX_SOFTWARE",
    71: "EX_OSERR",
    72: "EX_OSFILE",
    73: "EX_CANTCREAT",
    74: "EX_IOERR",
    76: "EX_PROTOCOL",
}
"""Trouble of the program that has nothing to do with the recipient and may pass. Every other status but 0 means
that it was called wrongly or may not do this, and would say so for everybody: the run stops."""

_ENHANCED = {65: "5.6.0", 67: "5.1.1", 68: "5.1.2", 75: "4.3.0"}
_CHUNK = 65536
_KEPT_WORDS = 1000


@dataclass(frozen=True)
class SendmailSettings:
    """See `newsletter.transport.interface.TransportSettings`.

    program: the file to start, with `folder` as its working folder. arguments: before ``-i -f SENDER --
    RECIPIENT``, which are always given. Seconds: timeout while the program takes the message, final_timeout from
    its end to the exit.
    """

    program: Path
    arguments: tuple[str, ...] = field(default=(), repr=False)
    timeout: float = 300.0
    final_timeout: float = 600.0
    folder: Path = Path("/")

    def __post_init__(self) -> None:
        for name in ("timeout", "final_timeout"):
            if not 0 < getattr(self, name) <= 3600:
                raise ValueError(f"{name} must be more than 0 and at most 3600 seconds")

    @property
    def safe_url(self) -> str:
        """The URL without the program's arguments: they may hold what is nobody's business."""
        return f"sendmail:{quote(str(self.program))}"

    def open(self) -> SendmailTransport:
        """The transport. Starts nothing."""
        return SendmailTransport(self)

    def command(self, envelope: Envelope) -> list[str]:
        """Program and arguments. ``-i``: a line with only a dot ends nothing; ``--``: no options follow."""
        return [str(self.program), *self.arguments, "-i", "-f", envelope.mail_from, "--", envelope.rcpt_to]


def sendmail_settings(url: str, context: UrlContext) -> SendmailSettings:
    """Settings from ``sendmail:[PROGRAM][?args=...&timeout=...&final_timeout=...]``.

    PROGRAM: a path, relative to the project; left out: where systems usually keep it. Raises ValueError.
    """
    if os.name != "posix":
        raise ValueError("sendmail: needs a Unix system; use smtp: here")
    path, _, query = url.partition(":")[2].partition("?")
    path = unquote(path)
    if path.startswith("//"):
        if not path.startswith("///"):
            raise ValueError("sendmail: names a program, not a host; write sendmail:/usr/sbin/sendmail")
        path = path[2:]
    if "\0" in path or "#" in path:
        raise ValueError("the path of the program after sendmail: cannot hold that character")
    options = _options(query)
    try:
        arguments = tuple(shlex.split(options.get("args", "")))
    except ValueError as error:
        raise ValueError(f"args after sendmail: cannot be read as arguments: {error}") from None
    usual = next((each for each in USUAL_PLACES if each.exists()), USUAL_PLACES[0])
    return SendmailSettings(
        (context.root / path).absolute() if path else usual,
        arguments,
        _seconds("timeout", options, 300.0),
        _seconds("final_timeout", options, 600.0),
        context.root.absolute(),
    )


def _options(query: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
    except ValueError:
        raise ValueError("the options after '?' are not of the form name=value&name=value") from None
    options = dict(pairs)
    for name in options:
        if name not in OPTIONS:
            raise ValueError(f"there is no option '{name}' of sendmail:; known: {', '.join(OPTIONS)}")
    if len(options) != len(pairs):
        raise ValueError("an option after '?' is given twice")
    return options


def _seconds(name: str, options: dict[str, str], default: float) -> float:
    try:
        return float(options.get(name, default))
    except ValueError:
        raise ValueError(f"{name} is a number of seconds, not '{options[name]}'") from None


class SendmailTransport:
    """See `newsletter.transport.interface.Transport`."""

    def __init__(self, settings: SendmailSettings) -> None:
        self.name = settings.safe_url
        self._settings = settings

    def connect(self) -> SendmailSession:
        """A session; looks whether the program can be started. Raises RelayRefused when it cannot."""
        program = self._settings.program
        if shutil.which(str(program)) is None:
            what = "cannot be started: no right to execute it" if program.is_file() else "there is no such program"
            raise RelayRefused(
                what, where=str(program), hint="correct the path after sendmail: in the transport, or install it"
            )
        return SendmailSession(self._settings)


class SendmailSession:
    """See `newsletter.transport.interface.Session`. A process for each message."""

    def __init__(self, settings: SendmailSettings) -> None:
        self._settings = settings

    def send(self, envelope: Envelope, before_final: Callable[[], None]) -> SendResult:
        """Write the message to a new process; after the intent end its input, and judge its exit status."""
        if words := unwritable(envelope):
            return SendResult(Outcome.REJECTED, 0, "", words, "rcpt")
        data = envelope.data.replace(b"\r\n", b"\n")
        with tempfile.TemporaryFile() as said:
            try:
                process = _Handover(self._settings, envelope, said)
            except OSError as error:
                words = f"the program cannot be started: {error.strerror or error}"
                return SendResult(Outcome.NOT_SENT, 0, "", words, "connect", reconnect=True)
            try:
                return self._hand_over(process, data, before_final)
            finally:
                # Before the end of its input it has no message: nothing of it may stay and go on.
                process.kill()

    def _hand_over(self, process: _Handover, data: bytes, before_final: Callable[[], None]) -> SendResult:
        trouble = process.write(data, self._settings.timeout)
        if trouble is not None:
            return self._broken_off(process, trouble)
        before_final()
        status = process.finish(self._settings.final_timeout)
        if status is None:
            words = f"the program did not end within {self._settings.final_timeout:g} s"
            return SendResult(Outcome.UNKNOWN, 0, "", words, "dot")
        if status < 0:
            return SendResult(Outcome.UNKNOWN, 0, "", f"the program was killed ({_signal(status)})", "dot")
        return self._judged(status, process.words(), "dot")

    def _broken_off(self, process: _Handover, trouble: str) -> SendResult:
        """It did not take the whole message, so it cannot have passed it on."""
        status = process.status()
        if status is None or status < 0:
            words = trouble if status is None else f"the program was killed ({_signal(status)})"
            return SendResult(Outcome.NOT_SENT, 0, "", words, "body", reconnect=True)
        if status == EX_OK:
            raise RelayRefused(
                "the program ended before it had read the message, and called that success",
                where=str(self._settings.program),
                hint="name a program that delivers what it is given, such as /usr/sbin/sendmail",
            )
        return self._judged(status, process.words(), "body")

    def _judged(self, status: int, words: str, stage: str) -> SendResult:
        """The result of an exit status. Raises RelayRefused for one that would meet everybody."""
        if status == EX_OK:
            return SendResult(Outcome.ACCEPTED, 250, "2.0.0", words or "taken by the program", stage)
        for meanings, outcome in (
            (DEFERRED, Outcome.DEFERRED),
            (REJECTED, Outcome.REJECTED),
            (THIS_MACHINE, Outcome.NOT_SENT),
        ):
            if name := meanings.get(status):
                said = f"exit status {status} ({name}){': ' if words else ''}{words}"
                lost = outcome is Outcome.NOT_SENT
                return SendResult(outcome, 0, _ENHANCED.get(status, ""), said, stage, reconnect=lost)
        raise RelayRefused(
            f"the program refuses: exit status {status}{': ' if words else ''}{words}",
            where=str(self._settings.program),
            hint="try it by hand, and check args in the transport; then resume the run, nobody was skipped",
        )

    def close(self) -> None:
        """Nothing to release: each process ended with its message."""


class _Handover:
    """One process. Its standard input is ours until `finish` or `kill`."""

    def __init__(self, settings: SendmailSettings, envelope: Envelope, said: IO[bytes]) -> None:
        # A session of its own: a Ctrl-C at the terminal ends the run after this message, not in the middle of it;
        # and what the program starts can be killed with it.
        self._process = subprocess.Popen(  # noqa: S603 (no shell; the addresses have been looked at)
            settings.command(envelope),
            stdin=subprocess.PIPE,
            stdout=said,
            stderr=subprocess.STDOUT,
            cwd=settings.folder,
            start_new_session=True,
        )
        self._said = said
        assert self._process.stdin is not None
        self._input = self._process.stdin
        os.set_blocking(self._input.fileno(), False)

    def write(self, data: bytes, seconds: float) -> str | None:
        """All of `data`, or why not. seconds: how long the program may take nothing of it."""
        left = memoryview(data)
        ready = select.poll()
        ready.register(self._input.fileno(), select.POLLOUT)
        while left:
            try:
                left = left[os.write(self._input.fileno(), left[:_CHUNK]) :]
                continue
            except BlockingIOError:
                pass
            except OSError:
                return self._gone(seconds)
            if not ready.poll(seconds * 1000):
                return f"the program took nothing of the message for {seconds:g} s"
        # A program that is gone already has not waited for the end of the message.
        return self._gone(seconds) if self._process.poll() is not None else None

    def finish(self, seconds: float) -> int | None:
        """End the input; the exit status, negative when a signal killed it, None when it does not end."""
        with suppress(OSError):
            self._input.close()
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def status(self) -> int | None:
        """The exit status, when it has ended."""
        return self._process.poll()

    def words(self) -> str:
        """What it said, in one line."""
        self._said.seek(0)
        text = " ".join(self._said.read(8 * _KEPT_WORDS).decode("utf-8", errors="replace").split())
        printable = "".join(sign for sign in text if sign.isprintable())
        return printable if len(printable) <= _KEPT_WORDS else printable[: _KEPT_WORDS - 1] + "…"

    def kill(self) -> None:
        """End it, with all it started, when it has not ended; only then its input, which would mean the end."""
        if self._process.poll() is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        with suppress(OSError):
            self._input.close()

    def _gone(self, seconds: float) -> str:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(min(seconds, 5.0))
        return "the program closed its input before it had read the message"


def _signal(status: int) -> str:
    with suppress(ValueError):
        return signal.Signals(-status).name
    return f"signal {-status}"
