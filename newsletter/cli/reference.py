"""`schema`: the JSON Schemas that give editors completion."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option(
    "--write",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write all schemas into this folder instead of printing one.",
)
@click.argument("name", type=click.Choice(["article", "config", "issue", "translation"]), required=False)
def schema(folder: Path | None, name: str | None) -> None:
    """Print the JSON Schema of a file people write, or write them all.

    Editors that speak YAML read them through the first line of each file.
    """
    from newsletter.commands.schema import schema_text, write_schemas

    if folder is not None:
        for path in write_schemas(folder):
            click.echo(path)
    elif name is None:
        raise click.UsageError("Name a schema, or give --write FOLDER.")
    else:
        click.echo(schema_text(name), nl=False)
