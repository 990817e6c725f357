"""The pages of an issue on the web, one per edition: made from its mails, to be uploaded as its pictures are."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.commands.assets import INSIDE, embedded
from newsletter.models.assets import AssetFile, Assets
from newsletter.models.message import RenderedEdition
from newsletter.models.publication import Publication
from newsletter.models.web_page import page_address, page_file

FOLDER = "web"
"""Below the folder of a build: what lies in it goes to the part of `web_page:` before its first placeholder."""


def web_pages(
    publication: Publication, rendered: Iterable[RenderedEdition], assets: Assets
) -> tuple[AssetFile, ...]:
    """The page of each edition; none when the publication names no `web_page`.

    Pictures that travel inside the mail stand inside the page too; all others are loaded by their address.
    """
    pattern = publication.web_page
    if pattern is None:
        return ()
    carried = [file for file in assets.files if file.url.startswith(INSIDE)]
    return tuple(
        AssetFile(
            page_file(pattern, one.issue, one.code),
            page_address(pattern, one.issue, one.code),
            embedded(one.web_page, carried).encode(),
            "text/html",
        )
        for one in rendered
    )
