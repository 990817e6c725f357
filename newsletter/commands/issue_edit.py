"""Issue files edited in place: articles put in and taken out, selections frozen. Comments and layout stay."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from newsletter.commands.corpus import OpenCorpus
from newsletter.commands.files import write_file
from newsletter.commands.issue import load_sound_issue, runs_of, section_title, sections_hint
from newsletter.commands.issue_words import HEADINGS, LAYOUTS, heading_for
from newsletter.commands.project import Project
from newsletter.commands.usage import ran_in
from newsletter.compose import ChosenSection, choose_articles
from newsletter.corpus import load_article
from newsletter.errors import FileTrouble, ProjectMistake, Refusal, UnknownName
from newsletter.models.article import Article
from newsletter.models.finding import Loc, did_you_mean
from newsletter.models.issue import Issue, IssueData, Layout
from newsletter.yamledit import Value, append_item, comment_above, comment_out, insert_key, remove
from newsletter.yamlfile import parse_yaml, validate

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Change:
    """What was done to an issue file. changed: False when there was nothing to do.

    done: one sentence for each thing done. notes: what the person should look at.
    """

    issue: str
    file: str
    changed: bool
    done: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass
class _Editing:
    """An issue file on its way from its old text to its new one."""

    project: Project
    issue: Issue
    path: Path
    raw: bytes
    text: str
    done: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def finish(self, expected: Sequence[Sequence[str]]) -> Change:
        """Prove that the file is sound and names `expected` (slugs per section), then write it.

        Raises Refusal when it is not, or when somebody saved the file meanwhile; FileTrouble.
        """
        file = self.issue.source.file
        if self.text == _decoded(self.raw):
            return Change(self.issue.id, file, False, tuple(self.done), tuple(self.notes))
        document, findings = parse_yaml(self.text, file)
        data = None
        if document is not None:
            data, findings = validate(IssueData, document)
        if data is None or [list(one) for one in _named(data)] != [list(one) for one in expected]:
            hint = "Make the change by hand; the file was not touched."
            what = findings[0].message if findings else "it would not say what was asked for"
            raise Refusal(f"the file would not be sound after this change: {what}", where=file, hint=hint)
        if runs_of(self.project, self.issue.id):
            self.notes.append(f"issue {self.issue.id} was sent already: who has it will not see this change")
        encoded = self.text.encode()
        if _bytes_of(self.path, file) != self.raw:
            hint = "Save it in the editor, then run the command again."
            raise Refusal("the file was changed by somebody else meanwhile", where=file, hint=hint)
        write_file(self.path.resolve(), _BOM + encoded if self.raw.startswith(_BOM) else encoded)
        return Change(self.issue.id, file, True, tuple(self.done), tuple(self.notes))


def add_articles(
    project: Project,
    name: str | None,
    slugs: Sequence[str],
    *,
    section: str | None = None,
    new_section: bool = False,
    layout: Layout | None = None,
    heading: Mapping[str, str] | None = None,
) -> Change:
    """Put articles at the end of a section: its number, or words of its heading; or in a new last section.

    layout: of the articles in a section that has another, or of the new section. heading: of the new section,
    per language; proposed from the kind of the first article when None.
    Raises UnknownName, Refusal (an article stands in the issue already, or the file is written in a way that
    cannot be edited), ProjectMistake, FileTrouble.
    """
    editing = _open(project, name)
    issue = editing.issue
    articles = [_article(project, slug) for slug in dict.fromkeys(slugs)]
    added = [article.slug for article in articles]
    _refuse_repeats(issue, added)
    expected = _named(issue.data)
    if new_section:
        _new_section(editing, articles, layout, heading)
        expected.append(added)
    else:
        index = find_section(issue, section)
        _append(editing, index, [_item(issue, index, slug, layout) for slug in added])
        expected[index] += added
        title = section_title(index + 1, issue.data.sections[index])
        editing.done += [f"{slug} is in section {title}" for slug in added]
    _note_about(editing, articles)
    return editing.finish(expected)


def remove_article(project: Project, name: str | None, slug: str, *, section: str | None = None) -> Change:
    """Take an article out; a section that has nothing else goes with it.

    section: which one, when the article stands in several. Raises UnknownName, Refusal (the article is chosen
    by a `select`, or is all there is), ProjectMistake, FileTrouble.
    """
    editing = _open(project, name)
    issue, expected = editing.issue, _named(editing.issue.data)
    index = _section_with(project, issue, slug, section)
    data, title = issue.data.sections[index], section_title(index + 1, issue.data.sections[index])
    position = len(expected[index]) - 1 - expected[index][::-1].index(slug)
    loc: Loc = ("sections", index, "articles", position)
    if len(expected[index]) > 1:
        del expected[index][position]
        editing.done.append(f"{slug} is no longer in section {title}")
    elif data.select is not None:
        loc, expected[index] = ("sections", index, "articles"), []
        editing.done.append(f"{slug} is no longer in section {title}, which goes on selecting")
    elif len(expected) > 1:
        loc = ("sections", index)
        del expected[index]
        editing.done.append(f"{slug} is no longer in the issue, nor is section {title}, which had nothing else")
    else:
        hint = "Add another article first, or delete the file."
        raise Refusal(f"'{slug}' is all that issue {issue.id} has", where=issue.source.file, hint=hint)
    file = issue.source.file
    if (line := comment_above(editing.text, file, loc)) is not None:
        editing.notes.append(f"{file}:{line}: the comment above it was kept; delete it if it was about {slug}")
    editing.text = remove(editing.text, file, loc)
    return editing.finish(expected)


def freeze_issue(project: Project, name: str | None) -> Change:
    """Write what every `select` chooses now into the file, and turn the select into a comment.

    A select that chooses nothing is left alone. Raises UnknownName, Refusal, ProjectMistake, FileTrouble.
    """
    editing = _open(project, name)
    issue, expected = editing.issue, _named(editing.issue.data)
    known = OpenCorpus(project).index
    corpus, ran = known.outline, ran_in(project, known.outline, before=issue)
    sections, _ = choose_articles(issue, corpus, project.publication.languages, ran.keys())
    for index, section in enumerate(sections):
        if section.data.select is None:
            continue
        title, slugs = section_title(index + 1, section.data), _selected(section)
        if not slugs:
            editing.notes.append(f"section {title} selects nothing now; its select is left as it is")
            continue
        _append(editing, index, slugs)
        editing.text = comment_out(editing.text, issue.source.file, ("sections", index, "select"))
        expected[index] += slugs
        editing.done.append(f"section {title} now names {', '.join(slugs)}")
    if editing.done and known.broken:
        editing.notes.append(f"these articles have mistakes and could not be chosen: {', '.join(known.broken)}")
    return editing.finish(expected)


def find_section(issue: Issue, words: str | None) -> int:
    """Index of the section named by its number, from 1, or by words of its heading in any language.

    Accents and capitals do not matter. None means the only section. Raises UnknownName.
    """
    sections, hint = issue.data.sections, sections_hint(issue)
    if words is None:
        if len(sections) == 1:
            return 0
        raise UnknownName("say in which section: --section N, or --new-section", hint=hint)
    if words.strip().isdecimal():
        number = int(words)
        if 1 <= number <= len(sections):
            return number - 1
        count = f"{len(sections)} sections" if len(sections) > 1 else "one section"
        raise UnknownName(f"there is no section {number}: issue {issue.id} has {count}", hint=hint)
    headings = [[_folded(text) for text in (one.heading or {}).values()] for one in sections]
    wanted = _folded(words)
    for exact in (True, False):
        found = [
            index
            for index, texts in enumerate(headings)
            if any(wanted == text if exact else wanted in text for text in texts)
        ]
        if wanted and len(found) == 1:
            return found[0]
        if wanted and len(found) > 1:
            titles = ", ".join(section_title(index + 1, sections[index]) for index in found)
            raise UnknownName(
                f"'{words}' is in the heading of several sections: {titles}", hint="Give the number."
            )
    raise UnknownName(f"no section of issue {issue.id} has '{words}' in its heading", hint=hint)


def _open(project: Project, name: str | None) -> _Editing:
    issue = load_sound_issue(project, name)
    path = project.issues / f"{issue.id}.yaml"
    raw = _bytes_of(path, issue.source.file)
    return _Editing(project, issue, path, raw, _decoded(raw))


def _bytes_of(path: Path, file: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        hint = "Check the file's name and its permissions."
        raise FileTrouble(f"cannot be read: {error.strerror}", where=file, hint=hint) from error


def _decoded(raw: bytes) -> str:
    return raw.removeprefix(_BOM).decode("utf-8", "replace")


def _named(data: IssueData) -> list[list[str]]:
    """The slugs that each section names."""
    return [[item if isinstance(item, str) else item.article for item in one.articles] for one in data.sections]


def _selected(section: ChosenSection) -> list[str]:
    return [chosen.article.slug for chosen in section.articles if chosen.loc[-1] == "select"]


def _article(project: Project, slug: str) -> Article:
    """The article called `slug`. Raises UnknownName, ProjectMistake when it has mistakes."""
    folder = project.corpus / slug
    if "/" in slug or slug.startswith((".", "_")) or not folder.is_dir():
        known = [path.name for path in project.corpus.glob("[a-z0-9]*") if path.is_dir()]
        hint = did_you_mean(slug, known) or f"There is no folder corpus/{slug}/."
        raise UnknownName(f"unknown article '{slug}'", hint=hint)
    article, findings = load_article(folder, project.root)
    if article is None:
        raise ProjectMistake(f"the article '{slug}' has mistakes; correct them first", findings)
    return article


def _refuse_repeats(issue: Issue, slugs: Sequence[str]) -> None:
    for index, named in enumerate(_named(issue.data)):
        for slug in slugs:
            if slug in named:
                title = section_title(index + 1, issue.data.sections[index])
                hint = f"To move it: newsletter issue remove {issue.id} {slug}, then add it again."
                what = f"'{slug}' stands in issue {issue.id} already, in section {title}"
                raise Refusal(what, where=issue.source.file, hint=hint)


def _item(issue: Issue, index: int, slug: str, layout: Layout | None) -> Value:
    """How an article is written: its slug, and its layout where that is not the section's."""
    if layout is None or layout is issue.data.sections[index].layout:
        return slug
    return {"article": slug, "layout": layout.value}


def _append(editing: _Editing, index: int, items: Sequence[Value]) -> None:
    """Put items at the end of a section's `articles:`; a section that only selects gets one."""
    loc, file = ("sections", index), editing.issue.source.file
    if editing.issue.data.sections[index].articles or _has_articles(editing, index):
        for item in items:
            editing.text = append_item(editing.text, file, (*loc, "articles"), item)
    else:
        editing.text = insert_key(editing.text, file, loc, "articles", items, after="select")


def _has_articles(editing: _Editing, index: int) -> bool:
    """`articles: []` is written there, beside a select."""
    return ("sections", index, "articles") in editing.issue.source.positions


def _new_section(
    editing: _Editing, articles: Sequence[Article], layout: Layout | None, heading: Mapping[str, str] | None
) -> None:
    kind = articles[0].data.kind
    words = heading if heading else heading_for(HEADINGS[kind], editing.project.publication.languages)
    layout = layout or LAYOUTS[kind]
    for index, other in enumerate(editing.issue.data.sections):
        if words and other.heading == words:
            editing.notes.append(f"section {section_title(index + 1, other)} has the same heading")
    section: dict[str, Value] = {"heading": dict(words)} if words else {}
    section |= {"layout": layout.value, "articles": [article.slug for article in articles]}
    editing.text = append_item(editing.text, editing.issue.source.file, ("sections",), section)
    shown = " / ".join(words.values()) if words else "without heading"
    slugs = ", ".join(article.slug for article in articles)
    editing.done.append(f"{slugs} is in the new section {len(editing.issue.data.sections) + 1} ({shown})")
    missing = [code for code in editing.project.publication.languages if code not in words]
    if missing:
        editing.notes.append(f"the new section needs a heading in {', '.join(missing)}")
    elif not heading:
        editing.notes.append("its heading is a proposal; change it in the file, or give --heading fr=... en=...")


def _note_about(editing: _Editing, articles: Sequence[Article]) -> None:
    """What the editor would want to know: a language is missing, or an issue ran it already."""
    project, issue = editing.project, editing.issue
    ran = ran_in(project, OpenCorpus(project).index.outline, before=issue)
    for article in articles:
        missing = [code for code in project.publication.languages if code not in article.translations]
        if missing:
            editing.notes.append(f"{article.slug} has no text in {', '.join(missing)}; check will say so")
        if article.slug in ran:
            editing.notes.append(f"{article.slug} ran before, in {', '.join(ran[article.slug])}")


def _section_with(project: Project, issue: Issue, slug: str, words: str | None) -> int:
    named = _named(issue.data)
    found = [index for index, slugs in enumerate(named) if slug in slugs]
    if words is not None:
        index = find_section(issue, words)
        if index in found:
            return index
        title = section_title(index + 1, issue.data.sections[index])
        raise UnknownName(f"section {title} does not name '{slug}'", hint=f"It names: {', '.join(named[index])}.")
    if len(found) > 1:
        titles = ", ".join(section_title(index + 1, issue.data.sections[index]) for index in found)
        raise Refusal(f"'{slug}' stands in several sections: {titles}", hint="Say which: --section N.")
    if found:
        return found[0]
    corpus = OpenCorpus(project).index.outline
    ran = ran_in(project, corpus, before=issue)
    sections, _ = choose_articles(issue, corpus, project.publication.languages, ran.keys())
    for index, section in enumerate(sections):
        if slug in _selected(section):
            title = section_title(index + 1, section.data)
            hint = f"Freeze the issue first: newsletter issue freeze {issue.id}; or change the select."
            what = f"'{slug}' is chosen by the select of section {title}"
            raise Refusal(what, where=issue.source.file, hint=hint)
    near = did_you_mean(slug, [one for slugs in named for one in slugs])
    see = f"See: newsletter issue show {issue.id}"
    raise UnknownName(f"'{slug}' is not in issue {issue.id}", hint=near or see)


def _folded(text: str) -> str:
    """Without accents, capitals and doubled spaces: people type `a lire` for `À lire`."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return " ".join(bare.replace("’", "'").casefold().split())
