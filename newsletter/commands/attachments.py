"""Files that an issue has every mail carry: read, named per edition, judged before anything is made of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from newsletter.commands.project import Project
from newsletter.mime.filetypes import file_type
from newsletter.models.finding import Finding, Severity
from newsletter.models.issue import Attachment, Issue
from newsletter.models.message import CarriedFile
from newsletter.models.text import languages_of, one_line

RULE = "MIME-ATTACH"
MAX_NAME = 120
"""Characters of a file's name; longer ones are cut by mail programs, sometimes before their ending."""

_NOT_IN_NAMES = '/\\:*?"<>|'


def collect_attachments(
    project: Project, issue: Issue
) -> tuple[dict[str, tuple[CarriedFile, ...]], list[Finding]]:
    """Edition code -> its attachments in the issue's order; mistakes are findings at the issue's lines."""
    found: dict[str, list[CarriedFile]] = {code: [] for code in project.publication.edition_codes}
    findings: list[Finding] = []
    for index, attachment in enumerate(issue.data.attachments):
        try:
            content = _read(project, attachment)
            content_type = file_type(attachment.file, content).content_type
        except ValueError as problem:
            message = f"{attachment.file} cannot be attached: {problem}"
            findings.append(_finding(issue, message, index, "file", hint=_BETTER))
            continue
        findings += _unknown_languages(project, issue, index, attachment)
        for code, files in found.items():
            if attachment.languages is not None and not set(languages_of(code)) & set(attachment.languages):
                continue
            name = _name(attachment, code)
            try:
                _check_name(name, attachment, [file.name for file in files])
            except ValueError as problem:
                findings.append(_finding(issue, f"the name '{name}': {problem}", index, "name"))
                continue
            files.append(CarriedFile(name, content_type, content))
    return {code: tuple(files) for code, files in found.items()}, list(dict.fromkeys(findings))


def _read(project: Project, attachment: Attachment) -> bytes:
    """Raises ValueError in plain words."""
    path = project.root / attachment.file
    if not path.resolve().is_relative_to(project.root.resolve()):
        raise ValueError("it lies outside the project")
    try:
        return path.read_bytes()
    except OSError as error:
        raise ValueError(error.strerror or str(error)) from None


def _name(attachment: Attachment, code: str) -> str:
    names = attachment.name or {}
    given = next((names[one] for one in languages_of(code) if one in names), next(iter(names.values()), ""))
    return one_line(given or Path(attachment.file).name)


def _check_name(name: str, attachment: Attachment, taken: list[str]) -> None:
    """Raises ValueError in plain words."""
    ending = Path(attachment.file).suffix.lower()
    if Path(name).suffix.lower() != ending:
        raise ValueError(f"it must end in {ending}, as the file does")
    if bad := next((char for char in name if char in _NOT_IN_NAMES), None):
        raise ValueError(f"{bad} cannot stand in the name of a file")
    if name.startswith(".") or len(name) > MAX_NAME:
        raise ValueError(f"write at most {MAX_NAME} characters, the first one not a dot")
    if name.lower() in (other.lower() for other in taken):
        raise ValueError("another attachment has it already")


def _unknown_languages(project: Project, issue: Issue, index: int, attachment: Attachment) -> Iterator[Finding]:
    for at, language in enumerate(attachment.languages or ()):
        if language not in project.publication.languages:
            known = ", ".join(project.publication.languages)
            message = f"'{language}' is none of the publication's languages: {known}"
            yield _finding(issue, message, index, "languages", at)


_BETTER = "Put the file on your web site and link to it: that is lighter, and can be corrected."


def _finding(issue: Issue, message: str, *loc: str | int, hint: str | None = None) -> Finding:
    return issue.source.finding(RULE, Severity.ERROR, message, "attachments", *loc, hint=hint)
