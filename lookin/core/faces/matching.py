"""Whether two faces are one person's: templates, verification, identification. Pure.

Thresholds are arguments; the measured ones stand in rates.py. Not for storing templates.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from lookin.core.faces.arrays import Floats
from lookin.core.faces.rates import DISTANCE_PER_DECADE, SAME_PERSON_SPREAD
from lookin.core.lib.errors import LookinError

SIZE = 128


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

    `distance` is that to the nearest person, infinite in an empty gallery. Keep it on the server.
    """

    person: str | None
    reason: Literal["match", "nobody", "near_tie"]
    distance: float


def distance(one: Floats, two: Floats) -> float:
    """The Euclidean distance of two embeddings or templates (128,)."""
    return float(np.linalg.norm(_checked(one).astype(np.float64) - _checked(two)))


def mean_of(embeddings: Sequence[Floats]) -> Floats:
    """The mean (128,) of one or more embeddings. Raises ValueError for none or a damaged one."""
    if len(embeddings) == 0:
        raise ValueError("no embeddings")
    stacked = np.stack([_checked(e) for e in embeddings]).astype(np.float64)
    return np.asarray(stacked.mean(0), np.float32)


def make_template(
    embeddings: Sequence[Floats], *, max_spread: float = SAME_PERSON_SPREAD
) -> Floats:
    """The template (128,) of one person from several frames: their mean.

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
    templates: Mapping[str, Floats], probes: Sequence[Floats], *, threshold: float, margin: float
) -> Identification:
    """Find the person of the probes in an open set, in which "nobody" is the common answer.

    The nearest template must lie within `threshold` (already made for this gallery's size), and
    the next person at least `margin` further away; a closer second is a near tie, and a name
    must be asked for.
    """
    probe = mean_of(probes)
    ranked = sorted((distance(template, probe), person) for person, template in templates.items())
    if not ranked:
        return Identification(None, "nobody", math.inf)
    nearest, person = ranked[0]
    if nearest > threshold:
        return Identification(None, "nobody", nearest)
    if len(ranked) > 1 and ranked[1][0] - nearest < margin:
        return Identification(None, "near_tie", nearest)
    return Identification(person, "match", nearest)


def threshold_for_gallery(base: float, size: int) -> float:
    """The identification threshold for a gallery of `size` people, from that of a single one.

    Every person in the gallery is one more chance of a false match, so the rate per comparison
    must fall as 1/size; the distance falls by DISTANCE_PER_DECADE for each factor of ten.
    """
    return max(0.0, base - DISTANCE_PER_DECADE * math.log10(max(size, 1)))


def _checked(embedding: Floats) -> Floats:
    if embedding.shape != (SIZE,) or not np.isfinite(embedding).all():
        raise ValueError("not an embedding of 128 finite numbers")
    return embedding
