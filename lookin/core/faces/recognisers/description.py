"""Reads the description of an operator's own recogniser: a small JSON file beside its ONNX file.

How to write one: docs/how-to/own-recogniser.md. Not for running it: see own.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NoReturn, cast, get_args

from lookin.core.faces.rates.calibration import Calibration, from_plain
from lookin.core.lib.errors import LookinError

DESCRIPTION = "recogniser.json"
CALIBRATION = "calibration.json"
MOST_JSON = 256 * 1024
MOST_MODEL = 1024**3
SIDES = range(32, 513)

Layout = Literal["nchw", "nhwc"]
Channels = Literal["rgb", "bgr"]
Metric = Literal["cosine", "euclidean"]
Alignment = Literal["arcface", "dlib"]
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.onnx")


class RecogniserError(LookinError):
    """The operator's own recogniser cannot be used, so nobody can sign in with a face."""

    code = "recogniser_unusable"
    status = 503

    def __init__(self, reason: str) -> None:
        super().__init__(
            "The recogniser of your own cannot be used: {reason}.",
            "Everything else works. Mend it, or take its folder away to use the built-in one.",
            values={"reason": reason},
        )


@dataclass(frozen=True)
class Description:
    """One recogniser: where it lies, what it wants to see and how its answers are compared.

    size: the chip's side in pixels. Each channel is (value 0…255 - mean) * scale. padding: how much
    wider than the alignment's own square, on each side. mirror: whether the mirror image is
    embedded too. sha256: of the model file. calibration: None until it was calibrated.
    """

    name: str
    licence: str
    model: Path
    sha256: str
    size: int
    layout: Layout
    channels: Channels
    mean: tuple[float, float, float]
    scale: tuple[float, float, float]
    alignment: Alignment
    padding: float
    mirror: bool
    metric: Metric
    calibration: Calibration | None

    @property
    def full_name(self) -> str:
        """What templates are kept under: other weights are another recogniser."""
        return f"{self.name}@{self.sha256[:16]}"


def read_description(folder: Path) -> Description | None:
    """The recogniser in `folder`, or None when there is no such folder or it is empty.

    Raises RecogniserError, which says in words what is wrong.
    """
    try:
        if not folder.is_dir() or not any(folder.iterdir()):
            return None
        fields = _Fields(_read_json(folder / DESCRIPTION))
        name, model = fields.text("name", _NAME), folder / fields.text("model", _FILE)
        sha256 = _sha256(model)
        description = Description(
            name=name,
            licence=fields.words("licence"),
            model=model,
            sha256=sha256,
            size=fields.whole("size", SIDES),
            layout=cast(Layout, fields.one_of("layout", get_args(Layout))),
            channels=cast(Channels, fields.one_of("channels", get_args(Channels))),
            mean=fields.three("mean"),
            scale=fields.three("scale"),
            alignment=cast(Alignment, fields.one_of("alignment", get_args(Alignment))),
            padding=fields.number("padding", 0.0, 1.0),
            mirror=fields.yes_or_no("mirror"),
            metric=cast(Metric, fields.one_of("metric", get_args(Metric))),
            calibration=_read_calibration(folder / CALIBRATION, sha256),
        )
        fields.check_all_known()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise RecogniserError(f"a file of it cannot be read ({reason})") from error
    return description


class _Fields:
    """The fields of a description, each asked for once and checked."""

    def __init__(self, plain: dict[str, Any]) -> None:
        self._plain = plain
        self._asked: set[str] = set()

    def text(self, name: str, pattern: re.Pattern[str]) -> str:
        value = self._value(name)
        if not isinstance(value, str) or not pattern.fullmatch(value):
            _wrong(name, f"text like {pattern.pattern}")
        return value

    def words(self, name: str) -> str:
        value = self._value(name)
        if not isinstance(value, str) or not 0 < len(value.strip()) <= 300:
            _wrong(name, "a few words")
        return value.strip()

    def one_of(self, name: str, allowed: tuple[str, ...]) -> str:
        value = self._value(name)
        if not isinstance(value, str) or value not in allowed:
            _wrong(name, " or ".join(allowed))
        return value

    def whole(self, name: str, allowed: range) -> int:
        value = self._value(name)
        if isinstance(value, bool) or not isinstance(value, int) or value not in allowed:
            _wrong(name, f"a whole number from {allowed.start} to {allowed.stop - 1}")
        return value

    def number(self, name: str, least: float, most: float) -> float:
        return _number(self._value(name), name, least, most)

    def three(self, name: str) -> tuple[float, float, float]:
        """Three numbers, or one for all three."""
        value = self._value(name)
        values = value if isinstance(value, list) else [value] * 3
        if len(values) != 3:
            _wrong(name, "one number or three")
        one, two, three = (_number(v, name, -1e4, 1e4) for v in values)
        return one, two, three

    def yes_or_no(self, name: str) -> bool:
        value = self._value(name)
        if not isinstance(value, bool):
            _wrong(name, "true or false")
        return value

    def check_all_known(self) -> None:
        unknown = sorted(str(name)[:40] for name in self._plain.keys() - self._asked)
        if unknown:
            raise RecogniserError(f"{DESCRIPTION} holds the unknown field “{unknown[0]}”")

    def _value(self, name: str) -> Any:
        self._asked.add(name)
        if name not in self._plain:
            raise RecogniserError(f"{DESCRIPTION} lacks “{name}”")
        return self._plain[name]


def _number(value: Any, name: str, least: float, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        _wrong(name, "a number")
    if not math.isfinite(value) or not least <= value <= most:
        _wrong(name, f"a number from {least:g} to {most:g}")
    return float(value)


def _wrong(name: str, wanted: str) -> NoReturn:
    raise RecogniserError(f"“{name}” in {DESCRIPTION} must be {wanted}")


def _read_json(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise RecogniserError(f"its folder holds no {path.name}")
    with path.open("rb") as file:
        data = file.read(MOST_JSON + 1)
    if len(data) > MOST_JSON:
        raise RecogniserError(f"{path.name} is too large")
    try:
        plain = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise RecogniserError(f"{path.name} is not JSON") from error
    if not isinstance(plain, dict):
        raise RecogniserError(f"{path.name} is not a JSON object")
    return plain


def _read_calibration(path: Path, sha256: str) -> Calibration | None:
    """The measured rates of this very model; those of another are a mistake, not a calibration."""
    if not path.exists():
        return None
    plain = _read_json(path)
    if plain.get("model_sha256") != sha256:
        raise RecogniserError(f"{path.name} was measured with another model")
    try:
        return from_plain(plain)
    except (ValueError, OverflowError) as error:
        raise RecogniserError(f"{path.name} is not usable ({error})") from error


def _sha256(model: Path) -> str:
    if not model.is_file():
        raise RecogniserError(f"its folder holds no {model.name}")
    if model.stat().st_size > MOST_MODEL:
        raise RecogniserError(f"{model.name} is larger than 1 GB")
    with model.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
