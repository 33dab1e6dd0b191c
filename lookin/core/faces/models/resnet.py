"""dlib's face recognition network (ResNet-29, 128 numbers) rebuilt as an ONNX graph.

Structure: dlib's dnn_face_recognition_ex.cpp. Not for reading the file: see dlib_file.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

from lookin.core.faces.models.dlib_file import Convolution, Network, read_network
from lookin.core.faces.models.layout import keep_layout

OPSET = 17
SIZE = 150
INPUT_SCALE = 256.0  # dlib's input layer divides by 256, not 255
Shape = tuple[int, int]  # channels, pixels on a side


def convert(data: bytes) -> bytes:
    """ONNX of the `.dat`: `chips` (batch, 150, 150, 3) RGB 0…255 -> `embeddings` (batch, 128)."""
    return _Builder(read_network(data)).model()


class _Builder:
    def __init__(self, network: Network) -> None:
        self.network = network
        self.nodes: list[Any] = []
        self.initializers: list[Any] = []

    def model(self) -> bytes:
        first, *rest = self.network.convolutions
        name, shape = self._convolve(self._input(), (3, SIZE), first)
        name = self._add("Relu", name)
        name, shape = self._pool("MaxPool", name, shape, 3)
        for one, two in zip(rest[::2], rest[1::2], strict=True):
            name, shape = self._residual(name, shape, one, two)
        name = self._add("GlobalAveragePool", name)
        name = self._add("Flatten", name)
        self.nodes.append(
            helper.make_node(
                "MatMul", [name, self._constant(self.network.projection)], ["embeddings"]
            )
        )
        return self._finish()

    def _finish(self) -> bytes:
        chips = helper.make_tensor_value_info("chips", TensorProto.FLOAT, ["batch", SIZE, SIZE, 3])
        out = helper.make_tensor_value_info("embeddings", TensorProto.FLOAT, ["batch", 128])
        graph = helper.make_graph(self.nodes, "resnet", [chips], [out], self.initializers)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
        model.ir_version = 9
        model = keep_layout(model)
        checker.check_model(model, full_check=True)
        return bytes(model.SerializeToString(deterministic=True))

    def _input(self) -> str:
        # Transposed first: a mean per plane is subtracted many times as fast as one per pixel.
        name = self._add("Transpose", "chips", perm=[0, 3, 1, 2])
        name = self._add("Sub", name, self._constant(self.network.means.reshape(3, 1, 1)))
        return self._add("Div", name, self._constant(np.float32(INPUT_SCALE)))

    def _residual(
        self, name: str, shape: Shape, one: Convolution, two: Convolution
    ) -> tuple[str, Shape]:
        """relu(skip + conv(relu(conv(x)))); the skip is pooled where the block halves the sides."""
        inner, inner_shape = self._convolve(name, shape, one)
        inner = self._add("Relu", inner)
        inner, inner_shape = self._convolve(inner, inner_shape, two)
        if one.stride == 2:
            name, shape = self._pool("AveragePool", name, shape, 2)
        # dlib's add_prev fills what one side lacks, in channels or pixels, with zeros.
        widest = (max(shape[0], inner_shape[0]), max(shape[1], inner_shape[1]))
        total = self._add(
            "Add", self._pad(name, shape, widest), self._pad(inner, inner_shape, widest)
        )
        return self._add("Relu", total), widest

    def _convolve(self, name: str, shape: Shape, layer: Convolution) -> tuple[str, Shape]:
        filters, _, size, _ = layer.weights.shape
        output = self._add(
            "Conv",
            name,
            self._constant(layer.weights),
            self._constant(layer.bias),
            strides=[layer.stride] * 2,
            pads=[layer.padding] * 4,
        )
        return output, (filters, (shape[1] + 2 * layer.padding - size) // layer.stride + 1)

    def _pool(self, op: str, name: str, shape: Shape, size: int) -> tuple[str, Shape]:
        output = self._add(op, name, kernel_shape=[size] * 2, strides=[2, 2])
        return output, (shape[0], (shape[1] - size) // 2 + 1)

    def _pad(self, name: str, shape: Shape, target: Shape) -> str:
        if shape == target:
            return name
        channels, pixels = target[0] - shape[0], target[1] - shape[1]
        pads = np.array([0, 0, 0, 0, 0, channels, pixels, pixels], np.int64)
        return self._add("Pad", name, self._constant(pads))

    def _add(self, op: str, *inputs: str, **attributes: Any) -> str:
        output = f"{op.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [output], **attributes))
        return output

    def _constant(self, array: Any) -> str:
        name = f"constant_{len(self.initializers)}"
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name
