"""Leaves named for their subject: errors, ids, files, clock. Imports nothing of Lookin."""
