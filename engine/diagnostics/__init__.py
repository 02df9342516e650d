"""What measures a machine and finds out what is wrong with it."""
