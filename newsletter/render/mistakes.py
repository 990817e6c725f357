"""What went wrong in a template, in the words of its author: file, line, column, and what was probably meant.

Jinja2 knows the line of a mistake at best, and tells it in words of Python. The column is found by looking for
what the message speaks of in the Jinja2 code of that line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType, TracebackType
from typing import TYPE_CHECKING

from jinja2 import StrictUndefined
from jinja2.environment import TemplateModule
from jinja2.exceptions import TemplateError, TemplateNotFound, TemplateSyntaxError, UndefinedError
from jinja2.runtime import Macro
from jinja2.utils import missing

from newsletter.models.finding import Finding, Severity, did_you_mean
from newsletter.yamlfile import relative_name

if TYPE_CHECKING:
    from newsletter.render.environment import ThemeEnvironment

TEMPLATE_MISTAKES = (
    TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What is raised when a template does something that cannot be done (adds a text to a number, recurses)."""

_CODE = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_TAG = re.compile(r"\{#.*?#\}|\{%-?\s*(?P<name>\w+)(?P<rest>.*?)%\}", re.DOTALL)
_OPENERS = frozenset({"if", "for", "macro", "call", "filter", "block", "with", "autoescape"})
_MACRO = re.compile(r"\{%-?\s*macro\s+(\w+)\s*\(([^)]*)\)")
_FROM = re.compile(
    r"\{%-?\s*from\s+['\"](?P<file>[^'\"]+)['\"]\s+import\s+(?P<names>.+?)(?:\s+with(?:out)?\s+context)?\s*-?%\}",
    re.DOTALL,
)
_NAMES = (
    re.compile(r"\{%-?\s*(?:macro|set)\s+(\w+)"),
    re.compile(r"\bimport\s+(.+?)(?:\s+with(?:out)?\s+context)?\s*-?%\}", re.DOTALL),
)


class UnknownWord(LookupError):
    """A template asks ``t`` for a word that ``strings.yaml`` does not have, or gives it the wrong placeholders."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Unknown(StrictUndefined):
    """An undefined value whose message says what there is instead."""

    @property
    def _undefined_message(self) -> str:
        name, thing = str(self._undefined_name), self._undefined_obj
        if self._undefined_hint:
            return _reworded(self._undefined_hint)
        if thing is missing:
            return f"there is no variable '{name}' here"
        if isinstance(thing, TemplateModule):
            return f"there is no macro '{name}' in {thing.__name__}"
        hint = did_you_mean(name, [each for each in _names_of(thing) if not each.startswith("_")])
        message = f"there is no '{name}' in {_kind_of(thing)}"
        return f"{message}\n{hint}" if hint else message


def _reworded(hint: str) -> str:
    """What Jinja2 says of macros, in the words of the other messages."""
    if found := re.fullmatch(r"parameter '(\w+)' was not provided", hint):
        return f"the argument '{found[1]}' was not given"
    if found := re.match(r"the template '([^']+)' .* does not export the requested name '(\w+)'", hint):
        return f"there is no macro '{found[2]}' in {found[1]}"
    return hint


def _names_of(thing: object) -> list[str]:
    return [str(key) for key in thing] if isinstance(thing, Mapping) else dir(thing)


def _kind_of(thing: object) -> str:
    """``ArticleView`` -> ``the article``: the record as a template author knows it."""
    match thing:
        case None:
            return "nothing (null)"
        case str():
            return "a text"
        case bool() | int() | float():
            return "a number"
        case list() | tuple():
            return "a list"
        case Macro():
            return f"the macro '{thing.name}'"
    return f"the {type(thing).__name__.removesuffix('View').removesuffix('Opener').lower()}"


@dataclass(frozen=True, slots=True)
class _Stop:
    """A template that was running when the mistake happened: its name, the line, what it knew."""

    template: str
    line: int
    frame: FrameType


def explain(
    error: Exception, environment: ThemeEnvironment, context: Mapping[str, object], root: Path
) -> Finding | None:
    """The finding for an exception a template raised; None when no template was involved."""
    stops = list(_stops(error.__traceback__, environment))
    at = _Teller(environment, root, stops)
    if isinstance(error, TemplateNotFound):
        wanted = str(error.name or "")
        known = environment.list_templates(extensions=["j2"])
        return at.tell("TPL-MISSING", f"the theme has no template '{wanted}'", did_you_mean(wanted, known))
    if not stops:
        return None
    if isinstance(error, UndefinedError):
        return _explain_undefined(error, at, context)
    if isinstance(error, UnknownWord):
        return at.tell("TPL-STRINGS", error.message, error.hint)
    if isinstance(error, RecursionError):
        return at.tell("TPL-RUNTIME", "the templates include or call each other without end", None)
    if isinstance(error, TemplateError):
        message, hint, needle = _assertion(error.message or "", environment)
        return at.tell("TPL-RUNTIME", message, hint, needle)
    return _explain_call(error, at)


def _explain_undefined(error: UndefinedError, at: _Teller, context: Mapping[str, object]) -> Finding:
    message, _, hint = (error.message or "").partition("\n")
    if found := re.fullmatch(r"the argument '(\w+)' was not given", message):
        return at.tell_caller("TPL-UNDEFINED", message, found[1])
    if found := re.fullmatch(r"there is no variable '(\w+)' here", message):
        if (wrong := at.wrong_import()) is not None:
            return wrong
        known = [*at.names(), *context, *at.environment.globals]
        return at.tell("TPL-UNDEFINED", message, did_you_mean(found[1], known), rf"(?<![\w.'\"]){found[1]}(?!\w)")
    if found := re.fullmatch(r"there is no macro '(\w+)' in (.+)", message):
        macros = [name for name, _ in _MACRO.findall(at.source(found[2]))]
        return at.tell("TPL-UNDEFINED", message, did_you_mean(found[1], macros))
    if found := re.match(r"there is no '([^']+)' in ", message):
        name = re.escape(found[1])
        return at.tell("TPL-UNDEFINED", message, hint or None, rf"(?<=\.){name}(?!\w)|(?<=['\"]){name}(?=['\"])")
    return at.tell("TPL-UNDEFINED", message, hint or None)


def _explain_call(error: Exception, at: _Teller) -> Finding:
    """A Python exception; those about arguments of macros are told with the arguments there are."""
    text = str(error)
    if found := re.fullmatch(r"macro '(\w+)' takes no keyword argument '(\w+)'", text):
        arguments = at.arguments_of(found[1])
        hint = did_you_mean(found[2], arguments) or (arguments and f"It has: {', '.join(arguments)}.") or None
        message = f"the macro '{found[1]}' has no argument '{found[2]}'"
        return at.tell("TPL-RUNTIME", message, hint, rf"(?<!\w){found[2]}(?=\s*=)")
    if found := re.fullmatch(r"macro '(\w+)' takes not more than (\d+) argument\(s\)", text):
        message = f"the macro '{found[1]}' takes at most {found[2]} argument{'' if found[2] == '1' else 's'}"
        arguments = at.arguments_of(found[1])
        hint = f"It has: {', '.join(arguments)}." if arguments else None
        return at.tell("TPL-RUNTIME", message, hint, rf"(?<!\w){found[1]}(?=\s*\()")
    return at.tell("TPL-RUNTIME", f"the template cannot do this: {text}", None)


class _Teller:
    """Makes findings at the place where the templates stopped."""

    def __init__(self, environment: ThemeEnvironment, root: Path, stops: list[_Stop]) -> None:
        self.environment = environment
        self._root = root
        self._stops = stops

    def tell(self, rule: str, message: str, hint: str | None, needle: str | None = None) -> Finding:
        """At the innermost template; the column is that of `needle` (a pattern), or of what the message quotes."""
        if not self._stops:
            file = relative_name(self.environment.folders[0], self._root)
            return Finding(rule, Severity.ERROR, message, file, None, None, hint)
        return self._at(self._stops[-1], rule, message, hint, needle)

    def tell_caller(self, rule: str, message: str, argument: str) -> Finding:
        """At the call that left out an argument, which is where it has to be written.

        The macro that was called may have handed its emptiness on to others: the outermost is meant.
        """
        lacking = (
            n for n, stop in enumerate(self._stops) if isinstance(stop.frame.f_locals.get(argument), Unknown)
        )
        number = next(lacking, 0)
        if number == 0:
            return self.tell(rule, message, None)
        macro = self._macro_at(self._stops[number])
        if macro is None:
            return self._at(self._stops[number - 1], rule, message, None, None)
        wanted = f"Write {macro}({', '.join(self.arguments_of(macro, self._stops[number].template))})."
        needle = rf"(?<!\w){macro}(?=\s*\()|\[[^\]]*\](?=\s*\()"
        return self._at(self._stops[number - 1], rule, f"{message} to the macro '{macro}'", wanted, needle)

    def _macro_at(self, stop: _Stop) -> str | None:
        """The macro whose text holds the line that was running."""
        source = self.source(stop.template)
        before = [
            found[1] for found in _MACRO.finditer(source) if source.count("\n", 0, found.start()) < stop.line
        ]
        return before[-1] if before else None

    def wrong_import(self) -> Finding | None:
        """A macro that the innermost template imports and that is not there: Jinja2 tells when it is called."""
        stop = self._stops[-1]
        source = self.source(stop.template)
        for found in _FROM.finditer(source):
            there = self.source(found["file"])
            defined = [name for name, _ in _MACRO.findall(there)] + _NAMES[0].findall(there)
            for name in re.finditer(r"(\w+)(?:\s+as\s+\w+)?\s*(?:,|$)", found["names"]):
                if there and name[1] not in defined:
                    line = source.count("\n", 0, found.start("names") + name.start()) + 1
                    message = f"there is no macro '{name[1]}' in {found['file']}"
                    hint = did_you_mean(name[1], defined)
                    return self._at(replace(stop, line=line), "TPL-UNDEFINED", message, hint, None)
        return None

    def names(self) -> list[str]:
        """What the innermost template knows: arguments, variables of loops, its own macros and imports."""
        stop = self._stops[-1]
        names = [name for name in stop.frame.f_locals if not name.startswith("_")]
        for pattern in _NAMES:
            for found in pattern.findall(self.source(stop.template)):
                names += re.findall(r"\w+", found)
        return names

    def arguments_of(self, macro: str, template: str | None = None) -> list[str]:
        """The arguments of a macro of the theme, as its author named them."""
        for name in [template] if template else self.environment.list_templates(extensions=["j2"]):
            for found, arguments in _MACRO.findall(self.source(name)):
                if found == macro:
                    return [each.partition("=")[0].strip() for each in arguments.split(",") if each.strip()]
        return []

    def source(self, template: str) -> str:
        """A template as its author wrote it; empty when there is none of that name."""
        return _source(self.environment, template)

    def _at(self, stop: _Stop, rule: str, message: str, hint: str | None, needle: str | None) -> Finding:
        file = relative_name(self.environment.path_of(stop.template), self._root)
        line, column = _place(self.source(stop.template), stop.line, needle or _quoted(message))
        return Finding(rule, Severity.ERROR, message, file, line, column, hint)


def _source(environment: ThemeEnvironment, template: str) -> str:
    path = environment.path_of(template)
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def _quoted(message: str) -> str | None:
    """A pattern for the first thing a message puts in quotes."""
    found = re.search(r"'(\w[^'\s]*)'", message)
    return rf"(?<!\w){re.escape(found[1])}(?!\w)" if found else None


def _place(source: str, line: int, needle: str | None) -> tuple[int, int | None]:
    """Line and column of `needle` in the Jinja2 code that starts on `line`, or in the line as a whole."""
    starts = [0, *(match.end() for match in re.finditer("\n", source))]
    if needle is None or not 1 <= line <= len(starts):
        return line, None
    begin, end = starts[line - 1], starts[line] if line < len(starts) else len(source)
    pattern = re.compile(needle)
    codes = [code for code in _CODE.finditer(source) if code.start() < end and code.end() > begin]
    spans = [(max(begin, code.start()), code.end()) for code in codes]
    for start, stop in (*spans, (begin, end)):
        if (found := pattern.search(source, start, stop)) is not None:
            at = found.start()
            return source.count("\n", 0, at) + 1, at - source.rfind("\n", 0, at)
    return line, None


def _stops(traceback: TracebackType | None, environment: ThemeEnvironment) -> Iterator[_Stop]:
    """The templates that were running, outermost first (Jinja2 rewrites tracebacks to template lines)."""
    while traceback is not None:
        name = environment.name_of(Path(traceback.tb_frame.f_code.co_filename))
        if name is not None:
            yield _Stop(name, traceback.tb_lineno, traceback.tb_frame)
        traceback = traceback.tb_next


def syntax_findings(environment: ThemeEnvironment, root: Path) -> list[Finding]:
    """Every template Jinja2 cannot read: it stops at the first, people want to see all of them."""
    found = []
    for name in environment.list_templates(extensions=["j2"]):
        try:
            environment.get_template(name)
        except TemplateSyntaxError as error:
            found.append(syntax_finding(error, environment, root))
    return found


def syntax_finding(error: TemplateSyntaxError, environment: ThemeEnvironment, root: Path) -> Finding:
    """Where and why Jinja2 cannot read a template."""
    template = error.name or ""
    source = _source(environment, template)
    file = relative_name(environment.path_of(template), root)
    message, hint, needle = _assertion(error.message or "not a template", environment)
    line, column = _place(source, error.lineno, needle)
    if _OPEN_STILL.search(error.message or "") and (opened := _never_closed(source)) is not None:
        name, line, column = opened
        message, hint = f"{{% {name} %}} is never closed", f"write {{% end{name} %}}"
    return Finding("TPL-SYNTAX", Severity.ERROR, message, file, line, column, hint)


_OPEN_STILL = re.compile(r"Unexpected end of template|unknown tag 'end\w+'.*needs to be closed", re.DOTALL)


def _assertion(text: str, environment: ThemeEnvironment) -> tuple[str, str | None, str | None]:
    """What Jinja2 says of a template, as message, hint, and a pattern for the place."""
    text = environment.marks.take_out(text)[0]
    if found := re.match(r"No (filter|test) named '(\w+)'", text):
        kind, name = found[1], found[2]
        known: Iterable[str] = environment.filters if kind == "filter" else environment.tests
        needle = rf"(?<=\|){name}(?!\w)|(?<=\| ){name}(?!\w)" if kind == "filter" else rf"(?<!\w){name}(?!\w)"
        return f"there is no {kind} '{name}'", did_you_mean(name, known), needle
    if found := re.match(r"Encountered unknown tag '(\w+)'", text):
        _, _, rest = text.partition(". ")
        hint = did_you_mean(found[1], _TAGS) if found[1] not in _TAGS else rest or None
        return f"there is no tag {{% {found[1]} %}} here", hint, rf"(?<=[%\s-]){found[1]}(?!\w)"
    if found := re.match(r"unexpected char '(.+)' at \d+", text):
        return f"“{found[1]}” has no meaning here", None, re.escape(found[1])
    if found := re.match(r"expected token '(.+)', got '(.+)'", text):
        return text, None, re.escape(found[2])
    message, _, rest = text.partition(". ")
    return message, rest or None, _quoted(message) or _sign(message)


_TAGS = (
    *(
        "if",
        "elif",
        "else",
        "endif",
        "for",
        "endfor",
        "macro",
        "endmacro",
        "call",
        "endcall",
        "filter",
        "endfilter",
    ),
    *(
        "set",
        "endset",
        "include",
        "import",
        "from",
        "extends",
        "block",
        "endblock",
        "with",
        "endwith",
        "raw",
        "endraw",
    ),
)


def _sign(message: str) -> str | None:
    """A pattern for punctuation that a message quotes (``unexpected '}'``), but not for two of them."""
    found = re.search(r"'([^']+)'", message)
    sign = re.escape(found[1]) if found else None
    return rf"(?<!{sign}){sign}(?!{sign})" if sign else None


def _never_closed(source: str) -> tuple[str, int, int] | None:
    """Name, line and column of the Jinja2 block that is open where another ends, or at the end of the template."""
    stack: list[tuple[str, int]] = []
    for tag in _TAG.finditer(source):
        name = tag["name"] or ""
        if name in _OPENERS or (name == "set" and "=" not in tag["rest"]):
            stack.append((name, tag.start()))
        elif name.startswith("end") and stack:
            if stack[-1][0] == name[3:]:
                stack.pop()
            elif name[3:] in {opened for opened, _ in stack}:
                break
            else:
                return None  # it ends nothing: that is the mistake
    if not stack:
        return None
    name, at = stack[-1]
    return name, source.count("\n", 0, at) + 1, at - source.rfind("\n", 0, at)
