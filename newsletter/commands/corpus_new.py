"""New articles and new translations: skeletons laid down, nothing overwritten."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from newsletter.commands.corpus import OpenCorpus, load_known, text_file
from newsletter.commands.corpus_skeleton import article_skeleton, text_skeleton, translation_skeleton
from newsletter.commands.files import write_file
from newsletter.commands.project import Project
from newsletter.corpus.index import search_words
from newsletter.errors import FileTrouble, ProjectMistake, Refusal, UnknownName
from newsletter.models.article import Article, Kind, Origin, Translation, TranslationData
from newsletter.models.finding import did_you_mean
from newsletter.yamledit import insert_key
from newsletter.yamlfile import parse_yaml, relative_name, validate

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Laid:
    """Files that were written, relative to the project root."""

    slug: str
    files: tuple[str, ...]


def new_article(
    corpus: OpenCorpus,
    slug: str,
    kind: Kind,
    *,
    published: date | None = None,
    tags: Sequence[str] = (),
    languages: Sequence[str] = (),
) -> Laid:
    """Lay down `corpus/<slug>/` with everything to fill in.

    published: today when None. languages: all of the publication when empty. Raises UnknownName for a name that is
    no slug or a language the publication does not have; Refusal when the article exists; FileTrouble.
    """
    project = corpus.project
    _require_slug(slug)
    wanted = tuple(languages) or project.publication.languages
    for language in wanted:
        _require_language(project, language)
    _require_free(project, slug)
    zone = project.publication.timezone
    in_use = Counter(tag for entry in corpus.index.entries.values() for tag in entry.tags)
    files = {
        "article.yaml": article_skeleton(
            kind,
            published=published or project.clock.now().astimezone(ZoneInfo(zone)).date(),
            tags=tags,
            in_use=[tag for tag, _ in in_use.most_common()],
            languages=project.publication.languages,
            zone=zone,
        ),
        **{f"{language}.md": text_skeleton(kind, language) for language in wanted},
    }
    folder = project.corpus / slug
    _write_folder(folder, files, project)
    return Laid(slug, tuple(relative_name(folder / name, project.root) for name in files))


def translate_article(corpus: OpenCorpus, slug: str, language: str, *, source: str | None = None) -> Laid:
    """Lay down the translation of an article into `language`, the source text beside it as comments.

    source: the language to translate from; the first of the publication that the article has when None. Raises
    UnknownName, Refusal when the article has a text in `language`; ProjectMistake, FileTrouble.
    """
    project = corpus.project
    _require_language(project, language)
    article, findings = load_known(corpus, slug)
    file = text_file(article.files[0], language)
    path = project.root / file
    if path.exists():
        raise Refusal(
            f"the article '{article.slug}' has a text in '{language}' already",
            where=file,
            hint=_hint(article, language),
        )
    origin = _source_of(project, article, language, source)
    if origin is None:
        if findings:
            raise ProjectMistake(f"no text of '{article.slug}' can be read; correct it first", findings)
        raise UnknownName(f"'{article.slug}' has no text to translate", hint="Write one first.")
    write_file(path, translation_skeleton(article, origin, language))
    return Laid(article.slug, (file,))


def mark_up_to_date(corpus: OpenCorpus, slug: str, language: str, *, source: str | None = None) -> Laid:
    """Write into a translation that it says what its source says now: the digest of the source as it is.

    Nothing else of the file changes; no file is named when it said so already. Raises as `translate_article`.
    """
    project = corpus.project
    article, findings = load_known(corpus, slug)
    one = article.translations.get(language)
    if one is None:
        broken = [finding for finding in findings if finding.severity.rank == 0]
        if broken:
            raise ProjectMistake(f"'{article.slug}' cannot be read in '{language}'", findings)
        raise UnknownName(
            f"'{article.slug}' has no text in '{language}'",
            hint=f"Lay it down: newsletter corpus translate {article.slug} {language}",
        )
    made_from = one.data.translated_from
    origin = _source_of(project, article, language, source or (made_from.language if made_from else None))
    if origin is None:
        raise UnknownName(
            f"'{article.slug}' has no other text than '{language}'", hint="Nothing to compare it with."
        )
    if made_from is not None and (made_from.language, made_from.digest) == (origin.language, origin.digest):
        return Laid(article.slug, ())
    _write_origin(project.root / one.source.file, one, origin)
    return Laid(article.slug, (one.source.file,))


def _write_origin(path: Path, one: Translation, origin: Translation) -> None:
    """Replace or add `translated_from`, and prove that nothing else changed before the file is written."""
    opening, front, rest = _front_matter(path.read_bytes().decode("utf-8"))
    file, old = one.source.file, one.data.translated_from
    if old is None:
        keys = {str(loc[0]): place for loc, place in one.source.positions.items() if len(loc) == 1}
        last = max(keys, key=keys.__getitem__)
        value = {"language": origin.language, "digest": origin.digest}
        front = insert_key(front, file, (), "translated_from", value, after=last)
    elif old.language == origin.language:
        front = front.replace(old.digest, origin.digest, 1)
    document, _ = parse_yaml(front, file)
    data = validate(TranslationData, document)[0] if document else None
    made_from = Origin(language=origin.language, digest=origin.digest)
    if data != one.data.model_copy(update={"translated_from": made_from}):
        raise Refusal(
            "translated_from is written in a way that cannot be changed safely",
            where=file,
            hint=f'Write it by hand: translated_from: {{language: {origin.language}, digest: "{origin.digest}"}}',
        )
    write_file(path, f"{opening}{front}{rest}")


def _front_matter(raw: str) -> tuple[str, str, str]:
    """Up to and with the first fence, what stands between the fences, and the rest."""
    match = re.match(r"(\ufeff?\s*---[ \t]*\r?\n)(.*?)(^---[ \t]*\r?$.*)", raw, re.DOTALL | re.MULTILINE)
    assert match is not None, "a translation that was read has a front matter"
    return match[1], match[2], match[3]


def _source_of(project: Project, article: Article, language: str, source: str | None) -> Translation | None:
    others: Mapping[str, Translation] = {
        code: one for code, one in article.translations.items() if code != language
    }
    if source is not None:
        if source not in others:
            known = f"It has: {', '.join(others)}." if others else "It has no other text."
            raise UnknownName(f"'{article.slug}' has no text in '{source}' to translate from", hint=known)
        return others[source]
    order = [*project.publication.languages, *others]
    # An original before what is itself a translation.
    found = [others[code] for code in order if code in others]
    originals = [one for one in found if one.data.translated_from is None]
    return next(iter((*originals, *found)), None)


def _hint(article: Article, language: str) -> str:
    one = article.translations.get(language)
    if one is not None and one.data.translated_from is not None:
        origin = article.translations.get(one.data.translated_from.language)
        if origin is not None and origin.digest != one.data.translated_from.digest:
            return (
                f"It is older than {origin.source.file}: bring it up to date, then run "
                f"newsletter corpus translate {article.slug} {language} --done"
            )
    return "Edit it; nothing is ever overwritten."


def _require_slug(slug: str) -> None:
    if not _SLUG.fullmatch(slug):
        proposal = "-".join(search_words(slug))
        proposal = proposal if _SLUG.fullmatch(proposal) else "summer-workshop-2024"
        raise UnknownName(
            f"'{slug}' is not a slug: lower-case letters, digits and single hyphens",
            hint=f"For example: {proposal}",
        )


def _require_language(project: Project, language: str) -> None:
    known = project.publication.languages
    if language not in known:
        hint = did_you_mean(language, known) or f"Languages: {', '.join(known)} (newsletter.yaml)."
        raise UnknownName(f"the publication has no language '{language}'", hint=hint)


def _require_free(project: Project, slug: str) -> None:
    for folder, hint in (
        (project.corpus / slug, f"Look at it: newsletter corpus show {slug}"),
        (project.corpus / "_drafts" / slug, f"It is a draft; take it in: newsletter corpus accept {slug}"),
    ):
        if folder.exists():
            raise Refusal(f"'{slug}' exists already", where=relative_name(folder, project.root), hint=hint)


def _write_folder(folder: Path, files: Mapping[str, str], project: Project) -> None:
    """All files or none: written beside the corpus's folders under a name that nobody reads, then renamed."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", suffix=".tmp", dir=folder.parent) as name:
            made = Path(name) / folder.name
            made.mkdir()
            for file, text in files.items():
                (made / file).write_text(text, encoding="utf-8", newline="\n")
            made.rename(folder)
    except OSError as error:
        raise FileTrouble(
            f"the article cannot be written: {error.strerror}",
            where=relative_name(folder, project.root),
            hint="Check that the corpus can be written and the disk is not full.",
        ) from error
