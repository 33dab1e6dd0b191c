"""The history of the workspaces' tables."""
