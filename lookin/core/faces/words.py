"""The sentence for each problem of a picture, in English; translated where people read it."""

from __future__ import annotations

SENTENCES = {
    "no_face": "We cannot see a face. Sit in front of the camera so that your whole face shows.",
    "two_faces": "There is more than one face in the picture. Be alone in front of the camera.",
    "too_small": "Your face is too far away. Move a little closer.",
    "too_dark": "It is too dark. Turn on a light or face a window.",
    "too_bright": "The picture is too bright. Turn away from the strong light.",
    "blurred": "The picture is blurred. Hold still, and wipe the camera if it goes on.",
    "turned_away": "Look straight at the camera.",
    "covered": "Something covers your mouth or your eyes. Take off a mask or dark glasses.",
    "off_centre": "Part of your face is outside the picture. Move to the middle.",
    "unreadable_picture": "This picture cannot be read. Try another one.",
    "file_missing": "There is no such file, or it cannot be opened.",
    "picture_too_large": "This picture is too large. Try a smaller one.",
}
