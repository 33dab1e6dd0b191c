"""Tidying Python code with ruff, as a program of its own with limits. Not for deciding when."""
