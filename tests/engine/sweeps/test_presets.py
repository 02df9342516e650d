"""The shipped sweeps."""

from __future__ import annotations

import pytest

from engine.config.presets import RESERVED, preset, presets
from engine.sweeps.plan import SweepRequest, plan
from engine.sweeps.presets import sweep_presets


@pytest.mark.parametrize("name", ["lambda", "batch-size", "activation-depth", "dropout-width", "rate-batch"])
def test_each_is_a_sweep_that_can_begin_and_is_judged_on_validation(name: str) -> None:
    shipped = sweep_presets()[name]
    made = plan(SweepRequest(preset(shipped.preset).config, shipped.texts, seeds=shipped.seeds))
    assert len(made.cells) >= 6 and made.record.metric == "validation_accuracy"
    assert name not in presets() and name not in RESERVED
