"""Runs side by side: tables, verdicts and their significance, disagreements, published figures."""
