"""What each data set is: its files, classes, statistics, and digests where they are known for certain."""

from __future__ import annotations

from dataclasses import dataclass

from engine.config.run_config import CLASSES
from engine.datasets import idx

SIDE = 28
AUTO, MNIST, SYNTHETIC = "auto", "mnist", "synthetic"
DIGITS = tuple("0123456789")
CLOTHES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip


@dataclass(frozen=True)
class RawFile:
    """An unpacked file; `sha256` is empty where no digest is known beforehand."""

    name: str
    shape: tuple[int, ...]
    sha256: str = ""

    @property
    def size(self) -> int:
        """Its length in bytes."""
        return idx.size(self.shape)

    @property
    def archive(self) -> str:
        """The name of the file it is distributed as."""
        return f"{self.name}.gz"


@dataclass(frozen=True)
class Spec:
    """A data set. `folder` is also the name of torchvision's class; `mean` and `std` are of pixels in [0, 1].

    `sha256` holds the digests of `files`, in their order, or nothing.
    """

    name: str
    title: str
    folder: str
    class_names: tuple[str, ...]
    mean: float
    std: float
    sha256: tuple[str, ...] = ("", "", "", "")
    train_size: int = 60_000
    test_size: int = 10_000

    @property
    def files(self) -> tuple[RawFile, ...]:
        """Training images and labels, test images and labels."""
        train, test = self.train_size, self.test_size
        named = (
            ("train-images-idx3-ubyte", (train, SIDE, SIDE)),
            ("train-labels-idx1-ubyte", (train,)),
            ("t10k-images-idx3-ubyte", (test, SIDE, SIDE)),
            ("t10k-labels-idx1-ubyte", (test,)),
        )
        return tuple(RawFile(*file, digest) for file, digest in zip(named, self.sha256, strict=True))


SPECS: dict[str, Spec] = {
    spec.name: spec
    for spec in (
        Spec(
            name=MNIST,
            title="MNIST",
            folder="MNIST",
            class_names=DIGITS,
            mean=0.1307,
            std=0.3081,
            sha256=(
                "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
                "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
                "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
                "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
            ),
        ),
        Spec(
            name="fashion-mnist",
            title="Fashion-MNIST",
            folder="FashionMNIST",
            class_names=CLOTHES,
            mean=0.2860,
            std=0.3530,
        ),
        Spec(
            name="kmnist",
            title="KMNIST",
            folder="KMNIST",
            class_names=("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
            mean=0.1918,
            std=0.3483,
        ),
        Spec(
            name=SYNTHETIC,
            title="Synthetic digits",
            folder="synthetic",
            class_names=DIGITS,
            mean=0.1344,
            std=0.3096,
            sha256=(
                "4541a0108b177d7527956f16484215cba109fc65ca37fef3d880be5f66990df6",
                "3aea5ff8c19def741d1d0a2ce8e7c343f4c054116505392b54eb87a9eb19dad1",
                "a64c4c6133c8ca1a8cb3ed7c1f29637cfef21337523d656e6d3ca86c0e0bc675",
                "fce16638c3aa4e0450577720796e644eadf1447facdce8e34a6e1ee4248d1401",
            ),
        ),
    )
}
assert all(len(spec.class_names) == CLASSES for spec in SPECS.values())
