"""Measures error rates on photographs of known people. Nothing here is used to sign anybody in."""
