"""How the constants learned from photographs were learned: to check them, or to learn others.

`python -m bench.fitting crowding|occlusion PHOTOS`, one folder per person. Prints tables; writes
nothing, and nothing of it runs in the server.
"""
