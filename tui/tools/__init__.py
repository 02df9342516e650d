"""Benches and screenshots of the console."""
