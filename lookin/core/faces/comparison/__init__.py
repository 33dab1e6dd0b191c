"""Embeddings against templates: one, or those of many people. Not for who asks, nor for storing."""
