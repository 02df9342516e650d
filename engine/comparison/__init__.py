"""What figures say: of runs side by side, tables, verdicts, significance, disagreements; of one run, observations."""
