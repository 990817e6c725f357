"""Writes the reference pages that are made from code: the command line and the files people write.

python docs/generate.py            write them
python docs/generate.py --check    exit 1 when one is stale
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args, get_type_hints

import click
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from newsletter.cli import main
from newsletter.config import PREFIX, SECRETS, ConfigData
from newsletter.models.article import ArticleData, TranslationData
from newsletter.models.issue import IssueData

REFERENCE = Path(__file__).parent / "reference"
MADE = "<!-- Made by docs/generate.py from the code; edit the code instead. -->\n"


def pages() -> dict[str, str]:
    """File name -> text of every generated page."""
    return {
        "cli.md": cli_page(),
        "configuration.md": configuration_page(),
        "issue.md": model_page("Issue files: `issues/<id>.yaml`", IssueData),
        "article.md": article_page(),
    }


def cli_page() -> str:
    """`--help` of every command, those of a group below it."""
    context = click.Context(main, info_name="newsletter", terminal_width=100, **main.context_settings)
    lines = [MADE, "# Command line\n", "```text", main.get_help(context), "```\n"]
    return "\n".join([*lines, *_commands(main, context, "##")])


def _commands(group: click.Group, context: click.Context, heading: str) -> Iterator[str]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        inner = click.Context(command, info_name=name, parent=context, terminal_width=100, max_content_width=100)
        yield from (f"{heading} {inner.command_path}\n", "```text", command.get_help(inner), "```\n")
        if isinstance(command, click.Group):
            yield from _commands(command, inner, f"{heading}#")


def configuration_page() -> str:
    """newsletter.yaml and the environment."""
    lines = [
        MADE,
        "# Configuration: `newsletter.yaml` and the environment\n",
        "Every value can be set by an environment variable, which wins over the file: "
        f"`{PREFIX}` and the key in capitals, levels joined by two underscores. Lists and maps are YAML: "
        f'`{PREFIX}PUBLICATION__LANGUAGES="[fr, en]"`. A `{PREFIX}` variable that sets nothing is a mistake.\n',
        "Secrets have no key in the file. Each is read from its variable, or from the file named by the same "
        "variable with `_FILE` at the end:\n",
        *(f"- `{PREFIX}{secret}`: {words}" for secret, words in zip(SECRETS, _SECRET_WORDS, strict=True)),
        "\nThe transport is a URL: `smtp://[user@]host[:port]`, `smtps://[user@]host[:port]`, `lmtp:SOCKET`, "
        "`maildir:FOLDER`, `sendmail:PROGRAM`, or what a plug-in adds. [Transports](transports.md) has options; "
        "[Connect to a relay](../how-to/connect-to-a-relay.md) has usual cases.\n",
    ]
    return "\n".join([*lines, *_table(ConfigData, "", PREFIX)]) + "\n"


_SECRET_WORDS = (
    "password of the relay, with the user of the transport URL",
    "signs Message-IDs and unsubscribe links, 16 characters or more; without it the ledger keeps one of its own",
    "private keys of `dkim` entries without `key_file`, in PEM form, in their order",
)


def article_page() -> str:
    """article.yaml and the front matter of its translations."""
    first = model_page("Articles: `corpus/<slug>/article.yaml`", ArticleData)
    second = "\n".join(
        ["\n# Translations: front matter of `corpus/<slug>/<language>.md`\n", *_table(TranslationData, "", "")]
    )
    return f"{first}{second}\n"


def model_page(title: str, model: type[BaseModel]) -> str:
    """A page with one table per record."""
    return "\n".join([MADE, f"# {title}\n", *_table(model, "", "")]) + "\n"


def _table(model: type, path: str, variable: str) -> Iterator[str]:
    """A table of a record's keys, then the tables of the records inside it."""
    doc = (model.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ")
    if path:
        yield f"\n## `{path}`\n"
    if doc:
        yield f"{doc}\n"
    head = "| key | type | default | meaning |"
    yield f"{head} variable |" if variable else head
    yield "| --- | --- | --- | --- |" + (" --- |" if variable else "")
    inner: list[tuple[str, type]] = []
    lists: set[str] = set()
    for name, kind, default, words in _fields(model):
        at = f"{path}.{name}" if path else name
        cells = [f"`{name}`", _type_words(kind), default, words]
        if variable:
            cells.append(f"`{variable}{name.upper()}`")
        yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
        if getattr(kind, "__origin__", None) is tuple:
            lists.add(at)  # set as a whole; its entries have no variables of their own
        inner += [(at, record) for record in _records(kind) if not any(record is known for _, known in inner)]
    for at, record in inner:
        # What stands below the settings of a stage has no variables of its own: the setting's holds all of it.
        own = at not in lists and not dataclasses.is_dataclass(model)
        below = f"{variable}{at.rpartition('.')[2].upper()}__" if variable and own else ""
        yield from _table(record, at, below)


def _fields(model: type) -> Iterator[tuple[str, Any, str, str]]:
    if issubclass(model, BaseModel):
        for name, field in model.model_fields.items():
            yield name, _annotation(field), _default(field), field.description or ""
        return
    words = _attribute_docs(model)
    hints = get_type_hints(model)
    for one in dataclasses.fields(model):
        default = "" if one.default in (dataclasses.MISSING, None) else f"`{_plain(one.default)}`"
        yield one.name, hints[one.name], default, words.get(one.name, "")


def _attribute_docs(model: type) -> dict[str, str]:
    """The string below each attribute of a dataclass."""
    import ast
    import inspect
    import textwrap

    tree = ast.parse(textwrap.dedent(inspect.getsource(model)))
    body = tree.body[0].body  # type: ignore[attr-defined]
    found: dict[str, str] = {}
    for before, after in pairwise(body):
        if (
            isinstance(before, ast.AnnAssign)
            and isinstance(before.target, ast.Name)
            and isinstance(after, ast.Expr)
            and isinstance(after.value, ast.Constant)
        ):
            found[before.target.id] = " ".join(str(after.value.value).split())
    return found


def _annotation(field: FieldInfo) -> Any:
    return field.annotation


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    return "" if value is None or dataclasses.is_dataclass(value) else f"`{_plain(value)}`"


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(_plain(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_plain(item)}" for key, item in value.items()) + "}"
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(getattr(value, "value", value))


def _records(annotation: Any) -> list[type]:
    if isinstance(annotation, type) and (
        issubclass(annotation, BaseModel) or dataclasses.is_dataclass(annotation)
    ):
        return [annotation]
    return [found for argument in get_args(annotation) for found in _records(argument)]


def _type_words(annotation: Any) -> str:
    if isinstance(annotation, type) and _records(annotation):
        return "map"
    arguments = [argument for argument in get_args(annotation) if argument is not type(None)]
    origin = getattr(annotation, "__origin__", None)
    if origin is tuple:
        return f"list of {_type_words(arguments[0])}"
    if origin in (dict, Mapping):
        return f"map of {_type_words(arguments[1])}" if not _is_localized(arguments) else "text per language"
    if arguments and origin is not None and "Literal" in str(origin):
        return " or ".join(f"`{argument}`" for argument in arguments)
    if hasattr(annotation, "__metadata__"):
        return "text"
    if arguments:
        words = list(dict.fromkeys(_type_words(argument) for argument in arguments))
        return " or ".join(words)
    members = getattr(annotation, "__members__", None)
    if members:
        return " or ".join(f"`{member.value}`" for member in members.values())
    return {
        "str": "text",
        "int": "whole number",
        "float": "number",
        "bool": "true or false",
        "date": "date",
        "datetime": "date and time",
    }.get(getattr(annotation, "__name__", ""), getattr(annotation, "__name__", str(annotation)))


def _is_localized(arguments: list[Any]) -> bool:
    return "[a-z]{2,3}" in str(arguments[0]) and "StringConstraints" in str(arguments[1])


def main_check(check: bool) -> int:
    """Write the pages, or say which are stale."""
    stale = 0
    for name, text in pages().items():
        path = REFERENCE / name
        if check:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                print(f"stale: {path}; run: make docs")
                stale = 1
        else:
            REFERENCE.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(path)
    return stale


if __name__ == "__main__":
    sys.exit(main_check("--check" in sys.argv))
