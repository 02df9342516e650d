"""Test digits drawn in text."""
