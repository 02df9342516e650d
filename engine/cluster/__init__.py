"""Sweeps on the nodes of a Ray cluster, whose runs are written by the process that asked."""
