"""A notebook's earlier versions and its runs: what is kept, how versions differ, and their files.

Knows cells as JSON only. Not for putting a version back: that is events (core/documents).
"""
