"""What tests are made of: runs, events, homes, consoles, terminals."""
