"""The command line that repeats a run."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config.presets import presets
from engine.config.run_config import RunConfig, parse_words
from engine.export.command_line import command_line
from tests.builders.strategies import TEXTS, configs
from tests.builders.summaries import record


def taken(line: str) -> tuple[RunConfig, str]:
    """The configuration and the name that `train` takes from a command line."""
    program, command, *words = shlex.split(line)
    assert (program, command) == ("mnist-tui", "train")
    names = [word.removeprefix("--name=") for word in words if word.startswith("--name=")]
    settings = [word for word in words if not word.startswith("--name=")]
    first = settings[0] if settings and "=" not in settings[0] else ""
    base = presets()[first].config if first else RunConfig()
    return base.replace(parse_words(settings[1:] if first else settings)), names[0] if names else first


@given(configs(), st.sampled_from(["", "none of these", *presets()]), TEXTS)
def test_the_command_trains_the_same_settings_under_the_same_name(config: RunConfig, preset: str, name: str) -> None:
    run = record(1, config, preset=preset, name=name)
    assert taken(command_line(run)) == (config, name)


@pytest.mark.parametrize(
    ("config", "preset", "name", "line"),
    [
        (presets()["deep"].config, "deep", "deep", "mnist-tui train deep"),
        (presets()["deep"].config.replace({"epochs": 9}), "deep", "deep", "mnist-tui train deep epochs=9"),
        (RunConfig(), "", "mine", "mnist-tui train epochs=5 --name=mine"),
        (RunConfig(), "", "my run; rm", "mnist-tui train epochs=5 '--name=my run; rm'"),
    ],
)
def test_the_command_is_short_and_safe(config: RunConfig, preset: str, name: str, line: str) -> None:
    assert command_line(record(1, config, preset=preset, name=name)) == line
