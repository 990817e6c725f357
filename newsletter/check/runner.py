"""Runs the rules over one issue and settles what their findings count for."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import cast

from newsletter.check import rules as rules_package
from newsletter.check.places import Place, place_at
from newsletter.check.rules.interface import Rule, Target
from newsletter.check.subject import PUBLICATION_FILE, CheckSubject
from newsletter.check.waivers import WAIVE_UNKNOWN, WAIVE_UNUSED, apply_waivers, rule_hint
from newsletter.models.finding import Finding, Severity

CHECK_LEVEL = "CHECK-LEVEL"
OWN_FINDINGS = {
    CHECK_LEVEL: "error: `rules` in newsletter.yaml names a rule or a level that does not exist, so a rule would "
    "not do what its reader believes.",
    WAIVE_UNKNOWN: "warning: a waiver of the issue names a rule that does not exist.",
    WAIVE_UNUSED: "info: a waiver of the issue covers nothing any more; left behind, it would accept the next "
    "mistake.",
}
"""Findings of the checker about its own instructions; they cannot be waived or switched off."""

_SAYS_THE_SAME = {"MD-LINK": ("LNK-EMPTY", "LNK-SCHEME"), "MD-IMAGE": ("A11Y-ALT", "A11Y-ALT-TEXT", "IMG-HTTPS")}
"""What the renderer refuses in Markdown (key) is not reported again by rules (values) on the same line."""

OFF = "off"
LEVELS = (OFF, *(severity.value for severity in reversed(Severity)))
_OFF_IN_YAML_1_1 = "false"
"""A bare ``off`` in YAML 1.1 is the boolean false; as text it reads ``false``."""


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every module of `newsletter.check.rules` but the interface, by id; imported on the first call."""
    names = sorted(module.name for module in pkgutil.iter_modules(rules_package.__path__))
    modules = [import_module(f"{rules_package.__name__}.{name}") for name in names if name != "interface"]
    return tuple(sorted((cast("Rule", module) for module in modules), key=lambda rule: rule.ID))


def rule_names(rules: Iterable[Rule]) -> dict[str, str]:
    """Every name a person may use for a rule, in lower case -> its id."""
    names: dict[str, str] = {}
    for rule in rules:
        names[rule.ID.lower()] = rule.ID
        names[rule.ALIAS] = rule.ID
    return names


def run_rules(
    subject: CheckSubject, levels: Mapping[str, str], *, already: Iterable[Finding] = ()
) -> tuple[Finding, ...]:
    """All findings about one issue: levels and waivers applied, each once, worst first, then by place.

    levels: rule id or alias -> ``off``, ``info``, ``warning`` or ``error``; what is not named keeps the severity
    its rule gives. A waiver of the issue turns an error or warning into an info that names the reason.
    already: what the stages before reported; their mistakes are not reported a second time at the same place.
    """
    rules = all_rules()
    names = rule_names(rules)
    settled, mistakes = _read_levels(levels, names, subject)
    found: list[Finding] = []
    for rule in rules:
        level = settled.get(rule.ID)
        if level == OFF or not _has_material(subject, rule.APPLIES_TO):
            continue
        findings = rule.check(subject)
        found.extend(findings if level is None else (replace(one, severity=Severity(level)) for one in findings))
    reported = {
        (rule, one.file, one.line) for one in already for rule in (one.rule, *_SAYS_THE_SAME.get(one.rule, ()))
    }
    new = [one for one in found if one.file is None or (one.rule, one.file, one.line) not in reported]
    kept = [*mistakes, *apply_waivers(subject, new, names)]
    return tuple(sorted(_each_once(kept, subject), key=Finding.sort_key))


def _has_material(subject: CheckSubject, target: Target) -> bool:
    material: dict[Target, object] = {
        Target.RENDERED: subject.rendered or subject.messages,
        Target.MESSAGE: subject.messages,
    }
    return bool(material.get(target, True))


def _read_levels(
    levels: Mapping[str, str], names: Mapping[str, str], subject: CheckSubject
) -> tuple[dict[str, str], list[Finding]]:
    settled: dict[str, str] = {}
    mistakes: list[Finding] = []
    for name, written in levels.items():
        level = OFF if str(written).lower() == _OFF_IN_YAML_1_1 else str(written).lower()
        place = _level_place(subject, name)
        if name.lower() not in names:
            message = f"there is no rule called {name}"
            mistakes.append(place.finding(CHECK_LEVEL, Severity.ERROR, message, hint=rule_hint(name, names)))
        elif level not in LEVELS:
            message = f"{written} is not a level of rule {name}"
            hint = f"Write one of {', '.join(LEVELS)}"
            mistakes.append(place.finding(CHECK_LEVEL, Severity.ERROR, message, hint=hint))
        else:
            settled[names[name.lower()]] = level
    return settled, mistakes


def _level_place(subject: CheckSubject, name: str) -> Place:
    """Where newsletter.yaml sets the level."""
    source = subject.publication_source
    if source is not None and ("rules", name) in source.positions:
        return place_at(source, "rules", name)
    return Place(PUBLICATION_FILE)


def _each_once(findings: Iterable[Finding], subject: CheckSubject) -> Iterator[Finding]:
    """One finding for the same mistake seen in several editions.

    Its edition is the one language it is about; a mistake of several languages is about none in particular.
    """
    editions: dict[Finding, list[str | None]] = {}
    for finding in findings:
        editions.setdefault(replace(finding, edition=None), []).append(finding.edition)
    languages = subject.publication.languages
    for finding, codes in editions.items():
        single = {code for code in codes if code in languages}
        if None in codes or len(single) > 1:
            yield finding
        elif single:
            yield replace(finding, edition=single.pop())
        else:
            yield replace(finding, edition=codes[0])
