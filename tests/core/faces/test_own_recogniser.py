"""A recogniser of the operator's own: files that work, files that lie, and files that break."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from lookin.core.faces.comparison.gallery import Gallery
from lookin.core.faces.comparison.matching import distance, mean_of
from lookin.core.faces.comparison.templates import TemplateError, from_bytes, to_bytes
from lookin.core.faces.engine import FaceEngine
from lookin.core.faces.rates.calibration import to_plain
from lookin.core.faces.rates.measured import BUILT_IN
from lookin.core.faces.recognisers import own as recogniser_own
from lookin.core.faces.recognisers.description import RecogniserError, read_description
from lookin.core.faces.recognisers.own import OwnNetwork
from tests.portraits import ANOTHER_MAN, ONE_MAN

SIDE = 96
PLAIN = {
    "name": "tiny-1",
    "licence": "made for this test",
    "model": "tiny.onnx",
    "size": SIDE,
    "layout": "nchw",
    "channels": "bgr",
    "mean": 127.5,
    "scale": [1 / 128, 1 / 128, 1 / 128],
    "alignment": "arcface",
    "padding": 0.1,
    "mirror": True,
    "metric": "cosine",
}


def model(nodes: list[Any], shape: list[Any], constants: dict[str, Any] | None = None) -> bytes:
    """An ONNX file from `chip` to `face`."""
    given = helper.make_tensor_value_info("chip", TensorProto.FLOAT, shape)
    found = helper.make_tensor_value_info("face", TensorProto.FLOAT, None)
    stored = [numpy_helper.from_array(value, name) for name, value in (constants or {}).items()]
    graph = helper.make_graph(nodes, "own", [given], [found], stored)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    return bytes(made.SerializeToString())


def pooling(shape: list[Any] | None = None, kernel: int = 12) -> bytes:
    """The mean of squares of the chip, which does know one man from another on our portraits."""
    pool = helper.make_node(
        "AveragePool", ["chip"], ["pooled"], kernel_shape=[kernel] * 2, strides=[kernel] * 2
    )
    flat = helper.make_node("Flatten", ["pooled"], ["face"])
    return model([pool, flat], shape or ["n", 3, SIDE, SIDE])


def folder_with(tmp_path: Path, made: bytes, **changes: object) -> Path:
    folder = tmp_path / "recogniser"
    folder.mkdir()
    (folder / "tiny.onnx").write_bytes(made)
    (folder / "recogniser.json").write_text(json.dumps({**PLAIN, **changes}))
    return folder


def opened(folder: Path) -> OwnNetwork:
    description = read_description(folder)
    assert description is not None
    return OwnNetwork(description, threads=1)


def test_without_a_folder_or_with_an_empty_one_there_is_none(tmp_path: Path) -> None:
    assert read_description(tmp_path / "none") is None
    assert read_description(tmp_path) is None


def test_an_own_recogniser_sees_the_chip_that_it_describes(tmp_path: Path) -> None:
    network = opened(folder_with(tmp_path, pooling(), metric="euclidean"))
    chip = np.zeros((SIDE, SIDE, 3), np.uint8)
    chip[..., 0] = 255  # red, which comes last in BGR
    found = network.describe(chip[None]).reshape(3, -1)
    assert found[:2] == pytest.approx(-127.5 / 128)
    assert found[2] == pytest.approx(127.5 / 128)
    assert network.size == 3 * 64


def test_with_the_metric_cosine_embeddings_have_the_length_one(tmp_path: Path) -> None:
    network = opened(folder_with(tmp_path, pooling([1, 3, SIDE, SIDE])))
    sides = np.random.default_rng(1).integers(0, 256, (2, SIDE, SIDE, 3), np.uint8)
    assert float(np.linalg.norm(network.describe(sides))) == pytest.approx(1, abs=1e-5)


@pytest.mark.models
@pytest.mark.timeout(120)
def test_the_engine_embeds_with_it_alone_and_tracks_with_its_own(
    tmp_path: Path, models: Path, faces: dict[str, Path]
) -> None:
    own = read_description(folder_with(tmp_path, pooling(), alignment="dlib", padding=0.0))
    assert own is not None
    engine = FaceEngine.open(models, own=own)
    seen = {name: engine.portrait(faces[name].read_bytes()) for name in (*ONE_MAN, ANOTHER_MAN)}
    found = {name: one.embedding for name, one in seen.items() if one.embedding is not None}
    assert {one.shape for one in found.values()} == {(3 * 64,)}
    assert seen[ANOTHER_MAN].track is not None
    template = mean_of([found[ONE_MAN[0]]])
    assert 0 < distance(template, found[ANOTHER_MAN]) < 2
    assert Gallery.of({"he": template}).nearest(found[ONE_MAN[0]], within=0.1)[0][1] == "he"
    assert engine.recogniser.calibration is None
    kept = to_bytes(template, engine.recogniser.name)
    assert np.array_equal(from_bytes(kept, engine.recogniser.name), template)
    with pytest.raises(TemplateError):
        from_bytes(kept)


@pytest.mark.models
def test_without_a_mirror_image_all_views_give_the_same(
    tmp_path: Path, models: Path, faces: dict[str, Path]
) -> None:
    own = read_description(folder_with(tmp_path, pooling(), mirror=False))
    engine = FaceEngine.open(models, own=own)
    picture = faces[ONE_MAN[0]].read_bytes()
    one, two, three = (engine.observe(picture, v).embedding for v in ("plain", "mirrored", "both"))
    assert one is not None
    assert np.array_equal(one, two)  # type: ignore[arg-type]
    assert np.array_equal(one, three)  # type: ignore[arg-type]


@pytest.mark.parametrize("page", ["own-recogniser.md", "own-recogniser.ko.md"])
def test_the_description_in_the_guide_is_a_good_one(tmp_path: Path, page: str) -> None:
    text = (Path(__file__).parents[3] / "docs" / "how-to" / page).read_text()
    shown = text.partition("```json")[2].partition("```")[0]
    folder = folder_with(tmp_path, pooling())
    (folder / "recogniser.json").write_text(shown.replace("my-model.onnx", "tiny.onnx"))
    read = read_description(folder)
    assert read is not None
    assert read.full_name.startswith("my-model-1@")


def test_other_weights_are_another_recogniser(tmp_path: Path) -> None:
    one = read_description(folder_with(tmp_path, pooling()))
    (tmp_path / "recogniser" / "tiny.onnx").write_bytes(pooling(kernel=24))
    other = read_description(tmp_path / "recogniser")
    assert one is not None
    assert other is not None
    assert one.full_name != other.full_name


def test_a_calibration_belongs_to_one_model(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, pooling())
    about = read_description(folder)
    assert about is not None
    table = {**to_plain(BUILT_IN), "model_sha256": about.sha256}
    (folder / "calibration.json").write_text(json.dumps(table))
    read = read_description(folder)
    assert read is not None
    assert read.calibration is not None
    assert to_plain(read.calibration) == to_plain(BUILT_IN)
    (folder / "tiny.onnx").write_bytes(pooling(kernel=24))
    with pytest.raises(RecogniserError, match="another model"):
        read_description(folder)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"size": "112"}, "“size”.*whole number"),
        ({"size": 4096}, "“size”.*whole number"),
        ({"size": True}, "“size”.*whole number"),
        ({"mean": [1, 2]}, "“mean”.*one number or three"),
        ({"scale": [1, 2, "3"]}, "“scale”.*a number"),
        ({"padding": -0.1}, "“padding”.*from 0 to 1"),
        ({"metric": "hamming"}, "“metric”.*cosine or euclidean"),
        ({"layout": ["nchw"]}, "“layout”.*nchw or nhwc"),
        ({"mirror": 1}, "“mirror”.*true or false"),
        ({"model": "../../etc/passwd"}, "“model”"),
        ({"model": "other.onnx"}, "no other.onnx"),
        ({"name": "a b"}, "“name”"),
        ({"licence": " "}, "“licence”.*few words"),
        ({"colour": "red"}, "unknown field “colour”"),
    ],
)
def test_a_wrong_description_is_told_field_by_field(
    tmp_path: Path, changes: dict[str, object], says: str
) -> None:
    with pytest.raises(RecogniserError, match=says) as caught:
        read_description(folder_with(tmp_path, pooling(), **changes))
    assert (caught.value.code, caught.value.status) == ("recogniser_unusable", 503)
    assert "\n" not in caught.value.sentence()


@pytest.mark.parametrize(
    "text", ["", "[]", "{", "null", "[" * 100_000, '{"name": NaN}', " " * 300_000, "\udcff"]
)
def test_a_description_that_is_no_description_is_a_sentence(tmp_path: Path, text: str) -> None:
    folder = folder_with(tmp_path, pooling())
    (folder / "recogniser.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(RecogniserError):
        read_description(folder)


def test_a_damaged_calibration_is_a_sentence(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, pooling())
    about = read_description(folder)
    assert about is not None
    good = {**to_plain(BUILT_IN), "model_sha256": about.sha256}
    wrong: list[dict[str, Any]] = [
        {"pair": []},
        {"margin": "wide"},
        {"search_one": [{"gallery": 0, "points": []}]},
    ]
    for bad in wrong:
        (folder / "calibration.json").write_text(json.dumps({**good, **bad}))
        with pytest.raises(RecogniserError, match=r"calibration\.json"):
            read_description(folder)


def constant() -> bytes:
    node = helper.make_node("Identity", ["stored"], ["face"])
    return model([node], ["n", 3, SIDE, SIDE], {"stored": np.ones((1, 64), np.float32)})


def infinite() -> bytes:
    low = helper.make_node("Mul", ["chip", "zero"], ["nothing"])
    gone = helper.make_node("Log", ["nothing"], ["low"])
    flat = helper.make_node("Flatten", ["low"], ["long"])
    part = helper.make_node("Slice", ["long", "from", "to", "axis"], ["face"])
    numbers = {"from": np.array([0]), "to": np.array([64]), "axis": np.array([1])}
    zero = {"zero": np.zeros((), np.float32)}
    return model([low, gone, flat, part], ["n", 3, SIDE, SIDE], {**numbers, **zero})


def of_doubles() -> bytes:
    node = helper.make_node("Cast", ["chip"], ["face"], to=TensorProto.DOUBLE)
    given = helper.make_tensor_value_info("chip", TensorProto.FLOAT, [1, 3, SIDE, SIDE])
    found = helper.make_tensor_value_info("face", TensorProto.DOUBLE, [1, 3, SIDE, SIDE])
    graph = helper.make_graph([node], "own", [given], [found])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    return bytes(made.SerializeToString())


def whole_chip() -> bytes:
    return model([helper.make_node("Flatten", ["chip"], ["face"])], ["n", 3, SIDE, SIDE])


def failing() -> bytes:
    node = helper.make_node("Reshape", ["chip", "to"], ["face"])
    return model([node], ["n", 3, SIDE, SIDE], {"to": np.array([1, 7, 7])})


def weights_elsewhere() -> bytes:
    """A model whose weights are said to lie in another file, outside its folder."""
    tensor = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[4])
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in (("location", "../../../../etc/passwd"), ("length", "16")):
        tensor.external_data.add(key=key, value=value)
    node = helper.make_node("Identity", ["w"], ["face"])
    given = helper.make_tensor_value_info("chip", TensorProto.FLOAT, [1, 3, SIDE, SIDE])
    found = helper.make_tensor_value_info("face", TensorProto.FLOAT, [4])
    graph = helper.make_graph([node], "own", [given], [found], [tensor])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    return bytes(made.SerializeToString())


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (bytes, "cannot be used|can open"),
        (lambda: b"not a model" * 100, "can open"),
        (lambda: pooling()[:-40], "can open"),
        (weights_elsewhere, "can open"),
        (constant, "same numbers"),
        (infinite, "not finite"),
        (of_doubles, "32-bit"),
        (whole_chip, "gives 27648 numbers"),
        (failing, "fails on a picture"),
        (lambda: pooling(["n", 3, 64, 64]), "shape n × 3 × 64 × 64"),
        (lambda: pooling(["n", SIDE, SIDE, 3]), "shape"),
    ],
)
def test_a_model_that_does_not_do_its_work_is_a_sentence(
    tmp_path: Path, make: Callable[[], bytes], says: str
) -> None:
    with pytest.raises(RecogniserError, match=says) as caught:
        opened(folder_with(tmp_path, make()))
    assert "\n" not in caught.value.sentence()


def endless() -> bytes:
    """A loop that never ends by itself."""
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["goes_on"], ["goes_on_out"]),
            helper.make_node("Sin", ["value"], ["value_out"]),
        ],
        "body",
        [
            helper.make_tensor_value_info("turn", TensorProto.INT64, []),
            helper.make_tensor_value_info("goes_on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("value", TensorProto.FLOAT, None),
        ],
        [
            helper.make_tensor_value_info("goes_on_out", TensorProto.BOOL, []),
            helper.make_tensor_value_info("value_out", TensorProto.FLOAT, None),
        ],
    )
    loop = helper.make_node("Loop", ["", "yes", "chip"], ["looped"], body=body)
    flat = helper.make_node("Flatten", ["looped"], ["face"])
    return model([loop, flat], ["n", 3, SIDE, SIDE], {"yes": np.array(True)})


def test_a_model_that_never_ends_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recogniser_own, "TRIAL_SECONDS", 0.5)
    with pytest.raises(RecogniserError, match="seconds for a face"):
        opened(folder_with(tmp_path, endless()))


def test_a_recogniser_may_be_described_for_pictures_with_channels_last(tmp_path: Path) -> None:
    back = helper.make_node("Transpose", ["chip"], ["planes"], perm=[0, 3, 1, 2])
    pool = helper.make_node(
        "AveragePool", ["planes"], ["pooled"], kernel_shape=[12, 12], strides=[12, 12]
    )
    flat = helper.make_node("Flatten", ["pooled"], ["face"])
    made = model([back, pool, flat], [1, SIDE, SIDE, 3])
    network = opened(folder_with(tmp_path, made, layout="nhwc", channels="rgb"))
    chip = np.zeros((SIDE, SIDE, 3), np.uint8)
    chip[..., 0] = 255  # red, which comes first in RGB
    found = network.describe(chip[None]).reshape(3, -1)
    assert (found[0] > 0).all()
    assert (found[1:] < 0).all()
