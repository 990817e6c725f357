"""Keys that sign the mails: made, read from where the configuration names them, and shown as DNS records."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.commands.files import write_file
from newsletter.commands.project import Project
from newsletter.errors import FileTrouble, ProjectMistake, Refusal, SigningTrouble
from newsletter.models.finding import Finding, Severity, errors
from newsletter.models.signing import DkimSettings

if TYPE_CHECKING:
    from newsletter.dkim import DkimKey, Signer
    from newsletter.dkim.keys import Algorithm

KEY_RULE = "AUTH-DKIM-KEY"
ALIGN_RULE = "AUTH-ALIGN-DKIM"
DNS_RULE = "AUTH-DKIM-DNS"
FOLDER = "dkim"
"""Below `var/`, which git ignores: a private key must not end up in it."""

LookUp = Callable[[str], list[str]]
"""The TXT records at a name, each as one text; an empty list when there are none. Raises SigningTrouble."""


def open_signer(project: Project) -> Signer | None:
    """What signs this project's mails; None when the configuration names no key.

    Raises ProjectMistake when a key cannot be used, SigningTrouble when `cryptography` is missing.
    """
    if not project.config.dkim:
        return None
    from newsletter.dkim import Signer

    keys, findings = read_keys(project)
    if errors(findings):
        raise ProjectMistake("the mails cannot be signed as newsletter.yaml says", findings)
    return Signer(keys)


def signing_findings(project: Project) -> list[Finding]:
    """What `check` says of the keys; an unreadable one is an error, and so is a missing library."""
    if not project.config.dkim:
        return []
    try:
        keys, findings = read_keys(project)
    except SigningTrouble as trouble:
        return [_finding(project, KEY_RULE, Severity.ERROR, trouble.what, 0, hint=trouble.hint)]
    names = ", ".join(key.record_name for key in keys)
    if names:
        record = "its record" if len(keys) == 1 else "their records"
        message = f"mails are signed by {names}: {record} must be in the DNS"
        hint = "newsletter dkim show prints what it must say; with --look-up it compares."
        findings.append(_finding(project, DNS_RULE, Severity.INFO, message, 0, hint=hint))
    return findings


def read_keys(project: Project) -> tuple[list[DkimKey], list[Finding]]:
    """Every key that can be used, and what is wrong with the others. Raises SigningTrouble."""
    from newsletter.dkim import load_key, load_keys

    keys: list[DkimKey] = []
    findings: list[Finding] = []
    spare = iter(load_keys(project.config.dkim_key or ""))
    seen: set[tuple[str, str]] = set()
    for index, entry in enumerate(project.config.dkim):
        try:
            pem = _key_file(project, entry) if entry.key_file else next(spare, None)
            if pem is None:
                raise ValueError(
                    "it has no key: name a key_file, or set NEWSLETTER_DKIM_KEY (several: one after the other)"
                )
            if (entry.domain, entry.selector) in seen:
                raise ValueError("another key has the same selector; each needs its own")
            seen.add((entry.domain, entry.selector))
            key = load_key(pem, entry.domain, entry.selector)
        except (ValueError, FileTrouble) as problem:
            what = problem.what if isinstance(problem, FileTrouble) else str(problem)
            message = f"dkim key {entry.selector} of {entry.domain}: {what}"
            hint = f"Make a key with: newsletter dkim new --selector {entry.selector}"
            findings.append(_finding(project, KEY_RULE, Severity.ERROR, message, index, hint=hint))
            continue
        keys.append(key)
        findings += _judge(project, index, entry, key)
    return keys, findings


def _key_file(project: Project, entry: DkimSettings) -> str:
    assert entry.key_file is not None
    path = project.root / entry.key_file
    try:
        return path.read_text(encoding="ascii")
    except UnicodeDecodeError:
        raise ValueError("this is no private key in PEM form") from None
    except OSError as error:
        raise FileTrouble(f"{entry.key_file} cannot be read: {error.strerror}", where=str(path)) from error


def _judge(project: Project, index: int, entry: DkimSettings, key: DkimKey) -> Iterator[Finding]:
    from newsletter.dkim.keys import WEAK_BELOW

    if key.algorithm == "rsa" and key.bits < WEAK_BELOW:
        message = f"dkim key {key.selector} of {key.domain} has {key.bits} bits; readers ask for {WEAK_BELOW}"
        hint = "Make a new one under a new selector: newsletter dkim new --selector NAME"
        yield _finding(project, KEY_RULE, Severity.WARNING, message, index, hint=hint)
    sender = project.publication.sender.address.rpartition("@")[2]
    if not aligned(sender, entry.domain):
        message = f"mails from {sender} are signed by {key.domain}: readers (DMARC) do not take one for the other"
        hint = f"Sign with a key of {sender}."
        yield _finding(project, ALIGN_RULE, Severity.WARNING, message, index, "domain", hint=hint)
    if entry.key_file is not None:
        mode = stat.S_IMODE((project.root / entry.key_file).stat().st_mode)
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            message = f"{entry.key_file} can be read by other users of this machine (permissions {mode:o})"
            hint = f"Who has it signs as you: chmod 600 {entry.key_file}"
            yield _finding(project, KEY_RULE, Severity.WARNING, message, index, "key_file", hint=hint)


def aligned(sender: str, signer: str) -> bool:
    """Whether DMARC takes the signature of `signer` for one of `sender` (relaxed, RFC 9989).

    The same domain, or one below the other. Two below a third count when it has a name of four letters or more:
    without the list of public suffixes, ``co.uk`` must not pass for an organisation.
    """
    one, other = (name.strip(".").lower().split(".") for name in (sender, signer))
    short, long = sorted((one, other), key=len)
    if len(short) > 1 and long[-len(short) :] == short:
        return True
    return len(short) > 2 and one[-2:] == other[-2:] and len(one[-2]) > 3


def _finding(
    project: Project, rule: str, severity: Severity, message: str, *loc: str | int, hint: str | None = None
) -> Finding:
    return project.config.source.finding(rule, severity, message, "dkim", *loc, hint=hint)


@dataclass(frozen=True)
class NewKey:
    """A key just made. entry: the lines that newsletter.yaml needs."""

    path: Path
    key: DkimKey
    entry: str


def new_key(
    project: Project, selector: str, *, domain: str | None, algorithm: Algorithm, bits: int, out: Path | None
) -> NewKey:
    """Make a key, readable by its owner alone, in `var/dkim/` or at `out`.

    Raises Refusal when a file is there already: whoever still signs with it would be cut off. FileTrouble,
    SigningTrouble; ProjectMistake when selector or domain is none.
    """
    from newsletter.dkim import generate_key, load_key
    from newsletter.yamlfile import YamlDocument, validate

    domain = domain or project.publication.sender.address.rpartition("@")[2]
    document = YamlDocument({"domain": domain, "selector": selector}, project.config.source)
    entry, problems = validate(DkimSettings, document)
    if entry is None:
        told = [Finding(one.rule, one.severity, one.message, hint=one.hint) for one in problems]
        raise ProjectMistake("no key was made", told)
    path = out or project.var / FOLDER / f"{entry.selector}.{entry.domain}.pem"
    if path.exists():
        raise Refusal(
            f"{path} exists already",
            hint="Choose another selector; the key of mails that went out stays in the DNS until they are read.",
        )
    pem = generate_key(algorithm, bits)
    key = load_key(pem, entry.domain, entry.selector)
    write_file(path, pem, private=True)
    shown = path.relative_to(project.root).as_posix() if path.is_relative_to(project.root) else path.as_posix()
    written = f"  - {{domain: {entry.domain}, selector: {entry.selector}, key_file: {shown}}}"
    return NewKey(path, key, written)


@dataclass(frozen=True)
class Published:
    """A key and what the DNS says of it. problem: empty when that is what it must say; None when not asked."""

    key: DkimKey
    problem: str | None = None


def published(project: Project, look_up: LookUp | None) -> list[Published]:
    """The configured keys; compared with the DNS by `look_up`. Raises ProjectMistake, SigningTrouble."""
    keys, findings = read_keys(project) if project.config.dkim else ([], [])
    if errors(findings):
        raise ProjectMistake("not every key can be used", findings)
    return [Published(key, _compare(key, look_up(key.record_name)) if look_up else None) for key in keys]


def _compare(key: DkimKey, found: list[str]) -> str:
    from newsletter.dkim.keys import tags_of

    if not found:
        return "there is no record"
    if len(found) > 1:
        return f"there are {len(found)} records; there must be one"
    try:
        there, wanted = tags_of(found[0]), tags_of(key.record)
    except ValueError as problem:
        return f"the record cannot be read: {problem}"
    if "".join(there.get("p", "").split()) != wanted["p"] or there.get("k", "rsa") != wanted["k"]:
        return "the record holds another key"
    return ""


def ask_dns(name: str) -> list[str]:
    """The TXT records at `name`, by this machine's resolver. Raises SigningTrouble when it does not answer."""
    import dns.exception
    import dns.resolver

    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=10)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except dns.exception.DNSException as error:
        raise SigningTrouble(
            f"the DNS does not answer for {name}: {error}", hint="Try again later, or from another network."
        ) from error
    return [b"".join(record.strings).decode("ascii", "replace") for record in answer]
