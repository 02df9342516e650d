"""A run's weights as a file that PyTorch loads without running code.

It is the `state_dict` of the layers alone, in order: `0.weight` and `0.bias` of the first, `1.weight` and so on. It
loads into the network of the exported script, and into an `nn.Sequential` of the same `nn.Linear` and, with batch
normalisation, `nn.BatchNorm1d` layers.
"""

from __future__ import annotations

import io

import torch

from engine.config.run_config import RunConfig
from engine.errors import ExportError
from engine.runs.directory import Run
from engine.training import checkpoint
from engine.training.network import Network


def weights(run: Run, config: RunConfig) -> bytes:
    """The content of the file: the parameters of the run's checkpoint.

    Raises ExportError where there is none, CheckpointError for one that is damaged or would run code."""
    saved = checkpoint.load(run.checkpoint_path, config)
    if saved is None:
        raise ExportError(f"{run.id} has no checkpoint yet; it keeps one after each epoch")
    network = Network(config, torch.device("cpu"))
    try:
        network.load_state_dict(saved.parameters)
    except ValueError:
        raise ExportError(f"the checkpoint of {run.id} is of another network than its settings say") from None
    content = io.BytesIO()
    torch.save(network.state_dict(), content)
    return content.getvalue()
