"""`dkim`: keys that sign the mails."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.group import Settings

if TYPE_CHECKING:
    from newsletter.dkim.keys import Algorithm


@click.group()
def dkim() -> None:
    """Make keys that sign the mails, and show their DNS records.

    Not needed when the relay signs, as most do. With keys under `dkim:` in newsletter.yaml every message is signed
    here, tests too. RSA is what every reader knows; Ed25519 may sign beside it.
    """


@dkim.command(short_help="Make a key and say what newsletter.yaml and the DNS need.")
@click.option("--selector", required=True, help="Name of the key in the DNS; a new one for each key: s2024.")
@click.option("--domain", help="Domain that signs.  [default: that of the From address]")
@click.option(
    "--algorithm", type=click.Choice(["rsa", "ed25519"]), default="rsa", show_default=True, help="Kind of key."
)
@click.option(
    "--bits",
    type=click.Choice(["2048", "3072", "4096"]),
    default="2048",
    show_default=True,
    help="Of an RSA key. More than 2048 costs speed, and some DNS providers cannot hold the record.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File for the private key.  [default: in var/dkim/]",
)
@click.pass_obj
def new(
    settings: Settings, selector: str, domain: str | None, algorithm: Algorithm, bits: str, out: Path | None
) -> None:
    """Make a private key that only you can read, and say what newsletter.yaml and the DNS need.

    Keep a copy of the file in a safe place, never in git.
    """
    from newsletter.cli.output import shown_path
    from newsletter.commands.dkim import new_key

    project = settings.open_project()
    made = new_key(project, selector, domain=domain, algorithm=algorithm, bits=int(bits), out=out)
    click.echo(f"private key: {shown_path(made.path)} (keep it secret; only you can read it)")
    click.echo("\n1. Put this TXT record in the DNS of your domain:")
    _print_record(made.key.record_name, made.key.record, made.key.zone_line)
    click.echo(f"\n2. Add to newsletter.yaml:\n\ndkim:\n{made.entry}")
    click.echo("\n3. Before you send, have the DNS compared: newsletter dkim show --look-up")
    if made.path.is_relative_to(project.root) and not made.path.is_relative_to(project.var):
        click.echo(f"\nIt lies in the project: name {shown_path(made.path)} in .gitignore first.")


@dkim.command(short_help="Print the DNS records of the keys in newsletter.yaml.")
@click.option("--look-up", "look_up", is_flag=True, help="Ask the DNS whether they are there.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_obj
def show(settings: Settings, look_up: bool, form: str) -> int:
    """Print the DNS records that the keys in newsletter.yaml need.

    Exit code 1 when --look-up finds one missing or another one.
    """
    from newsletter.cli.output import print_json
    from newsletter.commands.dkim import ask_dns, published

    found = published(settings.open_project(), ask_dns if look_up else None)
    if form == "json":
        print_json(
            [
                {
                    "name": one.key.record_name,
                    "record": one.key.record,
                    "algorithm": one.key.algorithm,
                    "bits": one.key.bits,
                    "problem": one.problem,
                }
                for one in found
            ]
        )
        return 1 if any(one.problem for one in found) else 0
    if not found:
        click.echo("newsletter.yaml names no key; mails are signed by the relay or not at all.")
        click.echo("Make one with: newsletter dkim new --selector s1")
    for one in found:
        kind = f"RSA, {one.key.bits} bits" if one.key.algorithm == "rsa" else "Ed25519"
        click.echo(f"{one.key.selector} of {one.key.domain} ({kind})")
        _print_record(one.key.record_name, one.key.record, one.key.zone_line)
        if one.problem is not None:
            click.echo(f"  in the DNS: {one.problem or 'as it must be'}")
    return 1 if any(one.problem for one in found) else 0


def _print_record(name: str, record: str, zone_line: str) -> None:
    click.echo(f"  name:   {name}")
    click.echo("  type:   TXT")
    click.echo(f"  value:  {record}")
    click.echo(f"  as a line of a zone file:\n    {zone_line}")
