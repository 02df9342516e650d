"""Where several runs are trained, as commands are told."""

from __future__ import annotations

import click

ON = "Train on a Ray cluster: ray (here), ray://HOST:PORT, or auto for the one Ray finds."
SHARE = "With --on: how much of a GPU a run takes; 1 unless given."
PLACE = (
    click.option("--on", metavar="PLACE", help=ON),
    click.option("--gpu-share", type=float, metavar="FRACTION", help=SHARE),
)
