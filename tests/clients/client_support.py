"""What mail programs support, by caniemail's data, and a mail with only what one of them supports."""

from __future__ import annotations

import json
from functools import cache

from client_views import for_outlook
from lxml import html as lxml_html
from mail_features import (
    HEADINGS,
    LISTS,
    SEMANTICS,
    UNLISTED_ATTRIBUTES,
    declarations_of,
    of_conditions,
    of_declaration,
    of_selector,
    rules_of,
    without_comments,
)
from npm_packages import package

FAMILIES = ("gmail", "outlook", "apple-mail", "yahoo", "thunderbird", "samsung-email")


@cache
def support() -> dict[str, dict[str, str]]:
    """Feature -> program (``gmail.ios``) -> y, a (partly), n or u (not known), of the newest version tested."""
    data = json.loads((package("caniemail") / "data" / "caniemail.json").read_text(encoding="utf-8"))["data"]
    return {
        feature["slug"]: {
            f"{family}.{platform}": list(versions.values())[-1].split()[0]
            for family in FAMILIES
            for platform, versions in feature["stats"].get(family, {}).items()
            if versions
        }
        for feature in data
    }


@cache
def programs() -> tuple[str, ...]:
    """Every program of these families that the data knows, on every platform."""
    return tuple(sorted({program for of in support().values() for program in of}))


def lacks(program: str, feature: str) -> bool:
    """Whether the program is known not to support the feature."""
    return support().get(feature, {}).get(program) == "n"


def as_shown_by(program: str, html: str) -> str:
    """The mail without anything the program is known not to support: styles, rules, attributes, elements, the doctype.

    What is supported in part stays.
    """
    document = lxml_html.document_fromstring(for_word(program, html))
    for sheet in list(document.iter("style")):
        if lacks(program, "html-style"):
            sheet.drop_tree()
        else:
            sheet.text = _sheet(program, sheet.text_content())
    for element in list(document.iter()):
        if isinstance(element.tag, str):
            _keep_supported(program, element)
    doctype = "" if lacks(program, "html-doctype") else "<!doctype html>"
    return lxml_html.tostring(document, encoding="unicode", doctype=doctype)


def for_word(program: str, html: str) -> str:
    """Outlook on Windows reads its conditional comments; every other program passes over them."""
    return for_outlook(html) if program in ("outlook.windows", "outlook.windows-mail") else html


def _keep_supported(program: str, element) -> None:
    style = [each for each in declarations_of(element.get("style") or "") if _supported(program, each)]
    if element.get("style") is not None:
        element.set("style", "; ".join(style))
    for name in list(element.attrib):
        if name not in UNLISTED_ATTRIBUTES and lacks(program, f"html-{name}"):
            del element.attrib[name]
    groups = ((HEADINGS, "html-h1-h6"), (LISTS, "html-lists"), (SEMANTICS, "html-semantics"))
    feature = next((feature for tags, feature in groups if element.tag in tags), f"html-{element.tag}")
    if lacks(program, feature) and element.tag != "style":
        element.tag = "div"


def _supported(program: str, declaration: str) -> bool:
    return not any(lacks(program, feature) for feature in of_declaration(declaration))


def _sheet(program: str, css: str) -> str:
    kept = []
    for rule in rules_of(without_comments(css)):
        if any(lacks(program, feature) for feature in of_conditions(rule)):
            continue
        selectors = [each for each in rule.selectors if not any(lacks(program, f) for f in of_selector(each))]
        declarations = [each for each in rule.declarations if _supported(program, each)]
        if selectors and declarations:
            body = f"{', '.join(selectors)} {{ {'; '.join(declarations)} }}"
            for condition in reversed(rule.conditions):
                body = f"{condition} {{ {body} }}"
            kept.append(body)
    return "\n".join(kept)
