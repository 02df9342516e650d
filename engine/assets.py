"""Where the files that are shipped but are not code lie."""

from __future__ import annotations

from pathlib import Path

import engine

ASSETS: Path = Path(engine.__file__).parent.parent / "assets"
