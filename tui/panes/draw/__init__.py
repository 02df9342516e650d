"""The Draw view: a canvas, what networks read on it, and the drawings that are kept."""
