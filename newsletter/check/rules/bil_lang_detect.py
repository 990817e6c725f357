"""A text is in the language it is filed under.

Why: A paragraph that was pasted and never translated is seen by every reader of that edition, and by nobody in
the office.
Source: Project; the commonest words of French and English.
Wrong: a paragraph of `en.md` in French
Right: the same paragraph in English
Fix: Translate the paragraph, or move it to the file of its language. Quotations are left alone, and so are
texts of fewer than eight words.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.passages import Passage
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.locale.detection import guess_language, tells_apart, word_count
from newsletter.locale.quotation import quotations
from newsletter.models.finding import Finding, Severity

ID = "BIL-LANG-DETECT"
ALIAS = "other-language"
SEVERITY = Severity.WARNING
APPLIES_TO = Target.ARTICLE

LEAST_WORDS = 8
_NAMES = {"fr": "French", "en": "English"}


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Every passage long enough to tell."""
    for passage in subject.passages:
        own = _own_words(passage)
        if word_count(own) < LEAST_WORDS:
            continue
        guessed = guess_language(own)
        if guessed is not None and guessed != passage.language and tells_apart(passage.language):
            words = " ".join(passage.text.split()[:6])
            message = f"filed under '{passage.language}', but it reads like {_NAMES[guessed]}: “{words} …”"
            hint = f"Translate it into '{passage.language}', or move it to the text in '{guessed}'."
            yield passage.place_of(0).finding(ID, SEVERITY, message, hint=hint, edition=passage.language)


def _own_words(passage: Passage) -> str:
    """Without what is quoted: that is often in another language."""
    text = passage.text
    for one in sorted(quotations(text) or (), key=lambda one: -one.start):
        if one.depth == 0:
            text = f"{text[: one.start]} {text[one.end + 1 :]}"
    return text
