"""Workspaces: the folders that people work in, alone or together, and the files in them."""
