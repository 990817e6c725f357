"""Typography of running text, per locale: spaces around punctuation, quotation marks, apostrophes, ellipses.

French rules: Office québécois de la langue française, table of spaces (Canada: no space before ``; ! ?``, where
France puts one). English rules: The Canadian Style. All rules are idempotent, and none changes an address, an
e-mail address or a bare ``13:30``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain

from newsletter.locale.languages import NBSP, locale_for, only_nbsp

Rule = Callable[[str], str]

_PROTECTED = re.compile(
    r"""
      # Lengths have bounds so that a long word costs no quadratic search.
      # An address, with or without its scheme; the punctuation of its sentence is not part of it.
      (?: (?:[a-z][a-z0-9+.-]{0,30}:// | www\. | mailto: | tel:) [^\s<>«»"“”]*
        | \b[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/ [^\s<>«»"“”]*
      ) (?<![.,:;!?'’…)\]])
      # An e-mail address.
    | \b\w[\w.+%'-]{0,63}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}
      # The mark itself, should a text hold it.
    | \ue000
    """,
    re.VERBOSE | re.IGNORECASE,
)
_MAY_NEED_PROTECTION = re.compile(r"[@/\ue000]|www\.|tel:", re.IGNORECASE)
"""Cheap to look for; most texts hold none, and looking for whole addresses is half of the cost."""

_MARK = "\ue000"
"""Stands for a protected span while the rules run: a private-use character, neither letter nor space nor mark."""

_SP = r"[ \t\u00a0]"
_FRENCH_MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_UNITS = "h|min|s|km|m|cm|mm|kg|g|mg|t|ha|l|ml|ko|Ko|Mo|Go|To|kW|MW|kWh|MWh|GWh|dB|Hz|°C|M\\$|k\\$|¢|€|£"


def typography(text: str, locale: str) -> str:
    """Plain text as the readers of `locale` expect it printed; running it twice changes nothing more.

    For text only, never for HTML or code: give it the text nodes. fr-CA: U+00A0 before ``:`` ``%`` ``$`` ``»`` and
    units and after ``«``, none before ``; ! ?``, ``’``, ``…``, ``"x"`` becomes ``« x »``. en-CA: curly quotes, no
    space before punctuation, U+00A0 before ``a.m.``. Languages without rules of ours only lose U+202F and U+2009.
    """
    kept = _PROTECTED.findall(text) if _MAY_NEED_PROTECTION.search(text) else []
    marked = only_nbsp(_PROTECTED.sub(_MARK, text) if kept else text)
    for rule in _rules_for(locale):
        marked = rule(marked)
    return "".join(chain.from_iterable(_put_back(marked, kept)))


def _put_back(marked: str, kept: list[str]) -> Iterator[tuple[str, str]]:
    return zip(marked.split(_MARK), [*kept, ""], strict=True)


def _replace(pattern: str, by: str) -> Rule:
    compiled = re.compile(pattern)
    return lambda text: compiled.sub(by, text)


def _quotes(pattern: str, by: str) -> Rule:
    """Pairs of straight quotes, from the inside out, so that a second run finds no pair the first one missed."""
    compiled = re.compile(pattern)

    def rule(text: str) -> str:
        while (changed := compiled.sub(by, text)) != text:
            text = changed
        return text

    return rule


def _group_digits(text: str) -> str:
    """``12 345`` keeps on one line; ``2021 300`` is two numbers."""
    return re.sub(r"(?<![\w.,])\d{1,3}(?:[ \t]\d{3})+(?!\d)", lambda found: re.sub(r"[ \t]", NBSP, found[0]), text)


_DOUBLE_PAIR = r'(?<![\w"])"(?=\S)([^"\n]*[^\s"])"(?![\w"])'
_SINGLE_PAIR = r"(?<![\w'’])'(?=\S)([^'\n]*[^\s'])'(?![\w'])"

_EVERYWHERE = (
    _replace(r"(?<!\.)\.\.\.(?!\.)", "…"),
    _replace(r"(?<=[^\W\d_])'(?=\w)", "’"),
)
_NO_SPACE_BEFORE = rf"(?:(?<=[^\s«{_MARK}])|\A){_SP}+"
"""Spaces that may go: not those behind an address, which would grow by the mark, nor those of a line's start."""

_FRENCH = (
    *_EVERYWHERE,
    _quotes(_DOUBLE_PAIR, f"«{NBSP}\\1{NBSP}»"),
    _quotes(_SINGLE_PAIR, r"‘\1’"),
    _replace(r"(?<=[^\W\d_])'(?!')", "’"),  # the l' before a word set in bold is a text of its own
    _replace(rf"«{_SP}*(?=\S|\Z)", f"«{NBSP}"),
    _replace(rf"(?:(?<=\S)|\A){_SP}*»", f"{NBSP}»"),
    _replace(rf"(?:(?<=[^\s:])|\A){_SP}*:(?=\s|\Z)", f"{NBSP}:"),
    _replace(rf"(?<=\d){_SP}*([%$])(?!\w)", f"{NBSP}\\1"),
    _replace(rf"(?<=\d)[ \t](?=(?:{_UNITS})(?!\w))", NBSP),
    _replace(rf"(?<=\d{NBSP}h)[ \t](?=[0-5]\d(?!\d))", NBSP),
    _replace(rf"(?<![\w])([0-9]{{1,2}}|1er)[ \t](?=(?:{_FRENCH_MONTHS})(?!\w))", f"\\1{NBSP}"),
    _group_digits,
)

# Spaces go before quotes are paired: a quote next to a space opens or closes nothing.
_FRENCH_CANADA = (_replace(rf"{_NO_SPACE_BEFORE}(?=(?:;(?![)(-])|[!?])(?![\w=]))", ""), *_FRENCH)
_FRENCH_ELSEWHERE = (*_FRENCH, _replace(rf"(?<=[^\s;:!?{_MARK}]){_SP}*(?=[;!?]+(?:\s|\Z))", NBSP))

_ENGLISH = (
    _replace(rf"(?<!\d){_NO_SPACE_BEFORE}(?=[,;:](?:\s|\Z))", ""),
    _replace(rf"{_NO_SPACE_BEFORE}(?=[!?](?![\w=]))", ""),
    *_EVERYWHERE,
    _quotes(_DOUBLE_PAIR, r"“\1”"),
    _quotes(_SINGLE_PAIR, r"‘\1’"),
    _replace(r"(?<=[^\W\d_])'(?![\w'])", "’"),
    _replace(r"(?<![\w'])'(?=\d0s(?!\w))", "’"),
    _replace(r"(?<=\d)[ \t](?=[ap]\.m\.)", NBSP),
)


def _rules_for(locale: str) -> tuple[Rule, ...]:
    data = locale_for(locale)
    if data.language == "fr":
        return _FRENCH_CANADA if data.territory == "CA" else _FRENCH_ELSEWHERE
    return _ENGLISH if data.language == "en" and locale.lower().startswith("en") else ()
