"""`mnist-tui runs`: lists, shows, compares, steers and tidies runs."""

from __future__ import annotations

import click

from tui.cli.commands.runs.compare import compare_
from tui.cli.commands.runs.export import export_
from tui.cli.commands.runs.labels import family, group, groups, note, rename, star, tag, unstar
from tui.cli.commands.runs.list import list_
from tui.cli.commands.runs.show import show
from tui.cli.commands.runs.steer import pause, resume, set_, stop
from tui.cli.commands.runs.trash import delete, empty_trash, restore

EXAMPLES = """\b
Examples:
  mnist-tui runs list --limit 10
  mnist-tui runs list --where "lr>0.05 tag:sweep" --sort acc:desc --columns id,acc,lr,dropout
  mnist-tui runs show last
  mnist-tui runs compare deep dropout --baseline deep
  mnist-tui runs compare --where "group=seeds" --markdown
  mnist-tui runs export last --format script --output script.py
  mnist-tui train $(mnist-tui runs show last --config) --seed 2
  mnist-tui runs pause last
  mnist-tui runs set last learning_rate=0.05
  mnist-tui runs delete 3f2 "my run"

RUN is an id, its beginning or end, a name, or last."""


class InOrder(click.Group):
    """A group that lists its commands in the order they were added."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self.commands]  # `list` is a module of this package.


@click.group(cls=InOrder, epilog=EXAMPLES, invoke_without_command=True)
@click.pass_context
def runs(context: click.Context) -> None:
    """List, compare, steer, label, delete and restore runs."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


LISTING = (list_, show, compare_, export_, family, groups)
MARKING = (rename, tag, note, star, unstar, group)
for command in (*LISTING, stop, pause, resume, set_, *MARKING, delete, restore, empty_trash):
    runs.add_command(command)
