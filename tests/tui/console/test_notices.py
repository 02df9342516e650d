"""Calling a person back to the terminal when runs have ended."""

from __future__ import annotations

import pytest
from textual.events import AppBlur, AppFocus
from textual.pilot import Pilot

from engine.config.run_config import RunConfig
from engine.home import Home
from engine.runs.status import FAILED, FINISHED, QUEUED, RUNNING
from tests.builders.consoles import Live, append, finished, run_console, story, text_on, trained, until
from tests.builders.summaries import summary
from tui.console.console import Console
from tui.console.notices import BELL, DESKTOP, OFF, PART, RunEnds, call, chosen_way, keep_way
from tui.panes.history.preferences import Preferences, read_preferences, write_preferences
from tui.workers.preference_file import FILE, read_part, write_part


@pytest.mark.parametrize(
    ("way", "environ", "codes"),
    [
        (OFF, {"TERM": "foot"}, ""),
        (BELL, {"TERM": "foot"}, "\x07"),
        (DESKTOP, {"TERM": "foot"}, "\x1b]777;notify;mnist-tui;deep finished\x07"),
        (DESKTOP, {"TERM": "xterm-kitty"}, "\x1b]99;;mnist-tui: deep finished\x1b\\"),
        (DESKTOP, {"TERM": "xterm-256color", "LC_TERMINAL": "iTerm2"}, "\x1b]9;mnist-tui: deep finished\x07"),
        (DESKTOP, {"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, "\x1b]9;mnist-tui: deep finished\x07"),
        (DESKTOP, {"TERM": "xterm-256color"}, "\x07"),
        (DESKTOP, {"TERM": "tmux-256color", "TERM_PROGRAM": "ghostty"}, "\x07"),
        ("99", {"TERM": "xterm"}, "\x1b]99;;mnist-tui: deep finished\x1b\\"),
    ],
)
def test_each_terminal_is_called_in_its_own_way(way: str, environ: dict[str, str], codes: str) -> None:
    assert call("deep finished", way, environ) == codes


def test_a_name_ends_no_sequence() -> None:
    assert call("a\x07b\x1b\\c;d\n", "777", {}).count("\x07") == 1
    assert "\x1b\\" not in call("a\x07b\x1b\\c;d\n", "9", {}) and "c;d" not in call("c;d", "777", {})


def test_nobody_is_called_who_did_not_ask_for_it(home: Home) -> None:
    assert chosen_way(home, {}) == OFF
    keep_way(home, BELL)
    assert chosen_way(home, {}) == BELL
    assert chosen_way(home, {"MNIST_TUI_NOTIFY": "Desktop"}) == DESKTOP
    assert chosen_way(home, {"MNIST_TUI_NOTIFY": "loudly"}) == BELL
    write_part(home, PART, ["bell"])
    assert chosen_way(home, {}) == OFF


def test_what_is_kept_leaves_what_others_keep(home: Home) -> None:
    write_preferences(home, Preferences(folded=True))
    keep_way(home, BELL)
    write_preferences(home, Preferences(columns=("name",)))
    assert chosen_way(home, {}) == BELL and read_preferences(home).columns == ("name",)
    assert read_part(home, "nothing") is None


@pytest.mark.parametrize("content", [b"{ torn", b"\xff\x00", b"[1]", None])
def test_preferences_that_cannot_be_read_are_told_and_set_aside_rather_than_lost(
    home: Home, content: bytes | None
) -> None:
    """You should see at the start that nothing of them is in force, and find them beside what you choose next."""
    path, beside = home.path / FILE, home.path / f"{FILE}.unreadable"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        told = f"preferences are as at first. Mend it; with the next that you change it becomes {beside.name}."
        await until(pilot, lambda: any(told in note.message for note in console._notifications))

    run_console(home, scene)
    assert not beside.exists()
    keep_way(home, BELL)
    write_preferences(home, Preferences(folded=True))
    assert chosen_way(home, {}) == BELL and read_preferences(home).folded
    assert beside.is_dir() if content is None else beside.read_bytes() == content


def test_the_palette_changes_how_one_is_called(stocked_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(pilot: Pilot[None], console: Console) -> None:
        commands = {command.title: command.callback for command in console.get_system_commands(console.screen)}
        commands["Notify: bell"]()
        await until(pilot, lambda: "Notify: bell." in text_on(console))
        assert chosen_way(stocked_home) == BELL
        monkeypatch.setenv("MNIST_TUI_NOTIFY", "off")
        commands["Notify: desktop"]()
        await until(pilot, lambda: "off, as MNIST_TUI_NOTIFY says" in text_on(console))

    run_console(stocked_home, scene)


def test_what_has_ended_is_said_once_and_whether_anything_goes_on() -> None:
    ends = RunEnds()
    one, two = summary(1, status=RUNNING, name="deep"), summary(2, status=QUEUED, name="l2")
    assert ends.take([two, one]) == ""
    first = summary(1, name="deep", test_accuracy=0.974)
    assert ends.take([summary(2, status=RUNNING, name="l2"), first]) == "deep finished, test 97.40 %"
    assert ends.take([summary(2, status=RUNNING, name="l2"), first]) == ""
    failed = summary(2, name="l2", status=FAILED, test_accuracy=None)
    assert ends.take([failed, first]) == "l2 failed, test -; nothing else is being trained"
    changed = RunConfig(activation=("tanh",))
    assert ends.take([summary(3, changed, name="deep", status=RUNNING)]) == ""
    said = ends.take([summary(3, changed, name="deep", test_accuracy=0.97)])
    assert said.startswith("deep · tanh finished"), "what tells it from others of its name"
    assert RunEnds().take([summary(3, status=FINISHED)]) == "", "what had ended before is no news"


@pytest.mark.parametrize(("told", "called"), [((), True), ((AppBlur,), True), ((AppBlur, AppFocus), False)])
def test_only_who_is_elsewhere_is_called(
    stocked_home: Home,
    monkeypatch: pytest.MonkeyPatch,
    told: tuple[type[AppBlur] | type[AppFocus], ...],
    called: bool,
) -> None:
    """You should hear the bell unless the terminal said that it has the focus."""
    monkeypatch.setenv("MNIST_TUI_NOTIFY", "bell")
    run = story(stocked_home)

    async def scene(pilot: Pilot[None], console: Console) -> None:
        await until(pilot, lambda: console.main.following.shown is not None)
        written: list[str] = []
        assert console._driver is not None
        monkeypatch.setattr(console._driver, "write", written.append)
        for kind in told:
            console.post_message(kind())
        await pilot.pause()
        append(run, *trained(4, 5), finished())
        run.lock.release()
        await until(pilot, lambda: [r.status for r in console.main.following.runs if r.id == run.id] == [FINISHED])
        await pilot.pause()
        assert ("\x07" in written) is called

    with Live(run):
        run_console(stocked_home, scene)
