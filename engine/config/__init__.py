"""What is trained: a run's configuration, the types of its fields, and the presets."""
