"""Issue file to editions, rendered, compiled and checked; and to files a person can open."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

from newsletter.check import CheckSubject, run_rules
from newsletter.commands.assets import FOLDER as ASSETS_FOLDER
from newsletter.commands.assets import (
    WrittenAssets,
    collect_assets,
    embedded,
    inline_pictures,
    without_unused,
    write_assets,
    write_published,
)
from newsletter.commands.attachments import collect_attachments
from newsletter.commands.dkim import signing_findings
from newsletter.commands.files import write_file
from newsletter.commands.project import Project
from newsletter.commands.usage import ran_in
from newsletter.commands.webpages import FOLDER as WEB_FOLDER
from newsletter.commands.webpages import web_pages
from newsletter.compose import (
    ChosenSection,
    articles_of,
    choose_articles,
    compose_edition,
    find_issue,
    language_findings,
    load_issue,
    slugs_of,
)
from newsletter.corpus import load_corpus
from newsletter.errors import ProjectMistake
from newsletter.mime import compile_message, merge, message_id, stamp_for, unsubscribe_token
from newsletter.models.assets import NO_ASSETS, AssetFile, Assets
from newsletter.models.finding import Finding, Severity, errors
from newsletter.models.issue import Edition, Issue
from newsletter.models.message import CarriedFile, CompiledMessage, Links, RenderedEdition, Stamp
from newsletter.models.publication import Publication
from newsletter.render import render_edition, unspoken_languages

SAMPLE_ADDRESS = "camille.tremblay@example.org"
SAMPLE_NAME = "Camille Tremblay"
_SAMPLE_SECRET = b"the sample recipient's tokens open nothing"


@dataclass(frozen=True)
class Prepared:
    """An issue taken as far as it goes: what was made, and every finding on the way.

    samples: edition code -> the exact message a sample recipient would get, dated on the issue's day.
    web_pages: the page of each edition on the web, when the publication has such pages.
    """

    issue_id: str
    issue: Issue | None
    editions: Mapping[str, Edition]
    rendered: Mapping[str, RenderedEdition]
    compiled: Mapping[str, CompiledMessage]
    samples: Mapping[str, bytes]
    findings: tuple[Finding, ...]
    assets: Assets = NO_ASSETS
    web_pages: tuple[AssetFile, ...] = ()

    def require_sound(self, purpose: str) -> None:
        """Raise ProjectMistake when an error was found; `purpose` completes "... stopped <purpose>"."""
        found = len(errors(self.findings))
        if found:
            what = f"{found} error{'s' if found > 1 else ''} in issue {self.issue_id} stopped {purpose}"
            raise ProjectMistake(what, self.findings)


def prepare(project: Project, name: str | None) -> Prepared:
    """Compose, render, compile and check the issue called `name` (the newest when None).

    Mistakes of people are findings of the result. Raises UnknownName, FileTrouble.
    """
    path = find_issue(name, project.issues, project.root)
    corpus, findings = load_corpus(project.corpus, project.root)
    issue, problems = load_issue(path, project.root)
    findings += problems
    if issue is None:
        return Prepared(path.stem, None, {}, {}, {}, {}, tuple(sorted(findings, key=Finding.sort_key)))
    publication = project.publication
    ran = ran_in(project, corpus, before=issue)
    sections, problems = choose_articles(issue, corpus, publication.languages, ran.keys())
    findings = _about(issue, sections, findings)
    findings += [*problems, *language_findings(issue, publication.edition_codes)]
    editions = _compose(issue, sections, publication, findings) if not errors(problems) else {}
    assets, problems = collect_assets(project, issue, articles_of(sections))
    findings += problems
    findings += _unspoken(project, issue)
    findings += signing_findings(project)
    rendered = _render(project, editions, assets, findings)
    assets = without_unused(assets, rendered.values())
    attached, problems = collect_attachments(project, issue)
    findings += problems
    compiled = _compile(publication, rendered, assets, attached, findings)
    samples = {code: merge(one, sample_stamp(publication, issue, one.links)) for code, one in compiled.items()}
    subject = CheckSubject(
        publication=publication,
        issue=issue,
        corpus=corpus,
        editions=editions,
        rendered=rendered,
        compiled=compiled,
        messages=samples,
        publication_source=project.config.source,
        ran_in=ran,
        assets=assets,
    )
    findings += run_rules(subject, project.config.rules, already=findings)
    pages = web_pages(publication, rendered.values(), assets)
    return Prepared(issue.id, issue, editions, rendered, compiled, samples, _tidy(findings), assets, pages)


def sample_stamp(publication: Publication, issue: Issue, links: Links) -> Stamp:
    """What the sample recipient's copy carries: the same on every machine and every day."""
    zone = ZoneInfo(publication.timezone)
    return stamp_for(
        links,
        address=SAMPLE_ADDRESS,
        name=SAMPLE_NAME,
        token=unsubscribe_token(_SAMPLE_SECRET, publication.list_id, SAMPLE_ADDRESS),
        message_id=message_id(_SAMPLE_SECRET, issue.id, SAMPLE_ADDRESS, domain_of(publication), purpose="sample"),
        date=datetime.combine(issue.data.date, time(9), zone),
    )


def domain_of(publication: Publication) -> str:
    """The domain that Message-IDs carry: the sender's."""
    return publication.sender.address.rpartition("@")[2]


@dataclass(frozen=True)
class Built:
    """What a build wrote. files: of the editions, in order. assets, web: to be uploaded, each in its own folder.

    previews: self-contained pages, when they were asked for.
    """

    prepared: Prepared
    folder: Path
    files: tuple[Path, ...]
    assets: WrittenAssets
    web: WrittenAssets
    previews: tuple[Path, ...] = ()


def build(project: Project, name: str | None, out: Path | None, *, embed: bool = False) -> Built:
    """Write per edition the HTML, the text and a sample .eml; in `assets/` and `web/`, what has to be uploaded.

    embed: write `<edition>.preview.html` too, the page with its pictures inside. Raises ProjectMistake when an
    error was found (nothing is written then), FileTrouble.
    """
    prepared = prepare(project, name)
    prepared.require_sound("the build")
    folder = out or project.var / "build" / prepared.issue_id
    assets = write_assets(project, prepared.assets, folder / ASSETS_FOLDER)
    web = write_published(prepared.web_pages, folder / WEB_FOLDER)
    files = write_editions(prepared, folder)
    previews = _write_previews(prepared, folder) if embed else ()
    return Built(prepared, folder, tuple(files), assets, web, previews)


def _write_previews(prepared: Prepared, folder: Path) -> tuple[Path, ...]:
    written = []
    for code, message in prepared.samples.items():
        path = folder / f"{code}.preview.html"
        write_file(path, embedded(parts_of(message)[0], prepared.assets.files))
        written.append(path)
    return tuple(written)


def write_editions(prepared: Prepared, folder: Path) -> list[Path]:
    """Each sample message as `<edition>.html`, `.txt` and `.eml`: one mail, taken apart, not three renderings."""
    written: list[Path] = []
    for code, message in prepared.samples.items():
        html, text = parts_of(message)
        for suffix, content in (("html", html.encode()), ("txt", text.encode()), ("eml", message)):
            path = folder / f"{code}.{suffix}"
            write_file(path, content)
            written.append(path)
    return written


@dataclass(frozen=True)
class EditionSize:
    """Bytes of one edition: decoded HTML, HTML as sent (quoted-printable), decoded text."""

    code: str
    html: int
    encoded: int
    text: int


def sizes(prepared: Prepared) -> list[EditionSize]:
    """What each edition weighs."""
    found: list[EditionSize] = []
    for code, message in prepared.samples.items():
        html, text = parts_of(message)
        parts = email.message_from_bytes(message).walk()
        encoded = next(len(str(part.get_payload())) for part in parts if part.get_content_type() == "text/html")
        found.append(EditionSize(code, len(html.encode()), encoded, len(text.encode())))
    return found


@dataclass(frozen=True)
class ArticleSize:
    """What an article adds to the HTML of each edition it is in, in bytes, by edition code."""

    slug: str
    bytes: Mapping[str, int]


def article_sizes(prepared: Prepared) -> list[ArticleSize]:
    """Every article, in the order of the issue, with what it costs."""
    found: dict[str, dict[str, int]] = {}
    for code in prepared.samples:
        for slug, cost in prepared.rendered[code].article_bytes.items():
            found.setdefault(slug, {})[code] = cost
    return [ArticleSize(slug, costs) for slug, costs in found.items()]


def find(project: Project, name: str | None) -> str:
    """Id of the issue called `name`, the newest when None. Raises UnknownName, FileTrouble."""
    return find_issue(name, project.issues, project.root).stem


def parts_of(message: bytes) -> tuple[str, str]:
    """HTML and text of a message, decoded."""
    parsed = email.message_from_bytes(message, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    html, text = parsed.get_body(("html",)), parsed.get_body(("plain",))
    assert html is not None
    assert text is not None
    return (
        html.get_content().replace("\r\n", "\n"),
        text.get_content().replace("\r\n", "\n"),
    )


def _about(issue: Issue, sections: tuple[ChosenSection, ...], findings: list[Finding]) -> list[Finding]:
    """The loaders' findings; a mistake in an article that the issue does not use must not stop it."""
    named = {
        item if isinstance(item, str) else item.article for one in issue.data.sections for item in one.articles
    }
    used = named.union(slugs_of(sections))
    return [
        replace(finding, severity=Severity.WARNING) if _is_of_another_article(finding, used) else finding
        for finding in findings
    ]


def _is_of_another_article(finding: Finding, used: Collection[str]) -> bool:
    parts = (finding.file or "").split("/")
    return finding.severity is Severity.ERROR and parts[0] == "corpus" and len(parts) > 1 and parts[1] not in used


def _compose(
    issue: Issue, sections: tuple[ChosenSection, ...], publication: Publication, findings: list[Finding]
) -> dict[str, Edition]:
    editions: dict[str, Edition] = {}
    for code in publication.edition_codes:
        edition, problems = compose_edition(issue, sections, code)
        findings += problems
        if edition is not None:
            editions[code] = edition
    return editions


def _render(
    project: Project, editions: Mapping[str, Edition], assets: Assets, findings: list[Finding]
) -> dict[str, RenderedEdition]:
    rendered: dict[str, RenderedEdition] = {}
    for code, edition in editions.items():
        one, problems = render_edition(
            edition, project.publication, templates=project.templates, root=project.root, assets=assets
        )
        findings += [problem for problem in problems if problem.rule != "TPL-LANGUAGE"]
        if one is not None:
            rendered[code] = one
    return rendered


def _compile(
    publication: Publication,
    rendered: Mapping[str, RenderedEdition],
    assets: Assets,
    attached: Mapping[str, Sequence[CarriedFile]],
    findings: list[Finding],
) -> dict[str, CompiledMessage]:
    compiled: dict[str, CompiledMessage] = {}
    for code, one in rendered.items():
        try:
            files = (*inline_pictures(one, assets), *attached.get(code, ()))
            compiled[code] = compile_message(one, publication, files)
        except ProjectMistake as mistake:
            findings += mistake.findings
    return compiled


def _unspoken(project: Project, issue: Issue) -> Iterator[Finding]:
    """Languages without words in the theme, told at newsletter.yaml's line, once for all editions."""
    publication = project.publication
    found = unspoken_languages(issue.data.template, publication, templates=project.templates, root=project.root)
    for finding in found:
        assert finding.edition is not None, "such a finding names its language"
        place = ("publication", "languages", publication.languages.index(finding.edition))
        line, column = project.config.source.at(*place)
        yield replace(finding, line=line, column=column, edition=None)


def _tidy(findings: list[Finding]) -> tuple[Finding, ...]:
    """Sorted, each mistake once: an edition and the two-language edition often share one."""
    seen: dict[tuple[str, Severity, str, str], Finding] = {}
    for finding in sorted(findings, key=Finding.sort_key):
        seen.setdefault((finding.rule, finding.severity, finding.place, finding.message), finding)
    return tuple(seen.values())
