"""Build an issue again whenever a file of it changes, and keep what is to be shown."""

from __future__ import annotations

import contextlib
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from newsletter.clock import Clock, SystemClock
from newsletter.errors import NewsletterError, ProjectMistake
from newsletter.models.finding import Finding, errors
from newsletter.preview.describe import describe_edition, describe_failure, describe_findings, missing_edition
from newsletter.preview.message import Mail, read_message
from newsletter.preview.state import Build, PreviewState, PublishedFile
from newsletter.preview.watch import Watch

FIRST_WATCHED = ("corpus", "issues", "templates", "recipients", "newsletter.yaml")
"""What is watched until a build says what it depends on."""

Listener = Callable[[], None]


@dataclass(frozen=True)
class Shown:
    """What the page shows: the outcome of one build.

    epoch: grows by one with every build that changed anything; 0 before the first. document: for the page,
    as JSON. mails: edition code -> the message taken apart. messages: edition code -> its bytes. published:
    address in the HTML -> the file it leads to.
    """

    epoch: int
    document: Mapping[str, Any]
    mails: Mapping[str, Mail] = field(default_factory=dict)
    messages: Mapping[str, bytes] = field(default_factory=dict)
    built_at: datetime | None = None
    seconds: float = 0.0
    published: Mapping[str, PublishedFile] = field(default_factory=dict)

    def same_as(self, other: Shown) -> bool:
        """True when a page that shows one need not be drawn again for the other."""
        same_files = self.published == other.published
        return self.document == other.document and self.messages == other.messages and same_files


_NOTHING: Mapping[str, Any] = {"issue": "", "title": "", "editions": [], "findings": [], "failure": None}


class Live:
    """One issue, built again at every change by `run`, and read by the pages of the server."""

    def __init__(self, build: Build, root: Path, *, clock: Clock | None = None) -> None:
        self.instance = secrets.token_hex(8)
        """Tells a page that it talks to another server than the one it was loaded from."""
        self._build = build
        self._root = root.resolve()
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._listeners: set[Listener] = set()
        self._shown = Shown(0, _NOTHING)
        self._building = True
        self._labels: dict[str, str] = {}
        self._watched: tuple[Path, ...] = tuple(self._root / name for name in FIRST_WATCHED)

    @property
    def shown(self) -> Shown:
        """The outcome of the last build."""
        with self._lock:
            return self._shown

    @property
    def building(self) -> bool:
        """True while a build is under way."""
        with self._lock:
            return self._building

    @contextlib.contextmanager
    def listening(self, listener: Listener) -> Iterator[None]:
        """Call `listener` whenever `shown` or `building` changes, from the building thread; it must not block."""
        with self._lock:
            self._listeners.add(listener)
        try:
            yield
        finally:
            with self._lock:
                self._listeners.discard(listener)

    def wake(self) -> None:
        """Call every listener now."""
        with self._lock:
            for listener in self._listeners:
                listener()

    def run(self, stop: threading.Event) -> None:
        """Build, then build again at every change, until `stop` is set. One build at a time.

        Changes that come in during a build are gathered by the watch and answered by one build after it.
        """
        watch = Watch(self._watched)
        try:
            while not stop.is_set():
                self.build()
                if not watch.covers(self._watched):
                    # Something may have changed where nobody was looking, so build once more under the new
                    # watch. It keeps the old paths too, so that this comes to an end whatever builds say.
                    paths = watch.paths.union(self._watched)
                    watch.close()
                    watch = Watch(paths)
                    continue
                if not watch.wait(stop):
                    return
        finally:
            watch.close()

    def build(self) -> None:
        """Build once and show the outcome. Raises whatever a build raises that is not a `NewsletterError`."""
        self._show(None)
        started = self._clock.monotonic()
        try:
            state = self._build()
        except NewsletterError as error:
            shown = self._after_failure(error)
        else:
            shown = self._after_build(state)
        seconds = self._clock.monotonic() - started
        self._show(replace(shown, built_at=self._clock.now(), seconds=seconds))

    def _show(self, new: Shown | None) -> None:
        """Announce a build under way (None) or its outcome."""
        with self._lock:
            self._building = new is None
            if new is not None:
                epoch = self._shown.epoch
                grown = epoch == 0 or not new.same_as(self._shown)
                self._shown = replace(new, epoch=epoch + grown)
        self.wake()

    def _after_build(self, state: PreviewState) -> Shown:
        self._watched = tuple(self._absolute(path) for path in state.watch) or self._watched
        mails = {edition.code: read_message(edition.message) for edition in state.editions}
        described = {edition.code: describe_edition(edition, mails[edition.code]) for edition in state.editions}
        stopped = errors(state.findings)
        if not stopped:
            self._labels = {}
        self._labels.update({edition.code: edition.label for edition in state.editions})
        document = {
            "issue": state.issue,
            "title": state.title,
            "editions": self._with_missing(described, state.findings),
            "findings": describe_findings(state.findings, self._root),
            "failure": None,
        }
        messages = {edition.code: edition.message for edition in state.editions}
        return Shown(0, document, mails, messages, published=state.published)

    def _after_failure(self, error: NewsletterError) -> Shown:
        findings = error.findings if isinstance(error, ProjectMistake) else ()
        document = {
            "issue": self._shown.document["issue"],
            "title": self._shown.document["title"],
            "editions": self._with_missing({}, findings),
            "findings": describe_findings(findings, self._root),
            "failure": None if errors(findings) else describe_failure(error, self._root),
        }
        return Shown(0, document)

    def _with_missing(
        self, described: Mapping[str, dict[str, Any]], findings: tuple[Finding, ...]
    ) -> list[dict[str, Any]]:
        """The editions that were built, in their order, and those that mistakes kept from being built."""
        for finding in errors(findings):
            if finding.edition:
                self._labels.setdefault(finding.edition, finding.edition)
        return [described.get(code) or missing_edition(code, label) for code, label in self._labels.items()]

    def _absolute(self, path: Path) -> Path:
        return (self._root / path).resolve()
