"""premailer, tamed: only the theme's own ``inline.css`` goes into style attributes, nothing else changes.

By default premailer 3.10 loses a lower-case doctype (quirks mode), strips ``!important`` from dark mode, deletes
rules that match nothing (``[data-ogsc]``), inlines MJML's resets into every cell (+20 %) and may open the network.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from premailer import Premailer

_Rule = tuple[tuple[int, ...], str, str]
"""premailer's: specificity, selector, declarations."""

_PLAIN_SELECTOR = re.compile(r"[\w.-]+(?:[ >]+[\w.-]+)*", re.ASCII)
_CLASS_IN_SELECTOR = re.compile(r"\.([\w-]+)", re.ASCII)
_CLASS_ATTRIBUTE = re.compile(r"""(?i:class)\s*=\s*["']?((?<=")[^"]*|(?<=')[^']*|[^\s>]*)""")

_OPTIONS = {
    "keep_style_tags": True,
    "strip_important": False,
    "remove_classes": False,
    "disable_leftover_css": True,
    "disable_basic_attributes": ["width", "height", "align", "valign", "bgcolor"],
    "align_floating_images": False,
    "allow_network": False,
    "allow_loading_external_files": False,
    "disable_validation": True,
    "cssutils_logging_level": logging.CRITICAL,
}
_IGNORE = ' data-premailer="ignore"'


def inline(html: str, css: str) -> str:
    """`html` with the rules of `css` in its style attributes; its <style> elements stay byte for byte."""
    html = re.sub(r"\A<!doctype html>", "<!DOCTYPE html>", html, count=1, flags=re.IGNORECASE)
    html = html.replace("<style", f"<style{_IGNORE}")
    inlined: str = _premailer()(html, css_text=[css], **_OPTIONS).transform(pretty_print=False)
    return inlined.replace(_IGNORE, "")


@cache
def _premailer() -> Callable[..., Premailer]:
    """premailer without most of the work that our options make needless; what it makes is the same.

    Its two methods overridden here are not promised to stay. Should they go, mails stay right and get slower.
    """
    from premailer import Premailer

    @lru_cache(maxsize=32)
    def parsed(css: str, index: int) -> list[tuple[_Rule, frozenset[str]]]:
        rules, _ = plain._parse_style_rules(css, index)
        return [(rule, _classes_in(rule[1])) for rule in rules]

    class QuickPremailer(Premailer):  # type: ignore[misc]
        def _parse_style_rules(self, css_body: str, ruleset_index: int) -> tuple[list[_Rule], list[object]]:
            """The rules that may match in this mail; a sheet is parsed once. No leftovers: they are disabled."""
            rules = parsed(css_body, ruleset_index)
            present = _classes_of(self.html)
            return [rule for rule, needed in rules if present is None or needed <= present], []

        def _style_to_basic_html_attributes(self, *_: object, **__: object) -> None:
            """All attributes this could set are disabled in our options."""

    plain = Premailer(**_OPTIONS)
    return QuickPremailer


def _classes_in(selector: str) -> frozenset[str]:
    """The classes without which `selector` matches nothing; none when it says anything out of the ordinary."""
    return frozenset(_CLASS_IN_SELECTOR.findall(selector)) if _PLAIN_SELECTOR.fullmatch(selector) else frozenset()


def _classes_of(html: str) -> set[str] | None:
    """Every class of `html`, and perhaps more; None when it writes them in a way that is not looked into."""
    found = set(_CLASS_ATTRIBUTE.findall(html))
    text = " ".join(found)
    return None if "&" in text or '"' in text or "'" in text else set(text.split())


@lru_cache(maxsize=32)
def css_fault(css: str) -> tuple[str, int, int] | None:
    """Message, line and column of the first thing in `css` that is not CSS; None when all of it is.

    premailer would pass over it in silence.
    """
    import xml.dom

    import cssutils

    cssutils.log.setLevel(logging.CRITICAL)
    parser = cssutils.CSSParser(raiseExceptions=True, validate=False, loglevel=logging.CRITICAL)
    try:
        parser.parseString(css)
    except xml.dom.DOMException as error:
        # cssutils: ("message", line, column), or a text that ends in "[line:column: token]".
        text = str(error.args[0]) if error.args else "not CSS"
        found = re.search(r"\[(\d+):(\d+):", text)
        line, column = (int(found[1]), int(found[2])) if found else (1, 1)
        return re.sub(r"\s*\[\d+:\d+:.*\]\s*\Z", "", text, flags=re.DOTALL), line, column
    return None
