"""How to prove who we are to a relay: the four mechanisms in use, and which of them when (RFC 4954). Pure."""

from __future__ import annotations

import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Literal, get_args

from newsletter.transport.replies import Reply

Mechanism = Literal["plain", "login", "cram-md5", "xoauth2"]
MECHANISMS: tuple[Mechanism, ...] = get_args(Mechanism)

_MAX_COMMAND = 12288
"""Octets of an AUTH command with its CRLF (RFC 4954 section 4)."""

_ENCRYPTED_ORDER: tuple[Mechanism, ...] = ("plain", "login", "cram-md5")
_PLAIN_TEXT_ORDER: tuple[Mechanism, ...] = ("cram-md5", "plain", "login")

Say = Callable[[str], Reply]
"""One line to the relay, without its end; the relay's answer."""


class Spoken:
    """Passes lines on, and remembers what in them is secret, so that a relay that repeats it can be silenced."""

    def __init__(self, say: Say, *secrets: str) -> None:
        self._say = say
        self._secrets = list(secrets)

    def command(self, name: str, initial: bytes | None = None) -> Reply:
        """``AUTH NAME`` with a first response; one that is too long waits for the relay's go-ahead."""
        if initial is None:
            return self._say(f"AUTH {name}")
        if len(initial) * 4 / 3 + len(name) + 10 < _MAX_COMMAND:
            return self._say(f"AUTH {name} {self._encoded(initial)}")
        reply = self._say(f"AUTH {name}")
        return self.response(initial) if reply.code == 334 else reply

    def response(self, data: bytes) -> Reply:
        """The answer to a challenge."""
        return self._say(self._encoded(data))

    def silenced(self, text: str) -> str:
        """`text` without anything secret that was said."""
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, "[...]") if secret else text
        return text

    def _encoded(self, data: bytes) -> str:
        encoded = b64encode(data).decode("ascii")
        self._secrets += [encoded, data.decode("utf-8", "replace")]
        return encoded


def order(offered: Collection[str], *, encrypted: bool, token: bool, wanted: Mechanism | None) -> list[Mechanism]:
    """Which mechanisms to try, best first; empty when the relay offers none that will do.

    offered: as in EHLO, in any case. Inside TLS the simplest comes first, because relays that keep passwords as
    they should cannot do CRAM-MD5 although some offer it; without TLS (only on this machine) the one that does not
    say the password does. wanted: only this one.
    """
    known = {name.lower() for name in offered}
    usual = _ENCRYPTED_ORDER if encrypted else _PLAIN_TEXT_ORDER
    candidates: tuple[Mechanism, ...] = (wanted,) if wanted else ("xoauth2",) if token else usual
    return [name for name in candidates if name in known and (name != "cram-md5" or _has_md5())]


def authenticate(mechanism: Mechanism, spoken: Spoken, user: str, secret: str) -> Reply:
    """Go through the whole exchange; the relay's last answer, 235 when it believes us."""
    return _EXCHANGES[mechanism](spoken, user.encode(), secret.encode())


def _plain(spoken: Spoken, user: bytes, secret: bytes) -> Reply:
    """RFC 4616: UTF-8, no authorization identity."""
    return spoken.command("PLAIN", b"\0%b\0%b" % (user, secret))


def _login(spoken: Spoken, user: bytes, secret: bytes) -> Reply:
    """Never a standard; a response with the command is not understood everywhere."""
    reply = spoken.command("LOGIN")
    if reply.code == 334:
        reply = spoken.response(user)
    return spoken.response(secret) if reply.code == 334 else reply


def _cram_md5(spoken: Spoken, user: bytes, secret: bytes) -> Reply:
    """RFC 2195: the password itself is not said."""
    reply = spoken.command("CRAM-MD5")
    if reply.code != 334:
        return reply
    try:
        challenge = b64decode(reply.text, validate=True)
    except ValueError:
        return Reply(501, "", "the relay's challenge is not base64")
    answer = hmac.new(secret, challenge, "md5").hexdigest().encode("ascii")
    return spoken.response(b"%b %b" % (user, answer))


def _xoauth2(spoken: Spoken, user: bytes, secret: bytes) -> Reply:
    """Google's and Microsoft's; a refusal comes as a challenge with the reason, then as 535."""
    reply = spoken.command("XOAUTH2", b"user=%b\x01auth=Bearer %b\x01\x01" % (user, secret))
    if reply.code != 334:
        return reply
    reason = _reason(reply.text)
    last = spoken.response(b"")
    return Reply(last.code, last.enhanced, f"{last.text} {reason}".strip())


def _reason(challenge: str) -> str:
    with suppress(ValueError):
        said = json.loads(b64decode(challenge, validate=True))
        if isinstance(said, dict):
            return "(" + ", ".join(f"{name}: {value}" for name, value in said.items())[:200] + ")"
    return ""


def _has_md5() -> bool:
    """Systems that follow FIPS 140 have none."""
    try:
        hmac.new(b"", b"", "md5")
    except ValueError:
        return False
    return True


_EXCHANGES: dict[Mechanism, Callable[[Spoken, bytes, bytes], Reply]] = {
    "plain": _plain,
    "login": _login,
    "cram-md5": _cram_md5,
    "xoauth2": _xoauth2,
}
