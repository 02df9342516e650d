"""A run as a report in Markdown."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from engine.config.run_config import FIELDS
from engine.quantities import loss, percent, quantity
from engine.runs.events import Epoch
from engine.runs.metrics import OF_AN_EPOCH
from engine.runs.snapshot import RunSnapshot
from engine.tables import LEFT, NUMBERS, escaped, markdown_table

NOTHING = "–"


def report(snapshot: RunSnapshot) -> str:
    """How the run was set up, its figures by epoch, how it ended, where it was trained and on what."""
    heading = f"# {escaped(snapshot.record.name)}"
    return (
        "\n\n".join([heading, *_labels(snapshot), *_settings(snapshot), *_figures(snapshot), *_origin(snapshot)]) + "\n"
    )


def _labels(snapshot: RunSnapshot) -> Iterator[str]:
    record = snapshot.record
    settings = {
        "Run": record.id,
        "Preset": record.preset,
        "Group": record.group,
        "Forked from": record.parent,
        "Tags": ", ".join(record.tags),
        "Note": record.note,
    }
    yield "\n".join(f"- **{name}**: {escaped(text)}" for name, text in settings.items() if text)


def _settings(snapshot: RunSnapshot) -> Iterator[str]:
    config = snapshot.config
    yield "## Settings"
    yield f"{config.layers()}, {config.parameters():,} parameters. All settings not listed have their defaults."
    changed = [field for field in FIELDS if getattr(config, field.name) != field.default]
    rows = [[f.label, escaped(config.text(f.name)), escaped(f.kind.write(f.default))] for f in changed]
    if rows:
        yield markdown_table(("Setting", "Value", "Default"), [LEFT] * 3, rows)
    if changes := snapshot.state.rate_changes:
        rates = ", ".join(f"{change.learning_rate:g} after step {change.step:,}" for change in changes)
        yield f"The learning rate was set while the run was in training: {rates}."


def _figures(snapshot: RunSnapshot) -> Iterator[str]:
    epochs = snapshot.state.epochs
    yield "## Figures"
    if epochs:
        columns = _columns(epochs)
        yield markdown_table(tuple(columns), [NUMBERS] * len(columns), zip(*columns.values(), strict=True))
    best = snapshot.state.best
    if best and len(epochs) > 1 and math.isfinite(best.test_accuracy):
        yield f"The best test accuracy is {percent(best.test_accuracy, NOTHING)}, of epoch {best.epoch}."
    yield _ending(snapshot)
    if snapshot.notices:
        yield "\n".join(f"- Notice: {escaped(notice)}" for notice in snapshot.notices)


def _columns(epochs: Sequence[Epoch]) -> dict[str, list[str]]:
    """The cells of each column of the table, by its heading."""
    columns = {
        "Epoch": [str(epoch.epoch) for epoch in epochs],
        **{m.title: [quantity(m.value(epoch), m.measure, NOTHING) for epoch in epochs] for m in OF_AN_EPOCH},
        "L2 term": [loss(epoch.penalty or None, NOTHING) for epoch in epochs],
        "Seconds": [f"{epoch.seconds:.2f}" if math.isfinite(epoch.seconds) else NOTHING for epoch in epochs],
    }
    return {heading: cells for heading, cells in columns.items() if any(cell != NOTHING for cell in cells)}


def _ending(snapshot: RunSnapshot) -> str:
    ending = snapshot.state.ending
    if ending is None:
        return f"The run is {snapshot.status}: step {snapshot.state.step:,} of {snapshot.state.total_steps:,}."
    reason = f": {escaped(snapshot.state.reason)}" if snapshot.state.reason else ""
    after = f"after epoch {ending.epoch:,}, step {ending.step:,}"
    seconds = f", with {ending.seconds:,.1f} s of training" if math.isfinite(ending.seconds) else ""
    return f"The run {snapshot.status} {after}{seconds}{reason}."


def _origin(snapshot: RunSnapshot) -> Iterator[str]:
    record = snapshot.record
    created = f"{datetime.fromtimestamp(record.created, UTC):%Y-%m-%d %H:%M:%S} UTC" if record.created else ""
    data = record.data.get("name", ""), record.data.get("fingerprint", "")
    started = snapshot.state.started
    sizes = f"{started.train_size:,} to train on, {started.test_size:,} to test on" if started else ""
    settings = {
        "Created": created,
        "Host": record.host,
        "Device": record.device,
        "Versions": ", ".join(f"{name} {version}" for name, version in record.versions.items()),
        "Data": f"{data[0]}, content {data[1]}" if all(data) else data[0],
        "Images": sizes,
    }
    yield "## Machine and data"
    yield "\n".join(f"- **{name}**: {escaped(text)}" for name, text in settings.items() if text)
