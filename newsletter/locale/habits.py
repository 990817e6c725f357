"""One habit of a language that a text can break: a pattern, its rule, and what should stand there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

DIGITS = "0123456789"
Expected = Callable[[re.Match[str]], str | None]
"""What should stand instead of what was found; None when it is right after all."""


@dataclass(frozen=True, slots=True)
class Misprint:
    """One thing that is wrong in a text. start, end: its offsets. expected: what should stand there.

    rule: id of the rule of `check` that reports it. what: what is wrong, in words. of_words: False when it is
    about spaces and signs, which are those of the text even in a quotation.
    """

    rule: str
    start: int
    end: int
    what: str
    expected: str
    of_words: bool = True


@dataclass(frozen=True, slots=True)
class Habit:
    """A pattern that finds what breaks a habit, and what the habit wants there.

    needs: a text without any of these characters cannot break it.
    """

    rule: str
    what: str
    pattern: re.Pattern[str]
    expected: Expected
    of_words: bool = True
    needs: str = DIGITS

    def misprints(self, text: str) -> Iterator[Misprint]:
        """Everywhere the text breaks it."""
        for found in self.pattern.finditer(text):
            expected = self.expected(found)
            if expected is not None and expected != found[0]:
                yield Misprint(self.rule, found.start(), found.end(), self.what, expected, self.of_words)


def habit(
    rule: str, what: str, pattern: str, expected: str | Expected, *, needs: str = DIGITS, signs: bool = False
) -> Habit:
    r"""A habit from its source text. expected: a template of `re` (``\1``) or what works it out."""
    by = expected if callable(expected) else _expanded(expected)
    return Habit(rule, what, re.compile(pattern), by, not signs, needs)


def _expanded(template: str) -> Expected:
    return lambda found: found.expand(template)
