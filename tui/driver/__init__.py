"""How pictures reach the terminal: the cells that differ, in the fewest codes, no faster than it takes them."""
