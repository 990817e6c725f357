"""Who is at the keyboard: the account of the operating system, and the name somebody gives."""

from __future__ import annotations

import os
import platform

from newsletter.models.control import Person


def person(name: str | None = None) -> Person:
    """Whoever runs this program; `name` is how they call themselves, for machines that several people share."""
    account = f"{_account()}@{platform.node() or 'localhost'}"
    given = " ".join((name or "").split())
    return Person(given or account, account)


def _account() -> str:
    """The owner of this process. The environment may say anything, so it is not asked."""
    if not hasattr(os, "getuid"):
        return os.getlogin()
    import pwd

    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"
