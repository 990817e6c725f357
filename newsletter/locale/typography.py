"""Typography of running text, per locale: spaces around punctuation, quotation marks, apostrophes, ellipses.

French rules: Office québécois de la langue française, table of spaces (Canada: no space before ``; ! ?``, where
France puts one). English rules: The Canadian Style. Only spaces, quotation marks and dots ever change: a letter, a
digit or a word never does (`newsletter.locale.proofreading` says where those are wrong). All rules are idempotent,
and none changes an address, an e-mail address, a ``{{ placeholder }}`` or a bare ``13:30``.

This runs over every text of every edition, so a rule is only tried on a text that holds the character it is about.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import chain

from newsletter.locale.bidi import keep_order
from newsletter.locale.languages import NBSP, direction, locale_for, only_nbsp
from newsletter.locale.quotation import nest_english, nest_french

Change = Callable[[str], str]
Rule = tuple[Sequence[str], Change]
"""What changes a text, and what a text must hold (one of these) for it to have anything to do."""

_PROTECTED = re.compile(
    r"""
      # Lengths have bounds so that a long word costs no quadratic search.
      # An address, with or without its scheme; the punctuation of its sentence is not part of it.
      (?: (?:[a-z][a-z0-9+.-]{0,30}:// | www\. | mailto: | tel:) [^\s<>«»"“”]*
        | \b[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/ [^\s<>«»"“”]*
      ) (?<![.,:;!?'’…)\]])
      # An e-mail address.
    | \b\w[\w.+%'-]{0,63}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}
      # A placeholder.
    | \{\{[^{}\n]{0,80}\}\}
      # The mark itself, should a text hold it.
    | \ue000
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NEEDS_PROTECTION = ("@", "/", "\ue000", "{{")
_NEEDS_PROTECTION_LOWER = ("www.", "tel:")
"""Cheap to look for; most texts hold none, and looking for whole addresses is half of the cost."""

MARK = "\ue000"
"""Stands for a protected span while the rules run: a private-use character, neither letter nor space nor mark."""

_SP = r"[ \t\u00a0]"
_FRENCH_MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
UNITS = r"h|min|s|km²|km|m²|m|cm|mm|kg|g|mg|t|ha|l|ml|ko|Ko|Mo|Go|To|kW|MW|kWh|MWh|GWh|dB|Hz|°C|M\$|k\$|¢|€|£"
"""Signs that a no-break space keeps with their number; a regular expression."""
_DIGITS = "0123456789"


def typography(text: str, locale: str) -> str:
    """Plain text as the readers of `locale` expect it printed; running it twice changes nothing more.

    For text only, never for HTML or code: give it the text nodes; those of one paragraph, which emphasis or links
    part, go to `typography_across` together.

    fr-CA: U+00A0 before ``:`` ``%`` ``$`` ``»`` and units and after ``«``, none before ``; ! ?``, ``’``, ``…``,
    ``"x"`` becomes ``« x »``. en-CA: curly quotes, no space before punctuation, U+00A0 before ``a.m.``. Both:
    ``p. 12``, ``M. Roy``, ``12 345``, ``514 555-0100`` are not parted by the end of a line. Languages without
    rules of ours only lose U+202F and U+2009; from the right, telephone numbers get direction marks.
    """
    kept = _protected(text)
    marked = only_nbsp(_PROTECTED.sub(MARK, text) if kept else text)
    for needs, change in _rules_for(locale):
        for each in needs:
            if each in marked:
                marked = change(marked)
                break
    return "".join(chain.from_iterable(zip(marked.split(MARK), [*kept, ""], strict=True))) if kept else marked


def addresses_in(text: str) -> list[tuple[int, int]]:
    """Spans of a text that typography leaves alone: addresses, e-mail addresses, placeholders."""
    return [found.span() for found in _PROTECTED.finditer(text)] if _protected(text) else []


def _protected(text: str) -> list[str]:
    for each in _NEEDS_PROTECTION:
        if each in text:
            return _PROTECTED.findall(text)
    lower = text.lower()
    if any(each in lower for each in _NEEDS_PROTECTION_LOWER):
        return _PROTECTED.findall(text)
    return []


def _replace(needs: Sequence[str], pattern: str, by: str) -> Rule:
    compiled = re.compile(pattern)
    return needs, lambda text: compiled.sub(by, text)


def _quotes(needs: str, pattern: str, by: str) -> Rule:
    """Pairs of straight quotes, from the inside out, so that a second run finds no pair the first one missed."""
    compiled = re.compile(pattern)

    def change(text: str) -> str:
        while (changed := compiled.sub(by, text)) != text:
            text = changed
        return text

    return needs, change


def _join(needs: Sequence[str], *patterns: str) -> Rule:
    """Each pattern ends with a space, which becomes one that no line is broken at."""
    compiled = re.compile("|".join(patterns))
    return needs, lambda text: compiled.sub(lambda found: found[0][:-1] + NBSP, text)


def _unbroken(needs: Sequence[str], pattern: str) -> Rule:
    """Every space in what the pattern finds becomes one that no line is broken at."""
    compiled = re.compile(pattern)
    return needs, lambda text: compiled.sub(lambda found: re.sub(r"[ \t]", NBSP, found[0]), text)


def _together(needs: Sequence[str], *rules: Rule) -> Rule:
    """Rules that look for the same characters, looked for once."""

    def change(text: str) -> str:
        for _, each in rules:
            text = each(text)
        return text

    return needs, change


_DOUBLE_PAIR = r'(?<![\w"])"(?=\S)([^"\n]*[^\s"])"(?![\w"])'
_SINGLE_PAIR = r"(?<![\w'’])'(?=\S)([^'\n]*[^\s'])'(?![\w'])"

_EVERYWHERE = (
    _replace(["..."], r"(?<!\.)\.\.\.(?!\.)", "…"),
    _replace(["'"], r"(?<=[^\W\d_])'(?=\w)", "’"),
)
_NO_SPACE_BEFORE = rf"(?:(?<=[^\s«{MARK}])|\A){_SP}+"
"""Spaces that may go: not those behind an address, which would grow by the mark, nor those of a line's start."""

# ``12 345`` keeps on one line, ``2021 300`` is two numbers; a telephone number.
_NUMBERS = (
    _unbroken(_DIGITS, r"(?<![\w.,])\d{1,3}(?:[ \t]\d{3})+(?!\d)"),
    _unbroken(_DIGITS, r"(?<![\w.-])(?:1[ -])?\(?[2-9]\d\d\)?[ \t\u00a0-][2-9]\d\d-\d{4}(?![\w-])"),
)
_NAME_FOLLOWS = r"[ \t](?=[^\W\d_a-z])"
_INITIAL = rf"\.(?:(?<=[^\w.’'][A-Z]\.)|(?<=\A[A-Z]\.)){_NAME_FOLLOWS}"

_FRENCH = (
    *_EVERYWHERE,
    _quotes('"', _DOUBLE_PAIR, f"«{NBSP}\\1{NBSP}»"),
    _quotes("'", _SINGLE_PAIR, r"‘\1’"),
    _replace(["'"], r"(?<=[^\W\d_])'(?!')", "’"),  # the l' before a code span
    (("«", "“"), nest_french),
    _replace(["«"], rf"«{_SP}*(?=\S|\Z)", f"«{NBSP}"),
    _replace(["»"], rf"(?:(?<=\S)|\A){_SP}*»", f"{NBSP}»"),
    _replace([":"], rf"(?:(?<=[^\s:])|\A){_SP}*:(?=\s|\Z)", f"{NBSP}:"),
    _replace(["%", "$"], rf"(?<=\d){_SP}*([%$])(?!\w)", f"{NBSP}\\1"),
    _together(
        _DIGITS,
        _join(
            _DIGITS,
            rf"\d[ \t](?=(?:{UNITS}|millions?|milliards?|(?:mille )?dollars|p\. 100)(?!\w))",
            r"(?<=\d[ \u00a0])h[ \t](?=[0-5]\d(?!\d))",
            rf"(?<!\w)(?:\d{{1,2}}|1er)[ \t](?=(?:{_FRENCH_MONTHS})(?!\w))",
            r"(?<!\w)(?:[nN][o°ᵒº]s?|[nN]ᵒˢ|poste|(?:pp?|art|vol|chap|fig|al|par)\.)[ \t](?=\d)",
        ),
        *_NUMBERS,
    ),
    _join([". ", ".\t"], r"(?<![\w.])MM?\." + _NAME_FOLLOWS, _INITIAL),
    _join(["Mm", "Ml", "Dr", "Pr", "Me ", "Mgr"], r"(?<!\w)(?:Mmes?|Mlles?|Dre?s?|Pre?s?|Me|Mgr)" + _NAME_FOLLOWS),
)

# Spaces go before quotes are paired: a quote next to a space opens or closes nothing.
_FRENCH_CANADA = (
    _replace([";", "!", "?"], rf"{_NO_SPACE_BEFORE}(?=(?:;(?![)(-])|[!?])(?![\w=]))", ""),
    *_FRENCH,
)
_FRENCH_ELSEWHERE = (
    *_FRENCH,
    _replace([";", "!", "?"], rf"(?<=[^\s;:!?{MARK}]){_SP}*(?=[;!?]+(?:\s|\Z))", NBSP),
)

_SPACE_BEFORE = [" ,", " ;", " :", " !", " ?", f"{NBSP},", f"{NBSP};", f"{NBSP}:", f"{NBSP}!", f"{NBSP}?", "\t"]
_ENGLISH = (
    _together(
        _SPACE_BEFORE,
        _replace(_SPACE_BEFORE, rf"(?<!\d){_NO_SPACE_BEFORE}(?=[,;:](?:\s|\Z))", ""),
        _replace(_SPACE_BEFORE, rf"{_NO_SPACE_BEFORE}(?=[!?](?![\w=]))", ""),
    ),
    *_EVERYWHERE,
    _quotes('"', _DOUBLE_PAIR, r"“\1”"),
    _quotes("'", _SINGLE_PAIR, r"‘\1’"),
    _replace(["'"], r"(?<=[^\W\d_])'(?![\w'])", "’"),
    _replace(["'"], r"(?<![\w'])'(?=\d0s(?!\w))", "’"),
    (("“", "«"), nest_english),
    _together(
        _DIGITS,
        _join(
            _DIGITS,
            rf"\d[ \t](?=(?:[ap]\.m\.|(?:{UNITS}|million|billion|percent|per cent)(?!\w)))",
            r"(?<!\w)(?:(?:Nos?|pp?|ss?|art|vol|ch|fig|ext)\.)[ \t](?=\d)",
        ),
        *_NUMBERS,
    ),
    _join([". ", ".\t"], r"(?<!\w)(?:Mr|Mrs|Ms|Dr|Prof|St)\." + _NAME_FOLLOWS, _INITIAL),
)


_RIGHT_TO_LEFT: tuple[Rule, ...] = (([*_DIGITS, "+", "#"], keep_order),)


@lru_cache(maxsize=64)
def _rules_for(locale: str) -> tuple[Rule, ...]:
    data = locale_for(locale)
    if data.language == "fr":
        return _FRENCH_CANADA if data.territory == "CA" else _FRENCH_ELSEWHERE
    if data.language == "en" and locale.lower().startswith("en"):
        return _ENGLISH
    return _RIGHT_TO_LEFT if direction(locale) == "rtl" else ()
