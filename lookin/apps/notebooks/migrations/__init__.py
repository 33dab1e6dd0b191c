"""The history of the notebooks tables."""
