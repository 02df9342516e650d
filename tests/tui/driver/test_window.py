"""How much may be under way, by how soon a terminal answers."""

from __future__ import annotations

import pytest

from tui.driver.window import AT_FIRST, LEAST, LONG_TIMEOUT, MOST, SILENT, TIMEOUT, Window


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def exchange(window: Window, clock: Clock, size: int, seconds: float) -> None:
    """Send a piece that is answered after so long."""
    window.sent(size)
    clock.now += seconds
    window.answered()


def test_a_quick_terminal_may_be_sent_ever_more_until_it_lags() -> None:
    clock = Clock()
    window = Window(clock)
    exchange(window, clock, 4, 0.2)
    assert window.room == AT_FIRST and window.delay == pytest.approx(0.2)
    for _ in range(10):
        exchange(window, clock, window.room, 0.2)
    assert window.room == MOST
    for _ in range(10):
        exchange(window, clock, window.room, 2.2)
    assert window.room == LEAST


def test_a_link_is_slow_once_it_has_carried_enough_slowly() -> None:
    clock = Clock()
    window = Window(clock)
    exchange(window, clock, 4, 0.25)
    for _ in range(20):
        exchange(window, clock, 4_000, 0.25 + 0.02)
    assert not window.is_slow, "0.02 seconds for 4 kB beyond what every answer takes"
    found: list[bool] = []
    for _ in range(20):
        exchange(window, clock, 1_000, 0.25 + 0.25)
        found.append(window.is_slow)
    assert found[-1] and not any(found[:3])


def test_small_pieces_say_nothing_of_what_a_link_can_carry() -> None:
    clock = Clock()
    window = Window(clock)
    for _ in range(50):
        exchange(window, clock, 40, 0.0)
    assert window.room == AT_FIRST


def test_what_is_not_answered_leaves_no_room() -> None:
    window = Window(Clock())
    exchange(window, window._clock, 4, 0.1)  # type: ignore[arg-type]
    window.sent(3000)
    window.sent(3000)
    assert window.room == 0
    window.answered()
    assert window.room == 2 * AT_FIRST - 3000


def test_a_terminal_that_never_answers_is_not_asked_for_long() -> None:
    clock = Clock()
    window = Window(clock)
    for _ in range(SILENT):
        assert window.asks
        window.sent(AT_FIRST)
        assert window.room == 0
        assert window.until_given_up == pytest.approx(TIMEOUT)
        clock.now += TIMEOUT + 0.01
        assert window.room
    assert not window.asks
    assert window.room == MOST


def test_an_answer_that_is_lost_is_not_waited_for_for_ever() -> None:
    clock = Clock()
    window = Window(clock)
    exchange(window, clock, 4, 0.1)
    window.sent(AT_FIRST)
    clock.now += LONG_TIMEOUT / 2 + 0.01
    assert window.room == 0
    clock.now += LONG_TIMEOUT / 2 + 0.01
    assert window.room == LEAST
    assert window.asks
