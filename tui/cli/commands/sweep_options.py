"""What `mnist-tui sweep` is asked for on its command line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import click

from engine.config.fields import ConfigError, Problem
from engine.config.presets import preset
from engine.config.run_config import RunConfig
from engine.home import Home
from engine.sweeps.plan import MOST_RUNS, Plan, SweepRequest, plan
from engine.sweeps.presets import sweep_presets
from engine.sweeps.search import require_optuna
from engine.sweeps.sweep_file import taken_groups
from tui.cli.commands.shared import preset_and_texts


@dataclass(frozen=True)
class SweepWords:
    """The preset or shipped sweep that words begin with, if any, and the values they give to settings."""

    base: RunConfig
    texts: dict[str, str]
    preset: str = ""
    name: str = ""
    seeds: int = 1
    metric: str = ""


def read_words(home: Home, words: Sequence[str]) -> SweepWords:
    """What words such as `deep l2=0,1e-4` mean. Raises PresetError and click's UsageError."""
    name, texts = preset_and_texts(words, "values look like l2=0,1e-4")
    if name is not None and (shipped := sweep_presets().get(name.lower())):
        base = preset(shipped.preset).config
        return SweepWords(base, {**shipped.texts, **texts}, shipped.preset, shipped.name, shipped.seeds, shipped.metric)
    chosen = preset(name, home) if name is not None else None
    return SweepWords(chosen.config if chosen else RunConfig(), texts, chosen.name if chosen else "")


def planned(home: Home, words: Sequence[str], seeds: int | None, **options: Any) -> Plan:
    """The sweep that is asked for, checked as a whole. Raises ConfigError, PresetError and SearchError."""
    options["search"] = _trials(options["search"])
    given = read_words(home, words)
    options["metric"] = options["metric"] or given.metric
    request = SweepRequest(
        given.base, given.texts, seeds=seeds or given.seeds, preset=given.preset, name=given.name, **options
    )
    made = plan(request, taken_groups(home))
    if made.record.trials or made.record.reduction:
        require_optuna()
    return made


def _trials(search: tuple[str, str] | None) -> int:
    """How many cells a search draws; 0 without one. Raises ConfigError."""
    if not search:
        return 0
    sampler, count = search
    if sampler != "tpe" or not re.fullmatch("[1-9][0-9]{0,5}", count):
        raise ConfigError([Problem("search", " ".join(search), "tpe and how many cells, such as tpe 30")])
    return int(count)


TOGETHER = "These settings move together; may be given several times."
SEARCH = "Choose N cells one by one, each by the figures of those before."
SEEDS = "Train every cell with N seeds, from its own on; 1 unless given."
MOST = f"Refuse more runs; {MOST_RUNS:,} unless given."
METRIC = "What the best is judged by; validation accuracy where images are held out."
CELLS = (
    click.option("--zip", "together", multiple=True, metavar="A,B", help=TOGETHER),
    click.option("--random", type=int, default=0, metavar="N", help="Train N of the cells, drawn by the seed."),
    click.option("--search", nargs=2, metavar="tpe N", help=SEARCH),
    click.option("--seeds", type=int, metavar="N", help=SEEDS),
    click.option("--needed", is_flag=True, help="Take runs of other groups for cells that are trained already."),
    click.option("--max-runs", "most_runs", type=int, default=MOST_RUNS, metavar="N", help=MOST),
)
JUDGING = (
    click.option("--metric", default="", metavar="NAME", help=METRIC),
    click.option("--early-stop", default="", metavar="asha", help="End hopeless cells early, by successive halving."),
    click.option("--min-epochs", type=int, default=1, metavar="N", help="asha: epochs of every cell; 1 unless given."),
    click.option("--reduction", type=int, default=3, metavar="N", help="asha: one of N goes on; 3 unless given."),
    click.option("--fail-fast", is_flag=True, help="Stop all at the first run that fails."),
)
