"""The family of a run drawn in text: who was made from whom, with what changed, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from engine.config.run_config import BY_NAME, FIELDS, RunConfig
from engine.quantities import percent
from engine.runs.lineage import LineageNode
from tui.drawing.glyphs import STATUS_SYMBOLS
from tui.drawing.styled_lines import Line, crop, fit

# Of a large family these many are shown, those around the run.
MOST_KIN = 9
MOST_CHANGES = 2
ACCURACY = 9
GENERATION = 3


def family_lines(kin: Sequence[LineageNode], id: str, cells: int) -> list[Line]:
    """A heading and a line for each of the family, the run `id` marked; nothing for a run that is alone."""
    if len(kin) < 2:
        return []
    places = _places(kin, id)
    trees = {place: f"{_branch(kin[place], cells)}{kin[place].run.record.name}" for place in places}
    tree_cells = min(max(12, cells // 3), max(map(cell_len, trees.values())))
    lines: list[Line] = [(("Family", "title"), (f"  {len(kin):,} runs", "dim"))]
    following = 0
    for place in [*places, len(kin)]:
        if left_out := place - following:
            lines.append(((f"  … {left_out:,} more", "dim"),))
        if place < len(kin):
            lines.append(_line(kin[place], trees[place], kin[place].run.id == id, tree_cells, cells))
        following = place + 1
    return lines


def changes_text(parent: RunConfig, own: RunConfig, cells: int, in_training: Sequence[str] = ()) -> str:
    """What a run changed in its parent's settings, and `in_training`: two at most, fewer and without what they were in
    little room."""
    names = [field.name for field in FIELDS if getattr(parent, field.name) != getattr(own, field.name)]
    if not (names or in_training):
        return crop("same settings", cells)
    became = [*in_training, *(f"{_short(name)} → {own.text(name)}" for name in names)]
    whole = [*in_training, *(f"{_short(name)} {parent.text(name)} → {own.text(name)}" for name in names)]
    for changes, shown in ((whole, MOST_CHANGES), (whole, 1), (became, 1)):
        text = ", ".join([*changes[:shown], *(["…"] if shown < len(changes) else [])])
        if len(text) <= cells:
            return text
    return crop(text, cells)


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


def _line(one: LineageNode, tree: str, own: bool, tree_cells: int, cells: int) -> Line:
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
    changes = changes_text(one.parent.run.record.config, run.record.config, room, run.record.rates_set)
    return (*line, (f"  {changes}", "" if own else "dim"))


def _short(name: str) -> str:
    """What a filter may call a setting too, where that is shorter."""
    return next((alias for alias in BY_NAME[name].aliases if len(alias) < len(name)), name.replace("_", " "))
