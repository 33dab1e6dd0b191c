"""The broker process, which owns live notebooks and their kernels, and /ajax/runpython."""
