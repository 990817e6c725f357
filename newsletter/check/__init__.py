"""Findings about an issue, its editions and its messages: one rule is one module."""

from newsletter.check.report import as_json, as_list, as_text, counts, summary
from newsletter.check.runner import all_rules, run_rules
from newsletter.check.subject import CheckSubject

__all__ = ["CheckSubject", "all_rules", "as_json", "as_list", "as_text", "counts", "run_rules", "summary"]
