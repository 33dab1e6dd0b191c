"""Faces: find one, describe it, and say whether two are of one person. Keeps no picture.

Not here: who may sign in with a face, consent, encryption of templates (apps/accounts).
"""
