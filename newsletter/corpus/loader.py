"""Folders of the corpus to articles. Mistakes come back as findings; the articles without mistakes load anyway."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from newsletter.errors import FileTrouble
from newsletter.models.article import Article, ArticleData, Corpus, Translation, TranslationData
from newsletter.models.finding import Finding, Severity
from newsletter.yamlfile import YamlDocument, parse_yaml, read_text, read_yaml, relative_name, validate

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LANGUAGE_FILE = re.compile(r"[a-z]{2,3}\.md")
_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)


def load_corpus(folder: Path, root: Path) -> tuple[Corpus, list[Finding]]:
    """Every article below `folder`, and what is wrong with the others.

    Raises FileTrouble when the folder cannot be read.
    """
    try:
        entries = sorted(path for path in folder.iterdir() if not path.name.startswith((".", "_")))
    except OSError as error:
        raise unreadable(folder, root, error) from error
    articles: dict[str, Article] = {}
    faulty: set[str] = set()
    findings: list[Finding] = []
    for entry in entries:
        if not entry.is_dir():
            continue
        article, problems = load_article(entry, root)
        findings += problems
        if article is not None:
            articles[article.slug] = article
        else:
            faulty.add(entry.name)
    return Corpus(articles, frozenset(faulty)), findings


def unreadable(folder: Path, root: Path, error: OSError) -> FileTrouble:
    """The corpus folder cannot be read."""
    return FileTrouble(
        f"the corpus cannot be read: {error.strerror}",
        where=relative_name(folder, root),
        hint="Run the command in the project's folder, or name it with --project.",
    )


def load_article(folder: Path, root: Path) -> tuple[Article | None, list[Finding]]:
    """The article in `folder`; None when its shared data has a mistake. Raises FileTrouble."""
    name = relative_name(folder, root)
    if not _SLUG.fullmatch(folder.name):
        message = f"the folder name '{folder.name}' is not a slug"
        hint = "Use lower-case letters without accents, digits and single hyphens, e.g. datajam-2021-sessions."
        return None, [Finding("ARTICLE-SLUG", Severity.ERROR, message, name, hint=hint)]
    file = folder / "article.yaml"
    if not file.is_file():
        hint = "Add article.yaml, or move the folder out of corpus/."
        return None, [Finding("ARTICLE-FILE", Severity.ERROR, "the article has no article.yaml", name, hint=hint)]
    document, findings = read_yaml(file, root)
    data: ArticleData | None = None
    if document is not None:
        data, problems = validate(ArticleData, document)
        findings += problems
    translations: dict[str, Translation] = {}
    faulty: set[str] = set()
    files = [relative_name(file, root)]
    for path in sorted(folder.glob("*.md")):
        if not _LANGUAGE_FILE.fullmatch(path.name):
            continue
        translation, problems = load_translation(path, root)
        findings += problems
        files.append(relative_name(path, root))
        if translation is not None:
            translations[translation.language] = translation
        else:
            faulty.add(path.stem)
    if document is None or data is None:
        return None, findings
    return Article(folder.name, data, translations, document.source, tuple(files), frozenset(faulty)), findings


def load_translation(path: Path, root: Path) -> tuple[Translation | None, list[Finding]]:
    """One `<language>.md`: front matter between two lines of ``---``, then the Markdown body."""
    file = relative_name(path, root)
    text, findings = read_text(path, root)
    if text is None:
        return None, findings
    text = text.replace("\r\n", "\n")
    fences = list(_FENCE.finditer(text))
    if len(fences) < 2 or text[: fences[0].start()].strip():
        return None, [_no_front_matter(file, unclosed=text.startswith("---") and len(fences) == 1)]
    opening, closing = fences[0], fences[1]
    first_line = text.count("\n", 0, opening.end()) + 2
    document, findings = parse_yaml(text[opening.end() + 1 : closing.start()], file, first_line=first_line)
    if document is None:
        return None, findings
    data, findings = validate(TranslationData, document)
    if data is None:
        return None, findings
    return _translation(path.stem, data, document, text, closing.end()), findings


def _no_front_matter(file: str, *, unclosed: bool) -> Finding:
    if unclosed:
        message, hint = "the front matter has no end", "Put a line of three hyphens (---) between it and the text."
    else:
        message = "no front matter: a text starts with its title and summary between two lines of ---"
        hint = 'Begin the file with four lines: --- / title: "..." / summary: "..." / ---'
    return Finding("ARTICLE-FRONT-MATTER", Severity.ERROR, message, file, 1, hint=hint)


def _translation(
    language: str, data: TranslationData, document: YamlDocument, text: str, fence_end: int
) -> Translation:
    rest = text[fence_end:]
    body = rest.strip("\n")
    skipped = len(rest) - len(rest.lstrip("\n"))
    body_line = text.count("\n", 0, fence_end + skipped) + 1
    return Translation(language, data, body, body_line, translation_digest(data, body), document.source)


def translation_digest(data: TranslationData, body: str) -> str:
    """Names the words of a translation: ``sha256:`` and 16 hex characters over title, summary and body.

    White space is folded first, so that a re-wrapped paragraph does not make the other language stale.
    """
    words = "\0".join(" ".join(text.split()) for text in (data.title, data.summary, body))
    return "sha256:" + hashlib.sha256(words.encode()).hexdigest()[:16]
