"""What is measured, on a tiny data set: every way of training takes its turns and is compared with its own round."""

from __future__ import annotations

import threading
from functools import cache

import pytest
import torch

from engine.config.run_config import RunConfig
from engine.diagnostics import jax_loop, training_bench
from engine.diagnostics.reference_loop import ReferenceLoop, network_of
from engine.diagnostics.training_bench import (
    AUTOGRAD,
    ENGINE,
    JAX,
    JAX_ONE,
    PRODUCTS,
    REFERENCE,
    REFERENCE_THREADS,
    Timing,
    measure,
    operations,
)
from engine.errors import UserError
from tests.builders.blobs import blobs

DATA = blobs(train=640, test=100)
CPU = torch.device("cpu")


def threads_left_alone(batch_size: str) -> int:
    """Two where the steps are few: beside other tests, two threads wait for each other at every step."""
    return 2 if batch_size == "full" else 1


@cache
def timings(batch_size: str) -> tuple[list[Timing], list[tuple[str, int, int]]]:
    """Measured in a thread, as measuring changes how the calling thread does arithmetic."""
    found: list[Timing] = []
    told: list[tuple[str, int, int]] = []
    config = RunConfig.parse(f"hidden=24 batch_size={batch_size}")

    def work() -> None:
        found.extend(measure(config, DATA, CPU, rounds=2, report=lambda *words: told.append(words)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training_bench, "DEFAULT_THREADS", threads_left_alone(batch_size))
        patch.setattr(training_bench, "REFERENCE_IMAGES", 1280)
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    return found, told


@pytest.mark.parametrize("batch_size", ["32", "full"])
def test_every_way_is_measured(batch_size: str) -> None:
    found, told = timings(batch_size)
    threaded = [REFERENCE_THREADS] if threads_left_alone(batch_size) > 1 else []
    ways = [REFERENCE, *threaded, AUTOGRAD, *([JAX, JAX_ONE] if jax_loop.is_installed() else []), ENGINE, PRODUCTS]
    assert [timing.way for timing in found] == ways
    assert all(0 < timing.lowest <= timing.median <= timing.highest for timing in found)
    assert {timing.batch_size for timing in found} == {batch_size}
    assert [done for _, done, _ in told] == list(range(3 * len(ways)))


def test_ratios_are_to_the_same_round() -> None:
    found = {timing.way: timing for timing in timings("32")[0]}
    assert found[REFERENCE].against_reference == 1
    assert found[PRODUCTS].against_products == 1
    engine, reference = found[ENGINE], found[REFERENCE]
    assert engine.lowest / reference.highest <= engine.against_reference <= engine.highest / reference.lowest


def test_the_share_of_the_peak_follows_from_the_arithmetic_of_an_image() -> None:
    assert operations(RunConfig.parse("hidden=none")) == 4 * 784 * 10
    assert operations(RunConfig.parse("hidden=24")) == 4 * 784 * 24 + 6 * 24 * 10
    found = timings("32")[0]
    assert all(timing.of_peak > 0 for timing in found)
    shares = {timing.of_peak / timing.median for timing in found if timing.threads == 1}
    assert max(shares) == pytest.approx(min(shares))


def test_the_engine_is_several_times_faster_than_the_reference_loop() -> None:
    """In one of several measurements: a busy machine may take the processor from either loop in the midst of it."""

    for _ in range(8):
        engine = next(timing for timing in timings("32")[0] if timing.way == ENGINE)
        if engine.against_reference > 3:
            return
        timings.cache_clear()
    pytest.fail("it is not three times as fast in any of them")


@pytest.mark.skipif(not jax_loop.is_installed(), reason="JAX is not installed")
def test_the_loop_in_jax_learns() -> None:
    config = RunConfig.parse("hidden=24")
    loop = jax_loop.JaxLoop(config, DATA.train_images, DATA.train_labels, "cpu")
    speeds = [loop.samples_per_second() for _ in range(4)]
    assert min(speeds) > 0
    assert float(loop.accuracy) > 0.8


def test_the_loop_in_jax_on_one_thread_is_a_process_that_says_why_it_cannot_go_on() -> None:
    loop = jax_loop.JaxOnOneThread(RunConfig.parse("hidden=24"), DATA.train_images, DATA.train_labels)
    try:
        if jax_loop.is_installed():
            assert loop.samples_per_second() > 0 and loop.samples_per_second() > 0
        else:
            with pytest.raises(UserError, match=r"JAX on one thread has ended: .*No module named 'jax'"):
                loop.samples_per_second()
    finally:
        loop.close()


def test_the_reference_loop_learns() -> None:
    config = RunConfig.parse("hidden=24")
    loop = ReferenceLoop(config, DATA.train_images, DATA.train_labels, CPU)
    before = [parameter.clone() for parameter in loop._network.parameters()]
    loop.samples_per_second(40)
    images = torch.from_numpy(DATA.test_images).float().div(255).unsqueeze(1)
    accuracy = (loop._network(images).argmax(1).numpy() == DATA.test_labels).mean()
    assert accuracy > 0.5
    assert any(not torch.equal(a, b) for a, b in zip(before, loop._network.parameters(), strict=True))
    assert sum(parameter.numel() for parameter in network_of(config).parameters()) == config.parameters()
