"""The console at the other end of a slow link."""

from __future__ import annotations

import pytest

from engine.home import Home
from tests.builders.consoles import story
from tui.tools import link_bench
from tui.tools.link_bench import opened

RATE = 4_000


@pytest.fixture
def told(stocked_home: Home) -> Home:
    """A home whose runs have something to show in every view."""
    story(stocked_home)
    return stocked_home


def test_leaving_waits_for_no_picture(told: Home) -> None:
    """You should be told that the link is slow, and leave in the midst of a view: a second's bytes come at most."""
    with opened(told, RATE) as display:
        display.press("2")
        display.until("This link is slow: F2 sends less over it.", 60)
        display.press("3")
        display.until("Details", 60)
        display.until_quiet(0.5, 60)
        before = display.received
        display.press("2")
        display.press("q")
        written = b""
        while b"\x1b[?1049l" not in written:
            written += display.read(30)
        assert display.received - before < RATE


def test_changes_of_view_that_nobody_can_see_are_not_sent(told: Home) -> None:
    """You should see the last of many views, and far fewer bytes than they all have."""
    with opened(told, RATE) as display:
        before = display.received
        for key in 10 * "123" + "2":
            display.press(key)
        display.until("Confusion", 60)
        display.until_quiet(2, 60)
        assert "Confusion" in display.text and "Details" not in display.text.splitlines()[1]
        assert display.received - before < 31 * 5_000


def test_a_terminal_that_answers_nothing_shows_every_view(told: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.tools.pseudoterminal.ANSWER", b"")
    with opened(told, None) as display:
        for key in "23451":
            display.press(key)
            display.until(link_bench.SHOWN[key], 60)
