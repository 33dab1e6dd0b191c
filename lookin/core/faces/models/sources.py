"""What is fetched, pinned to the byte. Not how: see fetch.

The 68-point landmark model inside the same PyPI package is non-commercial and never read.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Member:
    """One file inside an archive: its exact name there and the SHA-256 of its content."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Source:
    """One archive of a package registry, and the members that are needed from it."""

    registry: str  # "pip" or "npm"
    package: str
    version: str
    sha256: str
    megabytes: int
    licence: str
    members: dict[str, Member]


HUMAN = Source(
    registry="npm",
    package="@vladmandic/human",
    version="3.3.6",
    sha256="425e9c51dbbca0c8934362b170cb0d54c2529c11c654b3c03092b16e9d6ad3f7",
    megabytes=29,
    licence="BlazeFace and FaceMesh: Apache-2.0, by Google; FaceRes: by HSE, see docs/faces.md",
    members={
        "blazeface.json": Member(
            "package/models/blazeface.json",
            "cd7bbfc078270572beb39f9e5ae67aadbd50b5e67cff37e6d4f6b3ea39312e5f",
        ),
        "blazeface.bin": Member(
            "package/models/blazeface.bin",
            "dc9a97fdc50bc43216554bdd69aa3e7b9361a519ee7bdd996a2f69a98a6f9b72",
        ),
        "facemesh.json": Member(
            "package/models/facemesh.json",
            "b60ca26f404724f43bd2b1575761d8265180e1f053cc0731caa68462927309e7",
        ),
        "facemesh.bin": Member(
            "package/models/facemesh.bin",
            "3826da640b0a3021161605369ee6af293f75d518040355b960ec71a3390c1c0b",
        ),
        "faceres.json": Member(
            "package/models/faceres.json",
            "5b83d49c0385d2e68a05122441b94226313677cae9fcc40b9587ad50079eb4df",
        ),
        "faceres.bin": Member(
            "package/models/faceres.bin",
            "2c7d2d62b76c97528b736527aa09d310ea71743c9e3e79fb6c62d4b2d73af79b",
        ),
    },
)

DLIB = Source(
    registry="pip",
    package="face_recognition_models",
    version="0.3.0",
    sha256="b79bd200a88c87c9a9d446c990ae71c5a626d1f3730174e6d570157ff1d896cf",
    megabytes=100,
    licence="CC0-1.0 (dlib's face recognition network)",
    members={
        "resnet.dat": Member(
            "face_recognition_models-0.3.0/face_recognition_models/models/"
            "dlib_face_recognition_resnet_model_v1.dat",
            "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",
        ),
    },
)

SOURCES = (HUMAN, DLIB)
