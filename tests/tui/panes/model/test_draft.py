"""The form, kept from one console to the next."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config.presets import presets
from engine.config.run_config import RunConfig
from engine.home import Home
from engine.json_text import aside
from tests.builders.strategies import JSON
from tui.panes.model.draft import FILE, GROUP, LARGEST, LONGEST, SEEDS, SPECS, Draft, read_draft, write_draft

DROPOUT = presets()["dropout"]


def test_right_and_wrong_texts_group_seeds_and_parent_are_kept(home: Home) -> None:
    draft = Draft.of(DROPOUT.config, DROPOUT, "20231114-221000-00000ff")
    draft = draft.write("hidden", "32,x").write(GROUP, "sweep").write(SEEDS, "5")
    write_draft(home, draft)
    assert read_draft(home, presets()) == draft
    assert (home.path / FILE).stat().st_mode & 0o777 == 0o600


def test_a_long_list_of_values_to_try_is_kept_whole(home: Home) -> None:
    values = ",".join(f"{number / 2000}" for number in range(1500))
    draft = Draft().write("l2", values)
    write_draft(home, draft)
    assert len(values) > 9000 and read_draft(home, presets()) == draft and draft.cells == 1500


def test_of_a_preset_that_is_gone_the_settings_stay(home: Home) -> None:
    write_draft(home, Draft.of(DROPOUT.config, DROPOUT))
    kept = read_draft(home, {})
    assert kept is not None
    assert (kept.preset, kept.config, kept.edited) == ("", DROPOUT.config, ("dropout",))


def test_nothing_is_kept_at_first(home: Home) -> None:
    assert read_draft(home, presets()) is None


@given(JSON | st.fixed_dictionaries({"texts": JSON, "preset": JSON, "parent": JSON}))
def test_whatever_json_is_there_is_a_form_or_none(tmp_path_factory: pytest.TempPathFactory, values: object) -> None:
    home = Home(tmp_path_factory.mktemp("home"))
    (home.path / FILE).write_text(json.dumps(values))
    read_draft(home, presets())


@pytest.mark.parametrize("content", [b"\xff", b"{", b"[" * 5000, b" " * (LARGEST + 1), b"null", b'{"texts": 3}'])
def test_whatever_else_is_there_is_none(home: Home, content: bytes) -> None:
    (home.path / FILE).write_bytes(content)
    assert read_draft(home, presets()) is None


@pytest.mark.parametrize("content", [b'{"texts": {"hidden": "32', b"null", b"\xff"])
def test_what_cannot_be_read_is_set_aside_before_another_form_is_kept(home: Home, content: bytes) -> None:
    (home.path / FILE).write_bytes(content)
    for draft in (Draft().write("epochs", "7"), Draft().write("epochs", "8")):
        write_draft(home, draft)
        assert read_draft(home, presets()) == draft
    assert aside(home.path / FILE).read_bytes() == content


def test_texts_are_made_safe_and_unknown_fields_passed_over(home: Home) -> None:
    texts = {"hidden": "\x1b[2J32\n", "epochs": 3, "teleport": "yes", "note": "x" * 9000, "seed": "7" * 90_000}
    (home.path / FILE).write_text(json.dumps({"texts": texts, "preset": ["deep"], "parent": "\x1b[2J"}))
    assert read_draft(home, presets()) is None
    (home.path / FILE).write_text(json.dumps({"texts": texts, "preset": "deep", "parent": "\x1b[2J"}))
    kept = read_draft(home, presets())
    assert kept is not None
    assert kept.text("hidden") == "[2J32"
    assert kept.text("epochs") == str(RunConfig().epochs)
    assert len(kept.text("seed")) == LONGEST
    assert set(kept.texts) == set(SPECS)
