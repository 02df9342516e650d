"""Runs of other groups that have trained a cell already: of its configuration, on its data."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from engine.config.run_config import MACHINE, RunConfig
from engine.datasets import inventory
from engine.datasets.catalogue import AUTO, MNIST, SPECS, SYNTHETIC
from engine.files import StoreError
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.status import FINISHED
from engine.runs.summaries import recent_ids, summarise
from engine.sweeps.plan import Plan


def trained_cells(home: Home, plan: Plan) -> Mapping[tuple[int, int], str]:
    """By cell and seed of a plan the newest run of the home that has trained it to its end.

    Neither device nor way of gradients tells cells apart. A run whose learning rate was changed on the way is none."""
    prints: dict[str, tuple[str, str]] = {}
    cells: dict[Hashable, tuple[int, int]] = {}
    for place, config in enumerate(plan.configs):
        if config.dataset not in prints:
            prints[config.dataset] = _data(config.dataset, home)
        name, fingerprint = prints[config.dataset]
        for seed in plan.record.all_seeds if fingerprint else ():
            cells[_key(config.replace({"seed": seed}), name), fingerprint] = place, seed
    trained: dict[tuple[int, int], str] = {}
    for id in recent_ids(home.runs) if cells else ():
        run = Run(home.runs / id)
        try:
            record = run.record()
            task = cells.get((_key(record.config, record.data.get("name", "")), record.data.get("fingerprint", "")))
            if task is None or task in trained or not record.is_of_its_settings:
                continue
            if summarise(run).status == FINISHED:
                trained[task] = id
        except StoreError:
            continue
    return trained


def _key(config: RunConfig, dataset: str) -> Hashable:
    """What of a configuration makes a cell and its seed."""
    return config.replace({**dict.fromkeys(MACHINE, "auto"), "dataset": dataset or AUTO})


def _data(name: str, home: Home) -> tuple[str, str]:
    """The data set that a name stands for, and the fingerprint of what lies there; empty where it is not whole."""
    for spec in [SPECS[MNIST], SPECS[SYNTHETIC]] if name == AUTO else [SPECS[name]]:
        status = inventory.find(spec, home)[-1]
        if status.state == inventory.PRESENT:
            return spec.name, status.fingerprint
    return name, ""
