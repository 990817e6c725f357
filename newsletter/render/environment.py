"""Jinja2 as themes see it: autoescape, nothing undefined passes, every mistake comes back with file and line."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.environment import TemplateModule
from jinja2.exceptions import TemplateNotFound, TemplateSyntaxError, UndefinedError
from jinja2.utils import missing

from newsletter.locale import format_date, language_name
from newsletter.models.finding import Finding, Severity, did_you_mean
from newsletter.render.plaintext import underline, wrap
from newsletter.render.positions import SourceMarks, use_marks
from newsletter.yamlfile import relative_name

_used: ContextVar[set[str] | None] = ContextVar("used", default=None)

_TEMPLATE_MISTAKES = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What Python raises when a template does something that cannot be done (adds a text to a number, recurses)."""


class UnknownWord(LookupError):
    """A template asks ``t`` for a word that ``strings.yaml`` does not have, or gives it the wrong placeholders."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class _Unknown(StrictUndefined):
    """An undefined value whose message says what there is instead."""

    @property
    def _undefined_message(self) -> str:
        name, thing = str(self._undefined_name), self._undefined_obj
        if self._undefined_hint:
            return _reworded(self._undefined_hint)
        if thing is missing:
            return f"there is no variable '{name}' here"
        known = [each for each in _names_of(thing) if not each.startswith("_")]
        hint = did_you_mean(name, known)
        message = f"there is no '{name}' in {_kind_of(thing)}"
        if isinstance(thing, TemplateModule):
            message = f"there is no macro '{name}' in {thing.__name__}"
        return f"{message}\n{hint}" if hint else message


def _reworded(hint: str) -> str:
    """What Jinja2 says of macros, in the words of the other messages."""
    if found := re.fullmatch(r"parameter '(\w+)' was not provided", hint):
        return f"the argument '{found[1]}' was not given"
    if found := re.match(r"the template '([^']+)' .* does not export the requested name '(\w+)'", hint):
        return f"there is no macro '{found[2]}' in {found[1]}"
    return hint


def _names_of(thing: object) -> list[str]:
    if isinstance(thing, TemplateModule):
        return list(vars(thing))
    return [str(key) for key in thing] if isinstance(thing, Mapping) else dir(thing)


def _kind_of(thing: object) -> str:
    """``ArticleView`` -> ``the article``: the record as a template author knows it."""
    name = type(thing).__name__
    return (
        f"the {name.removesuffix('View').removesuffix('Opener').lower()}"
        if thing is not None
        else "nothing (null)"
    )


class ThemeEnvironment(Environment):
    """The Jinja2 environment of one theme folder. It remembers which templates a rendering used."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            loader=FileSystemLoader(folder),
            autoescape=lambda name: bool(name and name.endswith(".mjml.j2")),
            undefined=_Unknown,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self.folder = folder
        self.marks = SourceMarks(secrets.token_hex(6))
        use_marks(self, self.marks)
        self.filters |= {
            "date": format_date,
            "language_name": language_name,
            "upper_first": upper_first,
            "underline": underline,
            "wrap": wrap,
        }

    def get_template(self, name: str | Template, parent: str | None = None, globals: Any = None) -> Template:
        """Every template, include and import goes through here, cached or not."""
        template = super().get_template(name, parent, globals)
        self._note(template)
        return template

    def select_template(self, names: Any, parent: str | None = None, globals: Any = None) -> Template:
        """For includes that name several templates."""
        template = super().select_template(names, parent, globals)
        self._note(template)
        return template

    @staticmethod
    def _note(template: Template) -> None:
        used = _used.get()
        if used is not None and template.name is not None:
            used.add(template.name)


def upper_first(text: str) -> str:
    """``samedi 8 mai`` -> ``Samedi 8 mai``; the rest stays as it is."""
    return text[:1].upper() + text[1:]


@lru_cache(maxsize=16)
def environment_for(folder: Path) -> ThemeEnvironment:
    """One environment per theme folder: templates stay compiled, and are read again when their file changes."""
    return ThemeEnvironment(folder)


def render_template(
    environment: ThemeEnvironment, name: str, context: Mapping[str, object], root: Path, used: set[str]
) -> tuple[str | None, list[Finding]]:
    """The text the template makes, or the findings that say why it makes none. Adds template names to `used`."""
    token = _used.set(used)
    try:
        return environment.get_template(name).render(context), []
    except TemplateSyntaxError as error:
        used |= set(environment.list_templates(extensions=["j2"]))
        return None, _syntax_findings(environment, root) or [_syntax_finding(error, environment, root)]
    except (TemplateNotFound, UndefinedError, *_TEMPLATE_MISTAKES) as error:
        finding = _explain(error, environment, context, root)
        if finding is None:
            raise
        return None, [finding]
    finally:
        _used.reset(token)


def _syntax_findings(environment: ThemeEnvironment, root: Path) -> list[Finding]:
    """Jinja2 stops at the first broken template; people want to see all of them."""
    findings = []
    for name in environment.list_templates(extensions=["j2"]):
        try:
            environment.get_template(name)
        except TemplateSyntaxError as error:
            findings.append(_syntax_finding(error, environment, root))
    return findings


def _syntax_finding(error: TemplateSyntaxError, environment: ThemeEnvironment, root: Path) -> Finding:
    file = relative_name(environment.folder / (error.name or ""), root)
    message, _, rest = (error.message or "not a template").partition(". ")
    return Finding("TPL-SYNTAX", Severity.ERROR, message, file, error.lineno, None, rest or None)


def _explain(
    error: Exception, environment: ThemeEnvironment, context: Mapping[str, object], root: Path
) -> Finding | None:
    """The finding for an exception a template raised; None when no template was involved."""
    place = _last_template_line(error.__traceback__, environment.folder)
    if isinstance(error, TemplateNotFound):
        known = environment.list_templates(extensions=["j2"])
        file, line = place or (None, None)
        wanted = str(error.name or "")
        message = f"the theme has no template '{wanted}'"
        return _at("TPL-MISSING", message, did_you_mean(wanted, known), environment, root, file, line)
    if place is None:
        return None
    if isinstance(error, UndefinedError):
        message, _, hint = (error.message or "").partition("\n")
        if not hint:
            hint = (
                _meant(message, environment, [*_locals(error.__traceback__, environment.folder), *context]) or ""
            )
        return _at("TPL-UNDEFINED", message, hint or None, environment, root, *place)
    if isinstance(error, UnknownWord):
        return _at("TPL-STRINGS", error.message, error.hint, environment, root, *place)
    if isinstance(error, RecursionError):
        return _at(
            "TPL-RUNTIME", "the templates include or call each other without end", None, environment, root, *place
        )
    return _at("TPL-RUNTIME", f"the template cannot do this: {error}", None, environment, root, *place)


def _at(
    rule: str,
    message: str,
    hint: str | None,
    environment: ThemeEnvironment,
    root: Path,
    name: str | None,
    line: int | None,
) -> Finding:
    folder = environment.folder
    file = relative_name(folder / name if name else folder, root)
    column = _column(folder / name, line, message) if name and line else None
    return Finding(rule, Severity.ERROR, message, file, line, column, hint)


def _column(path: Path, line: int, message: str) -> int | None:
    """Jinja2 knows no columns: look for the name that the message quotes."""
    found = re.search(r"'([\w./-]+)'", message)
    lines = path.read_text(encoding="utf-8").split("\n") if path.is_file() else []
    if found is None or line > len(lines):
        return None
    where = re.search(rf"(?<!\w){re.escape(found[1])}(?!\w)", lines[line - 1])
    return where.start() + 1 if where else None


def _meant(message: str, environment: ThemeEnvironment, names: list[str]) -> str | None:
    """Which variable, or which macro of a template, was probably meant."""
    if found := re.search(r"no variable '(\w+)'", message):
        return did_you_mean(found[1], [*names, *environment.globals])
    if found := re.search(r"no macro '(\w+)' in (.+)", message):
        source, _, _ = (
            environment.loader.get_source(environment, found[2]) if environment.loader else ("", None, None)
        )
        return did_you_mean(found[1], re.findall(r"\{%-?\s*macro\s+(\w+)", source))
    return None


def _locals(traceback: TracebackType | None, folder: Path) -> list[str]:
    """Names known in the innermost template that was running: arguments of a macro, variables of a loop."""
    names: list[str] = []
    while traceback is not None:
        frame = traceback.tb_frame
        if Path(frame.f_code.co_filename).is_relative_to(folder):
            names = [name for name in frame.f_locals if not name.startswith("_")]
        traceback = traceback.tb_next
    return names


def _last_template_line(traceback: TracebackType | None, folder: Path) -> tuple[str, int] | None:
    """Name and line of the innermost template that was running (Jinja2 rewrites tracebacks to template lines)."""
    place = None
    for frame, line in _frames(traceback):
        path = Path(frame)
        if path.is_relative_to(folder):
            place = (path.relative_to(folder).as_posix(), line)
    return place


def _frames(traceback: TracebackType | None) -> Iterator[tuple[str, int]]:
    while traceback is not None:
        yield traceback.tb_frame.f_code.co_filename, traceback.tb_lineno
        traceback = traceback.tb_next


def words(strings: Mapping[str, str], language: str) -> Callable[..., str]:
    """`t` for one language: ``t("unsubscribe")``, ``t("deadline", day=...)``. Raises UnknownWord."""

    def t(key: str, /, **values: object) -> str:
        text = strings.get(key)
        if text is None:
            raise UnknownWord(f"strings.yaml has no word '{key}' for {language}", did_you_mean(key, strings))
        try:
            return text.format_map(values)
        except (KeyError, IndexError, ValueError) as error:
            raise UnknownWord(f"the word '{key}' ({text!r}) cannot be filled: {error}") from error

    return t
