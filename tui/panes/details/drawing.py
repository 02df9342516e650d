"""What is known of a run, in text."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from engine.config.differences import UNTOLD
from engine.config.run_config import FIELDS
from engine.quantities import duration, loss, percent
from engine.runs.lineage import LineageNode
from engine.runs.record import RunRecord
from engine.runs.summaries import RunSummary
from tui.dialogs.tag_text import written
from tui.drawing.formatting import status_words
from tui.drawing.glyphs import STATUS_SYMBOLS, UNKNOWN
from tui.drawing.network_line import network_line
from tui.drawing.styled_lines import Line, wrapped
from tui.panes.details.lineage import family_lines

LABEL = 12


def details_lines(run: RunSummary, cells: int, kin: Sequence[LineageNode] = (), member: str = "") -> list[Line]:
    """The lines of a pane: what the run is, which `member` of its group, what came of it, its family, and its settings,
    those it changed marked. All of every text is there: the pane can be scrolled."""
    record = run.record
    lines = wrapped(record.title, cells, "title")
    lines.append(((f"{STATUS_SYMBOLS.get(run.status, ' ')} {status_words(run)}", run.status),))
    if run.reason:
        lines += wrapped(run.reason, cells, "warning")
    lines += [(), ((network_line(record.config, cells), ""),), ()]
    for label, value in _facts(run, member):
        lines += _labelled(label, value, cells)
    if family := family_lines(kin, run.id, cells):
        lines += [(), *family]
    lines += [(), (("Settings", "title"),)]
    for field in FIELDS:
        text = record.setting(field.name)
        changed = field.name not in UNTOLD and text != field.kind.write(field.default)
        head: Line = (("• " if changed else "  ", "changed"), (f"{field.label:<17} ", "dim"))
        room = max(8, cells - 20)
        apart = text.replace(",", ", ") if len(text) > room else text
        for part in wrapped(apart, room, "" if changed else "dim"):
            lines.append((*head, *part))
            head = ((" " * 20, ""),)
    return lines


def _facts(run: RunSummary, member: str) -> Iterator[tuple[str, str]]:
    record = run.record
    data = record.data.get("name") or record.config.dataset
    yield "test", f"{percent(run.test_accuracy, UNKNOWN)} on {data}, loss {loss(run.test_loss, UNKNOWN)}"
    yield "train acc", percent(run.train_accuracy, UNKNOWN)
    yield "epochs", f"{run.epoch} of {record.config.epochs}, {duration(run.seconds, 1)} of training"
    yield "parameters", f"{record.config.parameters():,}"
    yield "device", " on ".join(filter(None, (run.device, record.host))) or UNKNOWN
    if record.rate_changes:
        yield "rate set", ", ".join(map(str, record.rate_changes))
    if record.method:
        yield "trained by", record.method
    if record.stack > 1:
        yield "stack", f"{record.stack} networks in one step"
    yield "created", time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(record.created))
    yield from _origin(record, member)
    yield "id", record.id


def _origin(record: RunRecord, member: str) -> Iterator[tuple[str, str]]:
    if record.preset:
        yield "preset", record.preset
    if record.parent:
        yield "made from", record.parent
    if record.group:
        yield "group", ", ".join(filter(None, (record.group, member)))
    if record.tags:
        yield "tags", written(record.tags)
    if record.note:
        yield "note", record.note
    if record.versions:
        yield "versions", ", ".join(f"{name} {version}" for name, version in record.versions.items())


def _labelled(label: str, value: str, cells: int) -> list[Line]:
    lines = wrapped(value, max(8, cells - LABEL), "")
    heads = [label] + [""] * (len(lines) - 1)
    return [((f"{head:<{LABEL}}", "dim"), *line) for head, line in zip(heads, lines, strict=True)]
