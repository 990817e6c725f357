"""Access tokens from a command of the user's: OAuth itself is that program's trade."""

from __future__ import annotations

import json
import re
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from newsletter.errors import LoginRefused, RelayUnreachable, TransportTrouble

SECONDS = 60.0
"""The command has so long."""

EARLY = 60.0
"""A token is renewed so many seconds before it expires."""

EX_TEMPFAIL = 75
"""Exit status of a command that could not reach who gives the tokens (``sysexits.h``): trying again may help."""

_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
_LIKE_A_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{20,}")


class TokenCommand:
    """Runs `command` in `folder`, without a shell, and keeps its token while that is good. For several threads.

    It prints the token, or the answer of a token endpoint (RFC 6749 section 5.1): a JSON object with
    ``access_token`` and perhaps ``expires_in``. A token without a time is kept until a relay refuses it.
    """

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        self._command = list(command)
        self._folder = folder
        self._lock = threading.Lock()
        self._token: str | None = None
        self._good_until = float("inf")

    def token(self) -> tuple[str, bool]:
        """The token, and whether it was made just now.

        Raises LoginRefused when the command cannot give one, RelayUnreachable when it says it cannot now.
        """
        # Held while the command runs: the other connections want the same token, not ten commands.
        with self._lock:
            if self._token is not None and time.monotonic() < self._good_until:
                return self._token, False
            self._token, self._good_until = self._made()
            return self._token, True

    def refused(self, token: str) -> None:
        """A relay did not take `token`: do not give it again."""
        with self._lock:
            if self._token == token:
                self._token = None

    def _made(self) -> tuple[str, float]:
        begun = time.monotonic()
        try:
            done = subprocess.run(  # noqa: S603 (what the user configured, no shell)
                self._command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                cwd=self._folder,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            # Not from it: the exception holds what the command said so far.
            raise self._trouble(f"did not end within {SECONDS:g} s", RelayUnreachable) from None
        except (OSError, ValueError) as error:
            raise self._trouble(f"cannot be started: {getattr(error, 'strerror', None) or error}") from error
        if done.returncode:
            lines = done.stderr.decode("utf-8", "replace").split("\n")
            last = next((line.strip() for line in reversed(lines) if line.strip()), "")
            words = _LIKE_A_TOKEN.sub("[...]", "".join(sign for sign in last if sign.isprintable()))[:300]
            kind = RelayUnreachable if done.returncode == EX_TEMPFAIL else LoginRefused
            raise self._trouble(f"failed with exit status {done.returncode}{': ' if words else ''}{words}", kind)
        token, seconds = self._read(done.stdout)
        return token, begun + seconds - EARLY

    def _read(self, said: bytes) -> tuple[str, float]:
        """Token and seconds it is good for. What was said is not repeated: it may be a secret all the same."""
        text = said.decode("utf-8", "replace").strip()
        seconds: object = float("inf")
        if text.startswith("{"):
            try:
                answer = json.loads(text)
            except ValueError:
                raise self._trouble("printed an object that is not JSON") from None
            text, seconds = answer.get("access_token"), answer.get("expires_in", seconds)
        if isinstance(seconds, str) and seconds.isdecimal():
            seconds = float(seconds)
        if not isinstance(text, str) or not _TOKEN.fullmatch(text):
            raise self._trouble("printed no access token")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise self._trouble("printed an expires_in that is not a number of seconds")
        return text, float(seconds)

    def _trouble(self, what: str, kind: type[TransportTrouble] = LoginRefused) -> TransportTrouble:
        return kind(
            f"the token command {what}",
            where=self._command[0],
            hint="run it by hand in the project's folder: it prints the access token, or JSON with access_token",
        )
