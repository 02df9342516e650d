"""Runs of a later version, of which this one knows a part: shown with a notice, and neither folded nor trained."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.config.fields import ConfigError
from engine.config.run_config import RunConfig
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.events import EventError, decode
from engine.runs.summaries import find_run
from tests.builders.consoles import pane_text, run_console, until
from tests.builders.program import call
from tests.builders.runs import finished_run, make_run
from tests.engine.runs.test_state import started

LATER = {"optimiser": "lion", "activation": ["relu", "gelu2"], "augment": {"shift": 2}}
NOTICE = "made by a later version of mnist-tui, with activation=relu,gelu2, optimiser=lion, augment="


def of_later_version(run: Run, **config: object) -> Run:
    """Make it a run of a version that has more settings, events and fields than this one."""
    values = json.loads((run.path / "run.json").read_text())
    values["config"] |= {**LATER, **config}
    values |= {"format": 2, "sweep": {"trial": 7}}
    (run.path / "run.json").write_text(json.dumps(values))
    lines = [json.loads(line) for line in run.events_path.read_text().splitlines()]
    for line in lines:
        line["surprise"] = 1
        line.get("config", {}).update(LATER)
    lines.insert(2, {"event": "layers", "time": 2.0, "layers": [1, 2]})
    run.events_path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return run


def shown(name: str) -> Any:
    return json.loads(call("runs", "show", name, "--json").stdout)


def test_it_is_shown_with_a_notice(home: Home) -> None:
    of_later_version(finished_run(home, "later"))
    values = shown("later")
    assert values["status"] == "finished" and len(values["epochs"]) == 1
    assert values["notices"][0].startswith(NOTICE)
    assert values["config"]["optimiser"] == "lion"
    text = call("runs", "show", "later").stdout
    assert NOTICE in " ".join(text.split()) and "optimiser=lion" in text
    assert "lion" in call("runs", "list", "--columns", "name,optimiser").stdout
    assert call("runs", "export", "later", "--format", "markdown").exit_code == 0


def test_the_console_shows_the_notice(home: Home) -> None:
    of_later_version(finished_run(home, "later"))

    async def scene(pilot: Any, console: Any) -> None:
        await until(pilot, lambda: "made by a later version" in pane_text(console, "run"))
        await pilot.press("3", "r")
        await pilot.pause()
        assert ["was made by a later version" in note.message for note in console._notifications] == [True]

    run_console(home, scene)


def test_its_labels_change_and_nothing_else_of_it(home: Home) -> None:
    run = of_later_version(finished_run(home, "later"))
    before = json.loads((run.path / "run.json").read_text())
    assert call("runs", "tag", "later", "kept").exit_code == 0
    after = json.loads((run.path / "run.json").read_text())
    assert after == {**before, "tags": ["kept"]}


def test_it_is_neither_resumed_nor_trained_by_its_words(home: Home) -> None:
    run = of_later_version(make_run(home, started(1.0), started(2.0), name="later"))
    result = call("train", "--resume", "later")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"mnist-tui: {run.id} cannot go on here: it was {NOTICE}")
    assert len(result.stderr.splitlines()) == 1
    words = call("runs", "show", "later", "--config").stdout.split()
    refused = call("train", *words)
    assert refused.exit_code == 2 and "optimiser=lion: expected" in refused.stderr


def test_it_is_not_folded_with_others(home: Home) -> None:
    for seed in (1, 2):
        of_later_version(finished_run(home, f"later {seed}"), seed=seed)
    lines = json.loads(call("runs", "compare", "later 1", "later 2", "--json").stdout)["lines"]
    assert [len(line["runs"]) for line in lines] == [1, 1]


def test_what_is_written_says_the_version_of_its_form(home: Home) -> None:
    run = make_run(home, started(1.0))
    assert json.loads((run.path / "run.json").read_text())["format"] == 1
    assert json.loads(run.events_path.read_text())["format"] == 1
    assert find_run(home, "last").record().notice == ""


@pytest.mark.parametrize(
    "values", [{"epochs": 0}, {"epochs": "many"}, {"optimiser": "\x1b]0;x\x07"}, {"optimiser": 3}, {"hidden": ["x"]}]
)
def test_bad_values_are_no_later_version(values: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        RunConfig.from_any_version(values)


def test_a_thousand_unknown_settings_are_refused() -> None:
    with pytest.raises(ConfigError):
        RunConfig.from_any_version({f"x{number}": 1 for number in range(1000)})


def test_an_unknown_event_is_passed_over() -> None:
    with pytest.raises(EventError):
        decode('{"event":"layers","time":1,"layers":[]}')
