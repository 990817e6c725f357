"""A group of commands that are imported when they are called, with a proposal for a misspelt one."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import ClassVar

import click


class LazyGroup(click.Group):
    """elsewhere: command -> ``module:name`` of those that other modules hold. Others are added as click does.

    summaries: command -> first sentence of its help, so that a list of commands needs none of their modules.
    """

    elsewhere: ClassVar[Mapping[str, str]] = {}
    summaries: ClassVar[Mapping[str, str]] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order of the alphabet."""
        return sorted({*super().list_commands(ctx), *self.elsewhere})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command called `cmd_name`, imported now when another module holds it."""
        if (target := self.elsewhere.get(cmd_name)) is None:
            return super().get_command(ctx, cmd_name)
        module, name = target.split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """As click does, of commands that are only names and summaries as far as those are known."""
        named = {name: click.Command(name, help=summary) for name, summary in self.summaries.items()}
        listed = {name: named.get(name) or self.get_command(ctx, name) for name in self.list_commands(ctx)}
        known = {name: command for name, command in listed.items() if command is not None}
        click.Group(commands=known).format_commands(ctx, formatter)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with a proposal for a misspelt command."""
        known = self.list_commands(ctx)
        if args and args[0] not in known and not args[0].startswith("-"):
            from newsletter.models.finding import did_you_mean

            hint = did_you_mean(args[0], known) or f"See: {ctx.command_path} --help"
            above = ctx.command_path.partition(" ")[2]
            raise click.UsageError(f"There is no command '{f'{above} {args[0]}'.strip()}'. {hint}", ctx)
        return super().resolve_command(ctx, args)
