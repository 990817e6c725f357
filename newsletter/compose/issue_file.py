"""Issue files: finding them, reading one."""

from __future__ import annotations

from pathlib import Path

from newsletter.errors import FileTrouble, UnknownName
from newsletter.models.finding import Finding, Severity, did_you_mean
from newsletter.models.issue import Issue, IssueData
from newsletter.yamlfile import parse_yaml, read_text, relative_name, validate


def issue_ids(folder: Path, root: Path) -> list[str]:
    """Ids of all issue files, sorted, so that the last is the newest (``2024-02`` after ``2021-05``).

    Raises FileTrouble when the folder cannot be read.
    """
    try:
        return sorted(
            path.stem for path in folder.iterdir() if path.suffix == ".yaml" and path.name[0] not in "._"
        )
    except OSError as error:
        raise FileTrouble(
            f"the issues cannot be read: {error.strerror}",
            where=relative_name(folder, root),
            hint="Run the command in the project's folder, or name it with --project.",
        ) from error


def find_issue(name: str | None, folder: Path, root: Path) -> Path:
    """The file of the issue called `name`: its id or its path; the newest when None. Raises UnknownName."""
    ids = issue_ids(folder, root)
    if name is None:
        if not ids:
            where = relative_name(folder, root)
            raise UnknownName(
                "there is no issue yet", where=where, hint="Write one: docs/how-to/write-an-issue.md."
            )
        return folder / f"{ids[-1]}.yaml"
    wanted = Path(name).stem if name.endswith((".yaml", ".yml")) else name
    if wanted not in ids:
        known = f"There are: {', '.join(ids)}." if ids else f"There is none in {relative_name(folder, root)}/."
        raise UnknownName(f"no issue '{wanted}'", hint=did_you_mean(wanted, ids) or known)
    return folder / f"{wanted}.yaml"


def load_issue(path: Path, root: Path) -> tuple[Issue | None, list[Finding]]:
    """The issue in the file at `path`. Raises FileTrouble when the file cannot be read."""
    text, findings = read_text(path, root)
    if text is None:
        return None, findings
    document, findings = parse_yaml(text, relative_name(path, root))
    if document is None:
        return None, findings
    data, findings = validate(IssueData, document)
    if data is None:
        return None, findings
    return Issue(path.stem, data, document.source), findings


def language_findings(issue: Issue, edition_codes: tuple[str, ...]) -> list[Finding]:
    """Texts given for an edition that the publication does not have: ``{fr: ..., es: ...}``."""
    findings: list[Finding] = []
    for name in ("subject", "preheader"):
        for code in getattr(issue.data, name):
            if code not in edition_codes:
                message = f"{name} is given for '{code}', which is no edition of this publication"
                hint = f"Editions: {', '.join(edition_codes)}."
                findings.append(
                    issue.source.finding("ISSUE-LANGUAGE", Severity.WARNING, message, name, code, hint=hint)
                )
    return findings
