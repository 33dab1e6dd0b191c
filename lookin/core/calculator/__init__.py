"""The calculator: what people type as a number in, the exact answer out. No float on the way."""
