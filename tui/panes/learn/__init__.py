"""Lessons: which there are, and one of them with its questions."""
