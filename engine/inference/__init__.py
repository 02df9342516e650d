"""Networks that were trained, asked about images without PyTorch."""
