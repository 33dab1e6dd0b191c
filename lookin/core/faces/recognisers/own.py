"""An operator's own recogniser at work: any ONNX file that makes one vector of one face.

It is tried before it is trusted. Not for its description: see description.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from PIL import Image

from lookin.core.faces.alignment import (
    ARCFACE,
    ARCFACE_POINTS,
    FIVE_POINTS,
    chip_transform,
    cut_chip,
    template_transform,
)
from lookin.core.faces.arrays import Floats, Pixels
from lookin.core.faces.recognisers.description import Description, RecogniserError
from lookin.core.faces.recognisers.embeddings import FUSED_SIZE, OWN_SIZES
from lookin.core.faces.sessions import open_session

TRIAL_SECONDS = 20.0  # for one face, far more than anybody wants to wait


class OwnNetwork:
    """The network of a description; safe to share between threads."""

    def __init__(self, description: Description, *, threads: int) -> None:
        """Raises RecogniserError, when it does not load or does not do what it should."""
        self._about = description
        self._mean = np.array(description.mean, np.float32)
        self._scale = np.array(description.scale, np.float32)
        self._session = _open(description.model, threads)
        self._input, self._output = _ends(self._session, description)
        self.mirrors = description.mirror
        self.size = self._try()

    def cut(self, image: Image.Image, points: Floats) -> Pixels:
        """The chip (size, size, 3), RGB, aligned as the description says."""
        about = self._about
        if about.alignment == "dlib":
            matrix = chip_transform(points[list(FIVE_POINTS)], about.size, about.padding)
        else:
            found = np.stack([points[list(around)].mean(0) for around in ARCFACE_POINTS])
            matrix = template_transform(ARCFACE, found, about.size, about.padding)
        return cut_chip(image, matrix, about.size)

    def describe(self, sides: Pixels) -> Floats:
        """The mean (size,) of the sides; of length 1, as each of them, for the metric cosine."""
        # One after another: many such files have a fixed batch of one.
        vectors = np.stack([self._run(side) for side in sides])
        if self._about.metric == "cosine":
            vectors = _unit(_unit(vectors).mean(0, keepdims=True))
        return np.asarray(vectors.mean(0), np.float32)

    def _run(self, chip: Pixels, options: ort.RunOptions | None = None) -> Floats:
        given = chip[..., ::-1] if self._about.channels == "bgr" else chip
        values = (given.astype(np.float32) - self._mean) * self._scale
        if self._about.layout == "nchw":
            values = values.transpose(2, 0, 1)
        batch = np.ascontiguousarray(values[None])
        found: Floats = self._session.run([self._output], {self._input: batch}, options)[0]
        return np.asarray(found, np.float32).reshape(-1)

    def _try(self) -> int:
        """How many numbers it gives, after it was run on chips that must not look the same."""
        side = self._about.size
        noise = np.random.default_rng(0).integers(0, 256, (side, side, 3), np.uint8)
        one, two = (self._run_in_time(chip) for chip in (noise, 255 - noise))
        if one.size not in OWN_SIZES or one.size == FUSED_SIZE:
            raise RecogniserError(
                f"it gives {one.size} numbers for a face, and from {OWN_SIZES.start} to "
                f"{OWN_SIZES.stop - 1} can be used, but not {FUSED_SIZE}"
            )
        if one.shape != two.shape or not (np.isfinite(one).all() and np.isfinite(two).all()):
            raise RecogniserError("it gives numbers that are not finite")
        if np.allclose(_unit(one[None]), _unit(two[None]), atol=1e-4):
            raise RecogniserError("it gives the same numbers for two different pictures")
        return one.size

    def _run_in_time(self, chip: Pixels) -> Floats:
        options = ort.RunOptions()
        options.log_severity_level = 4
        timer = threading.Timer(TRIAL_SECONDS, lambda: setattr(options, "terminate", True))
        timer.start()
        try:
            return self._run(chip, options)
        except MemoryError as error:
            raise RecogniserError("it needs more memory than there is") from error
        except Exception as error:  # ONNX Runtime raises classes of its own for each failure
            if options.terminate:
                reason = f"it takes more than {TRIAL_SECONDS:.0f} seconds for a face"
                raise RecogniserError(reason) from error
            raise RecogniserError("it fails on a picture of the described size") from error
        finally:
            timer.cancel()


def _open(model: Path, threads: int) -> ort.InferenceSession:
    try:
        return open_session(model, threads=threads)
    except Exception as error:  # as above, and of no fixed list
        raise RecogniserError(f"{model.name} is not a model that ONNX Runtime can open") from error


def _ends(session: ort.InferenceSession, about: Description) -> tuple[str, str]:
    """The names of its one input and of its first output, if their shapes can be right."""
    inputs: list[Any] = session.get_inputs()
    outputs: list[Any] = session.get_outputs()
    if len(inputs) != 1 or not outputs:
        raise RecogniserError(f"it has {len(inputs)} inputs instead of one picture")
    if inputs[0].type != "tensor(float)" or outputs[0].type != "tensor(float)":
        raise RecogniserError("its input and output are not 32-bit floating-point numbers")
    chip = [3, about.size, about.size] if about.layout == "nchw" else [about.size, about.size, 3]
    shape = list(inputs[0].shape)
    fits = len(shape) == 4 and all(
        not isinstance(has, int) or has == wants
        for has, wants in zip(shape, [1, *chip], strict=True)
    )
    if not fits:
        raise RecogniserError(
            f"its input has the shape {_shape(shape)}, and the description "
            f"makes {_shape([1, *chip])}"
        )
    return inputs[0].name, outputs[0].name


def _shape(sizes: list[object]) -> str:
    return " × ".join(str(size)[:20] for size in sizes[:8])


def _unit(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)
