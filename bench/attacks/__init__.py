"""Simulated attacks on face sign-in, for faces_attacks. Not for attacking anybody."""
