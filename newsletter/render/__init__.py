"""Edition to rendered edition: Jinja2, MJML, premailer, slots, and the text part."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.models.assets import Assets
    from newsletter.models.finding import Finding
    from newsletter.models.issue import Edition
    from newsletter.models.message import RenderedEdition
    from newsletter.models.publication import Publication
    from newsletter.render.blocks import Sheet
    from newsletter.render.renderer import Intermediate

__all__ = ["edition_mjml", "render_edition", "render_sheet", "unspoken_languages"]


def render_edition(
    edition: Edition, publication: Publication, *, templates: Path, root: Path, assets: Assets | None = None
) -> tuple[RenderedEdition | None, tuple[Finding, ...]]:
    """Make the HTML and the text of an edition; slots stay open.

    templates: the folder that holds theme folders; the edition names one. root: project root, for file names.
    assets: the pictures and calendar files of the issue, as they are published; None when there are none.
    Returns None when a finding is an error. Raises FileTrouble when a file cannot be read. Opens no network.
    Jinja2, MJML and premailer are imported at the first call, not with this package.
    """
    from newsletter.render.renderer import render

    return render(edition, publication, templates=templates, root=root, assets=assets)


def unspoken_languages(
    template: str, publication: Publication, *, templates: Path, root: Path
) -> tuple[Finding, ...]:
    """A finding for each language of the publication that the theme has no words for.

    They are about newsletter.yaml, and their `edition` is the language. A theme that is not there or cannot be
    read gives none: that is told when an edition is rendered.
    """
    from newsletter.render.renderer import unspoken

    return unspoken(template, publication, templates, root)


def edition_mjml(
    edition: Edition, publication: Publication, *, templates: Path, root: Path, assets: Assets | None = None
) -> tuple[Intermediate | None, tuple[Finding, ...]]:
    """The edition as validated MJML, before it is compiled: to compare compilers, or to hand it to another tool.

    Same arguments, findings and errors as `render_edition`.
    """
    from newsletter.render.renderer import intermediate

    return intermediate(edition, publication, templates=templates, root=root, assets=assets)


def render_sheet(
    edition: Edition,
    publication: Publication,
    *,
    templates: Path,
    root: Path,
    values: Mapping[str, str],
    assets: Assets | None = None,
) -> Sheet:
    """The blocks of an edition, each as a document of its own with what it weighs: for looking at a theme.

    values: what goes into the slots, by name. Mistakes are findings of the result; a broken block hides no other.
    Raises FileTrouble when a file cannot be read.
    """
    from newsletter.render.blocks import render_sheet as run

    return run(edition, publication, templates=templates, root=root, values=values, assets=assets)
