"""The training loop a tutorial would have you write: what the engine is measured against.

A data set that opens each image through PIL, `DataLoader`, `nn.Sequential`, autograd, `torch.optim.SGD`, and loss and
accuracy fetched from the device after every batch.
"""

from __future__ import annotations

import itertools
import time

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from engine.config.run_config import RunConfig

MODULES = {
    "relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid,
    "leaky-relu": nn.LeakyReLU, "elu": nn.ELU, "gelu": nn.GELU,
}  # fmt: skip


class Images(Dataset[tuple[Tensor, int]]):
    """Images opened one at a time as `torchvision.datasets.MNIST` does, with the `ToTensor` transform."""

    def __init__(self, images: npt.NDArray[np.uint8], labels: npt.NDArray[np.uint8]) -> None:
        from torchvision import transforms

        self._images, self._labels = torch.from_numpy(images), torch.from_numpy(labels.astype(np.int64))
        self._transform = transforms.ToTensor()

    def __len__(self) -> int:
        return len(self._labels)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        from PIL import Image

        image = Image.fromarray(self._images[index].numpy())
        return self._transform(image), int(self._labels[index])


def network_of(config: RunConfig) -> nn.Sequential:
    """The network as modules."""
    layers: list[nn.Module] = [nn.Flatten()]
    for (inputs, outputs), activation in itertools.zip_longest(config.layer_sizes(), config.layer_activations()):
        layers.append(nn.Linear(inputs, outputs))
        layers += [MODULES[activation]()] if activation else []
    return nn.Sequential(*layers)


class ReferenceLoop:
    """The loop over shuffled batches, going on from call to call."""

    def __init__(
        self, config: RunConfig, images: npt.NDArray[np.uint8], labels: npt.NDArray[np.uint8], device: torch.device
    ) -> None:
        batch = config.images_a_batch(len(images))
        self._device = device
        loader = DataLoader(Images(images, labels), batch_size=batch, shuffle=True)
        self._batches = itertools.chain.from_iterable(itertools.repeat(loader))
        self._network = network_of(config).to(device)
        self._optimiser = torch.optim.SGD(self._network.parameters(), lr=config.learning_rate)
        self._criterion = nn.CrossEntropyLoss()

    def samples_per_second(self, batches: int) -> float:
        """Train on some batches; images a second."""
        seen, began = 0, time.perf_counter()
        loss_sum = correct = 0.0
        for images, labels in itertools.islice(self._batches, batches):
            images, labels = images.to(self._device), labels.to(self._device)
            self._optimiser.zero_grad()
            outputs = self._network(images)
            loss = self._criterion(outputs, labels)
            loss.backward()
            self._optimiser.step()
            loss_sum += loss.item() * len(labels)
            correct += (outputs.argmax(1) == labels).sum().item()
            seen += len(labels)
        return seen / (time.perf_counter() - began)
