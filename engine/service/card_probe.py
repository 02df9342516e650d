"""The cards of this machine as PyTorch sees them, told by a process that ends: whoever initialises CUDA occupies one.

`python -m engine.service.card_probe` prints them as a line of JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.errors import UserError
from engine.service.codec import WireError, unpack
from engine.service.subprocesses import environment, module

PROBE_SECONDS = 120.0
SIGNS = ("/dev/nvidiactl", "/proc/driver/nvidia", "/dev/kfd", "/dev/dxg")


class ProbeError(UserError):
    """The cards cannot be told; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Card:
    """A GPU: its name, such as `cuda:1`, and with its model; its UUID and memory in bytes, where they are told."""

    name: str
    description: str
    uuid: str = ""
    memory: int | None = None


@dataclass(frozen=True, kw_only=True)
class Cards:
    """The usable cards, and in a line each why others are not."""

    cards: tuple[Card, ...] = ()
    faults: tuple[str, ...] = ()


def may_have_cards() -> bool:
    """Whether anything points to a card that a process of this user may see."""
    if os.environ.get("CUDA_VISIBLE_DEVICES", "all").strip() in ("", "-1", "NoDevFiles"):
        return False
    return sys.platform == "darwin" or any(Path(sign).exists() for sign in SIGNS)


def probe_cards() -> Cards:
    """The cards there are; takes as long as PyTorch takes to load. Raises ProbeError."""
    try:
        done = subprocess.run(
            module("engine.service.card_probe"), stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd="/",
            timeout=PROBE_SECONDS, env=environment(), check=True,
        )  # fmt: skip
        cards: Cards = unpack(Cards, json.loads(done.stdout.splitlines()[-1]))
    except subprocess.TimeoutExpired:
        raise ProbeError(f"the cards have not been told within {PROBE_SECONDS:g} s") from None
    except (OSError, subprocess.CalledProcessError, ValueError, IndexError, WireError) as error:
        lines = (getattr(error, "stderr", "") or str(error)).strip().splitlines()
        raise ProbeError(f"the cards cannot be told: {lines[-1] if lines else error}") from None
    return cards


def cards_here() -> Cards:
    """The cards there are, seen by this process, which is to use one."""
    import torch

    from engine.training import devices

    cards = []
    for name in devices.available():
        if name == "cpu":
            continue
        device = torch.device(name)
        uuid, memory = "", None
        with suppress(RuntimeError, AssertionError):
            if device.type == "cuda":
                properties = torch.cuda.get_device_properties(device)
                uuid, memory = str(getattr(properties, "uuid", "")), properties.total_memory
        cards.append(Card(name=name, description=devices.describe(device), uuid=uuid, memory=memory))
    return Cards(cards=tuple(cards), faults=tuple(devices.faults()))


def main() -> int:
    """Print the cards."""
    print(json.dumps(asdict(cards_here())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
