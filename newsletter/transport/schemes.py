"""Which scheme of a transport URL is read by whom: built-in ones, and those of installed plug-ins."""

from __future__ import annotations

import re
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import cast

from newsletter.transport.interface import Transport, TransportFactory, TransportSettings, UrlContext

PLUG_INS = "newsletter.transports"
"""Group of the entry points by which an installed package adds schemes: ``scheme = "module:factory"``."""

BUILT_IN = {
    "lmtp": "newsletter.transport.lmtp:lmtp_settings",
    "maildir": "newsletter.transport.maildir:maildir_settings",
    "null": "newsletter.transport.null:null_settings",
    "sendmail": "newsletter.transport.sendmail:sendmail_settings",
    "smtp": "newsletter.transport.settings:smtp_settings",
    "smtps": "newsletter.transport.settings:smtp_settings",
}
"""Scheme -> ``module:factory``, imported when first needed."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(?=:)")
_EXAMPLE = "write smtp://relay.example.org:587?starttls=always or smtps://relay.example.org"


def parse_url(
    url: str, *, allow_password: bool, password: str | None = None, root: Path | None = None
) -> TransportSettings:
    """What `url` means, by the factory of its scheme; see `UrlContext` for the other arguments.

    Raises ValueError in plain words that never repeat a password.
    """
    found = _SCHEME.match(url)
    scheme = found[0].lower() if found else ""
    factory = _factory(scheme)
    if factory is None:
        known = ", ".join(sorted({*BUILT_IN, *entry_points(group=PLUG_INS).names}))
        # Without a scheme it may be anything, a password too: only a name that is one is repeated.
        raise ValueError(f"there is no transport of kind '{scheme}' (there are {known}); {_EXAMPLE}")
    return factory(url, UrlContext(root or Path(), password, allow_password))


def open_transport(settings: TransportSettings) -> Transport:
    """The transport for these settings. Opens no connection."""
    return settings.open()


def _factory(scheme: str) -> TransportFactory | None:
    if scheme in BUILT_IN:
        module, _, name = BUILT_IN[scheme].partition(":")
        return cast(TransportFactory, getattr(import_module(module), name))
    for entry in entry_points(group=PLUG_INS, name=scheme):
        try:
            return cast(TransportFactory, entry.load())
        except (ImportError, AttributeError) as error:
            raise ValueError(f"the plug-in for '{scheme}:' ({entry.value}) cannot be loaded: {error}") from error
    return None
