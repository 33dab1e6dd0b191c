"""Lookin: a self-hosted Python notebook workspace for a class or a small team."""

__version__ = "0.1.0"
