"""Ways to start kernels: `subprocess` here; forked and remote ones will stand beside it."""
