"""Settings that are right one by one and not together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

# Training images of the largest data set there is.
MOST_IMAGES = 60_000

if TYPE_CHECKING:
    from engine.config.run_config import RunConfig


def contradictions(config: RunConfig) -> Iterator[tuple[str, str, str]]:
    """Of each, the field to change, its value in text, and what would be accepted."""
    layers = len(config.hidden)
    if len(config.activation) not in (1, layers):
        accepts = "one activation" + (f", or {layers}: one for each hidden layer" if layers > 1 else "")
        yield "activation", ",".join(config.activation), accepts
    if config.dropout and not layers:
        yield "dropout", f"{config.dropout:g}", "0, as there is no hidden layer"
    if config.batch_norm and not layers:
        yield "batch_norm", "yes", "no, as there is no hidden layer"
    elif config.batch_norm and (others := _beside_one_alone(config)):
        yield "batch_size", config.text("batch_size"), others
    if config.momentum and config.optimiser != "sgd":
        yield "momentum", f"{config.momentum:g}", f"0 with {config.optimiser}"
    if config.nesterov and not config.momentum:
        yield "nesterov", "yes", "no, as there is no momentum"
    if config.patience and not round(config.images_used(MOST_IMAGES) * config.validation):
        yield "patience", f"{config.patience}", "0, as no images are held out; validation=0.1 holds out a tenth"
    if config.sigma != type(config).sigma and config.initialisation != "normal":
        yield "sigma", f"{config.sigma:g}", f"{type(config).sigma:g}, as initialisation is not normal"
    if config.warmup > config.epochs:
        yield "warmup", f"{config.warmup:g}", f"at most {config.epochs:,}, the epochs of the run"


def _beside_one_alone(config: RunConfig) -> str:
    """What to have in place of a batch size with which a batch has one image, which nothing can be normalised over."""
    images = config.images_used(MOST_IMAGES) - config.images_held_out(MOST_IMAGES)
    batch = config.images_a_batch(images)
    if batch == 1:
        return "2 or more with batch normalisation, as an image alone has no variance"
    if images % batch == 1:
        return f"another with batch normalisation: the last of {images:,} images would be alone in its batch"
    return ""
