"""Networks and what they say on the test digits, read and computed in a thread."""

from __future__ import annotations

from functools import lru_cache

from engine.errors import UserError
from engine.home import Home
from engine.inference.network import TrainedNetwork
from engine.inference.units import Activations
from engine.inference.what_if import ask
from engine.runs.directory import Run
from tui.panes.digits.loader import kept_images
from tui.panes.draw.loader import networks
from tui.panes.network.view import NetworkView

# So many activations are kept of a network, 80 MB; one with many units is asked of fewer images.
MOST_FIGURES = 20_000_000


def read_network(run_id: str, home: Home) -> NetworkView:
    """The network of a run, by its id, on the test digits of its data set. Raises UserError."""
    known = networks(home)
    known.read([run_id])
    network = known.known(run_id)
    if isinstance(network, UserError):
        raise network
    assert network is not None
    return _computed(network, Run(home.runs / run_id).record().title, home)


@lru_cache(2)
def _computed(network: TrainedNetwork, title: str, home: Home) -> NetworkView:
    """A network with what it says; kept, as the same is shown again when one comes back to it."""
    test = kept_images(network.spec.name, home)
    if test is None:
        raise UserError(
            f"The test images of {network.spec.title} are not there; mnist-tui data fetch {network.spec.name} has them."
        )
    count = min(len(test.images), max(1, MOST_FIGURES // sum(outputs for _, outputs in network.config.layer_sizes())))
    images, labels = test.images[:count], test.labels[:count]
    activations = Activations.of(network, images)
    epochs = (network.epoch,)
    return NetworkView(title, epochs, activations, images, labels, len(test.images), ask(activations, labels, {}))
