"""The campaign: kills, failing disks and garbage without end, run by `python -m tests campaign`."""
