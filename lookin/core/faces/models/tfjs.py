"""A TensorFlow.js graph model (JSON and weights) as ONNX, for the operations our three models use.

Works in NCHW inside: input and 4-D tensors are transposed once. Not a general converter.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, checker, helper, numpy_helper

from lookin.core.faces.models.layout import keep_layout

OPSET = 17
Node = dict[str, Any]


def convert(
    graph_json: bytes, weights: bytes, *, any_height: bool = False, output: str | None = None
) -> bytes:
    """The ONNX model for a TFJS graph: input `input_nhwc` float32, outputs as the graph names them.

    The names are `Identity`, `Identity_1` … and each keeps its TFJS shape; with `any_height` the
    input may have fewer rows, and the second axis of each output shrinks with them. `output` names
    a node of two axes that becomes the only output, and nothing after it is converted. Raises
    ValueError for an operation that is not known here.
    """
    description = json.loads(graph_json)
    constants = read_weights(description["weightsManifest"], weights)
    nodes = _in_order(description["modelTopology"]["node"], output)
    if output is not None:
        nodes.append({"name": "Identity", "op": "Identity", "input": [output]})
    return _Converter(nodes, constants, any_height).model()


def read_weights(manifest: list[Node], data: bytes) -> dict[str, NDArray[Any]]:
    """The named weight arrays of a TFJS manifest; float16 storage becomes float32."""
    arrays: dict[str, NDArray[Any]] = {}
    at = 0
    for weight in (w for group in manifest for w in group["weights"]):
        stored = np.dtype(weight.get("quantization", {}).get("dtype", weight["dtype"]))
        count = int(np.prod(weight["shape"], dtype=np.int64))
        array = np.frombuffer(data, stored.newbyteorder("<"), count, at)
        arrays[weight["name"]] = array.astype(weight["dtype"]).reshape(weight["shape"])
        at += count * stored.itemsize
    if at != len(data):
        raise ValueError("the weights do not fill their file")
    return arrays


class _Converter:
    """One conversion: collects ONNX nodes while it walks the TFJS nodes in their order."""

    def __init__(
        self, nodes: list[Node], constants: dict[str, NDArray[Any]], any_height: bool
    ) -> None:
        self.any_height = any_height
        self.tf_nodes = nodes
        self.constants = constants
        self.nodes: list[Any] = []
        self.initializers: list[Any] = []
        self.inputs: list[Any] = []
        self.outputs: list[Any] = []
        self.shapes: dict[str, list[int | str]] = {}
        self.never_negative: set[str] = set()
        self.rules: dict[str, Callable[[Node], None]] = {
            "Const": lambda node: None,
            "Placeholder": self._placeholder,
            "_FusedConv2D": self._fused_convolution,
            "Conv2D": self._convolution,
            "DepthwiseConv2dNative": self._depthwise,
            "AddV2": lambda node: self._pairwise("Add", node),
            "Add": lambda node: self._pairwise("Add", node),
            "Mul": lambda node: self._pairwise("Mul", node),
            "Minimum": self._bound,
            "Maximum": self._bound,
            "Relu": self._relu,
            "Sigmoid": lambda node: self._add("Sigmoid", node["input"], node["name"]),
            "Prelu": lambda node: self._prelu(node["input"][0], node["input"][1], node["name"]),
            "MaxPool": self._max_pool,
            "Mean": self._mean,
            "Pad": self._pad,
            "Reshape": self._reshape,
            "Identity": self._identity,
        }

    def model(self) -> bytes:
        for node in self.tf_nodes:
            if node["op"] not in self.rules:
                raise ValueError(f"unknown operation {node['op']}")
            self.rules[node["op"]](node)
        graph = helper.make_graph(self.nodes, "tfjs", self.inputs, self.outputs, self.initializers)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
        model.ir_version = 9
        model = keep_layout(model)
        checker.check_model(model, full_check=True)
        return bytes(model.SerializeToString(deterministic=True))

    def _add(self, op: str, inputs: list[str], output: str, **attributes: Any) -> None:
        self.nodes.append(helper.make_node(op, inputs, [output], **attributes))

    def _constant(self, name: str, array: NDArray[Any]) -> str:
        if name not in {tensor.name for tensor in self.initializers}:
            self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def _placeholder(self, node: Node) -> None:
        sizes = [int(d["size"]) for d in node["attr"]["shape"]["shape"]["dim"]]
        shape: list[int | str] = [1 if sizes[0] == 1 else "batch", *sizes[1:]]
        if self.any_height:
            shape[1] = "rows"
        self.inputs.append(helper.make_tensor_value_info("input_nhwc", TensorProto.FLOAT, shape))
        self._add("Transpose", ["input_nhwc"], node["name"], perm=[0, 3, 1, 2])

    def _pairwise(self, op: str, node: Node) -> None:
        """Add or Mul; the second input may be a constant, with one number for each channel."""
        source, other = node["input"]
        if other in self.constants:
            self._constant(other, self.constants[other].reshape(-1, 1, 1))
        self._add(op, [source, other], node["name"])

    def _relu(self, node: Node) -> None:
        self._add("Relu", node["input"], node["name"])
        self.never_negative.add(node["name"])

    def _bound(self, node: Node) -> None:
        """Minimum or Maximum with one number. Keras writes ReLU6 as Relu, Minimum and Maximum,

        whose last is left out, so that ONNX Runtime makes one step with the convolution of it.
        """
        source, limit = node["input"]
        value = self.constants[limit].astype(np.float32)
        if value.shape:
            raise ValueError(f"unknown bound of shape {value.shape}")
        if source in self.never_negative and value >= 0:
            self.never_negative.add(node["name"])
            if node["op"] == "Maximum" and value == 0:
                self._add("Identity", [source], node["name"])
                return
        bound = self._constant(limit, value)
        bounds = ["", bound] if node["op"] == "Minimum" else [bound]
        self._add("Clip", [source, *bounds], node["name"])

    def _convolution(self, node: Node) -> None:
        source, weights = node["input"]
        kernel = self._constant(weights, self.constants[weights].transpose(3, 2, 0, 1))
        self._add("Conv", [source, kernel], node["name"], **_window(node))

    def _fused_convolution(self, node: Node) -> None:
        steps = [base64.b64decode(s).decode() for s in node["attr"]["fused_ops"]["list"]["s"]]
        source, weights, *rest = node["input"]
        name = node["name"]
        kernel = self._constant(weights, self.constants[weights].transpose(3, 2, 0, 1))
        inputs = [source, kernel]
        if steps[0] != "BiasAdd" or len(steps) > 2:
            raise ValueError(f"unknown fusion {steps}")
        inputs.append(self._constant(rest[0], self.constants[rest[0]]))
        inner = name if len(steps) == 1 else f"{name}/linear"
        self._add("Conv", inputs, inner, **_window(node))
        if steps[1:] == ["Relu"]:
            self._add("Relu", [inner], name)
        elif steps[1:] == ["Prelu"]:
            self._prelu(inner, rest[1], name)
        elif steps[1:]:
            raise ValueError(f"unknown fusion {steps}")

    def _depthwise(self, node: Node) -> None:
        source, weights = node["input"]
        height, width, channels, multiplier = self.constants[weights].shape
        kernel = self.constants[weights].reshape(height, width, 1, channels * multiplier)
        self._constant(weights, kernel.transpose(3, 2, 0, 1))
        self._add("Conv", [source, weights], node["name"], group=channels, **_window(node))

    def _prelu(self, source: str, slope: str, output: str) -> None:
        """PRelu, slope * x + (1 - slope) * max(x, 0), by two convolutions of single points.

        ONNX Runtime's own is slow, and leaves the layout of the convolutions around it.
        """
        slopes = self.constants[slope].reshape(-1, 1, 1, 1)
        low = self._constant(f"{output}/slope", slopes)
        high = self._constant(f"{output}/rest", np.float32(1) - slopes)
        self._add("Relu", [source], f"{output}/above")
        self._add("Conv", [source, low], f"{output}/sloped", group=len(slopes))
        self._add("Conv", [f"{output}/above", high], f"{output}/bent", group=len(slopes))
        self._add("Add", [f"{output}/bent", f"{output}/sloped"], output)

    def _max_pool(self, node: Node) -> None:
        kernel = [int(i) for i in node["attr"]["ksize"]["list"]["i"]][1:3]
        self._add("MaxPool", node["input"], node["name"], kernel_shape=kernel, **_window(node))

    def _mean(self, node: Node) -> None:
        source, axes = node["input"]
        if self.constants[axes].tolist() != [1, 2] or node["attr"]["keep_dims"]["b"]:
            raise ValueError("a mean over other axes than rows and columns")
        self._add("GlobalAveragePool", [source], f"{node['name']}/4d")
        self._add("Flatten", [f"{node['name']}/4d"], node["name"])
        self.shapes[node["name"]] = ["batch", f"{node['name']}/size"]

    def _pad(self, node: Node) -> None:
        source, paddings = node["input"]
        pads = self.constants[paddings][[0, 3, 1, 2]].T.reshape(-1).astype(np.int64)
        self._add("Pad", [source, self._constant(paddings, pads)], node["name"])

    def _reshape(self, node: Node) -> None:
        # TensorFlow flattens channels last, so go back to NHWC first.
        source, shape = node["input"]
        self._add("Transpose", [source], f"{node['name']}/nhwc", perm=[0, 2, 3, 1])
        sizes = self.constants[shape].astype(np.int64)
        if self.any_height:
            sizes[1] = -1
        target = self._constant(shape, sizes)
        free = f"{node['name']}/free" if self.any_height else "batch"
        self.shapes[node["name"]] = [free if size < 0 else int(size) for size in sizes]
        self._add("Reshape", [f"{node['name']}/nhwc", target], node["name"])

    def _identity(self, node: Node) -> None:
        self._add("Identity", node["input"], node["name"])
        shape = self.shapes[node["input"][0]]
        self.outputs.append(helper.make_tensor_value_info(node["name"], TensorProto.FLOAT, shape))


def _window(node: Node) -> dict[str, Any]:
    attributes = node["attr"]
    same = base64.b64decode(attributes["padding"]["s"]) == b"SAME"
    strides = [int(i) for i in attributes["strides"]["list"]["i"]][1:3]
    return {"strides": strides, "auto_pad": "SAME_UPPER" if same else "VALID"}


def _in_order(nodes: list[Node], output: str | None) -> list[Node]:
    """The nodes so that each comes after its inputs (the file does not promise it).

    With `output`, only that node and what it needs.
    """
    by_name = {node["name"]: node for node in nodes}
    done: dict[str, Node] = {}
    stack = [node["name"] for node in reversed(nodes)] if output is None else [output]
    while stack:
        name = stack[-1]
        waiting = [i for i in by_name[name].get("input", []) if i not in done]
        if name in done or not waiting:
            done.setdefault(name, by_name[name])
            stack.pop()
        else:
            stack.extend(waiting)
    return list(done.values())
