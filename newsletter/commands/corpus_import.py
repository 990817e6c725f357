"""`newsletter corpus import` and `accept`: pages to drafts, drafts to articles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from filelock import FileLock, Timeout

from newsletter.commands.files import write_file
from newsletter.commands.project import Project
from newsletter.corpus import load_article, load_corpus
from newsletter.corpus.importing import (
    DRAFTS,
    ImportPlan,
    SourceReading,
    accepted,
    list_files,
    plan_import,
    read_sources,
)
from newsletter.errors import FileTrouble, ProjectMistake, Refusal, UnknownName
from newsletter.models.article import Article, Corpus
from newsletter.models.finding import Finding, did_you_mean, errors
from newsletter.yamlfile import relative_name

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many are done, and of how many (0 when that is not known)."""


def import_pages(
    project: Project,
    paths: Sequence[Path],
    *,
    dry_run: bool = False,
    progress: Progress = lambda *_: None,
) -> ImportPlan:
    """Read `paths` (files and folders) and write a draft for every article that is new.

    All or nothing: when one file is of no use, nothing is written. Raises ProjectMistake with a finding for each
    such file, FileTrouble when a file cannot be read or written, Refusal when another import is under way.
    """
    files, passed = list_files(paths)
    if not files:
        raise UnknownName(
            "there is no page to import in there",
            where=", ".join(str(path) for path in paths),
            hint="Name text, HTML, Markdown or feed files, or a folder that holds some.",
        )
    readings = read_sources(files, lambda what: progress(what, 0, 0))
    mistakes = [reading.mistake for reading in readings if reading.mistake is not None]
    if mistakes:
        kind = "file is" if len(mistakes) == 1 else "files are"
        raise ProjectMistake(f"{len(mistakes)} {kind} of no use; nothing was imported", mistakes)
    for note in passed:
        progress(note, 0, 0)
    if dry_run:
        return _plan(project, readings, progress)
    with _locked(project):
        plan = _plan(project, readings, progress)
        for position, (path, text) in enumerate(plan.files.items()):
            progress("writing files", position, len(plan.files))
            write_file(path, text)
    return plan


def _plan(project: Project, readings: Sequence[SourceReading], progress: Progress) -> ImportPlan:
    corpus = Corpus({})
    if project.corpus.is_dir():
        progress("reading the corpus", 0, 0)
        corpus, _ = load_corpus(project.corpus, project.root)
    return plan_import(
        readings,
        corpus,
        project.corpus,
        project.publication,
        root=project.root,
        progress=progress,
    )


def _locked(project: Project) -> AbstractContextManager[object]:
    """Two imports at once would both think an article is new."""
    folder = project.var
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return FileLock(folder / "import.lock", timeout=0).acquire()
    except Timeout as error:
        raise Refusal(
            "another import is under way",
            where=relative_name(folder, project.root),
            hint="Wait until it has ended.",
        ) from error
    except OSError as error:
        raise FileTrouble(f"cannot be written: {error.strerror}", where=str(folder)) from error


def accept_draft(project: Project, slug: str) -> tuple[Article, list[Finding]]:
    """Move the draft `slug` into the corpus; the article, and warnings on it.

    Raises UnknownName, ProjectMistake when the draft does not validate, Refusal when the corpus has an article of
    that name.
    """
    drafts = project.corpus / DRAFTS
    folder, target = drafts / slug, project.corpus / slug
    names = (
        [path.name for path in drafts.iterdir() if (path / "article.yaml").is_file()] if drafts.is_dir() else []
    )
    if slug not in names:
        hint = did_you_mean(slug, names) or (
            f"Drafts: {', '.join(sorted(names)[:10])}" if names else "Make one with: newsletter corpus import PATH"
        )
        raise UnknownName(f"there is no draft '{slug}'", hint=hint)
    if target.exists():
        raise Refusal(
            f"the corpus has an article '{slug}' already",
            where=relative_name(target, project.root),
            hint="Rename the draft's folder, or delete the one you do not want.",
        )
    article, findings = load_article(folder, project.root)
    if article is not None and not article.translations and not errors(findings):
        raise Refusal(f"the draft '{slug}' has no fr.md and no en.md", hint="Import its page again.")
    if article is None or errors(findings):
        raise ProjectMistake(
            f"the draft '{slug}' is not complete",
            findings,
            hint="Answer the lines that begin with #? and try again.",
        )
    _move(folder, target)
    moved, _ = load_article(target, project.root)
    return moved or article, findings


def _move(folder: Path, target: Path) -> None:
    try:
        folder.rename(target)
        for path in target.iterdir():
            if path.suffix in (".yaml", ".md"):
                text = path.read_text(encoding="utf-8")
                if (clean := accepted(text)) != text:
                    write_file(path, clean)
    except OSError as error:
        raise FileTrouble(
            f"cannot be moved: {error.strerror}", where=str(folder), hint="Check that corpus/ can be written."
        ) from error
