"""Kernels: the Python processes that run people's code, behind one small Protocol.

Knows the Jupyter messages; knows no notebook, socket of ours, or person.
"""
