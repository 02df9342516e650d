"""What units say on many images, what they look for, and what a network says without some of them."""

from __future__ import annotations

import numpy as np
import pytest

from engine.inference.features import evidence, influence, pattern
from engine.inference.network import Array, TrainedNetwork
from engine.inference.units import Activations
from engine.inference.what_if import ask, dropped, switched
from tests.builders.networks import drawn_network

IMAGES = np.random.default_rng(5).integers(0, 256, (50, 28, 28)).astype(np.uint8)
LABELS = np.arange(50, dtype=np.uint8) % 10


def test_a_unit_is_dead_or_saturated_where_its_activation_can_be() -> None:
    network = drawn_network("hidden=4,3,2 activation=relu,tanh,sigmoid")
    network.arrays["0.bias"][:] = 0, -1e4, 0, 0
    network.arrays["1.bias"][1] = 1e4
    network.arrays["2.bias"][0] = -1e4
    relu, tanh, sigmoid, logits = Activations.of(network, IMAGES).figures
    assert relu.dead.tolist() == [False, True, False, False] and not relu.saturated.any()
    assert tanh.saturated.tolist()[1] and tanh.mean[1] == 1 and tanh.spread[1] == 0
    assert sigmoid.saturated.tolist()[0] and not sigmoid.dead.any()
    assert not logits.dead.any() and not logits.saturated.any()


@pytest.mark.parametrize("layer", [0, 1])
def test_a_unit_that_is_off_is_one_whose_outgoing_weights_are_zero(layer: int) -> None:
    network = drawn_network("hidden=6,5 activation=gelu batch_norm=yes")
    activations = Activations.of(network, IMAGES)
    gains = switched({}, layer, 2, (6, 5)[layer])
    found = ask(activations, LABELS, gains)
    cut = dict(network.arrays)
    name = ("2.weight", "4.weight")[layer]
    cut[name] = cut[name] * (np.arange(cut[name].shape[1]) != 2)
    expected = TrainedNetwork(network.config, network.spec, 1, cut).probabilities(IMAGES)
    np.testing.assert_allclose(found.probabilities, expected, atol=1e-5)
    assert found.confusion.sum() == 50 and found.confusion.trace() == round(50 * found.accuracy)
    assert not np.allclose(expected, network.probabilities(IMAGES), atol=1e-5)
    whole = ask(activations, LABELS, switched(gains, layer, 2, (6, 5)[layer]))
    np.testing.assert_allclose(whole.probabilities, network.probabilities(IMAGES), atol=1e-6)


def test_a_random_share_is_off_as_in_dropout() -> None:
    gains = dropped(40, 0.75, seed=3)
    assert sorted(gains.tolist()) == [0.0] * 30 + [4.0] * 10
    assert (dropped(40, 0.75, seed=4) != gains).any()
    assert switched({1: gains}, 1, int(gains.argmin()), 40)[1].sum() == 44
    assert dropped(3, 1.0, seed=1).tolist() == [0, 0, 0]


def test_layers_before_the_first_change_are_not_computed_again() -> None:
    class Counting(TrainedNetwork):
        def outputs(self, layer: int, inputs: Array) -> Array:
            computed.append(layer)
            return super().outputs(layer, inputs)

    plain, computed = drawn_network("hidden=8,7,6"), list[int]()
    activations = Activations.of(Counting(plain.config, plain.spec, 1, plain.arrays), IMAGES)
    computed.clear()
    ask(activations, LABELS, {1: dropped(7, 0.5, seed=1), 2: dropped(6, 0.5, seed=1)})
    assert computed == [2, 3]
    ask(activations, LABELS, {})
    assert computed == [2, 3]


def test_what_a_unit_looks_for_is_what_its_layers_without_activations_would_add_up() -> None:
    network = drawn_network("hidden=6,5 scaling=standard")
    first, second = (pattern(network, layer, 4).reshape(784) for layer in (0, 1))
    np.testing.assert_array_equal(first, network.arrays["0.weight"][4])
    np.testing.assert_allclose(second, (network.arrays["1.weight"] @ network.arrays["0.weight"])[4], atol=1e-6)


def test_influence_grows_with_outgoing_weights_and_with_what_a_unit_tells_apart() -> None:
    network = drawn_network("hidden=6")
    figures = Activations.of(network, IMAGES).figures[0]
    before = influence(network, 0, figures)
    network.arrays["1.weight"][:, 3] *= 2
    after = influence(network, 0, figures)
    np.testing.assert_allclose(after, before * [1, 1, 1, 2, 1, 1], rtol=1e-5)


def test_the_evidence_for_a_digit_adds_up_to_its_logit() -> None:
    network = drawn_network("hidden=6,5")
    hidden, logits = Activations.of(network, IMAGES).layers[-2:]
    told = evidence(network, hidden[7], 3)
    assert told.shape == (5,)
    assert told.sum() + network.arrays["2.bias"][3] == pytest.approx(logits[7, 3], abs=1e-4)
