"""What the layers of a network were like epoch by epoch: curves of their figures, and histograms of an epoch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from engine.runs.events import Layers
from engine.runs.layers import BINS, Histogram, layer_name
from tui.charts.chart_data import COLOURS, EPOCH, ChartData, Curve, XAxis
from tui.charts.units import Unit, figure
from tui.drawing.formatting import title_in
from tui.drawing.glyphs import Glyphs
from tui.drawing.styled_lines import Line, crop, fit

NO_FIGURES = "Nothing is known of its layers: the first figures come with the first epoch of a run trained from now on."


class Metric(NamedTuple):
    """Something to look at: its name, where a `Layer` has it, and its unit; a histogram has none."""

    name: str
    field: str
    unit: Unit | None


METRICS = (
    Metric("gradient norm", "gradient_norm", Unit.NUMBER),
    Metric("update norm", "update_norm", Unit.NUMBER),
    Metric("weight norm", "weight_norm", Unit.NUMBER),
    Metric("mean activation", "mean", Unit.NUMBER),
    Metric("spread of activations", "spread", Unit.NUMBER),
    Metric("dead units", "dead", Unit.PERCENT),
    Metric("saturated activations", "saturated", Unit.PERCENT),
    Metric("histogram of weights", "weights", None),
    Metric("histogram of activations", "activations", None),
)


@dataclass(frozen=True)
class LayersView:
    """The layers of a `run`, by its title, after each epoch so far of `epochs`, and the `epoch` to look at."""

    run: str
    layers: tuple[Layers, ...] = ()
    epochs: int = 0
    epoch: int | None = None

    @property
    def looked_at(self) -> Layers | None:
        """The layers after the epoch to look at, or the last before it; the newest where none is chosen."""
        until = [one for one in self.layers if self.epoch is None or one.epoch <= self.epoch]
        return until[-1] if until else None


def values(view: LayersView, metric: Metric) -> list[list[float]]:
    """A figure of each layer, over the epochs."""
    columns = [[float(getattr(layer, metric.field)) for layer in one.layers] for one in view.layers]
    return [list(row) for row in zip(*columns, strict=True)]


def curves(view: LayersView, metric: Metric, least: Sequence[float]) -> ChartData:
    """A curve for each layer, on a y axis that holds these values too."""
    epochs = np.array([one.epoch for one in view.layers], dtype=float)
    series = tuple(
        Curve(
            layer_name(place, len(view.layers[-1].layers)), epochs, np.array(row), colour=place % COLOURS, mark=place,
            short=str(place + 1) if place < len(view.layers[-1].layers) - 1 else "out",
        )
        for place, row in enumerate(values(view, metric))
        if np.isfinite(row).any()
    )  # fmt: skip
    hint = f"No layer has {metric.name}: see what activations it has." if view.layers else NO_FIGURES
    axis = XAxis(EPOCH, Unit.COUNT, float(max(view.epochs, *epochs, 1)), 1.0)
    return ChartData(series, axis, metric.unit or Unit.NUMBER, hint, least=tuple(least))


def shared_values(views: Sequence[LayersView], metric: Metric) -> tuple[float, ...]:
    """The least and the greatest value of several runs, which charts beside each other hold."""
    known = [value for view in views for row in values(view, metric) for value in row if math.isfinite(value)]
    above = [value for value in known if value > 0]
    return (min(known), max(known), *([min(above)] if above else [])) if known else ()


def headings(view: LayersView, metric: Metric, width: int) -> list[Line]:
    """Whose layers these are, after which epoch and, of gradients, how much of them reaches the first layer."""
    at = view.looked_at
    if at is None:
        return [((crop(view.run, width), "title"),)]
    epoch = f", epoch {at.epoch}"
    lines: list[Line] = [((title_in(view.run, max(0, width - len(epoch))) + epoch, "title"),)]
    if metric.field == "gradient_norm" and len(at.layers) > 1:
        reaching = _reaching(at.layers[0].gradient_norm, at.layers[-1].gradient_norm)
        whole = f"layer 1 has {reaching}"
        lines.append(((whole if len(whole) <= width else crop(reaching, width), "label"),) if reaching else ())
    return lines


def _reaching(first: float, last: float) -> str:
    """How large a gradient is against another; nothing where one is not known."""
    if not (first > 0 and last > 0 and math.isfinite(first) and math.isfinite(last)):
        return ""
    share = first / last
    times = f"{share:.1f} ×" if share >= 0.95 else f"1/{1 / share:,.0f} of" if share < 0.5 else f"{share:.2f} of"
    return f"{times} the output's"


def histograms(view: LayersView, metric: Metric, glyphs: Glyphs, width: int, height: int) -> list[Line]:
    """The histograms of the layers after the epoch that is looked at, one below the other, from the first layer."""
    at = view.looked_at
    if at is None:
        return [((crop(NO_FIGURES, width), "hint"),)]
    count = min(len(at.layers), max(1, height // 2))
    high = max(2, min(6, height // count))
    lines: list[Line] = []
    for place in range(count):
        drawn = getattr(at.layers[place], metric.field)
        lines += _histogram(drawn, layer_name(place, len(at.layers)), f"curve-{place % COLOURS}", glyphs, width, high)
    if count < len(at.layers):
        lines[-1] = ((f"and {len(at.layers) - count + 1} layers more", "label"),)
    return lines


def _histogram(drawn: Histogram, name: str, style: str, glyphs: Glyphs, width: int, high: int) -> list[Line]:
    """A line that says of what and from where to where, and the bars, whose heights are roots of the counts, as one bin
    often has most of them."""
    heading = f"{name}  {figure(drawn.low, Unit.NUMBER)} to {figure(drawn.high, Unit.NUMBER)}"
    wide = max(1, width // BINS)
    bins = np.array(drawn.counts, dtype=float)
    if width < BINS:
        bins = bins.reshape(BINS // 2, 2).sum(1)
    shares = np.sqrt(bins / max(1.0, bins.max()))
    columns = [glyphs.column(float(share), high - 1) for share in shares]
    rows = ["".join(column[y] * wide for column in columns) for y in range(high - 1)]
    return [((crop(heading, width), "label"),), *(((fit(row.rstrip(), width, ""), style),) for row in rows)]
