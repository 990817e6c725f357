"""`newsletter.yaml` and the environment to one `Config`.

Every value of the file can be set by an environment variable: ``NEWSLETTER_`` and the key in capitals, levels
joined by two underscores (``NEWSLETTER_TRANSPORT``, ``NEWSLETTER_DELIVERY__CONNECTIONS``). Secrets have no key
in the file at all: ``NEWSLETTER_SMTP_PASSWORD``, ``NEWSLETTER_SECRET`` and ``NEWSLETTER_DKIM_KEY``, or the same
with ``_FILE`` naming a file that holds them. A ``NEWSLETTER_`` variable that means nothing is a mistake, not a
silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, field_validator

from newsletter.delivery import DeliverySettings
from newsletter.errors import FileTrouble, UnknownName
from newsletter.models.finding import Finding, Loc, Severity, SourceMap, did_you_mean
from newsletter.models.publication import Publication
from newsletter.models.signing import DkimSettings
from newsletter.models.text import NonEmpty, Record
from newsletter.transport import TransportSettings, parse_url
from newsletter.yamlfile import YamlDocument, parse_yaml, read_yaml, validate

FILE_NAME = "newsletter.yaml"
PREFIX = "NEWSLETTER_"
SECRETS = ("SMTP_PASSWORD", "SECRET", "DKIM_KEY")
_NOT_CONFIGURATION = ("NEWSLETTER_PROJECT", "NEWSLETTER_DEBUG", "NEWSLETTER_SEEDS")
_MIN_SECRET = 16


class AssetSettings(Record):
    """Where pictures and calendar files are published: `newsletter build` writes them, you upload them."""

    url: NonEmpty | None = Field(
        None,
        description="Folder of your web site, as an address, for what `newsletter build` writes to `assets/`.",
    )

    @field_validator("url")
    @classmethod
    def _whole(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        plain = parts.hostname and not (parts.query or parts.fragment or parts.username)
        if parts.scheme != "https" or not plain or re.search(r"[\s\"<>]", value):
            raise ValueError("expected a whole address from https:// on, without ? and #")
        return value.rstrip("/") + "/"


class ConfigData(Record):
    """`newsletter.yaml`."""

    publication: Publication
    transport: NonEmpty = Field(
        "smtp://localhost:25",
        description="Who takes the mails, as a URL: smtp://user@host:587, smtps:, lmtp:, maildir: or sendmail:.",
    )
    store: NonEmpty = Field("sqlite:///var/newsletter.sqlite3", description="Where the ledger is kept.")
    delivery: DeliverySettings = Field(default_factory=DeliverySettings)
    assets: AssetSettings = Field(default_factory=AssetSettings)
    dkim: tuple[DkimSettings, ...] = Field(
        (), description="Keys that sign every message here; none when the relay signs, as most do."
    )
    rules: dict[str, Literal["off", "info", "warning", "error"]] = Field(
        default_factory=dict, description="Severity of a check rule, by its id: {HDR-SUBJECT-LEN: off}."
    )


@dataclass(frozen=True)
class Config:
    """The settings of every stage. secret: signs Message-IDs and unsubscribe tokens; None = the store's own."""

    publication: Publication
    transport: TransportSettings
    store: str
    delivery: DeliverySettings
    rules: Mapping[str, str]
    secret: bytes | None = field(repr=False)
    source: SourceMap
    assets_url: str | None = None
    """Folder of the web site that pictures and calendar files are published in, with a slash at its end."""
    dkim: tuple[DkimSettings, ...] = ()
    dkim_key: str | None = field(default=None, repr=False)
    """PEM of the keys that name no file, from the environment."""


def find_root(start: Path) -> Path:
    """The nearest folder at or above `start` that holds newsletter.yaml. Raises UnknownName."""
    # Made absolute first: the parents of "../other" are those of the current folder, which is another project.
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / FILE_NAME).is_file():
            return folder
    raise UnknownName(
        f"no {FILE_NAME} here or in a folder above",
        where=str(start),
        hint="Run the command inside a newsletter project, or name it: newsletter --project FOLDER ...",
    )


def load_config(root: Path, environ: Mapping[str, str]) -> tuple[Config | None, list[Finding]]:
    """The configuration of the project at `root`. Raises FileTrouble when a file cannot be read."""
    document, findings = read_yaml(root / FILE_NAME, root)
    if document is None:
        return None, findings
    if not isinstance(document.data, dict):
        return None, validate(ConfigData, document)[1]
    overlaid, variables, findings = _overlay(document, environ)
    data, problems = validate(ConfigData, overlaid)
    findings += [_placed(finding, variables) for finding in problems]
    secrets, problems = _read_secrets(environ)
    findings += problems
    transport: TransportSettings | None = None
    if data is not None:
        from_environment = f"{PREFIX}TRANSPORT" in variables
        try:
            transport = parse_url(
                data.transport,
                password=secrets.get("SMTP_PASSWORD"),
                allow_password=from_environment,
                root=root,
            )
        except ValueError as error:
            problem = overlaid.source.finding("CONFIG-TRANSPORT", Severity.ERROR, str(error), "transport")
            findings.append(_placed(problem, variables))
    if data is None or transport is None or any(finding.severity is Severity.ERROR for finding in findings):
        return None, findings
    secret = secrets["SECRET"].encode("utf-8", "surrogateescape") if "SECRET" in secrets else None
    config = Config(
        data.publication,
        transport,
        data.store,
        data.delivery,
        data.rules,
        secret,
        document.source,
        data.assets.url,
        data.dkim,
        secrets.get("DKIM_KEY"),
    )
    return config, findings


def variable_names() -> dict[str, Loc]:
    """Every environment variable that sets a configuration value, and the value's place in the file."""
    return {PREFIX + "__".join(str(part) for part in loc).upper(): loc for loc in _keys(ConfigData, ())}


def _annotation(model: type[BaseModel], loc: Loc) -> object:
    """What type the value at `loc` has; None inside what is no record of pydantic."""
    first, *rest = loc
    annotation = model.model_fields[str(first)].annotation
    if not rest:
        return annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _annotation(annotation, tuple(rest))
    return None


def _keys(model: type, loc: Loc) -> Iterator[Loc]:
    if issubclass(model, BaseModel):
        inner = {name: field.annotation for name, field in model.model_fields.items()}
    elif is_dataclass(model):
        inner = dict.fromkeys(field.name for field in fields(model))
    else:
        return
    for name, annotation in inner.items():
        yield (*loc, name)
        if isinstance(annotation, type):
            yield from _keys(annotation, (*loc, name))


_TEXTS = frozenset(loc for loc in variable_names().values() if _annotation(ConfigData, loc) is str)
"""Values that are text and nothing else."""


def _overlay(document: YamlDocument, environ: Mapping[str, str]) -> tuple[YamlDocument, list[str], list[Finding]]:
    """The file's data with the environment's on top.

    Values that came from the n-th variable get the line -n, so that a finding about them can name it.
    """
    known = variable_names()
    data: dict[str, Any] = _copied(document.data)
    positions = dict(document.source.positions)
    variables: list[str] = []
    findings: list[Finding] = []
    for name in sorted(key for key in environ if key.startswith(PREFIX)):
        loc = known.get(name)
        if loc is None:
            findings += _unknown_variable(name, known)
            continue
        text = environ[name]
        value, problems = parse_yaml(text, f"environment variable {name}")
        # Where text is meant, text it is, with or without quotes: YAML would make a mapping of 'null:'.
        if loc in _TEXTS and not (value is not None and isinstance(value.data, str)):
            _set(data, loc, text)
        elif value is not None:
            _set(data, loc, value.data)
        else:
            findings += problems
            continue
        variables.append(name)
        positions = {at: place for at, place in positions.items() if at[: len(loc)] != loc}
        positions[loc] = (-len(variables), 1)
    return YamlDocument(data, SourceMap(document.source.file, positions)), variables, findings


def _copied(data: Any) -> Any:
    return {key: _copied(value) for key, value in data.items()} if isinstance(data, dict) else data


def _set(data: dict[str, Any], loc: Loc, value: Any) -> None:
    for part in loc[:-1]:
        inner = data.get(str(part))
        if not isinstance(inner, dict):
            inner = data[str(part)] = {}
        data = inner
    data[str(loc[-1])] = value


def _placed(finding: Finding, variables: list[str]) -> Finding:
    if finding.line is None or finding.line > 0:
        return finding
    file = f"environment variable {variables[-finding.line - 1]}"
    return Finding(finding.rule, finding.severity, finding.message, file, None, None, finding.hint)


def _unknown_variable(name: str, known: Mapping[str, Loc]) -> list[Finding]:
    secrets = {PREFIX + secret + suffix for secret in SECRETS for suffix in ("", "_FILE")}
    if name in secrets or name in _NOT_CONFIGURATION or name.startswith(f"{PREFIX}TEST_"):
        return []
    hint = did_you_mean(name, (*known, *secrets)) or "Unset it; docs/reference/configuration.md lists them all."
    return [Finding("CONFIG-ENV", Severity.ERROR, "sets nothing", f"environment variable {name}", hint=hint)]


def _read_secrets(environ: Mapping[str, str]) -> tuple[dict[str, str], list[Finding]]:
    secrets: dict[str, str] = {}
    findings: list[Finding] = []
    for secret in SECRETS:
        name = PREFIX + secret
        if name in environ:
            secrets[secret] = environ[name]
        elif f"{name}_FILE" in environ:
            secrets[secret] = _read_secret_file(environ[f"{name}_FILE"], f"{name}_FILE")
    if len(secrets.get("SECRET", "x" * _MIN_SECRET)) < _MIN_SECRET:
        message = f"is shorter than {_MIN_SECRET} characters"
        hint = "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
        file = f"environment variable {PREFIX}SECRET"
        findings.append(Finding("CONFIG-SECRET", Severity.ERROR, message, file, hint=hint))
    return secrets, findings


def _read_secret_file(path: str, variable: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise FileTrouble(f"the file named by {variable} cannot be read: {reason}", where=path) from error
