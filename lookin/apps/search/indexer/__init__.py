"""Keeps the indexes of all workspaces as their files and open notebooks are. The one writer.

A process of its own (process.py): pages only read indexes, and nobody waits for this one.
"""
