"""`mnist-tui predict`: what a run's network reads in pictures."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.errors import UserError
from engine.files import StoreError
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.summaries import find_run
from tui.cli.commands.shared import print_json
from tui.cli.completion import complete_runs
from tui.exit_codes import DONE, explain

if TYPE_CHECKING:
    from engine.inference.network import TrainedNetwork

EXAMPLES = """\b
Examples:
  mnist-tui predict last seven.png           what the newest run reads in a picture
  mnist-tui predict deep *.jpg               a line for each of several
  mnist-tui predict deep --json *.png        a line of JSON each: image, prediction, probabilities
  mnist-tui predict deep --epoch best 7.png  by its network after the epoch of best test accuracy

PNG and JPEG of any size, dark on light or light on dark, are made as MNIST's images are: the digit scaled into 20 by 20
pixels, its mass in the middle of 28 by 28. The network is the run's last, or that of an epoch whose weights are kept. A
picture that cannot be read is named on standard error, the others are read, and the exit status is 1."""


BEST, LAST = "best", "last"
EPOCH = "By the network after this epoch, whose weights are kept; the last unless given."


def _epoch(context: click.Context, parameter: click.Parameter, text: str) -> str:
    word = text.strip().lower()
    if word in (BEST, LAST) or re.fullmatch("[1-9][0-9]{0,4}", word):
        return word
    raise click.BadParameter(f"{text[:40]!r}; the number of an epoch, {BEST} or {LAST}", context, parameter)


@click.command("predict", epilog=EXAMPLES)
@click.argument("query", metavar="RUN", shell_complete=complete_runs)
@click.argument("images", metavar="IMAGE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--epoch", default=LAST, metavar="N|best|last", callback=_epoch, help=EPOCH)
@click.option("--json", is_flag=True, help="Each image as a line of JSON.")
@click.pass_obj
def predict(home: Home, /, query: str, images: tuple[Path, ...], epoch: str, json: bool) -> int:
    """Read digits in pictures by a run's network.

    A line for each IMAGE: what is read, how probable it is, and what comes next.
    """
    from engine.handwriting.image_file import read_image
    from engine.inference.stored_networks import read_networks

    run, worst = find_run(home, query), DONE
    if sys.stderr.isatty():
        click.secho(f"reading the network of {run.id} …", err=True, dim=True)
    network = read_networks([run], _number(run, epoch))[0]
    if isinstance(network, UserError):
        raise network
    for path in images:
        try:
            shares = network.probabilities(read_image(path)[None])[0].tolist()
        except UserError as error:
            worst = max(worst, explain(error))
            continue
        if json:
            print_json(_values(network, path, shares), indent=None)
        else:
            click.echo(_line(network, path, shares))
    return worst


def _number(run: Run, epoch: str) -> int | None:
    """The number of an epoch that is named; None for the last."""
    if epoch != BEST:
        return None if epoch == LAST else int(epoch)
    best = run.state(steps=False).best
    if best is None:
        raise StoreError(f"{run.id} has no epoch yet; see it: mnist-tui runs show {run.id}")
    return best.epoch


def _values(network: TrainedNetwork, path: Path, shares: list[float]) -> dict[str, Any]:
    best = max(range(len(shares)), key=shares.__getitem__)
    names = network.spec.class_names
    return {"image": str(path), "prediction": names[best], "probabilities": dict(zip(names, shares, strict=True))}


def _line(network: TrainedNetwork, path: Path, shares: list[float]) -> str:
    from engine.quantities import percent
    from engine.text import clean

    best, second, *_ = sorted(range(len(shares)), key=lambda place: -shares[place])
    read, runner_up = (f"{network.spec.class_names[place]}, {percent(shares[place])}" for place in (best, second))
    return f"{clean(str(path), 200)}: {read}; next {runner_up}"
