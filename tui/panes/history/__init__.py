"""The list of every run of a home."""
