"""Values of each setting that are worth trying, as they are typed."""

from __future__ import annotations

from collections.abc import Mapping

from engine.sweeps.values import Axis
from tui.panes.model.draft import SPECS, VARIABLE, choices, values_of, warning

# Several times a factor of about three or ten, as what a setting does goes by its logarithm, or the usual few.
SUGGESTED: Mapping[str, tuple[str, ...]] = {
    "train_size": ("1000,10000,all", "log:1000..60000:5"),
    "validation": ("0.1,0.2",),
    "shift": ("0,1,2",),
    "rotation": ("0,5,10,15",),
    "hidden": ("none/128/128,64", "32/128/512", "64/64,64/64,64,64"),
    "activation": ("relu/tanh/sigmoid",),
    "dropout": ("0,0.2,0.5", "0..0.5:6"),
    "sigma": ("log:0.001..0.1:5",),
    "l2": ("0,1e-5,1e-4,1e-3", "0,1e-5,1e-4,1e-3,1e-2,0.1"),
    "learning_rate": ("log:0.01..1:5", "0.01,0.03,0.1,0.3", "log:0.0001..0.01:5"),
    "warmup": ("0,1,3",),
    "momentum": ("0,0.5,0.9,0.99",),
    "clip": ("0,1,5",),
    "batch_size": ("16,32,64", "1,8,32,128,1024,full"),
    "epochs": ("5,10,20",),
    "patience": ("0,3,5",),
}
MOST_TOLD = 8


def suggestions(name: str, text: str) -> Mapping[str, str]:
    """Values to try of a setting in which `text` stands, each with what it means; the first value alone where there are
    several."""
    if name not in VARIABLE:
        return {}
    texts = SUGGESTED.get(name, (",".join(choices(name)),))
    meanings = {suggested: meaning(name, suggested) for suggested in texts}
    values = values_or_none(name, text)
    return {**meanings, values[0]: "this value alone"} if len(values) > 1 else meanings


def values_or_none(name: str, text: str) -> tuple[str, ...]:
    """The values that a text stands for; none where it is refused."""
    try:
        return values_of(name, text)
    except ValueError:
        return ()


def meaning(name: str, text: str) -> str:
    """How many values a text stands for, and the first of them. Raises ValueError, which says what is accepted."""
    values = Axis.read(SPECS[name], text).texts
    if odd := warning(name, text):
        return odd
    between = " / " if "/" in text else ", "
    more = " …" if len(values) > MOST_TOLD else ""
    count = f"{len(values):,} values" if len(values) > 1 else "one value"
    return f"{count}: {between.join(values[:MOST_TOLD])}{more}"
