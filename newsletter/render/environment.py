"""Jinja2 as themes see it: autoescape, nothing undefined passes, every mistake comes back with file and line."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader, Template, nodes
from jinja2.exceptions import TemplateAssertionError, TemplateSyntaxError

from newsletter.locale import (
    format_date,
    format_money,
    format_number,
    format_ordinal,
    format_percent,
    language_name,
    typography,
    upper_first,
)
from newsletter.models.finding import Finding
from newsletter.render.mistakes import (
    TEMPLATE_MISTAKES,
    Unknown,
    explain,
    syntax_finding,
    syntax_findings,
)
from newsletter.render.plaintext import underline, wrap
from newsletter.render.positions import SourceMarks, use_marks

_used: ContextVar[set[str] | None] = ContextVar("used", default=None)


class ThemeEnvironment(Environment):
    """The Jinja2 environment of one theme. It remembers which templates a rendering used.

    folders: the theme's own, then that of the theme it extends, and so on. replaced: template -> text to be taken
    instead of its file.
    """

    def __init__(self, folders: tuple[Path, ...], replaced: Mapping[str, str] | None = None) -> None:
        files = FileSystemLoader(folders)
        super().__init__(
            loader=ChoiceLoader([DictLoader(dict(replaced)), files]) if replaced else files,
            autoescape=lambda name: bool(name and name.endswith(".mjml.j2")),
            undefined=Unknown,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self.folders = folders
        self.marks = SourceMarks(secrets.token_hex(6))
        use_marks(self, self.marks)
        self.filters |= {
            "date": format_date,
            "language_name": language_name,
            "money": format_money,
            "number": format_number,
            "ordinal": format_ordinal,
            "percent": format_percent,
            "typography": typography,
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

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """As Jinja2 does; it would tell of an unknown filter behind an {% if %} only when that holds."""
        tree = super()._parse(source, name, filename)
        for node in tree.find_all((nodes.Filter, nodes.Test)):
            kind, known = ("filter", self.filters) if isinstance(node, nodes.Filter) else ("test", self.tests)
            if node.name not in known:
                raise TemplateAssertionError(f"No {kind} named {node.name!r}.", node.lineno, name, filename)
        return tree

    def path_of(self, template: str) -> Path:
        """The file of a template: in the theme itself, else in the theme it extends."""
        return next(
            (path for each in self.folders if (path := each / template).is_file()), self.folders[0] / template
        )

    def name_of(self, path: Path) -> str | None:
        """The template that a file is; None for any other file."""
        folder = next((each for each in self.folders if path.is_relative_to(each)), None)
        return path.relative_to(folder).as_posix() if folder else None

    @staticmethod
    def _note(template: Template) -> None:
        used = _used.get()
        if used is not None and template.name is not None:
            used.add(template.name)


@lru_cache(maxsize=16)
def environment_for(folders: tuple[Path, ...]) -> ThemeEnvironment:
    """One environment per theme: templates stay compiled, and are read again when their file changes."""
    return ThemeEnvironment(folders)


def render_template(
    environment: ThemeEnvironment, name: str, context: Mapping[str, object], root: Path, used: set[str]
) -> tuple[str | None, list[Finding]]:
    """The text the template makes, or the findings that say why it makes none. Adds template names to `used`."""
    token = _used.set(used)
    try:
        return environment.get_template(name).render(context), []
    except TemplateSyntaxError as error:
        used |= set(environment.list_templates(extensions=["j2"]))
        return None, syntax_findings(environment, root) or [syntax_finding(error, environment, root)]
    except TEMPLATE_MISTAKES as error:
        finding = explain(error, environment, context, root)
        if finding is None:
            raise
        return None, [finding]
    finally:
        _used.reset(token)
