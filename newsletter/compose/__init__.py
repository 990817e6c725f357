"""Issue files, and the editions they resolve to with a corpus."""

from newsletter.compose.composer import (
    ChosenSection,
    articles_of,
    choose_articles,
    compose_edition,
    select_articles,
    slugs_of,
)
from newsletter.compose.issue_file import find_issue, issue_ids, language_findings, load_issue

__all__ = [
    "ChosenSection",
    "articles_of",
    "choose_articles",
    "compose_edition",
    "find_issue",
    "issue_ids",
    "language_findings",
    "load_issue",
    "select_articles",
    "slugs_of",
]
