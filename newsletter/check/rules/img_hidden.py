"""Every picture of an article is shown in the mail.

Why: `digest` and `documents` show the first picture of an article, `people` the portrait, `text` and the theme
`letter` none. A picture whose words were written in every language is otherwise missed by nobody before the send.
Source: Project.
Wrong: an article with two pictures below `layout: digest`
Right: the same article below `layout: feature`
Fix: Give the article a layout that shows all its pictures, put the one that matters first, or leave it as it is.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.places import place_at
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "IMG-HIDDEN"
ALIAS = "image-hidden"
SEVERITY = Severity.INFO
APPLIES_TO = Target.ARTICLE


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Pictures that no edition shows. Those that have no address yet are reported where that is missing."""
    shown = {image.get("src") for page in subject.pages.values() for image in page.all("img")}
    layouts = {
        article.slug: article.layout
        for edition in subject.editions.values()
        for part in edition.parts
        for section in part.sections
        for article in section.articles
    }
    for article in subject.articles if subject.pages else ():
        for name, image in article.data.images.items():
            picture = subject.assets.pictures.get((article.slug, name))
            addresses = {one.url for one in picture.sizes} if picture else {image.url} - {None}
            if addresses and not addresses & shown:
                layout = layouts.get(article.slug, "")
                message = f"no edition shows the picture '{name}': the article stands in the layout '{layout}'"
                hint = "In the house theme 'feature' shows every picture, 'digest' and 'documents' the first."
                yield place_at(article.source, "images", name).finding(ID, SEVERITY, message, hint=hint)
