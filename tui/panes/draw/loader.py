"""What networks read on the canvas and on the drawings that are kept, found out in a thread."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import UserError
from engine.home import Home
from tui.panes.draw.view import Answer, Reading

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from engine.inference.cache import NetworkCache
    from tui.panes.draw.pane import DrawingsRead

    Images = npt.NDArray[np.uint8]

BEING_READ = "Its network is being read; where it is in a checkpoint alone, that takes a few seconds …"


def read_canvas(ink: Images, shown: str, marked: Sequence[str], home: Home) -> Reading:
    """What the run that is shown and those that are marked, by their ids, read on the canvas, bytes (28, 28) of ink."""
    from engine.handwriting.size_normalisation import normalised

    image = normalised(ink / 255)
    if image is None:
        return Reading()
    votes = tuple(_answers(run_id, image[None], home)[0] for run_id in marked)
    return Reading(image, _answers(shown, image[None], home)[0] if shown else None, votes)


def read_drawings(shown: str, home: Home, said: str = "") -> DrawingsRead:
    """The drawings that are kept, after something was `said` of them, and what the run that is shown reads on each."""
    import numpy as np

    from engine.handwriting.drawings import list_drawings
    from engine.handwriting.size_normalisation import normalised
    from tui.panes.draw.kept_list import KeptDrawing
    from tui.panes.draw.pane import DrawingsRead

    try:
        drawings = list_drawings(home)
    except UserError as error:
        return DrawingsRead((), said, str(error))
    images = [normalised(drawing.ink / 255) for drawing in drawings]
    drawn = [image for image in images if image is not None]
    answers = iter(_answers(shown, np.stack(drawn), home) if drawn and shown else ())
    kept = [
        KeptDrawing(drawing, None if image is None else next(answers, None))
        for drawing, image in zip(drawings, images, strict=True)
    ]
    return DrawingsRead(kept, said)


def read_networks(run_ids: Sequence[str], home: Home) -> bool:
    """Read the networks of these runs that are not known as they are now; whether there was any."""
    return networks(home).read(run_ids)


def read_picture(path: Path) -> Images:
    """The picture of a digit in a file as an image (28, 28). Raises ImageError."""
    from engine.handwriting.image_file import read_image

    return read_image(path)


@lru_cache(1)
def networks(home: Home) -> NetworkCache:
    """The networks of a home's runs, the same for all panes."""
    from engine.inference.cache import NetworkCache

    return NetworkCache(home)


def _answers(run_id: str, images: Images, home: Home) -> list[Answer]:
    """What a run's network says of each of some images (N, 28, 28)."""
    from engine.runs.directory import Run

    network = networks(home).known(run_id)
    if network is None or isinstance(network, UserError):
        problem = BEING_READ if network is None else str(network)
        return [Answer(run_id, 0, (), problem=problem)] * len(images)
    try:
        title = Run(home.runs / run_id).record().title
    except UserError:
        title = run_id
    probabilities = network.probabilities(images)
    return [Answer(title, network.epoch, network.spec.class_names, tuple(map(float, row))) for row in probabilities]
