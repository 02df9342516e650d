"""Networks and what they say on the test digits, read and computed in a thread."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from engine.config.differences import titles
from engine.errors import UserError
from engine.home import Home
from engine.inference.network import TrainedNetwork
from engine.inference.units import Activations
from engine.inference.what_if import ask
from engine.runs.directory import Run
from engine.runs.weights import weight_epochs
from tui.drawing.styled_lines import capitalised
from tui.panes.digits.loader import kept_images
from tui.panes.draw.loader import networks
from tui.panes.network.pane import Asked, NetworkRead
from tui.panes.network.view import NetworkView

# So many activations are kept of a network, 80 MB; one with many units is asked of fewer images.
MOST_FIGURES = 20_000_000


def read_networks(asked: Asked, home: Home) -> NetworkRead:
    """The networks of a run and of the one it is compared with, whose titles tell them apart."""
    try:
        view = read_network(asked.shown, asked.epoch, home)
    except UserError as error:
        return NetworkRead(asked, None, problem=capitalised(str(error)))
    except Exception as error:
        return NetworkRead(asked, None, problem=f"The network cannot be read: {type(error).__name__}: {error}")
    if not asked.reference:
        return NetworkRead(asked, view)
    try:
        reference = read_network(asked.reference, asked.epoch, home)
        shown, beside = titles([Run(home.runs / run_id).record() for run_id in (asked.shown, asked.reference)])
    except UserError:
        return NetworkRead(asked, view)
    return NetworkRead(asked, replace(view, run=shown), replace(reference, run=beside))


def read_network(run_id: str, epoch: int | None, home: Home) -> NetworkView:
    """The network of a run, by its id, after an epoch or the nearest that is kept, without one after the newest; on the
    test digits of its data set. Raises UserError."""
    run, known = Run(home.runs / run_id), networks(home)
    epochs = weight_epochs(run)
    # Of a run without weights there is the checkpoint, which takes as long to read as PyTorch takes to load.
    nearest = max((one for one in epochs if epoch and one <= epoch), default=epochs[0]) if epoch and epochs else None
    known.read([run_id], nearest)
    network = known.known(run_id, nearest)
    if isinstance(network, UserError):
        raise network
    assert network is not None
    view = replace(_computed(network, run.record().title, home), epochs=tuple(epochs), asked_epoch=epoch)
    # Worked out here, as whoever draws is waited for.
    assert view.orders and view.activations.figures
    return view


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
    return NetworkView(title, activations, images, labels, ask(activations, labels, {}))
