"""The `face_recognition` package, timed picture by picture. Runs inside the peer's environment.

Reads one path per line, answers one line of JSON: seconds, and how many faces it found.
"""

from __future__ import annotations

import json
import sys
import time


def answer(path: str) -> dict[str, float]:
    """From the file to the embeddings, as the package's own examples do it."""
    import face_recognition

    started = time.perf_counter()
    picture = face_recognition.load_image_file(path)
    places = face_recognition.face_locations(picture)
    found = face_recognition.face_encodings(picture, places)
    return {"seconds": time.perf_counter() - started, "faces": len(found)}


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(answer(line.rstrip("\n"))), flush=True)
