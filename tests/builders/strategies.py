"""Configurations, events and JSON values for hypothesis to choose from."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, get_type_hints

from hypothesis import strategies as st

from engine.config.choices import ACTIVATIONS, DATASETS, INITIALISATION, SCHEDULE
from engine.config.run_config import RunConfig
from engine.json_text import LARGEST_WHOLE, write_figure
from engine.runs.events import KINDS, LONGEST_TEXT, Event
from engine.runs.layers import BINS, DIGITS, HISTOGRAMS, Histogram, Layer
from engine.text import clean

TEXTS = st.text(max_size=40)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS)
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4))
FIGURES = st.floats(allow_nan=True, allow_infinity=True)
FINITE = st.floats(-1e30, 1e30)
WHOLES = st.integers(0, LARGEST_WHOLE - 1)
SHARES = st.floats(0, 1) | st.just(float("nan"))
TIMES = st.floats(0, 4e9).map(lambda value: round(value, 3))


COUNTS = st.lists(WHOLES, min_size=BINS, max_size=BINS).map(tuple)
RANGES = st.tuples(FINITE, FINITE).map(sorted) | st.just([float("nan")] * 2)
HISTOGRAM = st.builds(lambda ends, counts: Histogram(ends[0], ends[1], counts), RANGES, COUNTS)
LAYERS = st.builds(
    Layer,
    st.integers(1, 8192),
    st.sampled_from(("", *ACTIVATIONS)),
    *[FIGURES] * 5,
    *[SHARES] * 2,
    *[HISTOGRAM] * 2,
)


@st.composite
def configs(draw: st.DrawFn) -> RunConfig:
    """Any valid configuration."""
    hidden = draw(st.lists(st.integers(1, 8192), max_size=5))
    names = st.sampled_from(ACTIVATIONS)
    each = st.lists(names, min_size=max(1, len(hidden)), max_size=max(1, len(hidden)))
    optimiser = draw(st.sampled_from(("sgd", "adam", "adamw", "rmsprop")))
    momentum = draw(st.floats(0, 0.999)) if optimiser == "sgd" else 0.0
    initialisation = draw(st.sampled_from(INITIALISATION.words))
    train_size = draw(st.one_of(st.just("all"), st.integers(1, 60_000)))
    validation = draw(st.floats(0, 0.5))
    held_out = round((60_000 if train_size == "all" else int(train_size)) * validation)
    epochs = draw(st.integers(1, 10_000))
    batch_size = draw(st.one_of(st.just("full"), st.integers(1, 60_000)))
    images = (60_000 if train_size == "all" else int(train_size)) - held_out
    alone = images % (images if batch_size == "full" else min(int(batch_size), images)) == 1 or 1 in (
        images,
        batch_size,
    )
    return RunConfig(
        dataset=draw(st.sampled_from(("auto", *DATASETS))),
        scaling=draw(st.sampled_from(("unit", "standard"))),
        train_size=train_size,
        validation=validation,
        shift=draw(st.integers(0, 14)),
        rotation=draw(st.floats(0, 180)),
        hidden=tuple(hidden),
        activation=tuple(draw(st.one_of(st.lists(names, min_size=1, max_size=1), each))),
        batch_norm=draw(st.booleans()) if hidden and not alone else False,
        dropout=draw(st.floats(0, 0.999)) if hidden else 0.0,
        l2=draw(st.floats(0, 100)),
        l2_mode=draw(st.sampled_from(("loss-all", "loss-weights", "weight-decay"))),
        optimiser=optimiser,
        learning_rate=draw(st.floats(0, 100, exclude_min=True)),
        momentum=momentum,
        nesterov=draw(st.booleans()) if momentum else False,
        batch_size=batch_size,
        epochs=epochs,
        initialisation=initialisation,
        sigma=draw(st.floats(0, 100, exclude_min=True)) if initialisation == "normal" else 0.01,
        clip=draw(st.floats(0, 1_000_000)),
        patience=draw(st.integers(0, 10_000)) if held_out else 0,
        schedule=draw(st.sampled_from(SCHEDULE.words)),
        warmup=draw(st.floats(0, epochs)),
        seed=draw(st.integers(0, 2**53 - 1)),
        device=draw(st.sampled_from(("auto", "cpu", "cuda", "cuda:3", "mps"))),
        gradients=draw(st.sampled_from(("auto", "closed-form", "autograd"))),
    )


def _values(kind: type[Event], name: str, hint: Any) -> st.SearchStrategy[Any]:
    if name == "time":
        return TIMES
    if hint is int:
        return WHOLES
    if hint is float:
        return FIGURES
    if hint is str:
        return TEXTS
    if hint == (float | None):
        return st.none() | FIGURES
    return configs() if hint is RunConfig else st.lists(LAYERS, min_size=1, max_size=3).map(tuple)


@st.composite
def events(draw: st.DrawFn, *kinds: type[Event]) -> Event:
    """Any event, or any of some kinds."""
    kind = draw(st.sampled_from(kinds or tuple(KINDS.values())))
    hints = get_type_hints(kind)
    return kind(**{spec.name: draw(_values(kind, spec.name, hints[spec.name])) for spec in fields(kind)})


def written(value: Any) -> Any:
    """A field's value as it comes back from its line: nine digits, or six in a layer, NaN for what is no figure, safe
    texts."""
    if isinstance(value, tuple):
        return tuple(_written(layer) for layer in value)
    if isinstance(value, float):
        return _figure(value, 9)
    return clean(value, LONGEST_TEXT) if isinstance(value, str) else value


def _written(part: Any) -> Any:
    """A layer, or a histogram of one, as it comes back."""
    values = {name: _figure(value, DIGITS) for name, value in vars(part).items() if isinstance(value, float)}
    inner = {name: _written(getattr(part, name)) for name in HISTOGRAMS} if isinstance(part, Layer) else {}
    return replace(part, **values, **inner)


def _figure(value: float, digits: int) -> float:
    found = write_figure(value, digits)
    return float("nan") if found is None else found
