"""premailer, tamed: only the theme's own ``inline.css`` goes into style attributes, nothing else changes.

By default premailer 3.10 loses a lower-case doctype (quirks mode), strips ``!important`` from dark mode, deletes
rules that match nothing (``[data-ogsc]``), inlines MJML's resets into every cell (+20 %) and may open the network.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from types import FunctionType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from premailer import Premailer

_Rule = tuple[tuple[int, ...], str, str]
"""premailer's: specificity, selector, declarations."""
_Pairs = tuple[tuple[str, str], ...]
"""Declarations, each a property and its value."""
_Compound = tuple[str, str, str]
"""One step of a selector: what joins it to the step before, its element (or nothing), its classes: ``.a.b``."""

_COMPOUND = re.compile(r"(\A| ?> ?| )([a-z][a-z0-9]*)?((?:\.[a-z][\w-]*)*)", re.ASCII)
_NAME = re.compile(r"[a-z][a-z0-9]*", re.ASCII)
_MOST_WAYS = 4
"""A selector that names elements is a list of selectors; past this many it costs what it saves."""

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
}


def inline(html: str, css: str) -> str:
    """`html` with the rules of `css` in its style attributes; its <style> elements stay byte for byte."""
    from lxml import etree

    html = re.sub(r"\A<!doctype html>", "<!DOCTYPE html>", html.strip(), count=1, flags=re.IGNORECASE)
    page = etree.fromstring(html, etree.HTMLParser())
    styles = list(page.iter("style"))
    for style in styles:
        style.set("data-premailer", "ignore")
    _premailer()(page, css_text=[css], **_OPTIONS).transform()
    for style in styles:  # premailer has taken out its mark, but for those with a media query
        style.attrib.pop("data-premailer", None)
    document = page.getroottree()
    whole = document if html.startswith(document.docinfo.doctype) else page
    inlined: bytes = etree.tostring(whole, method="html", encoding="utf-8")
    return inlined.decode()


@cache
def _premailer() -> Callable[..., Premailer]:
    """premailer without most of the work that our options make needless; what it makes is the same.

    Its methods and functions named here are not promised to stay. Should they go, mails stay right and get slower.
    """
    import cssutils
    from lxml import etree
    from premailer import Premailer

    cssutils.log.setLevel(logging.CRITICAL)
    with_class = etree.XPath("descendant-or-self::*[@class]")

    @lru_cache(maxsize=32)
    def parsed(css: str, index: int) -> list[tuple[_Rule, list[_Compound]]]:
        rules, _ = plain._parse_style_rules(css, index)
        return [(rule, _compounds(rule[1])) for rule in rules]

    class QuickPremailer(Premailer):  # type: ignore[misc]
        def _parse_style_rules(self, css_body: str, ruleset_index: int) -> tuple[list[_Rule], list[object]]:
            """The rules that match in this mail; a sheet is parsed once. Leftovers are disabled."""
            names: dict[str, set[str]] = {}
            for element in with_class(self.html):
                for word in element.get("class").split():
                    names.setdefault(word, set()).add(element.tag)
            rules = []
            for (specificity, selector, declarations), compounds in parsed(css_body, ruleset_index):
                if narrowed := _narrowed(selector, compounds, names):
                    rules.append((specificity, narrowed, declarations))
            return rules, []

        def _style_to_basic_html_attributes(self, *_: object, **__: object) -> None:
            """All attributes this could set are disabled in our options."""

        transform = _remembering(Premailer.transform)

    plain = Premailer(**_OPTIONS)
    return QuickPremailer


def _remembering(transform: FunctionType) -> FunctionType:
    """premailer's own `transform`, calling functions that remember what they made.

    premailer remembers 128 things for all of the process; a mail with more styles than that is parsed again and
    again. And it merges the styles of each paragraph anew.
    """
    from lxml.cssselect import CSSSelector
    from premailer.merge_style import csstext_to_pairs, merge_styles

    @lru_cache(maxsize=4096)
    def pairs(style: str, validate: bool) -> _Pairs:
        return tuple(csstext_to_pairs(style, validate=validate))

    @lru_cache(maxsize=4096)
    def merged(inline_style: str, new_styles: tuple[_Pairs, ...], classes: tuple[str, ...], unset: bool) -> str:
        style: str = merge_styles(inline_style, new_styles, classes, remove_unset_properties=unset)
        return style

    def merge(
        inline_style: str, new_styles: list[_Pairs], classes: list[str], remove_unset_properties: bool
    ) -> str:
        return merged(inline_style, tuple(new_styles), tuple(classes), remove_unset_properties)

    own = {"csstext_to_pairs": pairs, "merge_styles": merge, "_create_cssselector": lru_cache(1024)(CSSSelector)}
    quick = FunctionType(
        transform.__code__,
        transform.__globals__ | own,
        closure=transform.__closure__,
        argdefs=transform.__defaults__,
    )
    quick.__kwdefaults__ = transform.__kwdefaults__
    return quick


def _compounds(selector: str) -> list[_Compound]:
    """The steps of a selector made of elements, classes, blanks and ``>``; none when there is more in it."""
    found: list[_Compound] = _COMPOUND.findall(selector)
    plain = "".join(map("".join, found)) == selector and all(name or classes for _, name, classes in found)
    return found if plain else []


def _narrowed(selector: str, compounds: list[_Compound], names: Mapping[str, set[str]]) -> str | None:
    """A selector for the same elements that is found sooner, since it names them; None when there are none.

    Looking for ``p.lead`` means to look at paragraphs, for ``.lead`` at the classes of every element.
    names: class -> the kinds of element that have it.
    """
    ways = [""]
    for joint, name, classes in compounds:
        having = [names.get(each, set()) for each in classes.split(".")[1:]]
        kinds = set.intersection(*having) if having else {name}
        if not kinds or (name and name not in kinds):
            return None
        named = [name] if name or not all(map(_NAME.fullmatch, kinds)) else sorted(kinds)
        ways = [f"{way}{joint}{kind}{classes}" for way in ways for kind in named]
    return ", ".join(ways) if compounds and len(ways) <= _MOST_WAYS else selector


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
