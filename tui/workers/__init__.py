"""Threads of the console, and the messages they post."""
