"""PyTorch's and numpy's products do the same to the same memory, and the machine alone decides between them."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from engine.config.run_config import RunConfig
from engine.training import products
from engine.training.products import NumpyProducts, Products, TorchProducts, choose
from tests.engine.training.test_training import train

CPU = torch.device("cpu")
AMD = "vendor_id\t: AuthenticAMD\nflags\t\t: fpu avx2 fma{}\n"


@pytest.fixture
def with_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which numpy is faster."""
    monkeypatch.setattr(products, "numpy_is_faster", lambda: True)


@pytest.mark.parametrize("scale", [1.0, -0.25])
@pytest.mark.parametrize("keep", [0, 0.9, 1])
def test_every_product_is_what_pytorch_makes_it(keep: float, scale: float) -> None:
    left, right, bias = torch.rand(7, 40)[:, :24].t(), torch.rand(7, 5), torch.rand(5)
    outs = [torch.rand(30, 5, generator=torch.Generator().manual_seed(1))[:24] for _ in range(6)]
    kinds: list[Products] = [TorchProducts(), NumpyProducts()]
    for out, kind in zip((outs[:3], outs[3:]), kinds, strict=True):
        for call in (
            *kind.affine(left, right, bias, scale, out[0]),
            *kind.plain(left, right, out[1]),
            *kind.accumulate(left, right, keep, scale, out[2]),
        ):
            call()
    for ours, theirs in zip(outs[:3], outs[3:], strict=True):
        torch.testing.assert_close(ours, theirs)


def test_a_transposed_place_is_written_where_it_lies() -> None:
    kept = torch.zeros(6, 4)
    for call in NumpyProducts().accumulate(torch.ones(4, 3), torch.ones(3, 6), 1, 2.0, kept.t()):
        call()
    assert torch.equal(kept, torch.full((6, 4), 6.0))


@pytest.mark.parametrize(
    "settings",
    ["", "hidden=none", "activation=gelu dropout=0.3", "l2=0.001 momentum=0.9", "scaling=standard", "batch_size=100",
     "optimiser=adam learning_rate=0.001"],
)  # fmt: skip
def test_training_with_numpy_agrees_with_autograd(settings: str, with_numpy: None, prepared: None) -> None:
    config = RunConfig.parse(f"hidden=24,16 epochs=1 learning_rate=0.05 {settings}")
    trainer, _ = train(config)
    assert trainer.gradients().name == "recorded operations, numpy's products"
    autograd, _ = train(config.replace({"gradients": "autograd"}))
    theirs = autograd.network.state_dict()
    for name, parameter in trainer.network.state_dict().items():
        torch.testing.assert_close(parameter, theirs[name], rtol=2e-3, atol=2e-5)


def test_numpy_is_for_the_processor_one_thread_and_more_than_a_few_images(with_numpy: None) -> None:
    assert isinstance(choose(CPU, 32, 1), NumpyProducts)
    for other in (choose(CPU, 31, 1), choose(CPU, 32, 2), choose(torch.device("cuda"), 32, 1)):
        assert isinstance(other, TorchProducts)


@pytest.mark.parametrize(
    ("cpuinfo", "wide"),
    [(AMD.format(" avx512f"), [products.AMD]), (AMD.format(""), []),
     ("vendor_id: GenuineIntel flags: avx512f", [products.INTEL])],
)  # fmt: skip
def test_the_processor_is_read(cpuinfo: str, wide: list[str], tmp_path: Path) -> None:
    (tmp_path / "cpuinfo").write_text(cpuinfo)
    vendors = products.AMD, products.INTEL
    assert [vendor for vendor in vendors if products.has_wide(vendor, tmp_path / "cpuinfo")] == wide
    assert not products.has_wide(products.AMD, tmp_path / "none")


@pytest.mark.parametrize(("threads", "library"), [("2", "scipy-openblas"), ("1", "mkl")])
def test_another_library_or_more_threads_of_it_are_passed_over(
    threads: str, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(products, "has_wide", lambda vendor, cpuinfo: True)
    monkeypatch.setattr(products, "numpy_library", lambda: "scipy-openblas")
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
    assert products.numpy_is_faster.__wrapped__()
    monkeypatch.setattr(products, "numpy_library", lambda: library)
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", threads)
    assert not products.numpy_is_faster.__wrapped__()
