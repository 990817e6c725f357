"""Every rule is complete: constants, page, alias, test file, section in the reference."""

import importlib
import pkgutil
import re
import subprocess
import sys
from inspect import cleandoc
from pathlib import Path

import pytest

from newsletter.check import all_rules, rules
from newsletter.check.manual import LABELS, reference
from newsletter.check.rules.interface import Target
from newsletter.models.finding import Severity

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "rules.md"


def module_name(rule):
    return rule.__name__.rpartition(".")[2]


def test_every_module_is_a_rule():
    modules = {module.name for module in pkgutil.iter_modules(rules.__path__)} - {"interface"}
    assert {module_name(rule) for rule in all_rules()} == modules
    assert [rule.ID for rule in all_rules()] == sorted(rule.ID for rule in all_rules())


def test_names_are_unique():
    names = [name for rule in all_rules() for name in (rule.ID.lower(), rule.ALIAS)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.ID)
def test_rule_is_complete(rule):
    assert re.fullmatch(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)+", rule.ID)
    assert module_name(rule) == rule.ID.lower().replace("-", "_")
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.ALIAS)
    assert rule.SEVERITY in Severity
    assert rule.APPLIES_TO in Target
    assert (Path(__file__).parent / f"test_{module_name(rule)}.py").is_file()


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.ID)
def test_rule_has_its_page(rule):
    title, _, rest = cleandoc(rule.__doc__).partition("\n")
    assert title.endswith(".")
    assert re.findall(rf"^({'|'.join(LABELS)}): \S", rest, flags=re.MULTILINE) == list(LABELS)


def test_reference_is_fresh():
    assert PAGE.read_text(encoding="utf-8") == reference(all_rules()), (
        "stale; write it anew: python -m newsletter.check.manual docs/reference/rules.md"
    )


def test_reference_is_written_by_its_command(tmp_path):
    page = tmp_path / "rules.md"
    subprocess.run([sys.executable, "-m", "newsletter.check.manual", str(page)], check=True, cwd=ROOT)
    assert page.read_bytes() == PAGE.read_bytes()


def test_importing_the_package_imports_no_rule():
    code = (
        "import sys, newsletter.check; "
        "found = [m for m in sys.modules if m.startswith('newsletter.check.rules.') and not m.endswith('interface')]; "
        "sys.exit(' '.join(found) or 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_interface_is_no_rule():
    assert not hasattr(importlib.import_module("newsletter.check.rules.interface"), "ID")
