"""Asking who feeds a sweep to stop it."""

from __future__ import annotations

import pytest

from engine.files import StoreError
from engine.home import Home
from engine.sweeps.stopping import ask_to_stop, take_request
from engine.sweeps.sweep_file import SweepWriter
from tests.builders.sweeps import make_sweep


def test_who_feeds_a_sweep_is_asked_once_and_nobody_where_nobody_does(home: Home) -> None:
    with pytest.raises(StoreError, match="no sweep is called"):
        ask_to_stop(home, "mine")
    make_sweep(home, {"l2": "0,0.1"})
    with pytest.raises(StoreError, match="not in training"):
        ask_to_stop(home, "mine")
    feeding = SweepWriter(home, "mine")
    assert not take_request(home, "mine")
    ask_to_stop(home, "mine")
    feeding.close()
    assert take_request(home, "mine") and not take_request(home, "mine")
