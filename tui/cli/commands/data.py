"""`mnist-tui data`: which data sets are there, and how to get the others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

import click
import rich.progress
from rich.text import Text

from engine.config.choices import DATASETS
from engine.home import Home
from engine.quantities import megabytes
from engine.runs.events import Event, Notice, Progress
from engine.text import clean
from tui.cli.commands.shared import print_json
from tui.cli.output import Column, Output
from tui.exit_codes import DONE, INTERRUPTED, complain

if TYPE_CHECKING:
    from engine.datasets.inventory import DatasetStatus

EXAMPLES = """\b
Examples:
  mnist-tui data                              what is there, and in what condition
  mnist-tui data fetch mnist                  download and check MNIST; an interrupted download goes on
  mnist-tui data fetch kmnist --mirror URL    from another source, which has KMNIST/raw or the files themselves
  mnist-tui data fetch synthetic              draw the synthetic digits now instead of at the first run
  mnist-tui data where mnist                  the folder its files lie in

Data sets are looked for in $MNIST_TUI_DATA and in the folder data of $MNIST_TUI_HOME, in torchvision's layout; files
that lie there packed, under other names, in the folder itself or as mnist.npz are copied to the latter, where downloads
go as well. $MNIST_TUI_MIRROR names a mirror for every download, http://USER:PASSWORD@HOST/ where it asks for them;
MNIST_TUI_OFFLINE=1 switches downloads off."""
COLUMNS = (Column("data set"), Column("state"), Column("size", number=True), Column("folder", flexible=True))
STATE_STYLES = {
    "present": "green",
    "convertible": "cyan",
    "partial": "yellow",
    "damaged": "red",
    "closed": "red",
    "absent": "dim",
}
NAME = click.Choice(DATASETS, case_sensitive=False)


@click.group(invoke_without_command=True, epilog=EXAMPLES)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def data(context: click.Context, as_json: bool) -> int | None:
    """Show which data sets are there, and fetch them.

    Without a command: list.
    """
    if context.invoked_subcommand is None:
        return show(context.obj, as_json)
    if as_json:
        raise click.UsageError("--json goes after the command: mnist-tui data list --json", context)
    return None


@data.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def list_(home: Home, /, as_json: bool) -> int:
    """List the data sets: where they are, whether they are whole, and which file is not."""
    return show(home, as_json)


@data.command()
@click.argument("name", type=NAME)
@click.option("--mirror", default="", metavar="URL", help="Where to download from; it has MNIST/raw, or the files.")
@click.pass_obj
def fetch(home: Home, /, name: str, mirror: str) -> int:
    """Download a data set and check it; an interrupted download goes on. Draws the synthetic one."""
    from engine.datasets import inventory
    from engine.datasets.catalogue import SPECS, SYNTHETIC
    from engine.datasets.download import is_address

    if mirror and (name == SYNTHETIC or not is_address(mirror)):
        reason = (
            "synthetic digits are drawn, not downloaded" if name == SYNTHETIC else "begin it with http:// or https://"
        )
        raise click.BadParameter(reason, click.get_current_context(), param_hint="--mirror")
    held = inventory.find(SPECS[name], home)[-1]
    if held.state != inventory.PRESENT:
        try:
            _bring(name, home, mirror)
        except KeyboardInterrupt:
            return complain("interrupted; what has come is kept, and the same command goes on", INTERRUPTED)
        held = inventory.find(SPECS[name], home)[-1]
    if held.state != inventory.PRESENT:
        return complain(held.faults[0] if held.faults else f"{held.raw} cannot be written; set MNIST_TUI_HOME")
    Output().line(f"{name}: {held.raw} ({megabytes(held.size)}, checked)")
    return DONE


@data.command()
@click.argument("name", type=NAME, required=False)
@click.pass_obj
def where(home: Home, /, name: str | None) -> int:
    """Print the folders data sets are looked for in, in order; with NAME, the one its files lie in."""
    from engine.datasets import inventory
    from engine.datasets.catalogue import SPECS

    if name is None:
        for folder in home.data_folders():
            Output().line(str(folder))
        return DONE
    held = inventory.find(SPECS[name], home)[-1]
    if held.state != inventory.PRESENT:
        return complain(f"{held.spec.title} is not here; get it: mnist-tui data fetch {name}")
    Output().line(str(held.raw))
    return DONE


def show(home: Home, as_json: bool) -> int:
    """Print every data set and the condition it is in."""
    from engine.datasets import inventory

    output = Output()
    holdings = inventory.survey(home)
    if as_json:
        print_json([_values(held) for held in holdings])
        return DONE
    best = {name: _best(held for held in holdings if held.spec.name == name) for name in DATASETS}
    shown = [held for held in holdings if held.state != inventory.ABSENT or held is best[held.spec.name]]
    output.table(COLUMNS, map(_row, shown))
    for held in shown:
        for fault in held.faults:
            output.line(clean(fault, 500), STATE_STYLES[held.state])
    absent = [name for name, held in best.items() if held.state != inventory.PRESENT]
    if absent:
        output.line(f"To get what is not there: mnist-tui data fetch {'|'.join(absent)}")
    return DONE


def _best(holdings: Iterable[DatasetStatus]) -> DatasetStatus:
    """Of one data set's holdings the one that is used, else the one downloads go to."""
    ordered = list(holdings)
    return next((held for held in ordered if held.digests), ordered[-1])


def _row(held: DatasetStatus) -> list[str | Text]:
    state = Text(held.state, STATE_STYLES[held.state])
    return [held.spec.name, state, megabytes(held.size), clean(str(held.raw), 500)]


def _values(held: DatasetStatus) -> dict[str, Any]:
    return {
        "name": held.spec.name,
        "title": held.spec.title,
        "state": held.state,
        "folder": str(held.raw),
        "bytes": held.size,
        "faults": list(held.faults),
        "fingerprint": held.fingerprint if held.digests else None,
    }


def _bring(name: str, home: Home, mirror: str) -> None:
    """Fetch or draw a data set under a progress bar on standard error."""
    from engine.datasets import load
    from engine.datasets.catalogue import SPECS, SYNTHETIC
    from engine.datasets.fetch import fetch

    with _Bar() as bar:
        if name == SYNTHETIC:
            load(name, home, bar.show)
        else:
            fetch(SPECS[name], home, bar.show, mirror=mirror)


class _Bar:
    """A progress bar on standard error; where that is no terminal, a line for each task."""

    def __init__(self) -> None:
        self._output = Output(stderr=True)
        self._task = ""
        self._bar = rich.progress.Progress(
            rich.progress.TextColumn("{task.description}", markup=False),
            rich.progress.BarColumn(),
            rich.progress.TaskProgressColumn(),
            rich.progress.TimeRemainingColumn(),
            console=self._output.console,
            transient=True,
            disable=not self._output.is_terminal,
        )

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def show(self, event: Event) -> None:
        """Show an event of the preparation."""
        if isinstance(event, Notice):
            self._output.line(clean(event.message, 500))
        if not isinstance(event, Progress):
            return
        if event.task != self._task:
            self._task = event.task
            if not self._output.is_terminal:
                self._output.line(f"{event.task} ...")
            for task in self._bar.task_ids:
                self._bar.remove_task(task)
            self._bar.add_task(event.task, total=None)
        for task in self._bar.task_ids:
            self._bar.update(task, completed=event.done, total=event.total or None)
