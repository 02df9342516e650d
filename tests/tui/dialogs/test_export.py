"""The dialog that asks where results are to be taken."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.builders.dialogs import Asking, answer_to, ask
from tui.dialogs.export import ExportDialog
from tui.workers.exporter import OF_COMPARISON, OF_RUNS, Export, formats_of_runs


def dialog(folder: Path, count: int = 1) -> ExportDialog:
    return ExportDialog("Export deep [red]x[/]", formats_of_runs(count), folder, "deep-1")


def test_every_format_is_offered_and_the_first_is_chosen(tmp_path: Path) -> None:
    """You should see each format with a few words, a path made of it, and the keys."""

    async def scene(pilot: Pilot[None], app: Asking) -> None:
        lines = [" ".join(line.strip(" │").split()) for line in app.text.splitlines()]
        assert "Export deep [red]x[/]" in lines
        assert "> markdown a report to read" in lines
        assert all(f"{form.name} {form.about}" in lines for form in OF_RUNS[1:])
        assert "To deep-1.md" in lines
        assert "Up and Down choose Enter writes Esc leaves" in lines

    ask(dialog(tmp_path), scene)


def test_the_path_follows_the_format_until_it_is_written_by_hand(tmp_path: Path) -> None:
    async def scene(pilot: Pilot[None], app: Asking) -> None:
        seen = []
        for _ in OF_RUNS:
            seen.append(app.field("path").value)
            await pilot.press("down")
        assert seen == ["deep-1.md", "deep-1.csv", "deep-1.csv", "deep-1.json", "logs", "deep-1.pt", "deep-1.py"]
        await pilot.press(*"3", "up", "up", "up")
        assert app.field("path").value == "deep-1.py3"
        await pilot.press("enter")

    assert ask(dialog(tmp_path), scene) == [Export("json", tmp_path / "deep-1.py3")]


def test_a_path_that_ends_as_another_format_chooses_it(tmp_path: Path) -> None:
    """You should see the chosen one follow what is typed, and stay what is chosen afterwards."""

    async def scene(pilot: Pilot[None], app: Asking) -> None:
        app.field("path").value = "table.csv"
        await pilot.pause()
        assert "> csv" in app.text
        await pilot.press("up")
        assert "> markdown" in app.text and app.field("path").value == "table.csv"
        app.field("path").value = "table.json"
        await pilot.press("enter")

    assert ask(dialog(tmp_path), scene) == [Export("json", tmp_path / "table.json")]


def test_enter_returns_what_is_chosen_and_escape_nothing(tmp_path: Path) -> None:
    assert answer_to(dialog(tmp_path), "enter") == [Export("markdown", tmp_path / "deep-1.md")]
    assert answer_to(dialog(tmp_path), "down", "down", "up", "enter") == [Export("csv", tmp_path / "deep-1.csv")]
    assert answer_to(dialog(tmp_path), "up", "enter") == [Export("markdown", tmp_path / "deep-1.md")]
    assert answer_to(dialog(tmp_path), "x", "escape") == [None]
    assert answer_to(dialog(tmp_path, 2), "enter") == [Export("markdown", tmp_path / "runs-markdown")]
    comparison = ExportDialog("Export the comparison", OF_COMPARISON, tmp_path, "comparison")
    assert answer_to(comparison, "down", "down", "enter") == [Export("json", tmp_path / "comparison.json")]


def test_what_exists_is_replaced_at_the_second_enter(tmp_path: Path) -> None:
    (tmp_path / "deep-1.md").write_text("mine")
    (tmp_path / "deep-1.csv").write_text("mine")

    async def scene(pilot: Pilot[None], app: Asking) -> None:
        await pilot.press("enter")
        assert "it exists; Enter again replaces it" in app.text
        await pilot.press("down")
        assert "Enter again" not in app.text
        await pilot.press("enter")
        assert "Enter again" in app.text
        await pilot.press("x", "backspace")
        assert "Enter again" not in app.text
        await pilot.press("enter", "enter")

    assert ask(dialog(tmp_path), scene) == [Export("csv", tmp_path / "deep-1.csv", force=True)]
    assert (tmp_path / "deep-1.csv").read_text() == "mine"


def test_a_file_in_a_folder_that_exists_is_named_for_the_run(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "deep-1.md").write_text("mine")
    assert answer_to(dialog(tmp_path), "enter", path="there") == []
    forced = Export("markdown", tmp_path / "there" / "deep-1.md", force=True)
    assert answer_to(dialog(tmp_path), "enter", "enter", path="there") == [forced]
    assert answer_to(dialog(tmp_path), "enter", path="new/") == [Export("markdown", tmp_path / "new" / "deep-1.md")]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (" ", "say where to"),
        ("~nobody-at-all/x", "no such path"),
        ("a\0b", "no such path"),
        ("\ud800", "no such path"),
        ("/dev/null", "that is a device, a pipe or a socket; name a file"),
    ],
)
def test_what_can_be_no_path_is_refused(tmp_path: Path, path: str, said: str) -> None:
    async def scene(pilot: Pilot[None], app: Asking) -> None:
        app.fill(path=path)
        await pilot.press("enter")
        assert said in app.text
        assert app.dialog.is_current

    assert ask(dialog(tmp_path), scene) == []


def test_several_files_need_a_folder(tmp_path: Path) -> None:
    (tmp_path / "runs-markdown").write_text("a file")

    async def scene(pilot: Pilot[None], app: Asking) -> None:
        assert "the folder " in app.text
        await pilot.press("enter", "enter")
        assert "a folder is needed" in app.text

    assert ask(dialog(tmp_path, 2), scene) == []


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (200, 60)])
def test_the_chosen_format_is_seen_on_every_screen(tmp_path: Path, size: tuple[int, int]) -> None:
    async def scene(pilot: Pilot[None], app: Asking) -> None:
        for form in OF_RUNS:
            assert f"> {form.name}" in app.text and "To " in app.text and "Esc leaves" in app.text
            await pilot.press("down")

    ask(dialog(Path("/x")), scene, size)


def test_a_format_is_chosen_with_the_mouse(tmp_path: Path) -> None:
    async def scene(pilot: Pilot[None], app: Asking) -> None:
        await pilot.click("#formats", offset=(4, 3))
        assert "> json" in app.text
        await pilot.press("enter")

    assert ask(dialog(tmp_path), scene) == [Export("json", tmp_path / "deep-1.json")]
