"""`mnist-tui presets`."""

from __future__ import annotations

import json

from engine.config.presets import FILE, own_presets, presets
from engine.config.run_config import RunConfig
from engine.home import Home
from tests.builders.program import call
from tests.builders.runs import finished_run


def test_presets_are_saved_from_settings_and_runs_listed_renamed_and_deleted(home: Home) -> None:
    run = finished_run(home)
    said = call("presets", "save", "Narrow", "deep", "width=8", "--summary", "Too narrow.").stdout
    assert said == "narrow  Too narrow.\ntrain it: mnist-tui train narrow\n"
    assert call("presets", "save", "again", "--run", run.id).exit_code == 0
    assert own_presets(home).presets["again"].config == run.record().config
    assert call("presets", "list", "--own").stdout.splitlines()[0] == "narrow  Too narrow. (yours)"
    listed = json.loads(call("presets", "list", "--json").stdout)
    assert [known["name"] for known in listed] == [*presets(), "narrow", "again"]
    assert listed[-2]["own"] and listed[-2]["settings"]["hidden"] == [8] and listed[-2]["words"] == "hidden=8"
    assert call("presets", "rename", "narrow", "thin").stdout == "narrow is thin now\n"
    assert "hidden=8" in call("presets", "show", "thin").stdout
    assert json.loads(call("presets", "show", "thin", "--json").stdout)["summary"] == "Too narrow."
    assert call("presets", "delete", "thin", answer="n\n").exit_code == 1
    assert call("presets", "delete", "thin", answer="y\n").exit_code == 0
    assert [*own_presets(home).presets] == ["again"]


def test_what_cannot_be_done_is_said_in_a_line(home: Home) -> None:
    for words, status, said in (
        (("save", "x"), 2, "say which settings"),
        (("save", "x", "lr=1", "--run", "last"), 2, "leave out the words"),
        (("save", "x", "--run", "nothing"), 1, "no run"),
        (("save", "deep", "lr=1"), 2, "shipped preset"),
        (("save", "list", "lr=1"), 2, "word of the program"),
        (("save", "x", "lr=0"), 2, "learning_rate=0: expected a number, 0 < x ≤ 100"),
        (("rename", "x", "y"), 2, "no preset of yours"),
        (("delete", "deep", "--yes"), 2, "shipped preset"),
        (("show", "gone"), 2, "no preset is called"),
    ):
        result = call("presets", *words)
        assert (result.exit_code, said in result.stderr) == (status, True), (words, result.stderr)
    call("presets", "save", "x", "lr=1")
    assert "--force" in call("presets", "save", "x", "lr=0.5").stderr
    call("presets", "save", "x", "lr=0.5", "--force")
    assert own_presets(home).presets["x"].config == RunConfig(learning_rate=0.5)


def test_entries_that_cannot_be_read_are_told_beside_the_list(home: Home) -> None:
    (home.path / FILE).write_text("[bad]\nsettings = { epochs = 0 }\n[good]\n")
    result = call("presets", "list", "--own", "--json")
    assert [known["name"] for known in json.loads(result.stdout)] == ["good"]
    assert result.stderr.startswith("mnist-tui: presets.toml: 'bad' is passed over: epochs=0")
    assert result.exit_code == 0
