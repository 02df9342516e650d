"""Slots that processes take in a home, so that each knows what the others use."""

from __future__ import annotations

import os
from types import SimpleNamespace

import pytest

from engine.home import Home
from engine.training import slot_locks
from engine.training.cores import Cores
from engine.training.slot_locks import SlotLocks
from tests.builders.locks import without_locks


def test_a_slot_is_taken_once_until_it_is_released(home: Home) -> None:
    mine, other = SlotLocks(home), SlotLocks(home)
    assert mine.take("cuda:1") and not other.take("cuda:1")
    assert (mine.user_of("cuda:1"), other.user_of("cuda:1")) == (0, os.getpid())
    assert other.take("cuda:2")
    mine.release("cuda:1")
    assert other.user_of("cuda:1") == 0 and other.take("cuda:1")
    other.release_all()


def test_the_processor_is_taken_for_as_many_threads_as_are_free(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slot_locks, "usable_cores", lambda: Cores(3, ""))
    first, second, engine = SlotLocks(home), SlotLocks(home), SlotLocks(home)
    first.take_for("cpu", 2)
    second.take_for("cpu", 2)
    assert all(engine.user_of(name) for name in ("cpu", "cpu 1", "cpu 2", "cpu 3"))
    second.release_all()
    assert [bool(engine.user_of(name)) for name in ("cpu 1", "cpu 2", "cpu 3")] == [True, True, False]
    first.release_all()


def test_another_machine_that_shares_the_home_has_slots_of_its_own(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    here = SlotLocks(home)
    assert here.take("cpu 1")
    monkeypatch.setattr(os, "uname", lambda: SimpleNamespace(nodename="another"))
    assert SlotLocks(home).take("cpu 1")


def test_a_disk_without_locks_keeps_nobody_from_training(home: Home) -> None:
    with pytest.MonkeyPatch.context() as patch:
        without_locks(patch)
        assert SlotLocks(home).take("cpu 1")
