"""Lessons: files read, what a person's own runs answer, and how far somebody has come."""
