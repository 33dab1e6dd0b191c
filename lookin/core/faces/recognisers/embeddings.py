"""The layout of an embedding: one flat vector that holds what both recognisers say of a face.

Opaque to everybody but recogniser, matching, gallery and templates. Not for comparing: matching.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from lookin.core.faces.arrays import Floats

Numbers = TypeVar("Numbers", Floats, NDArray[np.float64])

DLIB_SIZE = 128
FACERES_SIZE = 1024
FUSED_SIZE = DLIB_SIZE + FACERES_SIZE
# The names under which templates are kept: raise a number when embeddings of that recogniser stop
# being comparable with older ones (another network, alignment or normalisation).
FUSED = "dlib-1+faceres-1"
# An operator's own recogniser gives between so many numbers, and never as many as the fused one.
OWN_SIZES = range(16, 4097)


def fuse(dlib: Floats, faceres: Floats) -> Floats:
    """The embedding (1152,): dlib's 128 as they are (not of length 1), then 1024 of length 1."""
    return np.concatenate([dlib, faceres]).astype(np.float32)


def parts_of(embeddings: Numbers) -> tuple[Numbers, Numbers]:
    """Views (…, 128) and (…, 1024) of fused embeddings (…, 1152)."""
    if embeddings.shape[-1] != FUSED_SIZE:
        raise ValueError(f"not a fused embedding: {embeddings.shape}")
    return embeddings[..., :DLIB_SIZE], embeddings[..., DLIB_SIZE:]


def is_embedding(vector: Floats) -> bool:
    """Whether it is one flat vector of a possible size with finite numbers only."""
    return vector.ndim == 1 and vector.size in OWN_SIZES and bool(np.isfinite(vector).all())
