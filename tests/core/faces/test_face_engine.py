"""The engine on real models and real portraits: who it knows, and what it says of bad pictures."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageFilter

from lookin.core.faces.comparison.matching import distance, identify, make_template, mean_of, verify
from lookin.core.faces.engine import FaceEngine
from lookin.core.faces.models import model_path
from lookin.core.faces.observation import View, pose_of
from lookin.core.faces.pictures import FILES, PictureError, read_picture
from lookin.core.faces.rates.measured import BUILT_IN
from lookin.core.faces.recognisers.embeddings import DLIB_SIZE, FUSED_SIZE
from lookin.core.faces.recognisers.networks import DlibNetwork, FaceresNetwork
from lookin.core.faces.words import SENTENCES
from tests.portraits import ANOTHER_MAN, ONE_MAN

COMPARE = BUILT_IN.compare_threshold(1e-3)
pytestmark = [pytest.mark.models, pytest.mark.timeout(600)]


def jpeg(image: Image.Image, quality: int = 92) -> bytes:
    stream = io.BytesIO()
    image.convert("RGB").save(stream, "JPEG", quality=quality)
    return stream.getvalue()


def opened(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return image.convert("RGB")


def camera_frame(path: Path) -> Image.Image:
    """A portrait as a camera of 640 × 480 would see it, face in the upper middle."""
    image = opened(path)
    image = image.resize((640, round(image.height * 640 / image.width)))
    return image.crop((0, 0, 640, 480))


def test_the_recogniser_gives_dlibs_own_numbers(models: Path) -> None:
    """The first eight that dlib 20.0.1 gives for this painted chip."""
    y, x = np.mgrid[0:150, 0:150]
    chip = np.stack([x, y, np.full_like(x, 128)], -1).astype(np.uint8)
    expected = [-0.052023, 0.124694, 0.056957, 0.00027, -0.047171, -0.052648, -0.077561, -0.000726]
    found = DlibNetwork(model_path(models, "recogniser"), threads=1).embed(chip[None])
    assert found.shape == (1, 128)
    assert found[0, :8] == pytest.approx(expected, abs=2e-6)


def test_a_chip_of_the_wrong_shape_is_refused(models: Path) -> None:
    with pytest.raises(ValueError, match="shape"):
        DlibNetwork(model_path(models, "recogniser"), threads=1).embed(np.zeros((1, 9, 9, 3), "u1"))
    with pytest.raises(ValueError, match="shape"):
        FaceresNetwork(model_path(models, "second_recogniser"), threads=1).pool(
            np.zeros((1, 150, 150, 3), "u1")
        )


def test_one_man_is_himself_and_another_man_is_not(
    engine: FaceEngine, faces: dict[str, Path]
) -> None:
    found = {name: engine.portrait(path.read_bytes()).embedding for name, path in faces.items()}
    embeddings = {name: e for name, e in found.items() if e is not None}
    assert embeddings.keys() == faces.keys()
    for one in ONE_MAN:
        assert distance(embeddings[one], embeddings[ANOTHER_MAN]) > COMPARE
        for two in ONE_MAN:
            assert distance(embeddings[one], embeddings[two]) < COMPARE
    template = make_template([embeddings[name] for name in ONE_MAN[:2]], max_spread=BUILT_IN.spread)
    threshold = BUILT_IN.verify_threshold(1e-4, probes=1)
    assert verify(template, [embeddings[ONE_MAN[2]]], threshold=threshold).matches
    stranger = identify(
        {"he": template},
        [embeddings[ANOTHER_MAN]],
        threshold=BUILT_IN.identify_threshold(1e-3, gallery=1, probes=1),
        margin=BUILT_IN.margin,
    )
    assert stranger.reason == "nobody"


def test_a_good_frame_has_no_problem_and_a_place(
    engine: FaceEngine, faces: dict[str, Path]
) -> None:
    seen = engine.observe(jpeg(camera_frame(faces["obama"])))
    assert seen.problem is None
    assert seen.embedding is not None
    assert (seen.embedding.shape, seen.embedding.dtype) == ((FUSED_SIZE,), np.float32)
    assert seen.box is not None
    assert all(0 <= value <= 1 for value in seen.box)
    assert pose_of(seen) == "centre"


def test_a_mirrored_frame_looks_to_the_other_side(
    engine: FaceEngine, faces: dict[str, Path]
) -> None:
    frame = opened(faces["obama2"])
    seen = engine.observe(jpeg(frame))
    mirrored = engine.observe(jpeg(frame.transpose(Image.Transpose.FLIP_LEFT_RIGHT)))
    assert seen.yaw < -8  # he looks to his right
    assert mirrored.yaw == pytest.approx(-seen.yaw, abs=4)


def test_a_frame_and_its_mirror_image_make_the_mean_of_both(
    engine: FaceEngine, faces: dict[str, Path]
) -> None:
    frame = jpeg(camera_frame(faces["obama"]))
    both, plain, mirrored = (
        engine.observe(frame, view).embedding for view in ("both", "plain", "mirrored")
    )
    assert both is not None
    assert plain is not None
    assert mirrored is not None
    assert 0.02 < distance(plain, mirrored) < 0.4
    assert (plain + mirrored)[:DLIB_SIZE] / 2 == pytest.approx(both[:DLIB_SIZE], abs=1e-6)
    assert distance(mean_of([plain, mirrored]), both) < 0.1 * distance(plain, mirrored)


def test_each_view_gives_what_it_promises_and_the_same_pose(
    engine: FaceEngine, faces: dict[str, Path]
) -> None:
    frame = jpeg(camera_frame(faces["obama"]))
    seen = {view: engine.observe(frame, view) for view in get_args(View)}
    embedded = {view for view, one in seen.items() if one.embedding is not None}
    tracked = {view: one.track for view, one in seen.items() if one.track is not None}
    assert embedded == {"plain", "mirrored", "both"}
    assert tracked.keys() == embedded | {"track"}
    assert np.array_equal(tracked["track"], tracked["plain"])
    assert (tracked["plain"] + tracked["mirrored"]) / 2 == pytest.approx(tracked["both"], abs=1e-6)
    assert {pose_of(one) for one in seen.values()} == {"centre"}
    assert len({(one.problem, one.yaw, one.box) for one in seen.values()}) == 1


@pytest.mark.parametrize("height", [480, 500, 640])
def test_black_below_a_wide_picture_changes_little(
    engine: FaceEngine, faces: dict[str, Path], height: int
) -> None:
    """What the detector is not shown of the square it was made for has no say."""
    frame = camera_frame(faces["obama"])
    taller = Image.new("RGB", (640, height))
    taller.paste(frame, (0, 0))
    one, other = engine.observe(jpeg(frame)), engine.observe(jpeg(taller))
    assert one.embedding is not None
    assert other.embedding is not None
    assert distance(one.embedding, other.embedding) < 0.1
    assert (other.yaw, other.pitch) == pytest.approx((one.yaw, one.pitch), abs=2)


@pytest.mark.parametrize("angle", [-30, -15, 15, 30])
def test_a_tilted_head_is_still_the_same_man(
    engine: FaceEngine, faces: dict[str, Path], angle: int
) -> None:
    upright = opened(faces["obama"])
    turned = upright.rotate(-angle, Image.Resampling.BICUBIC, fillcolor=(90, 90, 90))
    one, two = engine.observe(jpeg(upright)), engine.portrait(jpeg(turned))
    assert one.embedding is not None
    assert two.embedding is not None
    assert two.roll - one.roll == pytest.approx(angle, abs=4)
    assert distance(one.embedding, two.embedding) < 0.3


@pytest.mark.parametrize("width", [320, 640, 1280, 2600])
def test_the_same_man_at_any_size(engine: FaceEngine, faces: dict[str, Path], width: int) -> None:
    whole = opened(faces["obama"])
    sized = whole.resize((width, round(whole.height * width / whole.width)))
    one, two = engine.portrait(jpeg(whole)), engine.portrait(jpeg(sized))
    assert one.embedding is not None
    assert two.embedding is not None
    assert distance(one.embedding, two.embedding) < 0.25


def dark(frame: Image.Image) -> Image.Image:
    return ImageEnhance.Brightness(frame).enhance(0.12)


def black(frame: Image.Image) -> Image.Image:
    return Image.new("RGB", frame.size)


def bright(frame: Image.Image) -> Image.Image:
    return frame.point([min(255, 205 + value // 5) for value in range(256)] * 3)


def tiny(frame: Image.Image) -> Image.Image:
    canvas = Image.new("RGB", (640, 480), (120, 130, 140))
    canvas.paste(frame.resize((128, 96)), (250, 180))
    return canvas


def blurred(frame: Image.Image) -> Image.Image:
    return frame.filter(ImageFilter.GaussianBlur(9))


def cut(frame: Image.Image) -> Image.Image:
    return frame.crop((frame.width // 2 + 10, 0, frame.width, frame.height))


def empty(frame: Image.Image) -> Image.Image:
    return Image.new("RGB", frame.size, (120, 130, 140))


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (dark, {"too_dark"}),
        (black, {"too_dark"}),
        (bright, {"too_bright"}),
        (tiny, {"too_small"}),
        (blurred, {"blurred"}),
        (cut, {"off_centre", "no_face"}),
        (empty, {"no_face"}),
    ],
)
def test_a_bad_frame_is_told_why(
    engine: FaceEngine, faces: dict[str, Path], change: object, codes: set[str]
) -> None:
    assert callable(change)
    seen = engine.observe(jpeg(change(camera_frame(faces["obama"]))))
    assert seen.problem in codes
    assert seen.embedding is None


def test_two_faces_are_not_one(engine: FaceEngine, faces: dict[str, Path]) -> None:
    one = opened(faces["obama"]).resize((600, 750))
    other = opened(faces["biden"])
    other = other.crop((other.width // 5, 0, other.width, other.height // 3)).resize((560, 600))
    canvas = Image.new("RGB", (1200, 750), (120, 130, 140))
    canvas.paste(one, (0, 0))
    canvas.paste(other, (630, 0))
    seen = engine.observe(jpeg(canvas))
    assert (seen.problem, seen.embedding) == ("two_faces", None)


def test_a_small_face_far_behind_does_not_count(engine: FaceEngine, faces: dict[str, Path]) -> None:
    frame = opened(faces["obama"])
    frame.paste(opened(faces["obama"]).resize((180, 225)), (0, 0))
    assert engine.observe(jpeg(frame)).problem is None


def test_bytes_that_are_no_whole_picture_are_unreadable(
    engine: FaceEngine, faces: dict[str, Path]
) -> None:
    whole = faces["obama"].read_bytes()
    for data in (b"", b"hello", whole[: len(whole) // 2], b"GIF89a" + bytes(100), whole[:3]):
        assert engine.observe(data).problem == "unreadable_picture"


def test_forty_megapixels_are_refused_for_a_camera_and_read_from_a_file() -> None:
    stream = io.BytesIO()
    Image.new("RGB", (8000, 5000), (90, 90, 90)).save(stream, "JPEG", quality=30)
    picture = stream.getvalue()
    assert max(read_picture(picture, FILES).size) <= FILES.side
    stream = io.BytesIO()
    Image.new("L", (9000, 6000)).save(stream, "PNG")
    with pytest.raises(PictureError, match="picture_too_large"):
        read_picture(stream.getvalue(), FILES)


def test_a_picture_that_is_too_large_has_its_own_problem(engine: FaceEngine) -> None:
    stream = io.BytesIO()
    Image.new("L", (8000, 5000)).save(stream, "JPEG", quality=30)
    assert engine.observe(stream.getvalue()).problem == "picture_too_large"
    # A header that promises more than Pillow itself would open, in 200 bytes.
    bomb = bytearray(_tiny_png())
    bomb[16:24] = (60_000).to_bytes(4, "big") * 2
    assert engine.observe(bytes(bomb)).problem in {"picture_too_large", "unreadable_picture"}


def _tiny_png() -> bytes:
    stream = io.BytesIO()
    Image.new("L", (20, 20)).save(stream, "PNG")
    return stream.getvalue()


def test_a_camera_frame_in_a_format_that_must_be_decoded_whole_is_refused(
    engine: FaceEngine,
) -> None:
    assert engine.observe(_tiny_png()).problem == "unreadable_picture"


def test_a_picture_on_its_side_is_turned_upright(
    engine: FaceEngine, faces: dict[str, Path]
) -> None:
    stream = io.BytesIO()
    lying = opened(faces["obama"]).transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned by 90 degrees clockwise
    lying.save(stream, "JPEG", exif=exif)
    seen = engine.observe(stream.getvalue())
    assert seen.problem is None
    assert abs(seen.roll) < 10


def test_many_threads_see_what_one_sees(engine: FaceEngine, faces: dict[str, Path]) -> None:
    frames = [path.read_bytes() for path in faces.values()] * 3
    alone = [engine.observe(frame) for frame in frames]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(engine.observe, frames))
    assert together == alone
    for one, other in zip(alone, together, strict=True):
        assert one.embedding is not None
        assert other.embedding is not None
        assert np.array_equal(one.embedding, other.embedding)


def test_every_problem_has_a_sentence() -> None:
    codes = {
        "no_face",
        "two_faces",
        "too_small",
        "too_dark",
        "too_bright",
        "blurred",
        "turned_away",
        "off_centre",
        "unreadable_picture",
        "picture_too_large",
    }
    assert codes <= SENTENCES.keys()
