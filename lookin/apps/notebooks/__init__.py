"""Notebooks for people: rows, pages, and the socket that carries frames to the broker."""
