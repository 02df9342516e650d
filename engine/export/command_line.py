"""The command line that trains a network like that of a run."""

from __future__ import annotations

import shlex

from engine.config.presets import presets
from engine.config.run_config import FIELDS, RunConfig
from engine.runs.record import RunRecord

TRAIN = ("mnist-tui", "train")


def command_line(record: RunRecord) -> str:
    """The command that trains a network of the same settings under the same name."""
    preset = presets().get(record.preset)
    base = preset.config if preset else RunConfig()
    texts = {field.name: record.config.text(field.name) for field in FIELDS}
    assignments = [f"{name}={text}" for name, text in texts.items() if text != base.text(name)]
    if preset:
        assignments.insert(0, preset.name)
    elif not assignments:
        # Without a word it would be the reference network.
        assignments = [f"epochs={texts['epochs']}"]
    if record.name != record.preset:
        assignments.append(f"--name={record.name}")
    return shlex.join([*TRAIN, *assignments])
