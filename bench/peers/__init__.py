"""What the benchmarks compare with, each run in an environment of its own, never the server's."""
