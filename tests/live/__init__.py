"""Real brokers and real kernels."""
