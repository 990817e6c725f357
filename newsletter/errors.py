"""The exception tree. Mistakes of the world are raised; mistakes of people are `Finding` values.

    NewsletterError                      root: what happened, where, what to do now, and the exit code
    ├── ProjectMistake          exit 1   findings with errors stopped a command; carries them all
    ├── UnknownName             exit 2   no such issue, run, list, edition; carries "did you mean"
    ├── Refusal                 exit 3   the tool will not do this, to protect the person
    │   ├── PlanChanged                  the digest confirmed is not the digest of the plan now
    │   ├── EmptyAudience                nobody is left to send to
    │   ├── RunLocked                    another process is sending this issue
    │   └── NothingToResume              the run is finished already
    └── WorldError              exit 4   something outside failed; trying again later may help
        ├── FileTrouble                  unreadable, read-only, disk full
        ├── StoreTrouble                 the database cannot be opened or written
        │   ├── StoreBusy                another process kept it for longer than we wait
        │   └── RunDamaged               what is stored of one run is not what was confirmed
        ├── SigningTrouble               mails cannot be signed as configured
        └── TransportTrouble             the relay stopped the run
            ├── RelayUnreachable         name, network, refused connection, timeout
            ├── LoginRefused             AUTH failed
            ├── EncryptionRefused        STARTTLS not offered, certificate not trusted
            └── RelayRefused             the relay refuses everything we send (policy, sender, 5xx on connect)

Exit codes are an interface (`docs/reference/exit-codes.md`): 0 done, 1 mistakes found, 2 wrong usage,
3 refused, 4 the world failed, 5 a run ended with deliveries still open or unknown, 130 interrupted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.models.finding import Finding


class NewsletterError(Exception):
    """Root of the tree.

    what: one sentence saying what happened, in words of the trade.
    where: the file (with line), address or host it happened at, or None.
    hint: what to do now, an imperative sentence, or None.
    """

    exit_code = 4

    def __init__(self, what: str, *, where: str | None = None, hint: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text}\n  -> {self.hint}" if self.hint else text


class ProjectMistake(NewsletterError):
    """Findings of severity error stop what was asked for; `findings` holds all of them, warnings too."""

    exit_code = 1

    def __init__(self, what: str, findings: Sequence[Finding], *, hint: str | None = None) -> None:
        super().__init__(what, hint=hint)
        self.findings = tuple(findings)


class UnknownName(NewsletterError):
    """A name given on the command line names nothing."""

    exit_code = 2


class Refusal(NewsletterError):
    """The tool will not do this, to protect the person at the keyboard or the people on the list."""

    exit_code = 3


class PlanChanged(Refusal):
    """The confirmed digest is not the digest of the plan as it is now."""


class EmptyAudience(Refusal):
    """Nobody is left to send to after exclusions."""


class RunLocked(Refusal):
    """Another process holds this issue's run."""


class NothingToResume(Refusal):
    """The run named has no delivery left to attempt."""


class WorldError(NewsletterError):
    """Something outside this program failed."""

    exit_code = 4


class FileTrouble(WorldError):
    """A file or folder cannot be read or written."""


class StoreTrouble(WorldError):
    """The database cannot be opened, read or written."""


class StoreBusy(StoreTrouble):
    """Another process kept the database for longer than we wait; it will be done some time."""


class RunDamaged(StoreTrouble):
    """What is stored of one run is not what was confirmed; the other runs are none the worse for it."""


class SigningTrouble(WorldError):
    """Mails cannot be signed as configured: a library is missing, or a signature just made does not hold."""


class TransportTrouble(WorldError):
    """The relay stopped the run; what was not attempted stays pending."""


class RelayUnreachable(TransportTrouble):
    """Name not resolved, connection refused, network down, or no greeting in time."""


class LoginRefused(TransportTrouble):
    """The relay refused our user name and password, or demands them and none are set."""


class EncryptionRefused(TransportTrouble):
    """TLS is required and the relay does not offer it, or its certificate is not trusted."""


class RelayRefused(TransportTrouble):
    """The relay refuses everything we send: sender not allowed, policy, or a 5xx greeting."""
