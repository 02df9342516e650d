"""What is asked of a sweep, made whole and checked at once, before anything is trained."""

from __future__ import annotations

import itertools
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from engine.config.field_types import GroupName
from engine.config.fields import ConfigError, Problem
from engine.config.run_config import FIELDS, RunConfig
from engine.runs.kept_epochs import kept_weights
from engine.runs.metrics import METRICS
from engine.sweeps.record import GRID, MOST_SEEDS, RANDOM, TPE, SweepRecord
from engine.sweeps.space import Space, Values, read_space
from engine.text import clean

MOST_CELLS, MOST_RUNS = 1_000_000, 10_000
JUDGED_BY = tuple(metric.name for metric in METRICS if metric.better)
REMEDY = "validation=0.1, which holds out a tenth of the training images"


@dataclass(frozen=True)
class SweepRequest:
    """What a person asks for: `texts` are the values of settings as they are typed, over the configuration of a preset.

    `random` draws so many of all cells, `search` as many one by one by their figures; `early_stop` is `asha` or empty.
    """

    base: RunConfig
    texts: Mapping[str, str]
    together: Sequence[str] = ()
    seeds: int = 1
    random: int = 0
    search: int = 0
    early_stop: str = ""
    min_epochs: int = 1
    reduction: int = 3
    metric: str = ""
    most_runs: int = MOST_RUNS
    fail_fast: bool = False
    needed: bool = False
    group: str = ""
    name: str = ""
    preset: str = ""
    tags: tuple[str, ...] = ()
    note: str = ""
    keep_weights: str = ""


@dataclass(frozen=True)
class Plan:
    """A sweep that can begin: its record, its cells, and the configuration of each. A search has none yet."""

    record: SweepRecord
    cells: tuple[Values, ...]
    configs: tuple[RunConfig, ...]

    @property
    def count(self) -> int:
        """How many cells there will be."""
        return self.record.trials or len(self.cells)

    @property
    def runs(self) -> int:
        """How many runs there will be."""
        return self.count * self.record.seeds


def plan(asked: SweepRequest, taken: Container[str] = ()) -> Plan:
    """The sweep that is asked for, in a group that is not `taken` unless one is named. Raises ConfigError, which names
    every fault with what would be accepted."""
    problems: list[Problem] = []
    space = None
    try:
        space = read_space(asked.base, asked.texts, asked.together)
    except ConfigError as error:
        problems += error.problems
    problems += _wrong_options(asked)
    cells: list[Values] = []
    configs: list[RunConfig] = []
    if space:
        problems += _too_many(asked, space)
        if not problems:
            cells = space.drawn(asked.random, asked.base.seed) if asked.random else list(space.cells())
            try:
                configs = space.configs(cells)
            except ConfigError as error:
                problems += error.problems
        problems += _without_validation(asked, configs or _some(space))
    if problems or space is None:
        raise ConfigError(problems)
    record = _record(asked, space, configs[0], taken)
    return Plan(record, () if asked.search else tuple(cells), () if asked.search else tuple(configs))


def _some(space: Space) -> list[RunConfig]:
    """A configuration that tells what is held out; none where what is asked is refused anyway."""
    try:
        return space.configs(itertools.islice(space.cells(), 1))
    except ConfigError:
        return []


def _record(asked: SweepRequest, space: Space, first: RunConfig, taken: Container[str]) -> SweepRecord:
    held_out = first.validation > 0
    return SweepRecord(
        group=clean(asked.group) or _free_group(asked, space, taken),
        base=first,
        settings=space.settings,
        tried=tuple(asked.texts[name] for name in space.settings),
        seeds=asked.seeds,
        metric=asked.metric or ("validation_accuracy" if held_out else "test_accuracy"),
        way=TPE if asked.search else RANDOM if asked.random else GRID,
        trials=asked.search,
        min_epochs=asked.min_epochs,
        reduction=asked.reduction if asked.early_stop else 0,
        fail_fast=asked.fail_fast,
        needed=asked.needed,
        name=clean(asked.name or asked.preset) or "custom",
        preset=clean(asked.preset),
        tags=asked.tags,
        note=asked.note,
        keep_weights=kept_weights(asked.keep_weights),
    )


def _free_group(asked: SweepRequest, space: Space, taken: Container[str]) -> str:
    """A name for the group that is not taken yet, such as `deep-l2-batch_size`."""
    stem = clean(asked.name) or "-".join([asked.preset or "custom", *space.settings])[:90]
    names = itertools.chain([stem], (f"{stem}-{number}" for number in itertools.count(2)))
    return next(name for name in names if name not in taken)


def _wrong_options(asked: SweepRequest) -> list[Problem]:
    problems = []
    ranges = {
        "seeds": (asked.seeds, 1, MOST_SEEDS),
        "min-epochs": (asked.min_epochs, 1, 10_000),
        "reduction": (asked.reduction, 2, 100),
        "max-runs": (asked.most_runs, 1, MOST_CELLS),
        **{name: (count, 1, MOST_CELLS) for name in ("random", "search") if (count := getattr(asked, name))},
    }
    for name, (value, low, high) in ranges.items():
        if not low <= value <= high:
            problems.append(Problem(name, f"{value}", f"a whole number from {low:,} to {high:,}"))
    if asked.random and asked.search:
        problems.append(Problem("search", f"{asked.search}", "either --random or --search"))
    if asked.search and asked.together:
        problems.append(Problem("zip", " ".join(asked.together), "nothing with --search, which moves each by itself"))
    if asked.metric and asked.metric not in JUDGED_BY:
        problems.append(Problem("metric", asked.metric, f"one of {', '.join(JUDGED_BY)}"))
    if asked.early_stop not in ("", "asha"):
        problems.append(Problem("early-stop", asked.early_stop, "asha"))
    try:
        kept_weights(asked.keep_weights)
    except ConfigError as refused:
        problems += refused.problems
    try:
        GroupName().read(asked.group)
    except ValueError as refused:
        problems.append(Problem("group", asked.group, str(refused)))
    highest = next(field for field in FIELDS if field.name == "seed").kind
    try:
        highest.read(asked.base.seed + asked.seeds - 1)
    except ValueError:
        problems.append(Problem("seed", f"{asked.base.seed}", f"room above for {asked.seeds} seeds"))
    return problems


def _too_many(asked: SweepRequest, space: Space) -> list[Problem]:
    """What is refused for its size."""
    if not asked.random and not asked.search and space.size > MOST_CELLS:
        return [Problem("values", f"{space.size:,} cells", f"at most {MOST_CELLS:,}; --random N draws some of them")]
    cells = asked.search or min(asked.random or space.size, space.size)
    runs = cells * max(1, asked.seeds)
    if runs > asked.most_runs:
        size = f"{cells:,} cells × {asked.seeds} seeds = {runs:,} runs"
        return [Problem("max-runs", f"{asked.most_runs:,}", f"at least {runs:,}, for {size}; or --random N for fewer")]
    if asked.search and not space.axes:
        return [Problem("search", f"{asked.search}", "settings with several values to search among")]
    return []


def _without_validation(asked: SweepRequest, configs: Sequence[RunConfig]) -> list[Problem]:
    """Searching and pruning by figures of the test set would choose on it."""
    option = "search" if asked.search else "early-stop" if asked.early_stop else ""
    if option and asked.metric and not asked.metric.startswith("validation"):
        return [Problem("metric", asked.metric, f"validation figures, which alone --{option} may look at")]
    if all(config.validation for config in configs):
        return []
    if asked.metric.startswith("validation"):
        return [Problem("metric", asked.metric, f"a metric of images that are held out: {REMEDY}")]
    if option:
        return [Problem("validation", "0", f"{REMEDY}: --{option} on the test set would be cheating")]
    return []
