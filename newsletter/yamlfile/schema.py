"""A document as a record, or a finding in plain words for each thing that does not fit it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from newsletter.models.finding import Finding, Loc, Severity, did_you_mean
from newsletter.yamlfile.document import YamlDocument

_PATTERN_HINTS = {
    "^[a-z]{2,3}$": "Write a language as its code: fr, en.",
    r"^[a-z]{2,3}(\+[a-z]{2,3})*$": "Write languages as their codes: fr, en, fr+en.",
    r"^\w[\w-]*(\.[\w-]+)*$": "Write the name of a list in recipients/ without .csv: members.",
    "^#[0-9a-fA-F]{6}$": "Write a colour as # and six of 0-9 and a-f: #0b5f70.",
}
_SLUG_PATTERN = "^[a-z0-9]+(-[a-z0-9]+)*$"
_Model = TypeVar("_Model", bound=BaseModel)


def validate(model: type[_Model], document: YamlDocument) -> tuple[_Model | None, list[Finding]]:
    """The document as a record of type `model`, or a finding for each thing that does not fit it."""
    if document.data is None or not isinstance(document.data, dict):
        what = "the file is empty" if document.data is None else "expected 'key: value' lines at the top"
        return None, [document.source.finding("SCHEMA-VALUE", Severity.ERROR, what)]
    try:
        return model.model_validate(document.data), []
    except ValidationError as error:
        return None, _schema_findings(error, model, document)


def _schema_findings(error: ValidationError, model: type[BaseModel], document: YamlDocument) -> list[Finding]:
    raw: list[tuple[Loc, Any]] = []
    for item in error.errors():
        missing = (item["loc"][-1],) if item["type"] == "missing" else ()
        raw.append(((*_data_loc(item["loc"], document.data), *missing), item))
    findings: dict[tuple[Loc, str], Finding] = {}
    for loc, item in raw:
        # A value that fits no branch of a union is reported once per branch; the branch that got deepest was
        # meant. A list that lost all its items to mistakes is not "too short" besides.
        if any(len(other) > len(loc) and other[: len(loc)] == loc for other, _ in raw):
            continue
        finding = _schema_finding(item, loc, model, document)
        findings.setdefault((loc, finding.rule), finding)
    return [finding for key, finding in findings.items() if key not in _misspelt(findings)]


def _misspelt(findings: Mapping[tuple[Loc, str], Finding]) -> set[tuple[Loc, str]]:
    """Keys that are missing only because they stand there misspelt, which is said already."""
    meant = {(loc[:-1], finding.hint) for (loc, rule), finding in findings.items() if rule == "SCHEMA-KEY"}
    return {
        (loc, rule)
        for loc, rule in findings
        if rule == "SCHEMA-MISSING" and (loc[:-1], f"Did you mean '{loc[-1]}'?") in meant
    }


def _data_loc(loc: Sequence[str | int], data: Any) -> Loc:
    """`loc` of pydantic without the parts that name union branches and are no path into the data."""
    path: list[str | int] = []
    for part in loc:
        known = (isinstance(data, dict) and part in data) or (
            isinstance(data, list) and isinstance(part, int) and part < len(data)
        )
        if known:
            path.append(part)
            data = data[part]
    return tuple(path)


def _schema_finding(item: Any, loc: Loc, model: type[BaseModel], document: YamlDocument) -> Finding:
    kind, where = item["type"], _path_in_words(loc)
    if kind == "missing":
        missing, where = str(loc[-1]), _path_in_words(loc[:-1])
        message = f"'{missing}' is missing" + (f" in {where}" if where else "")
        return document.source.finding(
            "SCHEMA-MISSING", Severity.ERROR, message, *loc, hint=f"Add '{missing}: ...'."
        )
    if kind == "extra_forbidden":
        allowed = sorted(set(_keys_at(model, loc[:-1])))
        hint = did_you_mean(str(loc[-1]), allowed) or (f"Known here: {', '.join(allowed)}." if allowed else None)
        return document.source.finding("SCHEMA-KEY", Severity.ERROR, f"unknown key '{loc[-1]}'", *loc, hint=hint)
    return document.source.finding(
        "SCHEMA-VALUE", Severity.ERROR, f"{where}: {_in_words(item)}", *loc, hint=_value_hint(item)
    )


def _path_in_words(loc: Loc) -> str:
    """The keys that line and column do not show: ``layout`` of ``sections.0.layout``; of an item, its list."""
    parts = list(loc)
    while parts and isinstance(parts[-1], int):
        parts.pop()
    numbers = [at for at, part in enumerate(parts) if isinstance(part, int)]
    return ".".join(str(part) for part in parts[numbers[-1] + 1 if numbers else 0 :])


def _in_words(item: Any) -> str:
    kind, given = item["type"], item["input"]
    shown = f"'{given}'" if isinstance(given, str) else {None: "nothing"}.get(given) if given is None else None
    expected = {
        "string_type": "expected text",
        "string_too_short": "expected text",
        "string_pattern_mismatch": "not written as it must be",
        "date_from_datetime_parsing": "not a date",
        "date_parsing": "not a date",
        "date_type": "expected a date",
        "datetime_parsing": "not a date and time",
        "datetime_from_date_parsing": "not a date and time",
        "datetime_type": "expected a date and time",
        "int_parsing": "not a whole number",
        "bool_parsing": "expected true or false",
        "dict_type": "expected 'key: value' pairs",
        "model_type": "expected 'key: value' pairs",
        "tuple_type": "expected a list",
        "list_type": "expected a list",
    }.get(kind)
    if kind in ("enum", "literal_error"):
        expected = f"expected {item['ctx']['expected']}"
    if kind == "value_error":
        expected = str(item["ctx"]["error"].args[0])
        shown = None
    text = expected or str(item["msg"])
    return f"{text}, got {shown}" if shown else text


def _value_hint(item: Any) -> str | None:
    """What to do; a validator of ours may say it behind the mistake: ``ValueError(mistake, hint)``."""
    kind, given = item["type"], item["input"]
    if kind == "value_error":
        said = item["ctx"]["error"].args
        return str(said[1]) if len(said) > 1 else None
    if kind in ("enum", "literal_error") and isinstance(given, str):
        known = [word.strip(" '") for word in item["ctx"]["expected"].replace(" or ", ", ").split(",")]
        return did_you_mean(_ascii(given), known)
    if kind.startswith("date_"):
        return "Write year, month and day in digits: 2021-05-08."
    if kind.startswith("datetime_"):
        return "Write day and local time in digits: 2021-05-08T13:30."
    if kind == "string_pattern_mismatch":
        return _pattern_hint(item["ctx"]["pattern"], str(given))
    return None


def _pattern_hint(pattern: str, given: str) -> str:
    if pattern != _SLUG_PATTERN:
        return _PATTERN_HINTS.get(pattern, f"It must match {pattern}")
    slug = re.sub(r"[^a-z0-9]+", "-", _ascii(given)).strip("-")
    rule = "Use lower-case letters without accents, digits and single hyphens"
    return f"{rule}: {slug}" if slug else f"{rule}."


def _ascii(text: str) -> str:
    """Lower case, accents taken off."""
    return "".join(char for char in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(char))


def _keys_at(model: type[BaseModel], loc: Loc) -> Iterator[str]:
    """Keys allowed at `loc` below `model`, following every branch of unions."""
    models = [model]
    for part in loc:
        inner: list[type[BaseModel]] = []
        for candidate in models:
            field = candidate.model_fields.get(str(part)) if isinstance(part, str) else None
            inner += _models_in(field.annotation) if field else []
        models = inner or models
    for candidate in models:
        yield from candidate.model_fields


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for argument in get_args(annotation) for found in _models_in(argument)]
