"""Handwriting of one's own: pictures made as MNIST's are, and drawings that are kept."""
