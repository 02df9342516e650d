"""`mnist-tui runs show`."""

from __future__ import annotations

import click

from engine.home import Home
from engine.runs.snapshot import RunSnapshot
from engine.runs.status import ENDED, INTERRUPTED
from engine.runs.summaries import find_run
from tui.cli.commands.runs.shared import one_run, runs_command
from tui.cli.commands.shared import print_json


@runs_command("show")
@one_run
@click.option("--json", is_flag=True, help="Everything as one JSON object.")
@click.option("--config", is_flag=True, help="The settings alone, as train accepts them.")
def show(home: Home, query: str, json: bool, config: bool) -> None:
    """One run: settings, figures by epoch, ending."""
    run = RunSnapshot.of(find_run(home, query))
    if config:
        click.echo(run.record.words)
    elif json:
        from engine.export.json_document import as_json

        values = {**as_json(run, whole=False), "observation": _observed(run)}
        print_json(values)
    else:
        _print_run(run)


def _observed(run: RunSnapshot) -> str | None:
    """What the figures of a run say of it, in a sentence."""
    from engine.comparison.observations import observe

    observation = observe(run.state)
    return observation.sentence if observation else None


def _print_run(run: RunSnapshot) -> None:
    from rich.text import Text

    from engine.quantities import local_time
    from tui.cli.output import Output, status_text
    from tui.cli.run_tables import figures_table, headline, notice_lines

    record, state, status = run.record, run.state, run.status
    output = Output()
    output.line(Text.assemble((record.title, "bold"), "  ", record.id, "  ", status_text(status)))
    lines = {
        "preset": record.preset,
        "settings": record.changes or "the defaults",
        "rate set": ", ".join(map(str, record.rate_changes)),
        "network": f"{record.config.layers()}, {record.config.parameters():,} parameters",
        "device": record.device,
        "data": record.data.get("name", ""),
        "created": f"{local_time(record.created)} on {record.host}" if record.host else local_time(record.created),
        "group": record.group,
        "parent": record.parent,
        "tags": " ".join(record.tags),
        "note": record.note,
        "step": f"{state.step:,} of {state.total_steps:,}" if state.total_steps and status not in ENDED else "",
    }
    for name, text in lines.items():
        if text:
            output.pair(f"  {name}", text, 10)
    if state.epochs:
        output.line()
        figures_table(output, state)
    if sentence := _observed(run):
        output.line(sentence, wrap=True)
    output.line()
    for line in notice_lines(run.notices):
        output.line(line, "yellow", wrap=True)
    if status == INTERRUPTED:
        output.line(f"{record.id} was interrupted; go on: mnist-tui train --resume {record.id}", wrap=True)
    elif status in ENDED:
        output.line(headline(record.id, state), wrap=True)
