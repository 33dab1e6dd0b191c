"""The only way out of a fenced kernel: a small HTTP proxy in a process of its own.

Knows hosts and public addresses; knows no person, no notebook and no content. `process.py` is
what a driver uses; the rest runs in the process and needs Python's own library only.
"""
