"""One way to open a converted model in ONNX Runtime. Not for choosing or checking models."""

from __future__ import annotations

from pathlib import Path

import onnxruntime as ort


def open_session(path: Path, *, threads: int) -> ort.InferenceSession:
    """A session on the CPU. `threads` are those of one call; sessions may be shared by threads."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
