"""Reads the layers with weights out of dlib's `.dat` of the face recognition network, in order.

Not a general dlib reader: it finds each layer by its serialised name. The file is pinned by hash.
Format: dlib's serialize.h (integers: a control byte, then that many bytes, little-endian; tensors:
version 2, four sizes, raw float32) and dnn/layers.h (which fields each layer writes).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
_LAYER = re.compile(rb"\x01\x15input_rgb_image_sized|\x01\x05con_4|\x01\x07affine_|\x01\x04fc_2")


@dataclass(frozen=True)
class Convolution:
    """One convolution with the per-channel scale and shift that follows it folded in.

    weights (filters, channels, height, width), bias (filters,); stride and padding in pixels.
    """

    weights: Array
    bias: Array
    stride: int
    padding: int


@dataclass(frozen=True)
class Network:
    """The network from input to output: means (3,) of R, G, B; the last matrix is (inputs, 128)."""

    means: Array
    convolutions: list[Convolution]
    projection: Array


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def integer(self) -> int:
        control = self.data[self.at]
        size = control & 0x0F
        if not 1 <= size <= 8:
            raise ValueError("not an integer of dlib's")
        value = int.from_bytes(self.data[self.at + 1 : self.at + 1 + size], "little")
        self.at += 1 + size
        return -value if control & 0x80 else value

    def integers(self, count: int) -> list[int]:
        return [self.integer() for _ in range(count)]

    def real(self) -> float:
        mantissa, exponent = self.integers(2)
        return mantissa * 2.0**exponent

    def tensor(self) -> Array:
        version, *shape = self.integers(5)
        count = int(np.prod(shape, dtype=np.int64))
        if version != 2 or not 0 < count * 4 <= len(self.data) - self.at:
            raise ValueError("not a tensor of dlib's")
        array = np.frombuffer(self.data, "<f4", count, self.at)
        self.at += 4 * count
        return array.astype(np.float32)


def read_network(data: bytes) -> Network:
    """The network in `data`. Raises ValueError when it is not laid out as expected."""
    reader = _Reader(data)
    means: Array | None = None
    projection: Array | None = None
    plain: list[Convolution] = []
    folded: list[Convolution] = []
    while match := _LAYER.search(data, reader.at):
        reader.at = match.end()
        name = match.group()[2:]
        if name == b"con_4":
            plain.append(_convolution(reader))
        elif name == b"affine_":
            folded.append(_fold(plain[-1], reader.tensor()))
        elif name == b"fc_2":
            outputs, inputs = reader.integers(2)
            projection = reader.tensor().reshape(inputs, outputs)
        else:
            means = np.array([reader.real() for _ in range(3)], np.float32)
    if means is None or projection is None or len(plain) != len(folded) or not folded:
        raise ValueError("not dlib's face recognition network")
    return Network(means, folded, projection)


def _convolution(reader: _Reader) -> Convolution:
    params = reader.tensor()
    filters, height, width, stride, across, padding, _ = reader.integers(7)
    if stride != across:
        raise ValueError("an uneven stride")
    weights = params[:-filters].reshape(filters, -1, height, width)
    return Convolution(weights, params[-filters:], stride, padding)


def _fold(convolution: Convolution, affine: Array) -> Convolution:
    scale, shift = affine.reshape(2, -1)
    weights = convolution.weights * scale[:, None, None, None]
    bias = convolution.bias * scale + shift
    return Convolution(weights, bias, convolution.stride, convolution.padding)
