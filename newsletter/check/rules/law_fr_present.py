"""What is published in another language is published in French too.

Why: In Québec, what an organisation publishes for the public is at least as evident in French as in any other
language. Waiving BIL-BOTH for an article that has no French text does not waive this rule: it is a matter of
law, so it asks again.
Source: Charter of the French Language (CQLR c. C-11) section 52, read in its text of 2008 and in an OQLF
leaflet; the text since Bill 96 was not read for this rule. Ask a lawyer when in doubt.
Wrong: an article in `en.md` alone
Right: `fr.md` and `en.md`
Fix: Write the French text. When counsel has agreed that the item may be in English only, waive this rule for
the article, with that reason.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.rules import bil_both
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.check.waivers import is_waived
from newsletter.models.finding import Finding, Severity

ID = "LAW-FR-PRESENT"
ALIAS = "french-present"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.ISSUE

FRENCH = "fr"


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The publication's languages, then every article that is waived to be without French."""
    if FRENCH not in subject.publication.languages:
        place = subject.publication_place("languages")
        message = "the publication has no French edition"
        hint = "Add fr to languages: in newsletter.yaml; off Québec's ground, switch the rule off under rules:."
        yield place.finding(ID, SEVERITY, message, hint=hint)
        return
    for chosen in subject.chosen:
        article = chosen.article
        if article is None or FRENCH in article.translations or not article.translations:
            continue
        if is_waived(subject, bil_both.ID, bil_both.ALIAS, slug=chosen.slug, language=FRENCH):
            have = ", ".join(article.translations)
            message = f"the article '{chosen.slug}' would be published in {have} and not in French"
            hint = f"Write corpus/{chosen.slug}/fr.md, or leave the article out."
            yield chosen.place.finding(ID, SEVERITY, message, hint=hint, edition=FRENCH)
