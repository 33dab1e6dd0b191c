"""Passkeys: keys in people's devices, instead of a name and a password."""
