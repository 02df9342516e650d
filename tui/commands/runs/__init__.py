"""`mnist-tui runs`: lists, shows, steers and tidies runs."""

from __future__ import annotations

import click

from tui.commands.runs.labels import note, rename, tag
from tui.commands.runs.listing import list_
from tui.commands.runs.showing import show
from tui.commands.runs.steering import pause, resume, stop
from tui.commands.runs.tidying import delete, empty_trash, restore

EXAMPLES = """\b
Examples:
  mnist-tui runs list --limit 10
  mnist-tui runs show last
  mnist-tui train $(mnist-tui runs show last --config) --seed 2
  mnist-tui runs pause last
  mnist-tui runs delete 3f2 "my run"

RUN is an id, its beginning or end, a name, or last."""


class InOrder(click.Group):
    """A group that lists its commands in the order they were added."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(cls=InOrder, epilog=EXAMPLES, invoke_without_command=True)
@click.help_option("--help", "-h")
@click.pass_context
def runs(context: click.Context) -> None:
    """List, show, steer, rename, delete and restore runs."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


for command in (list_, show, stop, pause, resume, delete, restore, empty_trash, rename, tag, note):
    runs.add_command(command)
