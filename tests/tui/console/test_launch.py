"""What is loaded before the first screen is painted."""

from __future__ import annotations

from tests.test_imports import loaded_by


def test_a_terminal_is_judged_before_textual_is_loaded() -> None:
    loaded = loaded_by("import tui.console.launch; tui.console.launch.refusal()")
    assert loaded.isdisjoint({"textual", "rich", "numpy", "torch"})


def test_the_first_screen_needs_neither_numpy_nor_plotext_nor_torch() -> None:
    loaded = loaded_by("import tui.console.console")
    assert "textual" in loaded
    assert loaded.isdisjoint({"numpy", "plotext", "torch", "torchvision"})


def test_nothing_of_the_console_loads_torch() -> None:
    modules = (
        "tui.console.console, "
        "tui.workers.engine_requests, "
        "tui.workers.run_follower, "
        "tui.panes.digits.loader, "
        "tui.charts.chart_widget, "
        "tui.panes.digits.widget, "
        "tui.tools.console_bench"
    )
    assert loaded_by(f"import {modules}").isdisjoint({"torch", "torchvision"})
