"""What is known of a run, and its family: who was made from whom, with what changed, and what came of it."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence

from rich.cells import cell_len

from engine.config.differences import UNTOLD
from engine.config.run_config import BY_NAME, FIELDS, RunConfig
from engine.quantities import duration, loss, percent
from engine.runs.lineage import LineageNode
from engine.runs.record import RunRecord
from engine.runs.summaries import RunSummary
from tui.dialogs.tag_text import written
from tui.drawing.formatting import status_words
from tui.drawing.glyphs import STATUS_SYMBOLS, UNKNOWN
from tui.drawing.network_line import network_line
from tui.drawing.styled_lines import Line, crop, fit, wrapped

# Of a large family these many are shown, those around the run.
MOST_KIN = 9
MOST_CHANGES = 2
# Cells of ` 100.00 %`, and of a generation's indent.
ACCURACY = 9
GENERATION = 3

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


def family_lines(kin: Sequence[LineageNode], id: str, cells: int) -> list[Line]:
    """A heading and a line for each of the family, the run `id` marked; nothing for a run that is alone."""
    if len(kin) < 2:
        return []
    places = _places(kin, id)
    trees = {place: f"{_branch(kin[place], cells)}{kin[place].run.record.name}" for place in places}
    tree_cells = min(max(12, cells // 3), max(map(cell_len, trees.values())))
    lines: list[Line] = [(("Family", "title"), (f"  {len(kin):,} runs", "dim"))]
    common = _common([kin[place] for place in places])
    following = 0
    for place in [*places, len(kin)]:
        if left_out := place - following:
            lines.append(((f"  … {left_out:,} more", "dim"),))
        if place < len(kin):
            lines.append(_line(kin[place], trees[place], kin[place].run.id == id, tree_cells, cells, common))
        following = place + 1
    return lines


def changes_text(
    parent: RunConfig, own: RunConfig, cells: int, in_training: Sequence[str] = (), common: Collection[str] = ()
) -> str:
    """What a run changed in its parent's settings, and `in_training`: two at most, fewer and without what they were in
    little room; last the settings that it has in `common` with others of this parent."""
    names = [field.name for field in FIELDS if getattr(parent, field.name) != getattr(own, field.name)]
    names.sort(key=lambda name: name in common)
    if not (names or in_training):
        return crop("same settings", cells)
    became = [*in_training, *(f"{_short(name)} → {own.text(name)}" for name in names)]
    whole = [*in_training, *(f"{_short(name)} {parent.text(name)} → {own.text(name)}" for name in names)]
    for changes, shown in ((whole, MOST_CHANGES), (whole, 1), (became, 1)):
        text = ", ".join([*changes[:shown], *(["…"] if shown < len(changes) else [])])
        if len(text) <= cells:
            return text
    return crop(text, cells)


def _common(shown: Sequence[LineageNode]) -> dict[str, set[str]]:
    """The settings that all runs shown of a parent have alike, by the id of the parent of several."""
    by_parent: dict[str, list[RunConfig]] = {}
    for one in shown:
        if one.parent:
            by_parent.setdefault(one.parent.run.id, []).append(one.run.record.config)
    return {
        parent: {field.name for field in FIELDS if len({getattr(config, field.name) for config in configs}) == 1}
        for parent, configs in by_parent.items()
        if len(configs) > 1
    }


def _places(kin: Sequence[LineageNode], id: str) -> list[int]:
    """The places to show: those around the run, and its parent, whom it is compared with."""
    place = next(place for place, one in enumerate(kin) if one.run.id == id)
    first = max(0, min(place - MOST_KIN // 2, len(kin) - MOST_KIN))
    around = set(range(first, min(first + MOST_KIN, len(kin))))
    parent = kin[place].parent
    return sorted(around | ({kin.index(parent)} if parent else set()))


def _branch(one: LineageNode, cells: int) -> str:
    """The lines that lead to a run; deep in a tree the last of them, after how many generations were left out."""
    branch = one.branch()
    if len(branch) <= max(GENERATION, cells // 4):
        return branch
    return f"…{len(branch) // GENERATION - 1} {branch[-GENERATION:]}"


def _line(
    one: LineageNode, tree: str, own: bool, tree_cells: int, cells: int, common: Mapping[str, Collection[str]]
) -> Line:
    run = one.run
    known = run.test_accuracy is not None
    figure = percent(run.test_accuracy) if known else f"{STATUS_SYMBOLS.get(run.status, ' ')} {run.status}"
    line: Line = (
        ("› " if own else "  ", "changed"),
        (fit(tree, tree_cells), "current" if own else ""),
        (" " + fit(figure, ACCURACY, right=known), "" if known else run.status),
    )
    room = cells - tree_cells - ACCURACY - 5
    if one.parent is None or room < 1:
        return line
    parent, alike = one.parent.run, common.get(one.parent.run.id, ())
    changes = changes_text(parent.record.config, run.record.config, room, run.record.rates_set, alike)
    return (*line, (f"  {changes}", "" if own else "dim"))


def _short(name: str) -> str:
    """What a filter may call a setting too, where that is shorter."""
    return next((alias for alias in BY_NAME[name].aliases if len(alias) < len(name)), name.replace("_", " "))
