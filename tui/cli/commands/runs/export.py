"""`mnist-tui runs export`."""

from __future__ import annotations

from pathlib import Path

import click

from engine.home import Home
from engine.runs.summaries import find_run
from tui.cli.commands.runs.shared import many_runs

NAMES = ("csv", "json", "markdown", "tensorboard", "weights", "script")
EXAMPLES = """\b
Examples:
  mnist-tui runs export last --format markdown
  mnist-tui runs export deep l2 dropout --format csv --output runs.csv
  mnist-tui runs export last --format csv --steps --output steps.csv
  mnist-tui runs export deep dropout --format tensorboard --output logs
  mnist-tui runs export last --format weights --output weights.pt
  mnist-tui runs export last --format script --output script.py

\b
csv          a row an epoch, all runs in one table; with --steps, a row a steps event
json         everything that is known of a run
markdown     a report to read
tensorboard  event files, a folder for each run below PATH: tensorboard --logdir PATH
weights      the state_dict of the last checkpoint, for torch.load(PATH, weights_only=True); its keys are 0.weight,
             0.bias, 1.weight and so on, as in an nn.Sequential of the nn.Linear layers and in the network of script;
             an nn.Sequential with activations between takes, of the same weights,
             {f"{2 * int(n)}.{p}": w for k, w in weights.items() for n, p in [k.split(".")]}
             with batch_norm each hidden nn.Linear, without bias, is followed by its nn.BatchNorm1d, and 2 * int(n)
             is int(n) + int(n) // 2
script       a PyTorch script that trains the run again; it prints the same figures, to the last digit for a run with
             --gradients autograd (on a CPU, not with Adam), else as far as rounding allows, which the script says

PATH is a file; for several runs, other than as csv, a folder; - prints text. It prints unless PATH is given."""


@click.command("export", epilog=EXAMPLES)
@many_runs
@click.option("--format", "name", type=click.Choice(NAMES), required=True, help="What to make of them; see below.")
@click.option("--output", type=click.Path(path_type=Path), metavar="PATH", default="-", help="Where to write.")
@click.option("--steps", is_flag=True, help="csv: figures of batches, several a second, in place of epochs.")
@click.option("--force", is_flag=True, help="Replace files that exist.")
@click.pass_obj
def export_(home: Home, /, queries: tuple[str, ...], name: str, output: Path, steps: bool, force: bool) -> None:
    """Take runs elsewhere."""
    from engine.export import FORMATS, export, export_text

    if steps and name != "csv":
        raise click.UsageError("--steps goes with --format csv", click.get_current_context())
    if str(output) == "-" and not FORMATS[name].render:
        raise click.UsageError(f"{name} is not text; name a file or folder with --output", click.get_current_context())
    runs = list({run.id: run for run in (find_run(home, query) for query in queries)}.values())
    if str(output) == "-":
        click.echo(export_text(runs, name, steps), nl=False)
        return
    for path in export(runs, name, output, steps, force):
        click.echo(str(path))
    if name == "weights":
        click.echo("In an nn.Sequential with activations between, layer n is module 2n; see --help.", err=True)
