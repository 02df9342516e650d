"""A network drawn as a line of layers."""

from __future__ import annotations

from engine.config.run_config import CLASSES, PIXELS, RunConfig
from tui.drawing.styled_lines import crop


def network_line(config: RunConfig, width: int) -> str:
    """`784 → 128 relu → 64 relu → 10`, with the middle left out where it is too long; `128 bn relu` with batch
    normalisation."""
    pairs = zip(config.hidden, config.layer_activations(), strict=True)
    norm = " bn" if config.batch_norm else ""
    layers = [f"{units}{norm} {activation}" for units, activation in pairs]
    line = _joined(layers)
    left_out = 1
    while len(line) > width and left_out < len(layers):
        kept = len(layers) - left_out
        first = (kept + 1) // 2
        middle = f"… {left_out} more …"
        line = _joined([*layers[:first], middle, *layers[first + left_out :]])
        left_out += 1
    return crop(line, width)


def _joined(layers: list[str]) -> str:
    return " → ".join([str(PIXELS), *layers, str(CLASSES)])
