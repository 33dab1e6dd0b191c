"""Whether two faces are one person's: templates, verification, identification. Pure.

Thresholds are arguments; the measured ones stand in rates/measured.py. Not for storing templates.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from lookin.core.faces.arrays import Floats
from lookin.core.faces.comparison.crowding import room_factors
from lookin.core.faces.recognisers.embeddings import FUSED_SIZE, is_embedding, parts_of
from lookin.core.lib.errors import LookinError

# dlib's distances of strangers are 0.80 in the mean and FaceRes's 0.92: about 0.6 to 0.4. From 0.25
# to 0.55 for FaceRes all did equally well.
DLIB_WEIGHT = 0.6
FACERES_WEIGHT = 0.35


class NotOnePersonError(LookinError):
    """The frames of one enrolment do not look like one person."""

    code = "not_one_person"

    def __init__(self) -> None:
        super().__init__(
            "The pictures do not seem to show the same person, so nothing was saved.",
            "Be alone in front of the camera and try again.",
        )


@dataclass(frozen=True)
class Verification:
    """The answer to "is this the person they say?". Keep the distance on the server."""

    matches: bool
    distance: float


@dataclass(frozen=True)
class Identification:
    """The answer to "who is this?". `person` is a key of the gallery, None unless it is a match.

    `distance` is that to the nearest person, infinite when nobody was found or searched any
    further. Keep it on the server.
    """

    person: str | None
    reason: Literal["match", "nobody", "near_tie"]
    distance: float


class Searchable(Protocol):
    """Many templates that are searched faster than one by one: see gallery."""

    def nearest(self, probe: Floats, *, within: float, count: int = 2) -> list[tuple[float, str]]:
        """The `count` nearest people with their distances, of those at most `within` away."""


def distance(one: Floats, two: Floats) -> float:
    """How far two embeddings or templates of one recogniser are apart.

    Fused ones: the weighted sum of the Euclidean distances of both parts, larger where strangers
    crowd (see crowding); those of an own recogniser: Euclidean. Raises ValueError.
    """
    first, second = _checked(one), _checked(two)
    if first.shape != second.shape:
        raise ValueError(f"not an embedding of {first.size} finite numbers")
    pairs = zip(parts_in_sum(first[None]), parts_in_sum(second[None]), strict=True)
    summed = sum(float(np.linalg.norm(a.astype(np.float64) - b)) for a, b in pairs)
    return summed * float(rooms(first[None])[0]) * float(rooms(second[None])[0])


def distances(ones: Floats, others: Floats) -> NDArray[np.float64]:
    """The `distance` of each of (n, size) embeddings to each of (m, size): (n, m), at once."""
    pairs = zip(parts_in_sum(ones), parts_in_sum(others), strict=True)
    summed = np.sum([_euclidean(one, two) for one, two in pairs], axis=0)
    return np.asarray(summed * rooms(ones)[:, None] * rooms(others)[None], np.float64)


def parts_in_sum(embeddings: Floats) -> tuple[Floats, ...]:
    """The matrices (n, …) that a `distance` of embeddings (n, size) is made of.

    The Euclidean distances of their rows, added up and multiplied with the `rooms` of both, are
    the `distance`. A gallery's search makes its bounds of them.
    """
    if embeddings.shape[-1] != FUSED_SIZE:
        return (embeddings,)
    dlib, faceres = parts_of(embeddings)
    return DLIB_WEIGHT * dlib, FACERES_WEIGHT * faceres


def rooms(embeddings: Floats) -> Floats:
    """What the distances of each of (n, size) embeddings are multiplied with, (n,): crowding.py."""
    if embeddings.shape[-1] != FUSED_SIZE:
        return np.ones(len(embeddings), np.float32)
    return room_factors(parts_of(embeddings)[0])


def mean_of(embeddings: Sequence[Floats]) -> Floats:
    """The mean of one or more embeddings. Raises ValueError for none or a damaged one."""
    if len(embeddings) == 0:
        raise ValueError("no embeddings")
    stacked = np.stack([_checked(e) for e in embeddings]).astype(np.float64)
    return np.asarray(stacked.mean(0), np.float32)


def make_template(embeddings: Sequence[Floats], *, max_spread: float) -> Floats:
    """The template of one person from several frames: their mean.

    Raises NotOnePersonError when a frame lies further than `max_spread` from the others' mean.
    """
    template = mean_of(embeddings)
    for index, one in enumerate(embeddings):
        others = [e for i, e in enumerate(embeddings) if i != index]
        if others and distance(one, mean_of(others)) > max_spread:
            raise NotOnePersonError
    return template


def verify(template: Floats, probes: Sequence[Floats], *, threshold: float) -> Verification:
    """Compare the mean of the probes, several frames of one face, with one template.

    It matches at a distance of at most `threshold`.
    """
    apart = distance(template, mean_of(probes))
    return Verification(apart <= threshold, apart)


def identify(
    templates: Mapping[str, Floats] | Searchable,
    probes: Sequence[Floats],
    *,
    threshold: float,
    margin: float,
) -> Identification:
    """Find the person of the probes in an open set, in which "nobody" is the common answer.

    The nearest template must lie within `threshold` (already made for this gallery's size), and
    the next person at least `margin` further away; a closer second is a near tie, and a name
    must be asked for.
    """
    probe = mean_of(probes)
    if isinstance(templates, Mapping):
        ranked = sorted((distance(one, probe), person) for person, one in templates.items())
    else:
        ranked = templates.nearest(probe, within=threshold + margin)
    if not ranked:
        return Identification(None, "nobody", math.inf)
    nearest, person = ranked[0]
    if nearest > threshold:
        return Identification(None, "nobody", nearest)
    if len(ranked) > 1 and ranked[1][0] - nearest < margin:
        return Identification(None, "near_tie", nearest)
    return Identification(person, "match", nearest)


def _euclidean(ones: Floats, others: Floats) -> NDArray[np.float64]:
    one, two = ones.astype(np.float64), others.astype(np.float64)
    squares = (one**2).sum(1)[:, None] + (two**2).sum(1)[None] - 2 * (one @ two.T)
    return np.asarray(np.sqrt(np.maximum(squares, 0.0)), np.float64)


def _checked(embedding: Floats) -> Floats:
    if not is_embedding(embedding):
        raise ValueError(f"not an embedding of {embedding.size} finite numbers")
    return embedding
