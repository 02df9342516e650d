"""A sweep before it begins, and what its cells have come to, in tables and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import click
from rich.text import Text

from engine.comparison.formats import spread_text
from engine.config.run_config import RunConfig
from engine.home import Home
from engine.quantities import NOTHING, duration, megabytes
from engine.runs.metrics import METRIC
from engine.runs.status import FINISHED
from engine.service.device_choice import DeviceChoice
from engine.service.epoch_times import EpochTimes
from engine.service.slots import find_slots
from engine.sweeps.estimate import Estimate, estimate, run_seconds
from engine.sweeps.plan import Plan
from engine.sweeps.results import explained, rivals, sentences
from engine.sweeps.standing import CellStanding, Standing, SweepReader
from engine.sweeps.sweep_file import sweep_records
from engine.sweeps.trained_cells import trained_cells
from tui.cli.commands.shared import print_json
from tui.cli.output import Column, Output, status_text

# Cells in a table: a few screens; of larger sweeps the best, and --json has all.
MOST_SHOWN = 200


def dry_run(home: Home, plan: Plan, json: bool) -> int:
    """Show what a plan would train and take; the exit status."""
    slots, times = find_slots(DeviceChoice.of_environment()), EpochTimes()
    times.learn_from(home)
    fitting = slots.for_device(plan.record.base.device)
    device = fitting[0].description if fitting else ""

    def epoch_seconds(config: RunConfig) -> float | None:
        return times.epoch_seconds(config, device)

    costs = estimate(plan, epoch_seconds, len(fitting))
    trained = trained_cells(home, plan) if plan.record.needed else {}
    if json:
        _print_json(plan, costs, len(fitting), len(trained))
    else:
        _print(plan, costs, len(fitting), epoch_seconds, trained)
    return 0


def _print(
    plan: Plan,
    costs: Estimate,
    slots: int,
    epoch_seconds: Callable[[RunConfig], float | None],
    trained: Collection[object],
) -> None:
    output, record = Output(), plan.record
    shown = list(zip(plan.cells, plan.configs, strict=True))[:MOST_SHOWN]
    rows: list[list[str | Text]] = []
    for number, (values, config) in enumerate(shown, 1):
        seconds = run_seconds(config, epoch_seconds)
        rows.append([str(number), *values, NOTHING if seconds is None else duration(seconds)])
    if rows:
        settings = [Column(name, number=True) for name in record.settings]
        output.table([Column("cell", number=True), *settings, Column("a run", number=True)], rows)
    if len(plan.cells) > len(shown):
        output.line(f"and {len(plan.cells) - len(shown):,} more")
    seeds = f" × {record.seeds} seeds" if record.seeds > 1 else ""
    output.line()
    output.line(f"{plan.count:,} cells{seeds} = {plan.runs:,} runs in the group {record.group}", wrap=True)
    time = (
        f"about {duration(costs.seconds, 1)}"
        if costs.seconds is not None
        else "not known before such runs were trained"
    )
    output.line(f"time on {slots} slots: {time}; disk: about {megabytes(costs.disk)}", wrap=True)
    if record.needed:
        output.line(f"{len(trained):,} of them are trained already, in other groups", wrap=True)
    output.line(f"judged by {record.metric}; nothing was trained", wrap=True)


def _print_json(plan: Plan, costs: Estimate, slots: int, trained: int) -> None:

    record = plan.record
    cells = [dict(zip(record.settings, values, strict=True)) for values in plan.cells]
    values = {
        "group": record.group, "settings": list(record.settings), "metric": record.metric, "cells": cells,
        "cell_count": plan.count, "seeds": list(record.all_seeds), "runs": plan.runs, "slots": slots,
        "trained": trained, "seconds": costs.seconds, "disk_bytes": costs.disk,
    }  # fmt: skip
    print_json(values)


def print_standing(standing: Standing, quiet: bool = False) -> None:
    """What each cell has come to, best first, and what that says; with `quiet`, the best alone."""
    output, record = Output(), standing.sweep.record
    if not quiet:
        ranked = list(standing.ranked)
        cells = ranked + [cell for cell in standing.cells if cell not in ranked]
        measure, title = METRIC[record.metric].measure, METRIC[record.metric].title.lower()
        rows: list[list[str | Text]] = []
        for cell in cells[:MOST_SHOWN]:
            seconds = NOTHING if cell.seconds is None else duration(cell.seconds)
            done = sum(status == FINISHED for status in cell.statuses)
            figures = spread_text(measure, cell.figures)
            rows.append([*cell.values, figures, seconds, f"{done}/{record.seeds}", status_text(cell.status)])
        heads = [*(Column(name, number=True) for name in record.settings), Column(title, number=True)]
        output.table([*heads, Column("time", number=True), Column("seeds", number=True), Column("status")], rows)
        output.line()
    for sentence in sentences(standing)[: 1 if quiet else None]:
        output.line(sentence, wrap=True)


def standing_json(standing: Standing) -> dict[str, Any]:
    """How a sweep stands as JSON values; accuracies are fractions, losses nats, times seconds."""
    record, best = standing.sweep.record, standing.best
    return {
        "group": record.group, "status": standing.status, "metric": record.metric, "settings": list(record.settings),
        "seeds": list(record.all_seeds), "runs": standing.runs, "counts": dict(standing.counts),
        "best": best and best.place, "seconds_left": standing.seconds_left, "variance": explained(standing),
        "beaten": [[rival.cell.place, rival.difference, rival.p] for rival in rivals(standing)],
        "sentences": sentences(standing),
        "cells": [_cell_json(standing, cell) for cell in standing.cells],
    }  # fmt: skip


def _cell_json(standing: Standing, cell: CellStanding) -> dict[str, Any]:
    figures = cell.figures
    return {
        "cell": cell.place, "settings": dict(zip(standing.sweep.record.settings, cell.values, strict=True)),
        "status": cell.status, "mean": figures and figures.mean, "deviation": figures and figures.deviation,
        "values": list(figures.values) if figures else [], "seconds": cell.seconds,
        "runs": [result and {"run": result.id, "status": result.status} for result in cell.results],
    }  # fmt: skip


def list_sweeps(home: Home, json: bool) -> None:
    """Every sweep of a home, the newest first."""

    standings = [SweepReader(home, record.group).read() for record in sweep_records(home)]
    if json:
        values = [{key: v for key, v in standing_json(s).items() if key != "cells"} for s in standings]
        print_json(values)
        return
    if not standings:
        click.echo("No sweeps yet; begin one: mnist-tui sweep lambda")
        return
    rows: list[list[str | Text]] = []
    for standing in standings:
        record = standing.sweep.record
        done = f"{standing.counts[FINISHED]} of {standing.runs}"
        best = spread_text(METRIC[record.metric].measure, standing.best.figures) if standing.best else NOTHING
        rows.append([record.group, status_text(standing.status), done, ", ".join(record.settings), best])
    columns = [Column("sweep", flexible=True), Column("status"), Column("runs", number=True)]
    Output().table([*columns, Column("settings", flexible=True), Column("best", number=True)], rows)
