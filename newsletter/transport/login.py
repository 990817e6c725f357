"""Logs in: which secret, by which mechanism, and what the relay's answer means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.errors import EncryptionRefused, LoginRefused, RelayUnreachable
from newsletter.transport.mechanisms import Mechanism, Say, Spoken, authenticate, order
from newsletter.transport.replies import Reply

if TYPE_CHECKING:
    from newsletter.transport.settings import SmtpSettings
    from newsletter.transport.tokens import TokenCommand

_NEXT_MECHANISM = (500, 501, 502, 504, 534)
"""The mechanism is the trouble, not who we are (RFC 4954 section 6). After 535 another one would be refused too,
and count as one more wrong password towards a lock."""


def log_in(
    say: Say, offered: str, settings: SmtpSettings, *, encrypted: bool, tokens: TokenCommand | None
) -> None:
    """Prove that we are `settings.user`. offered: the AUTH line of EHLO, without the word AUTH.

    Raises EncryptionRefused before anything is said when the line is not encrypted, LoginRefused, RelayUnreachable
    when the relay cannot say now; what `say` raises passes through.
    """
    if settings.password is None and tokens is None:
        raise LoginRefused(
            f"no password is set for {settings.user}",
            where=settings.place,
            hint="set NEWSLETTER_SMTP_PASSWORD in the environment",
        )
    if not encrypted and not settings.loopback:
        raise EncryptionRefused(
            "a password is not sent over an unencrypted connection",
            where=settings.place,
            hint="write starttls=always in the transport URL, or use smtps://",
        )
    mechanisms = order(offered.split(), encrypted=encrypted, token=tokens is not None, wanted=settings.auth)
    if not mechanisms:
        raise _no_mechanism(offered, settings)
    if tokens is None:
        _judge(_with_password(say, mechanisms, settings), settings)
    else:
        _judge(_with_token(say, mechanisms[0], settings, tokens), settings)


def _with_password(say: Say, mechanisms: list[Mechanism], settings: SmtpSettings) -> Reply:
    for mechanism in mechanisms:
        reply = _tried(say, mechanism, settings, settings.password or "")
        if reply.code not in _NEXT_MECHANISM:
            break
    return reply


def _with_token(say: Say, mechanism: Mechanism, settings: SmtpSettings, tokens: TokenCommand) -> Reply:
    token, fresh = tokens.token()
    reply = _tried(say, mechanism, settings, token)
    if reply.code < 500:
        return reply
    tokens.refused(token)
    if fresh:
        return reply
    # It may have expired, or been revoked, while it was kept: once more with one made now.
    token, _ = tokens.token()
    reply = _tried(say, mechanism, settings, token)
    if reply.code >= 500:
        tokens.refused(token)
    return reply


def _tried(say: Say, mechanism: Mechanism, settings: SmtpSettings, secret: str) -> Reply:
    spoken = Spoken(say, secret)
    reply = authenticate(mechanism, spoken, settings.user or "", secret)
    # Some relays repeat what they heard: from here on nobody gets their words as they are.
    return Reply(reply.code, reply.enhanced, spoken.silenced(reply.text))


def _judge(reply: Reply, settings: SmtpSettings) -> None:
    if 200 <= reply.code < 300:
        return
    if reply.code < 200 or 400 <= reply.code < 500:
        raise RelayUnreachable(
            f"the relay cannot check the login now: {reply.quoted}", where=settings.place, hint="try again later"
        )
    by_token = settings.token_command or settings.auth == "xoauth2"
    raise LoginRefused(
        f"the relay refused the login of {settings.user}: {reply.quoted}",
        where=settings.place,
        hint="check the user in the transport URL, and whether the token is this user's and for this relay"
        if by_token
        else "check the user in the transport URL and NEWSLETTER_SMTP_PASSWORD in the environment",
    )


def _no_mechanism(offered: str, settings: SmtpSettings) -> LoginRefused:
    if not offered.strip():
        return LoginRefused(
            "the relay offers no login on this connection",
            where=settings.place,
            hint="leave the user out of the transport URL, or use the relay's submission port (587 or 465)",
        )
    names = ", ".join(offered.upper().split()[:20])
    wanted = settings.auth or ("xoauth2" if settings.token_command else None)
    if wanted is None:
        what = f"the relay offers no login that works with a password (it offers {names})"
        hint = "name a command that prints an access token: token_command= in the transport URL"
        if "XOAUTH2" not in names:
            hint = "ask whoever runs the relay for a login by PLAIN or LOGIN"
    else:
        what = f"the relay does not offer the login {wanted.upper()} (it offers {names})"
        hint = "leave auth= and token_command= out of the transport URL, or ask whoever runs the relay"
    return LoginRefused(what, where=settings.place, hint=hint)
