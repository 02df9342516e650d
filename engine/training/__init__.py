"""The training loop, the network, its gradients, the batches, and the devices they run on."""
