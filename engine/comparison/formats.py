"""A comparison as JSON, CSV and Markdown, and its figures as text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from engine.comparison.results import EpochChoice, MeanStd, SeedGroup
from engine.comparison.table import Comparison, Figure, MetricRow, Setting
from engine.quantities import NOTHING, Measure
from engine.tables import NUMBERS, PLAIN, Cell, csv_table, escaped, markdown_table

if TYPE_CHECKING:
    from engine.comparison.disagreement import Disagreement
    from engine.comparison.verdicts import Verdict

MANY = 1e9


def label(index: int) -> str:
    """What a line is called in tables: A to Z, then AA, AB and so on."""
    return (label(index // 26 - 1) if index >= 26 else "") + chr(ord("A") + index % 26)


def heading(standing: MetricRow, comparison: Comparison) -> str:
    """What a figure is called, with the epoch it is of or the accuracy it is the time to."""
    figure, level = standing.figure, comparison.level
    if figure.name == "time_to":
        return f"{figure.label} {comparison.target * 100:g} %"
    if level and figure.name == "seconds":
        return f"{figure.label} to epoch {level}"
    if not figure.by_epoch:
        return figure.label
    levelled = f"epoch {level}" if standing.pick is EpochChoice.LAST else f"best of {level}"
    return f"{with_unit(figure)}, {levelled if level else standing.pick.value}"


def with_unit(figure: Figure) -> str:
    """What a figure is called over its values, with their unit where that is too long to stand beside each."""
    return f"{figure.label}, points" if figure.measure is Measure.POINTS else figure.label


def meaning_of_time_to(comparison: Comparison) -> str:
    """What the time to an accuracy is."""
    accuracy = f"{comparison.target * 100:g} %"
    return f"time to {accuracy}: of training, to the end of the first epoch of test accuracy {accuracy} or more"


def spread_text(measure: Measure, spread: MeanStd | None) -> str:
    """A mean with its unit and, of several runs, the sample standard deviation; a count that all have stands alone."""
    if spread is None:
        return NOTHING
    digits, scale, unit = _format(measure, max(spread.values))
    if spread.deviation is None or (measure is Measure.NUMBER and not spread.deviation):
        return _number(spread.mean * scale, digits) + unit
    digits = max(digits, 1) if measure is Measure.NUMBER and max(spread.values) < 100 else digits
    return f"{_number(spread.mean * scale, digits)} ± {_number(spread.deviation * scale, digits)}{unit}"


def range_text(measure: Measure, found: MeanStd) -> str:
    """The lowest and the highest value, with their unit; one value where both are written the same."""
    digits, scale, unit = _format(measure, max(found.values))
    ends = dict.fromkeys(_number(end(found.values) * scale, digits) for end in (min, max))
    return "–".join(ends) + unit


def difference_text(measure: Measure, difference: float | None) -> str:
    """A difference with its sign, that of accuracies in points; nothing where there is none."""
    if difference is None:
        return ""
    digits, scale, _ = _format(measure, abs(difference))
    return _number(difference * scale, digits, "+")


def _number(value: float, digits: int, sign: str = "") -> str:
    return f"{value:{sign}z,.{digits}f}" if abs(value) < MANY else f"{value:{sign}.2e}"


def _format(measure: Measure, value: float) -> tuple[int, float, str]:
    """Digits after the point, the factor, and the unit."""
    match measure:
        case Measure.SHARE:
            return 2, 100.0, " %"
        case Measure.POINTS:
            return 2, 100.0, ""
        case Measure.LOSS:
            return 4, 1.0, ""
        case Measure.SPAN:
            return 2 if value < 60 else 0, 1.0, " s"
    return 0, 1.0, ""


def title(comparison: Comparison, index: int) -> str:
    """A line in a heading: its letter, its name and, of several runs, how many there are."""
    line = comparison.lines[index]
    count = f" (n = {len(line.trials)})" if len(line.trials) > 1 else ""
    return f"{label(index)} {comparison.titles[index]}{count}"


def runs_text(line: SeedGroup) -> str:
    """The runs of a line by id: the first, and how many more."""
    more = len(line.trials) - 1
    return line.first.id + (f" and {more} more" if more else "")


def to_json(
    comparison: Comparison, verdicts: Sequence[Verdict] = (), disagreement: Disagreement | None = None
) -> dict[str, Any]:
    """The comparison as JSON values: accuracies are fractions, losses nats, times seconds."""
    judged = {verdict.place: verdict for verdict in verdicts}
    return {
        "baseline": label(comparison.baseline),
        "target_accuracy": comparison.target,
        "equal_epochs": comparison.level or None,
        "lines": [_line_json(index, line, judged.get(index)) for index, line in enumerate(comparison.lines)],
        "settings": {s.name: {"values": list(s.values), "differs": s.differs} for s in comparison.settings},
        "figures": [_standing_json(standing, comparison) for standing in comparison.standings],
        "disagreement": disagreement and {**disagreement.counts(), "p": disagreement.p},
    }


def _line_json(index: int, line: SeedGroup, verdict: Verdict | None) -> dict[str, Any]:
    return {
        "label": label(index),
        "name": line.name,
        "runs": list(line.ids),
        "seeds": list(line.seeds),
        "status": [trial.status for trial in line.trials],
        "verdict": verdict and {**vars(verdict), "within_noise": verdict.within_noise, "text": str(verdict)},
    }


def _standing_json(standing: MetricRow, comparison: Comparison) -> dict[str, Any]:
    cells = []
    for index, spread in enumerate(standing.cells):
        cells.append(
            spread
            and {
                "mean": spread.mean,
                "deviation": spread.deviation,
                "values": list(spread.values),
                "wins": index in standing.winners,
                "difference": standing.difference(index, comparison.baseline),
            }
        )
    return {
        "name": standing.figure.name,
        "epoch": standing.pick.value if standing.figure.by_epoch else None,
        "lines": cells,
    }


def to_csv(comparison: Comparison, settings: Iterable[Setting]) -> str:
    """A row a line: its runs, the given settings, and of each figure mean, deviation and difference to the baseline."""
    chosen = list(settings)
    heads = ["line", "name", "runs", "n", *(setting.name for setting in chosen)]
    heads += [f"{s.figure.name}{part}" for s in comparison.standings for part in ("", "_deviation", "_difference")]
    rows: list[list[Cell]] = []
    for index, line in enumerate(comparison.lines):
        row: list[Cell] = [label(index), line.name, " ".join(line.ids), len(line.trials)]
        row += [setting.values[index] for setting in chosen]
        for standing in comparison.standings:
            cell = standing.cells[index]
            row += [cell.mean, cell.deviation] if cell is not None else [None, None]
            row.append(standing.difference(index, comparison.baseline))
        rows.append(row)
    return csv_table(heads, rows)


def to_markdown(
    comparison: Comparison,
    settings: Iterable[Setting],
    verdicts: Sequence[Verdict] = (),
    disagreement: Disagreement | None = None,
) -> str:
    """Tables of the given settings and of all figures, the winners bold, and the notes under them."""
    names = [escaped(title(comparison, index)) for index in range(len(comparison.lines))]
    tables = [_numbers_table(["", *names], [["run", *map(runs_text, comparison.lines)]])]
    rows = [[setting.label, *map(escaped, setting.values)] for setting in settings]
    tables += [_numbers_table(["setting", *names], rows)] if rows else []
    rows = [[heading(s, comparison), *_markdown_cells(s, comparison)] for s in comparison.standings]
    tables += [_numbers_table(["figure", *names], rows)]
    notes = "\n".join(f"- {note}" for note in notes_of(comparison, verdicts, disagreement))
    return "\n\n".join([*tables, *filter(None, [notes])]) + "\n"


def notes_of(
    comparison: Comparison, verdicts: Sequence[Verdict], disagreement: Disagreement | None = None
) -> list[str]:
    """What is to be said under the tables, a sentence each."""
    base = label(comparison.baseline)
    notes = [f"{label(verdict.place)} against {base}: {verdict}" for verdict in verdicts]
    if repeated := comparison.repeated:
        told = "; ".join(", ".join(map(label, places)) for places in repeated)
        notes.append(f"identical settings and seed: {told}")
    if comparison.level:
        notes.append(f"after epoch {comparison.level}, the last that all have, for not all are at their end")
    if sum(verdict.p is not None for verdict in verdicts) > 1:
        notes.append("each p is of one pair alone: of twenty pairs that do not differ, one has p < 0.05 by luck")
    if disagreement:
        count = disagreement.counts()
        notes.append(
            f"of {len(disagreement.labels):,} test digits A alone has {count['only_a']:,} right, "
            f"B alone {count['only_b']:,}, both {count['both_right']:,}, neither {count['both_wrong']:,}"
        )
    return notes


def _markdown_cells(standing: MetricRow, comparison: Comparison) -> Iterable[str]:
    for index, cell in enumerate(standing.cells):
        text = spread_text(standing.figure.measure, cell)
        text = f"**{text}**" if index in standing.winners else text
        difference = difference_text(standing.figure.measure, standing.difference(index, comparison.baseline))
        yield text if index == comparison.baseline or not difference else f"{text} ({difference})"


def _numbers_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return markdown_table(heads, [PLAIN, *[NUMBERS] * (len(heads) - 1)], rows)
