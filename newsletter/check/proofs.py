"""Proofreading of one issue: of what people wrote, and of what a template adds to it in the mail.

What typography repairs by itself is no finding. Words of a template are not typeset, so there it is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.check.page import Element
from newsletter.check.places import Place
from newsletter.locale.inline import OBJECT
from newsletter.locale.proofreading import Misprint, proofread
from newsletter.models.finding import Finding, Severity

if TYPE_CHECKING:
    from newsletter.check.subject import CheckSubject

_SILENT = frozenset({"head", "style", "script", "title", "template"})
_INLINE = frozenset({"a", "abbr", "b", "code", "em", "i", "small", "span", "strong", "sub", "sup", "u", "font"})
_CONTEXT = 14
"""How many characters are shown on either side of a mistake that is a mere sign."""
_HINTS = {
    "FR-GUILL": "Put the words between « and », with no-break spaces (U+00A0) inside.",
    "FR-NBSP-COLON": "Put a no-break space (U+00A0) before the colon.",
    "FR-NBSP-UNIT": "Put a no-break space (U+00A0) there.",
    "FR-NOSPACE": "Take the space out.",
    "EN-QUOTES": "Put the words between “ and ”, with no space before a mark of punctuation.",
}
"""What to do about a mere sign, by rule."""
_OF_SIGNS = "Write “’” and “…”."


@dataclass(frozen=True, slots=True)
class Proof:
    """One mistake at its place. text: the passage it stands in."""

    misprint: Misprint
    text: str
    place: Place
    language: str

    @property
    def written(self) -> str:
        """What stands there."""
        return self.text[self.misprint.start : self.misprint.end]

    def finding(self, severity: Severity) -> Finding:
        """What `check` says of it."""
        one = self.misprint
        message = f"{one.what}: “{_shown(self._with_context())}”"
        hint = f"Write “{_shown(one.expected)}”." if one.of_words else _HINTS.get(one.rule, _OF_SIGNS)
        return self.place.finding(one.rule, severity, message, hint=hint, edition=self.language)

    def _with_context(self) -> str:
        if self.misprint.of_words and len(self.written.strip()) >= 3:
            return self.written.strip()
        start = self.text.rfind(" ", 0, max(0, self.misprint.start - _CONTEXT)) + 1
        end = self.text.find(" ", self.misprint.end + _CONTEXT)
        return self.text[start : end if end >= 0 else len(self.text)].strip()


def findings_of(subject: CheckSubject, rule: str, severity: Severity) -> Iterator[Finding]:
    """The findings of one rule of proofreading."""
    for proof in subject.proofs.get(rule, ()):
        yield proof.finding(severity)


def read_proofs(subject: CheckSubject) -> Mapping[str, list[Proof]]:
    """All mistakes by rule. One that stands in a file and in the mail made of it is named once, in the file."""
    written = list(_of_authors(subject))
    known = {(proof.misprint.rule, _shown(proof.written)) for proof in written}
    made = (proof for proof in _of_mails(subject) if _key(proof) not in known)
    found: dict[str, list[Proof]] = {}
    for proof in (*written, *made):
        found.setdefault(proof.misprint.rule, []).append(proof)
    return found


def _key(proof: Proof) -> tuple[str, str]:
    return proof.misprint.rule, _shown(proof.written)


def _of_authors(subject: CheckSubject) -> Iterator[Proof]:
    for passage in subject.passages:
        for one in proofread(passage.text, passage.locale):
            yield Proof(one, passage.text, passage.place_of(one.start), passage.language)


def _of_mails(subject: CheckSubject) -> Iterator[Proof]:
    """What readers see in the HTML, and in the text part of an edition in one language."""
    locales = {subject.publication.locale(code): code for code in subject.publication.languages}
    for code, page in subject.pages.items():
        for locale, text in _blocks(page.body, locales, subject.publication.locale(code.partition("+")[0])):
            yield from _of_mail(subject, text, locale, locales[locale], code)
    for code, whole in subject.texts.items():
        if code in subject.publication.languages:
            for block in whole.replace("\r\n", "\n").split("\n\n"):
                text = " ".join(line.strip() for line in block.split("\n"))
                yield from _of_mail(subject, text, subject.publication.locale(code), code, code)


def _of_mail(subject: CheckSubject, text: str, locale: str, language: str, code: str) -> Iterator[Proof]:
    for one in proofread(text, locale):
        around = text[max(0, one.start - _CONTEXT) : one.end + _CONTEXT]
        words = text[one.start : one.end]
        place = subject.find(around, code) or (subject.find(words, code) if len(words) > 3 else None)
        yield Proof(one, text, place or Place(subject.issue.source.file), language)


def _blocks(body: Element, locales: Mapping[str, str], locale: str) -> Iterator[tuple[str, str]]:
    """Locale and words of each block of a page that is in one of the publication's locales."""
    own = body.get("lang") or locale
    pieces: list[str] = []
    for child in body.children:
        if isinstance(child, str):
            pieces.append(child)
        elif child.tag in _SILENT or "display:none" in child.get("style").replace(" ", ""):
            continue
        elif child.tag in _INLINE and not any(one.tag not in _INLINE for one in child.walk()):
            pieces.append(OBJECT if child.tag == "code" else _words(child, own))
        else:
            yield from _block(pieces, own, locales)
            pieces = []
            yield from _blocks(child, locales, own)
    yield from _block(pieces, own, locales)


def _block(pieces: list[str], locale: str, locales: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    text = "".join(pieces).strip(" \t\r\n")
    if text and locale in locales:
        yield locale, text


def _words(inline: Element, locale: str) -> str:
    """The words of an inline element; nothing is said of those in another language."""
    if inline.get("lang") not in ("", locale) or inline.hidden:
        return OBJECT
    return "".join(
        child if isinstance(child, str) else OBJECT if child.tag == "code" else _words(child, locale)
        for child in inline.children
    )


def _shown(text: str) -> str:
    """As it is quoted in a finding: no-break spaces, line ends and objects as ordinary spaces."""
    return " ".join(text.replace(OBJECT, " ").split())
