"""Sweeps: the values to try, the cells they make, the file a sweep is, and what its runs say."""
