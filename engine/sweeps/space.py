"""The cells of a sweep: every combination of values, or some of them drawn by chance."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from engine.config.fields import ConfigError, Problem
from engine.config.run_config import BY_NAME, MACHINE, SEED, RunConfig, field_named
from engine.sweeps.values import Axis

MOST_PROBLEMS = 20

Values = tuple[str, ...]


@dataclass(frozen=True)
class Space:
    """What may be tried: a configuration with some settings `fixed`, and the values of those that vary.

    `together` are the groups of those that move together."""

    base: RunConfig
    axes: tuple[Axis, ...] = ()
    fixed: Mapping[str, object] = field(default_factory=dict)
    together: tuple[tuple[str, ...], ...] = ()

    @cached_property
    def settings(self) -> tuple[str, ...]:
        """The names of the settings that vary."""
        return tuple(axis.name for axis in self.axes)

    @property
    def size(self) -> int:
        """How many combinations there are."""
        return math.prod(len(rows) for rows in self._rows())

    def cells(self) -> Iterator[Values]:
        """Every combination, the last setting varying fastest."""
        return map(self._in_order, itertools.product(*self._rows()))

    def drawn(self, count: int, seed: int) -> list[Values]:
        """So many different combinations, by chance from a seed; all there are where there are no more."""
        rows = self._rows()
        places = random.Random(seed).sample(range(self.size), min(count, self.size))
        return [self._in_order(_combination(rows, place)) for place in places]

    def configs(self, cells: Iterable[Values]) -> list[RunConfig]:
        """The configuration of each cell. Raises ConfigError, which names every fault once with a cell that has it."""
        configs, problems = [], dict[str, Problem]()
        for values in cells:
            try:
                configs.append(self.base.replace({**self.fixed, **dict(zip(self.settings, values, strict=True))}))
            except ConfigError as error:
                where = " ".join(f"{name}={value}" for name, value in zip(self.settings, values, strict=True))
                for problem in error.problems:
                    problems.setdefault(
                        str(problem), Problem(problem.field, problem.value, f"{problem.accepts} (at {where})")
                    )
        if problems:
            raise ConfigError(list(problems.values())[:MOST_PROBLEMS])
        return configs

    def _columns(self) -> list[tuple[Axis, ...]]:
        """The settings in the groups that move together."""
        by_name = {axis.name: axis for axis in self.axes}
        group_of = {name: group for group in self.together for name in group}
        groups = dict.fromkeys(group_of.get(name, (name,)) for name in by_name)
        return [tuple(by_name[name] for name in group) for group in groups]

    def _rows(self) -> list[list[Values]]:
        return [list(zip(*(axis.texts for axis in columns), strict=True)) for columns in self._columns()]

    @cached_property
    def _order(self) -> tuple[int, ...]:
        """Where the value of each setting is among those of a combination."""
        names = [axis.name for columns in self._columns() for axis in columns]
        return tuple(map(names.index, self.settings))

    def _in_order(self, combination: Iterable[Values]) -> Values:
        texts = tuple(itertools.chain.from_iterable(combination))
        return tuple([texts[place] for place in self._order])


def _combination(rows: Sequence[Sequence[Values]], place: int) -> Iterator[Values]:
    for choices in rows:
        place, which = divmod(place, len(choices))
        yield choices[which]


def read_space(base: RunConfig, texts: Mapping[str, str], together: Sequence[str] = ()) -> Space:
    """The space over a configuration that texts describe by the names of settings; one value is a setting that does not
    vary. `together` are texts such as `a,b`. Raises ConfigError, which names every fault."""
    axes: list[Axis] = []
    problems: list[Problem] = []
    for name, text in texts.items():
        try:
            axes.append(_axis(base, name, text))
        except ConfigError as error:
            problems += error.problems
    varied = {axis.name: axis for axis in axes if len(axis.values) > 1}
    groups: list[tuple[str, ...]] = []
    for text in together:
        try:
            groups.append(_group(text, varied, groups))
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    fixed = {axis.name: axis.values[0] for axis in axes if len(axis.values) == 1}
    return Space(base, tuple(varied.values()), fixed, tuple(groups))


def _axis(base: RunConfig, name: str, text: str) -> Axis:
    """The values to try of one setting. Raises ConfigError."""
    if name not in BY_NAME:
        base.replace({name: text})
    try:
        axis = Axis.read(BY_NAME[name], text)
    except ValueError as refused:
        raise ConfigError([Problem(name, text, str(refused))]) from None
    if len(axis.values) > 1 and name == SEED:
        raise ConfigError([Problem(name, text, "one seed; --seeds N trains every cell with N of them")])
    if len(axis.values) > 1 and name in MACHINE:
        raise ConfigError([Problem(name, text, "one value, as it is no part of a cell")])
    return axis


def _group(text: str, varied: Mapping[str, Axis], others: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The settings that a text says move together. Raises ConfigError."""
    names = tuple(dict.fromkeys(field_named(word.strip()) for word in text.split(",")))
    counts = {name: len(varied[name].values) for name in names if name in varied}
    if len(names) < 2 or len(counts) < len(names):
        accepts = f"two or more settings that vary, of: {', '.join(varied) or 'none'}"
    elif len(set(counts.values())) > 1:
        accepts = "as many values of each: " + ", ".join(f"{name} has {count}" for name, count in counts.items())
    elif set(names) & set(itertools.chain.from_iterable(others)):
        accepts = "each setting in one group"
    else:
        return names
    raise ConfigError([Problem("zip", text, accepts)])
