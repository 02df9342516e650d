"""The language that finds runs: the columns there are, and filters over them."""
