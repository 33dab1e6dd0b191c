"""The one object that sees faces: picture bytes in, an observation out. Thread-safe, stateless.

Not for deciding who it is (comparison) nor for what follows (apps/accounts).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from lookin.core.faces.arrays import Pixels
from lookin.core.faces.detector import Detection, Detector
from lookin.core.faces.landmarks import LandmarkFinder, Mesh
from lookin.core.faces.models import ModelsMissingError, model_path, models_problem
from lookin.core.faces.observation import Observation, View
from lookin.core.faces.occlusion import is_covered
from lookin.core.faces.pictures import CAMERA, FILES, PictureError, read_picture
from lookin.core.faces.pose import LEFT_EYE, RIGHT_EYE, Pose, pose_from
from lookin.core.faces.quality import (
    Measures,
    QualityLimits,
    inside_share,
    light_of,
    luminance,
    problem_of,
    sharpness_of,
)
from lookin.core.faces.recognisers.description import Description
from lookin.core.faces.recognisers.networks import DlibNetwork, FaceresNetwork
from lookin.core.faces.recognisers.own import OwnNetwork
from lookin.core.faces.recognisers.recogniser import Recogniser
from lookin.core.faces.traits import traits_of

MIN_PRESENCE = 0.5
FRONTAL = 15.0  # degrees; further round, parts hide each other
DARK_PICTURE = 25.0  # mean luminance below which "no face" is answered as "too dark"


@dataclass(frozen=True)
class _Face:
    """One face of a picture, measured; `chip` is what quality is judged by."""

    mesh: Mesh
    pose: Pose
    chip: Pixels
    detection: Detection


class FaceEngine:
    """Detector, landmarks and recogniser, opened once and shared by all threads."""

    def __init__(
        self,
        detector: Detector,
        landmarks: LandmarkFinder,
        recogniser: Recogniser,
        limits: QualityLimits,
    ) -> None:
        self._detector = detector
        self._landmarks = landmarks
        self._recogniser = recogniser
        self._limits = limits

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        threads: int = 1,
        limits: QualityLimits | None = None,
        own: Description | None = None,
    ) -> FaceEngine:
        """The engine on the models in `folder`, which are hashed first, and on `own` recogniser.

        `threads` are those of one call. Raises ModelsMissingError when they are not there or whole,
        RecogniserError when the own one does not do what its description says.
        """
        problem = models_problem(folder, thorough=True)
        if problem:
            raise ModelsMissingError(problem)
        second = (
            OwnNetwork(own, threads=threads)
            if own
            else FaceresNetwork(model_path(folder, "second_recogniser"), threads=threads)
        )
        return cls(
            Detector(model_path(folder, "detector"), threads=threads),
            LandmarkFinder(model_path(folder, "landmarks"), threads=threads),
            Recogniser(DlibNetwork(model_path(folder, "recogniser"), threads=threads), second, own),
            limits or QualityLimits(),
        )

    @property
    def recogniser(self) -> Recogniser:
        """What embeds: its name and its measured rates."""
        return self._recogniser

    def observe(self, picture: bytes, view: View = "both") -> Observation:
        """One camera frame, judged for quality: what sign-in and enrolment look at.

        `view` is what is embedded: nothing for guidance alone, one side of the face if another
        frame gives the other side, else both.
        """
        try:
            image = read_picture(picture, CAMERA)
        except PictureError as error:
            return Observation(error.code)
        faces = self._detector.detect(image)
        # The nearest person, who is the widest, and not the one whom the detector likes best.
        widest = max(faces, key=lambda found: found.side, default=None)
        face = self._measure(image, widest) if widest else None
        if face is None:
            return Observation(_why_no_face(image))
        if len(_of_size(faces, self._limits.second_face)) > 1:
            return self._observation("two_faces", face, image, view)
        problem = problem_of(_measures(face, image), face.pose, self._limits)
        wanted = problem is None and view != "none" and _is_frontal(face.pose)
        if wanted and is_covered(face.chip, face.mesh.points):
            problem = "covered"
        return self._observation(problem, face, image, view)

    def portrait(self, picture: bytes) -> Observation:
        """One photograph file: its most central face, embedded whatever its quality.

        For comparing and evaluating files, never for sign-in. Problems: `no_face` and those of
        reading the picture.
        """
        try:
            image = read_picture(picture, FILES)
        except PictureError as error:
            return Observation(error.code)
        middle = np.array(image.size) / 2
        faces = _of_size(self._detector.detect(image), self._limits.second_face)
        for found in sorted(faces, key=lambda f: float(np.linalg.norm(f.centre - middle))):
            face = self._measure(image, found)
            if face is not None:
                return self._observation(None, face, image, "both")
        return Observation("no_face")

    def _measure(self, image: Image.Image, found: Detection) -> _Face | None:
        mesh = self._landmarks.find(image, found)
        if mesh.presence < MIN_PRESENCE:
            return None
        chip = self._recogniser.cut(image, mesh.points)
        return _Face(mesh, pose_from(mesh), chip, found)

    def _observation(
        self, problem: str | None, face: _Face, image: Image.Image, view: View
    ) -> Observation:
        track = embedding = None
        if problem in {None, "turned_away"}:
            track = self._recogniser.track(face.chip, view)
        if track is not None:
            embedding = self._recogniser.embed(image, face.mesh.points, track, view)
        x, y, width, height = face.detection.box
        return Observation(
            problem=problem,
            yaw=face.pose.yaw,
            pitch=face.pose.pitch,
            roll=face.pose.roll,
            box=(x / image.width, y / image.height, width / image.width, height / image.height),
            size=_eye_pixels(face.mesh),
            embedding=embedding,
            track=track,
            traits=traits_of(image, face.mesh, face.chip),
        )


def _is_frontal(pose: Pose) -> bool:
    return abs(pose.yaw) <= FRONTAL and abs(pose.pitch) <= FRONTAL


def _measures(face: _Face, image: Image.Image) -> Measures:
    highlight, shadow = light_of(face.chip)
    return Measures(
        eye_pixels=_eye_pixels(face.mesh),
        highlight=highlight,
        shadow=shadow,
        sharpness=sharpness_of(face.chip),
        inside=inside_share(face.detection.box, image.size),
    )


def _eye_pixels(mesh: Mesh) -> float:
    return float(np.linalg.norm(mesh.solid[LEFT_EYE] - mesh.solid[RIGHT_EYE]))


def _of_size(faces: list[Detection], share: float) -> list[Detection]:
    """The faces at least `share` as wide as the widest: people further back do not count."""
    widest = max((face.side for face in faces), default=0.0)
    return [face for face in faces if face.side >= share * widest]


def _why_no_face(image: Image.Image) -> str:
    small = np.asarray(image.resize((32, 32), Image.Resampling.BOX))
    return "too_dark" if float(luminance(small).mean()) < DARK_PICTURE else "no_face"
