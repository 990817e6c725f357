"""Left-to-right figures in right-to-left text.

The bidirectional algorithm (UAX 9) treats the spaces, hyphens and plus signs between digits as neutral, so in an
Arabic or Hebrew line ``+1 514 555-0100`` is shown as ``0100-555 514 1+``. A left-to-right mark on each side keeps
it in order, in HTML and in plain text alike. A span of years or days (``7–17``) is left alone: it reads from the
right, as CLDR means it to.
"""

from __future__ import annotations

import re

from newsletter.locale.languages import NBSP

LRM = "\u200e"
"""LEFT-TO-RIGHT MARK: shows nothing, and counts as a letter of that direction."""

_ORDERED = re.compile(
    rf"""
    (?<![\w{LRM}+(.-]) (?>
      \+?\(?[0-9][0-9()]* (?: [ \u00a0.-] \(?[0-9][0-9()]* )+   # a telephone number, an ISO date, a reference
      | \+[0-9]{{4,}}                                           # the same without spaces
      | [0-9][\w.+-]{{0,63}}@[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{0,8}}   # an e-mail address that begins with a digit
      | [A-Za-z][A-Za-z0-9]* (?:\+\+?|[#])                      # C++, C#
    ) (?![\w{LRM}])
    """,
    re.VERBOSE,
)
_LEAST_DIGITS = 6
"""Fewer digits than these between spaces are two numbers, each of which reads from the right."""


def keep_order(text: str) -> str:
    """`text` of a right-to-left language with marks around what reads from the left, and no line broken within it.

    Twice changes nothing more.
    """
    return _ORDERED.sub(lambda found: _kept(found[0]) if _is_one(found[0]) else found[0], text)


def _kept(figures: str) -> str:
    return f"{LRM}{figures.replace(' ', NBSP)}{LRM}"


def _is_one(text: str) -> bool:
    digits = sum(character.isdigit() for character in text)
    return digits == 0 or digits >= _LEAST_DIGITS or "@" in text
