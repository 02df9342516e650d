"""`mnist-tui reproduce`: trains the reference experiments and compares their figures with the published ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import click

from engine.comparison.published_figures import TOLERANCE, Comparison, compare
from engine.config.choices import DATASETS
from engine.config.presets import Preset, preset, presets
from engine.config.run_config import RunConfig, parse_words
from engine.home import Home
from engine.quantities import percent
from engine.runs.events import Epoch
from engine.runs.groups import Repetition
from engine.service.protocol import Start
from tui.cli.commands.shared import print_json
from tui.cli.completion import complete_settings
from tui.exit_codes import DONE, FAILED, INTERRUPTED, complain

GROUP = "reproduce"
EXAMPLES = """\b
Examples:
  mnist-tui reproduce                      every experiment with published figures
  mnist-tui reproduce deep dropout         two of them
  mnist-tui reproduce --seeds 5            mean and sample standard deviation of five seeds
  mnist-tui reproduce deep optimiser=adam learning_rate=0.001

Each is a run like any other, in the group reproduce. Exit status: 1 when a test accuracy is further than 0.6 points
from the published one, or a run failed."""


@dataclass
class Outcome:
    """The runs of one experiment, a seed each, and the last epochs of those that finished."""

    preset: Preset
    runs: list[str] = field(default_factory=list)
    ends: list[Epoch] = field(default_factory=list)


@click.command(epilog=EXAMPLES)
@click.argument("words", nargs=-1, metavar="[PRESET]... [FIELD=VALUE]...", shell_complete=complete_settings)
@click.option("--seeds", default=1, type=click.IntRange(1, 1000), help="Train each with so many seeds.")
@click.option("--dataset", default="mnist", type=click.Choice(DATASETS), help="Published figures are of mnist.")
@click.option("--device", default="auto", metavar="VALUE", help="auto, cpu, cuda, cuda:N or mps.")
@click.option("--json", is_flag=True, help="As one JSON object.")
@click.pass_obj
def reproduce(home: Home, /, words: tuple[str, ...], seeds: int, dataset: str, device: str, json: bool) -> int:
    """Train the reference experiments, on every device at once, and compare.

    Without PRESET: those with published figures.
    """
    changes = {"dataset": dataset, "device": device, **parse_words(word for word in words if "=" in word)}
    named = [preset(word, home) for word in words if "=" not in word]
    chosen = named or [known for known in presets().values() if known.published]
    configs = {known.name: known.config.replace(changes) for known in chosen}
    outcomes, status = _train(home, chosen, configs, seeds, json)
    comparisons = [row for outcome in outcomes for row in compare(outcome.preset, outcome.ends)]
    if json:
        values = {"runs": {o.preset.name: o.runs for o in outcomes}, "comparisons": [c.to_json() for c in comparisons]}
        print_json(values)
    else:
        _print(comparisons, outcomes)
    return max(status, FAILED if any(row.within is False for row in comparisons) else DONE)


def _train(
    home: Home, chosen: Sequence[Preset], configs: Mapping[str, RunConfig], seeds: int, json: bool
) -> tuple[list[Outcome], int]:
    """Train every experiment with each seed, on every slot at once; what they have come to, and the exit status."""
    from tui.cli.engine_session import EngineSession, RunsReport
    from tui.cli.runs_reports import choose_runs_report

    asked = [
        Start(config=config, run_name=known.name, preset=known.name, group=GROUP)
        for known in chosen
        for config in Repetition(configs[known.name], seeds).configs()
    ]
    runs = EngineSession(home, RunsReport() if json else choose_runs_report()).train(asked)
    outcomes = {known.name: Outcome(known) for known in chosen}
    for trained in runs:
        outcome = outcomes[trained.asked.preset]
        outcome.runs.append(trained.run.id)
        if trained.status == DONE:
            outcome.ends.append(trained.state.epochs[-1])
        elif trained.status == FAILED:
            complain(f"{outcome.preset.name} failed: {trained.reason}")
    status = max((trained.status for trained in runs), default=INTERRUPTED)
    if status == INTERRUPTED:
        complain("interrupted; what was trained until then:")
    return [outcome for outcome in outcomes.values() if outcome.runs], status


def _print(comparisons: list[Comparison], outcomes: Iterable[Outcome]) -> None:
    from rich.text import Text

    from tui.cli.output import Column, Output

    output = Output()
    rows: list[list[str | Text]] = []
    for row in comparisons:
        verdict = Text()
        if row.within is not None:
            verdict = Text("within" if row.within else "out", "green" if row.within else "bold red")
        rows.append([row.experiment, row.figure, *_figures(row), verdict])
    if rows:
        output.line()
        headings = ("published", "measured", "difference")
        columns = [Column("experiment"), Column("figure"), *(Column(h, number=True) for h in headings)]
        output.table([*columns, Column(f"{TOLERANCE} points")], rows)
    for outcome in outcomes:
        if outcome.ends and outcome.preset.published is None:
            figures = ", ".join(percent(end.test_accuracy) for end in outcome.ends)
            output.line(f"{outcome.preset.name}: test accuracy {figures}; nothing is published of it", wrap=True)


def _figures(row: Comparison) -> tuple[str, str, str]:
    scale, digits, unit = (100, 2, " %") if row.is_accuracy else (1, 4, "")
    spread = "" if row.deviation is None else f" ± {row.deviation:.{digits}f}"
    published, measured = row.published * scale, row.mean * scale
    return f"{published:.{digits}f}{unit}", f"{measured:.{digits}f}{spread}{unit}", f"{row.difference:+z.{digits}f}"
