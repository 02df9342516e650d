"""What is loaded before the first screen is painted."""

from __future__ import annotations

from tests.test_imports import loaded_by


def test_a_terminal_is_judged_before_textual_is_loaded() -> None:
    assert loaded_by("import tui.app; tui.app.refusal()").isdisjoint({"textual", "rich", "numpy", "torch"})


def test_the_first_screen_needs_neither_numpy_nor_plotext_nor_torch() -> None:
    loaded = loaded_by("import tui.console")
    assert "textual" in loaded
    assert loaded.isdisjoint({"numpy", "plotext", "torch", "torchvision"})


def test_nothing_of_the_console_loads_torch() -> None:
    modules = "tui.console, tui.link, tui.follow, tui.predictions, tui.widgets.chart, tui.widgets.digits, tui.measure"
    assert loaded_by(f"import {modules}").isdisjoint({"torch", "torchvision"})
