"""Where an issue can be read on the web: one address pattern for every issue and edition of a publication."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urlsplit

from newsletter.models.finding import did_you_mean

PLACEHOLDERS = ("issue", "edition")
EXAMPLE = "https://www.example.org/newsletter/{issue}/{edition}.html"

_FIELD = re.compile(r"\{([^{}]*)\}")
_NOT_IN_ADDRESSES = re.compile(r"[^!#-;=?-\[\]_a-z~{}]")
"""RFC 3986 section 2: everything else stands percent-encoded."""
_PAGE_NAME = re.compile(r"(?:/|\.html?)\Z")


def pattern_fault(pattern: str) -> tuple[str, str] | None:
    """What is wrong with the pattern, and what to do; None when it is sound.

    Sound: https, a host, and a path that holds ``{issue}`` and ``{edition}`` and ends as the pages of every web
    server do, in ``.html`` or in ``/``; no question mark, since what `build` writes is a file.
    """
    if (strange := _NOT_IN_ADDRESSES.search(pattern)) is not None:
        return (
            f"'{strange[0]}' cannot stand in an address",
            "Copy the address from the browser, percent signs and all.",
        )
    if not pattern.startswith("https://"):
        return "expected a whole address from https:// on", f"Write it like this: {EXAMPLE}"
    for name in _FIELD.findall(pattern):
        if name not in PLACEHOLDERS:
            near = did_you_mean(name, PLACEHOLDERS)
            return f"there is no placeholder {{{name}}}", near or "Write {issue} and {edition}, and no other."
    if any(brace in _FIELD.sub("", pattern) for brace in "{}"):
        return "a brace stands alone", "Write placeholders in braces: {issue} and {edition}."
    return _path_fault(pattern)


def _path_fault(pattern: str) -> tuple[str, str] | None:
    try:
        parts = urlsplit(pattern)
        _ = parts.port
    except ValueError:
        return "the address cannot be read", "Copy it again from the browser."
    if "{" in parts.netloc or "@" in parts.netloc or not parts.hostname:
        return "expected the name of a web site after https://", f"Write it like this: {EXAMPLE}"
    if parts.query or parts.fragment or "?" in pattern or "#" in pattern:
        return "a page that is a file has no ? or # in its address", f"Write it like this: {EXAMPLE}"
    missing = [name for name in PLACEHOLDERS if f"{{{name}}}" not in parts.path]
    if missing:
        why = {
            "issue": "every issue would have the same page",
            "edition": "every language would have the same page",
        }
        return f"{{{missing[0]}}} is missing: {why[missing[0]]}", f"Write it like this: {EXAMPLE}"
    if any(unquote(name) in ("", ".", "..") for name in parts.path.removesuffix("/").split("/")[1:]):
        return "the path has an empty part, or one of dots", f"Write it like this: {EXAMPLE}"
    if not _PAGE_NAME.search(parts.path):
        return (
            "expected .html or / at the end",
            "What `newsletter build` writes is a page of HTML, or a folder with one.",
        )
    return None


def page_address(pattern: str, issue: str, edition: str) -> str:
    """Address of one edition of one issue. The ``+`` of ``fr+en`` is encoded: some hosts read it as a space."""
    return _filled(pattern, quote(issue, safe=""), quote(edition, safe=""))


def page_folder(pattern: str) -> str:
    """The part of the address that all pages share, a folder of the web site, with a slash at its end."""
    return pattern[: pattern.index("{")].rpartition("/")[0] + "/"


def page_file(pattern: str, issue: str, edition: str) -> str:
    """The file of that page below `page_folder`, with forward slashes: ``2024-02/fr.html``."""
    rest = unquote(pattern[len(page_folder(pattern)) :])
    path = _filled(rest, issue, edition)
    return f"{path}index.html" if path.endswith("/") else path


def _filled(pattern: str, issue: str, edition: str) -> str:
    return pattern.replace("{issue}", issue).replace("{edition}", edition)
