"""How the images of an epoch are cut into batches, and batches into the chunks that are drawn at once."""

from __future__ import annotations

from dataclasses import dataclass

from engine.config.run_config import PIXELS, RunConfig

# Below this much arithmetic a step is over before a second thread has woken up: measured, two threads train the
# reference network at batch 32 several times slower than one.
OPERATIONS_WORTH_THREADS = 2e9
# Images that are drawn at once: gathering them for many batches together costs less than for each, and 3 MB of numbers
# are little memory. Of the smallest batches no more than so many, as operations are recorded for each place of one.
SAMPLES_A_CHUNK = 1024
BATCHES_A_CHUNK = 512
# A card is given more at once: a launch costs the processor time, and the card the wait. Its buffers stay this small.
CUDA_SAMPLES_A_CHUNK = 16_384
CUDA_BATCHES_A_CHUNK = 512
CUDA_BYTES_A_CHUNK = 256 << 20


@dataclass(frozen=True)
class Batching:
    """`size` images in batches of `batch_size`, the last of which may be short; the first layer multiplies a batch in
    so many equal `parts`."""

    size: int
    batch_size: int
    samples_a_chunk: int = SAMPLES_A_CHUNK
    most_batches: int = BATCHES_A_CHUNK

    @classmethod
    def of(cls, config: RunConfig, size: int, device_type: str = "cpu") -> Batching:
        """How a configuration has `size` images cut, for a kind of device."""
        batch_size = config.images_a_batch(size)
        if device_type != "cuda":
            return cls(size, batch_size)
        bytes_an_image = 5 * PIXELS + 4 * sum(config.hidden if config.dropout else ())
        samples = min(CUDA_SAMPLES_A_CHUNK, CUDA_BYTES_A_CHUNK // bytes_an_image)
        return cls(size, batch_size, samples, CUDA_BATCHES_A_CHUNK)

    @property
    def batches(self) -> int:
        return -(-self.size // self.batch_size)

    @property
    def batches_a_chunk(self) -> int:
        most = max(1, min(self.samples_a_chunk // self.batch_size, self.most_batches))
        return min(self.batches, most)

    @property
    def parts(self) -> int:
        """Small products are not worth cutting a batch up for."""
        parts = 1 if self.batch_size < 64 else 2 if self.batch_size < 1024 else 8
        return parts if self.batch_size % parts == 0 else 1

    def is_worth_threads(self, parameters: int) -> bool:
        """Whether a step of a network with so many parameters is long enough for several threads."""
        return 6 * parameters * self.batch_size >= OPERATIONS_WORTH_THREADS


def profits_from_pixel_order(config: RunConfig, device_type: str) -> bool:
    """Whether training can pass over pixels that are zero: black ones, unless they are standardised or moved about."""
    stay_black = config.scaling == "unit" and not (config.shift or config.rotation)
    return device_type == "cpu" and config.gradients != "autograd" and stay_black
