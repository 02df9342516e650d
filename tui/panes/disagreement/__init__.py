"""The test digits on which two runs disagree."""
