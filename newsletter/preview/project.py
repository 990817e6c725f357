"""The preview's view of a project: what to build, and what to watch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePosixPath

from newsletter.commands.assets import by_url
from newsletter.commands.build import prepare
from newsletter.commands.gallery import make_gallery, write_page
from newsletter.commands.project import Project
from newsletter.config import FILE_NAME
from newsletter.errors import ProjectMistake
from newsletter.locale import language_name, upper_first
from newsletter.models.text import languages_of
from newsletter.preview.gallery import Make, WritePage
from newsletter.preview.state import Build, PreviewEdition, PreviewState, PublishedFile

_WATCHED = (FILE_NAME, "corpus", "issues", "templates")


def preview_gallery(open_project: Callable[[], Project]) -> Make:
    """Makes the gallery of the project's themes anew from their files."""

    def make() -> WritePage:
        made = make_gallery(open_project(), None)
        return lambda language, head, ways: write_page(made, language, head=head, ways=ways)

    return make


def preview_build(open_project: Callable[[], Project], root: Path, issue: str) -> Build:
    """Builds `issue` anew from its files; the configuration is read again too, since it may be the mistake."""
    watch = tuple(root / name for name in _WATCHED)

    def build() -> PreviewState:
        try:
            project = open_project()
        except ProjectMistake as mistake:
            return PreviewState(issue, issue, (), mistake.findings, watch)
        prepared = prepare(project, issue)
        publication = project.publication
        editions = tuple(
            PreviewEdition(
                code=code,
                label=" + ".join(upper_first(language_name(one, one)) for one in languages_of(code)),
                subject=prepared.rendered[code].subject,
                preheader=prepared.rendered[code].preheader,
                sender=publication.sender.address,
                message=message,
            )
            for code, message in prepared.samples.items()
        )
        name = publication.name
        title = name.get(publication.languages[0]) or next(iter(name.values()), issue)
        published = {
            url: PublishedFile(PurePosixPath(file.path).name, file.content, file.content_type)
            for url, file in by_url((*prepared.assets.files, *prepared.web_pages))
        }
        return PreviewState(issue, title, editions, prepared.findings, watch, published)

    return build
