"""premailer, tamed: only the theme's own ``inline.css`` goes into style attributes, nothing else changes.

By default premailer 3.10 loses a lower-case doctype (quirks mode), strips ``!important`` from dark mode, deletes
rules that match nothing (``[data-ogsc]``), inlines MJML's resets into every cell (+20 %) and may open the network.
"""

from __future__ import annotations

import logging
import re
from functools import lru_cache

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
    from premailer import Premailer

    html = re.sub(r"\A<!doctype html>", "<!DOCTYPE html>", html, count=1, flags=re.IGNORECASE)
    html = re.sub(r"<style\b", f"<style{_IGNORE}", html)
    inlined: str = Premailer(css_text=[css], **_OPTIONS).transform(html, pretty_print=False)
    return inlined.replace(_IGNORE, "")


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
