"""Rewrites what makes ONNX Runtime leave its fastest layout of channels between convolutions.

It keeps blocks of channels together as long as every step can; a step that cannot costs two
copies of everything. The numbers stay the same to rounding. Not for reading other formats.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from onnx import helper, numpy_helper, shape_inference


def keep_layout(model: Any) -> Any:
    """The same model, in which channels are added, and pooled ones handed on, by convolutions.

    A 1×1 convolution that copies can be joined with the sum that follows it.
    """
    channels = _channels(model)
    constants = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}
    summed = {name for node in model.graph.node if node.op_type == "Add" for name in node.input}
    nodes: list[Any] = []
    for node in model.graph.node:
        source, output = node.input[0] if node.input else "", node.output[0]
        if node.op_type == "Pad" and _adds_channels_only(constants[node.input[1]]):
            nodes.append(_copy(model, source, output, channels[source], channels[output]))
        elif node.op_type == "MaxPool" and output in summed:
            node.output[0] = f"{output}/pooled"
            copy = _copy(model, node.output[0], output, channels[output], channels[output])
            nodes += [node, copy]
        else:
            nodes.append(node)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    used = {name for node in nodes for name in node.input}
    for one in [one for one in model.graph.initializer if one.name not in used]:
        model.graph.initializer.remove(one)
    return model


def _channels(model: Any) -> dict[str, int]:
    found = shape_inference.infer_shapes(model).graph
    shapes = {one.name: one.type.tensor_type.shape.dim for one in found.value_info}
    return {name: sizes[1].dim_value for name, sizes in shapes.items() if len(sizes) == 4}


def _adds_channels_only(pads: Any) -> bool:
    return np.flatnonzero(pads).tolist() == [5]  # the end of the second axis


def _copy(model: Any, source: str, output: str, given: int, wanted: int) -> Any:
    name = f"{output}/copy"
    weights = np.eye(wanted, given, dtype=np.float32)[:, :, None, None]
    model.graph.initializer.append(numpy_helper.from_array(weights, name))
    return helper.make_node("Conv", [source, name], [output])
