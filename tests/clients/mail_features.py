"""Which features of HTML and CSS a mail uses, by their names at caniemail.com."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import html as lxml_html

BOX_SIDES = ("top", "right", "bottom", "left")
GROUPS = {
    "css-border": (
        *("border", "border-width", "border-style", "border-color"),
        *(f"border-{side}{what}" for side in BOX_SIDES for what in ("", "-width", "-style", "-color")),
    ),
    "css-padding": ("padding", *(f"padding-{each}" for each in BOX_SIDES)),
    "css-margin": ("margin", *(f"margin-{each}" for each in BOX_SIDES)),
    "css-left-right-top-bottom": BOX_SIDES,
    "css-gap": ("gap", "column-gap", "row-gap"),
    "css-column-layout-properties": ("columns", "column-fill", "column-rule", "column-span", "column-width"),
}
"""Properties that caniemail tells of together. Any other property `x` is its feature `css-x`."""
PROPERTY_FEATURE = {name: feature for feature, names in GROUPS.items() for name in names}

UNLISTED_PROPERTIES = {
    "color": "colours of text are known everywhere",
    "font-family": "known everywhere; the lists end in a generic family",
    "-webkit-text-size-adjust": "MJML's reset: keeps iOS from enlarging text, nothing elsewhere",
    "-ms-text-size-adjust": "MJML's reset, for Windows Phone",
    "-ms-interpolation-mode": "MJML's reset, for Internet Explorer",
    "supported-color-schemes": "the older name of color-scheme, for Apple Mail",
    "font-style": "known everywhere",
}
"""Properties that caniemail does not have, and what is known of them. Those that begin with mso- are Outlook's own."""

UNLISTED_ELEMENTS = {
    "html",
    "head",
    "title",
    "meta",
    "a",
    "tr",
    "td",
    "th",
    "tbody",
    "br",
    "em",
    "b",
    "i",
    "noscript",
    "xml",
}
UNLISTED_ATTRIBUTES = {
    *("style", "class", "id", "name", "href", "src", "alt", "border", "bgcolor", "content", "http-equiv", "type"),
    *("hreflang", "xmlns", "media", "vertical-align", "colspan", "rowspan", "title", "aria-roledescription"),
}
"""Elements and attributes that caniemail does not have: as old as HTML mail, or read by nobody when they are not."""

HEADINGS = {f"h{level}" for level in range(1, 7)}
LISTS = {"ul", "ol", "li", "dl", "dt", "dd"}
SEMANTICS = {
    *("article", "aside", "details", "figcaption", "figure", "footer", "header"),
    *("main", "mark", "nav", "section", "summary", "time"),
}
LENGTHS = ("ch", "cm", "em", "ex", "in", "mm", "pc", "pt", "px", "rem", "vh", "vmax", "vmin", "vw")
UNITS = {"%": "percent", **{unit: unit for unit in LENGTHS}}
FUNCTIONS = {"calc": "css-unit-calc", "rgb": "css-rgb", "rgba": "css-rgba", "var": "css-variables"}
MEDIA = {
    "prefers-color-scheme": "css-at-media-prefers-color-scheme",
    "prefers-reduced-motion": "css-at-media-prefers-reduced-motion",
    "hover": "css-at-media-hover",
    "orientation": "css-at-media-orientation",
    "device-pixel-ratio": "css-at-media-device-pixel-ratio",
}
_COMBINATORS = {">": "child", "+": "adjacent-sibling", "~": "general-sibling", " ": "descendant"}


@dataclass(frozen=True)
class Rule:
    """A style rule: the conditions of the at-rules around it, its selectors, and its declarations as written."""

    conditions: tuple[str, ...]
    selectors: tuple[str, ...]
    declarations: tuple[str, ...]


def rules_of(css: str, around: tuple[str, ...] = ()) -> Iterator[Rule]:
    """Every style rule of a sheet without comments; at-rules that hold none are passed over."""
    for found in re.finditer(r"([^{}]+)\{((?:[^{}]|\{[^{}]*\})*)\}", css):
        head, body = " ".join(found[1].split()), found[2]
        if head.startswith("@"):
            yield from rules_of(body, (*around, head))
        else:
            selectors = tuple(each.strip() for each in head.split(","))
            yield Rule(around, selectors, declarations_of(body))


def declarations_of(style: str) -> tuple[str, ...]:
    """``property: value`` as written, one by one."""
    return tuple(each.strip() for each in style.split(";") if ":" in each)


def sheets_of(document) -> list[str]:
    """The text of every style sheet, comments left in."""
    return [each.text_content() for each in document.iter("style")]


def without_comments(css: str) -> str:
    return re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)


def features_of(html: str) -> dict[str, str]:
    """Feature -> where it was seen first. What nobody knows is a feature by a name that begins with a question mark."""
    document = lxml_html.document_fromstring(html)
    seen: dict[str, str] = {}
    pairs = [*_of_document(html, document), *_of_sheets(document)]
    for element in document.iter():
        if isinstance(element.tag, str) and ":" not in element.tag:
            pairs += _of_element(element)
    for feature, where in pairs:
        seen.setdefault(feature, where)
    return seen


def _of_document(html: str, document) -> Iterator[tuple[str, str]]:
    if html.lstrip().lower().startswith("<!doctype html>"):
        yield "html-doctype", "<!doctype html>"
    if any(not isinstance(each.tag, str) for each in document.iter()):
        yield "html-comments", "<!-- -->"
    if document.xpath("//meta[@name='color-scheme']"):
        yield "html-meta-color-scheme", "<meta name=color-scheme>"


def _of_element(element) -> Iterator[tuple[str, str]]:
    tag = element.tag
    where = f"<{tag} class='{element.get('class') or ''}'>"
    if tag in HEADINGS:
        yield "html-h1-h6", where
    elif tag in LISTS:
        yield "html-lists", where
    elif tag in SEMANTICS:
        yield "html-semantics", where
    elif tag not in UNLISTED_ELEMENTS:
        yield f"html-{tag}", where
    for name, value in element.attrib.items():
        if name not in UNLISTED_ATTRIBUTES and not name.startswith("xmlns:"):
            yield f"html-{name}", f"{where} {name}={value[:40]}"
    for declaration in declarations_of(element.get("style") or ""):
        for feature in of_declaration(declaration):
            yield feature, f"{where} {declaration}"
    yield from ((feature, where) for feature in _of_address(element))


def _of_address(element) -> Iterator[str]:
    address = element.get("href") or element.get("src") or ""
    if element.tag == "a" and address.startswith("#"):
        yield "html-anchor-links"
    if address.startswith("mailto:"):
        yield "html-mailto-links"
    if element.tag == "img":
        found = re.search(r"\.(\w+)(?:\?|$)", address)
        ending = found[1].lower().replace("jpeg", "jpg") if found else "?"
        yield "image-base64" if address.startswith("data:") else f"image-{ending}"


def of_declaration(declaration: str) -> Iterator[str]:
    """Features of one declaration: its property, its units and functions, and what its value asks for."""
    name, _, value = (part.strip().lower() for part in declaration.partition(":"))
    if name.startswith("mso-"):
        return
    if name not in UNLISTED_PROPERTIES:
        yield PROPERTY_FEATURE.get(name, f"css-{name}")
    if name == "display" and "none" in value:
        yield "css-display-none"
    if name == "display" and "flex" in value:
        yield "css-display-flex"
    if name == "display" and "grid" in value:
        yield "css-display-grid"
    if "!important" in value:
        yield "css-important"
    for unit in re.findall(r"(?<![\w#.-])-?[\d.]+([a-z]+|%)", value):
        yield f"css-unit-{UNITS.get(unit, unit)}"
    for function in re.findall(r"([a-z-]+)\(", value):
        if function != "url":
            yield FUNCTIONS.get(function, f"css-function-{function}")


def _of_sheets(document) -> Iterator[tuple[str, str]]:
    for sheet in sheets_of(document):
        if "/*" in sheet:
            yield "css-comments", sheet[:60]
        for at in re.findall(r"@(import|font-face|keyframes)", without_comments(sheet)):
            yield f"css-at-{at}", f"@{at}"
        for rule in rules_of(without_comments(sheet)):
            where = f"{' '.join(rule.conditions)} {', '.join(rule.selectors)}"
            for feature in of_rule(rule):
                yield feature, where
            for declaration in rule.declarations:
                for feature in of_declaration(declaration):
                    yield feature, f"{where} {{ {declaration} }}"


def of_rule(rule: Rule) -> Iterator[str]:
    """Features of a rule's conditions and selectors; not of its declarations."""
    yield from of_conditions(rule)
    if len(rule.selectors) > 1:
        yield "css-selector-grouping"
    for selector in rule.selectors:
        yield from of_selector(selector)


def of_conditions(rule: Rule) -> Iterator[str]:
    """Features of the at-rules around a rule."""
    for condition in rule.conditions:
        found = re.match(r"@([a-z-]+)", condition)
        yield f"css-at-{found[1] if found else '?'}"
        if condition.startswith("@media"):
            yield from (feature for word, feature in MEDIA.items() if word in condition)


def of_selector(selector: str) -> Iterator[str]:
    """Features of one selector."""
    bare = re.sub(r"\[[^\]]*\]", "[]", selector)
    for combinator in re.findall(r"\s*([>+~])\s*|(\s)", bare):
        yield f"css-selector-{_COMBINATORS[combinator[0] or ' ']}"
    for kind, sign in (("class", "."), ("id", "#"), ("attribute", "["), ("universal", "*")):
        if sign in bare:
            yield f"css-selector-{kind}"
    for colons, name in re.findall(r"(::?)([a-z-]+)", bare):
        if name != "root":
            yield f"css-pseudo-{'element' if colons == '::' else 'class'}-{name}"
    for compound in re.split(r"[\s>+~]+", bare):
        if re.match(r"[a-z]", compound):
            yield "css-selector-type"
        if len(re.findall(r"[.#\[]", compound)) + bool(re.match(r"[a-z]", compound)) > 1:
            yield "css-selector-chaining"
