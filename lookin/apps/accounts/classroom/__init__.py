"""Classroom devices: registering them, who sat at them and when, and leaving them."""
