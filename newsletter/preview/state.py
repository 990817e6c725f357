"""What the preview must be given: the messages of an issue, what is wrong with it, and what it was made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from newsletter.models.finding import Finding


@dataclass(frozen=True)
class PreviewEdition:
    """One edition, as a sample recipient would receive it.

    code: edition code (``fr``, ``en``, ``fr+en``). label: what the person reads on its tab.
    preheader: the line an inbox shows after the subject; it cannot be told from the body of a message.
    message: the merged message, headers and all, byte for byte what a transport would be handed. Everything
    else the preview shows is read from it; `subject` and `sender` serve only where it has no such header.
    """

    code: str
    label: str
    subject: str
    preheader: str
    sender: str
    message: bytes


@dataclass(frozen=True)
class PublishedFile:
    """A picture, calendar file or page that the mails lead to by address. name: as it is to be saved."""

    name: str
    content: bytes = field(repr=False)
    content_type: str


@dataclass(frozen=True)
class PreviewState:
    """One build of an issue.

    editions: those that could be built; empty when a mistake stopped all of them.
    findings: everything found, of every severity; their files are relative to the project root.
    watch: files and folders the build depends on, present or not yet; a change in any of them builds anew.
    """

    issue: str
    title: str
    editions: tuple[PreviewEdition, ...]
    findings: tuple[Finding, ...]
    watch: tuple[Path, ...]
    published: Mapping[str, PublishedFile] = field(default_factory=dict)
    """Address as it stands in the HTML -> the file, which need not be online yet: it is served from here."""


Build = Callable[[], PreviewState]
"""Builds the issue from its files as they are now.

Mistakes of people are findings of the state it returns; it raises `NewsletterError` for the world's
(an unreadable folder) and shows those in the page too. Any other exception ends the preview. It runs in a
thread of its own, never twice at once.
"""
