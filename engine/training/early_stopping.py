"""When a run ends before its last epoch, and which epoch's network it keeps."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.config.run_config import RunConfig
from engine.training.evaluation import Evaluation
from engine.training.network import Network
from engine.training.position import Position

BEST_EPOCH, LOSS, TEST_LOSS, TEST_ACCURACY = range(4)


class EarlyStopping:
    """Ends a run once its validation loss has not fallen for `patience` epochs, and goes back to the best epoch.

    `state` names the tensors that a checkpoint keeps: none where there is no patience."""

    def __init__(self, config: RunConfig, network: Network) -> None:
        self._patience, self._network = config.patience, network
        self.state: dict[str, Tensor] = {}
        if self._patience:
            figures = [0, float("inf"), float("nan"), float("nan")]
            self._best = [torch.zeros_like(tensor) for tensor in network.state]
            self.state |= zip(("best", "best_statistics"), self._best, strict=False)
            self.state["best_figures"] = torch.tensor(figures, dtype=torch.float64)

    @property
    def best_epoch(self) -> int:
        """The epoch of the lowest validation loss, the first of equals; 0 where none is known."""
        return int(self.state["best_figures"][BEST_EPOCH]) if self.state else 0

    def note(self, epoch: int, validation: Evaluation, test: Evaluation) -> None:
        """Take notice of an epoch's figures, and keep its network if it is the best so far."""
        if self.state and validation.loss < self.state["best_figures"][LOSS]:
            figures = [epoch, validation.loss, test.loss, test.accuracy]
            for best, tensor in zip(self._best, self._network.state, strict=True):
                best.copy_(tensor)
            self.state["best_figures"].copy_(torch.tensor(figures, dtype=torch.float64))

    def ends_after(self, epoch: int) -> bool:
        """Whether nothing got better for too long once so many epochs have ended."""
        return bool(self._patience and self.best_epoch and epoch - self.best_epoch >= self._patience)

    def restore(self, position: Position) -> str:
        """Make the network and the position's figures those of the best epoch; in words, what was done and why."""
        if not self.best_epoch:
            return ""
        for best, tensor in zip(self._best, self._network.state, strict=True):
            tensor.copy_(best)
        figures = self.state["best_figures"].tolist()
        position.test_loss, position.test_accuracy = figures[TEST_LOSS], figures[TEST_ACCURACY]
        sentence = f"the network of epoch {self.best_epoch} is kept, of the lowest validation loss"
        if not self.ends_after(position.epochs_ended):
            return sentence
        waited = "an epoch" if self._patience == 1 else f"{self._patience} epochs"
        return f"stopped early, as the validation loss did not fall for {waited}; {sentence}"
