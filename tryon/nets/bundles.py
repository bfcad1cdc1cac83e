"""The bytes of single nets, out of the hash-checked files that set-up placed."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass

from tryon.model_files import (
    FACE_LANDMARKER,
    HAND_LANDMARKER,
    POSE_FULL,
    POSE_LITE,
    SELFIE_SEGMENTATION,
    SELFIE_SEGMENTATION_LANDSCAPE,
    ModelFile,
    model_path,
    optional_model_path,
)


@dataclass(frozen=True, slots=True)
class NetFile:
    """Where one net lies."""

    file: ModelFile
    member: str | None = None  # of a bundle, which is a zip archive; None: the file is the net


PALM_DETECTOR = NetFile(HAND_LANDMARKER, "hand_detector.tflite")
HAND_LANDMARKS = NetFile(HAND_LANDMARKER, "hand_landmarks_detector.tflite")
FACE_DETECTOR = NetFile(FACE_LANDMARKER, "face_detector.tflite")
FACE_LANDMARKS = NetFile(FACE_LANDMARKER, "face_landmarks_detector.tflite")
POSE_LITE_LANDMARKS = NetFile(POSE_LITE)
POSE_FULL_LANDMARKS = NetFile(POSE_FULL)
PERSON = NetFile(SELFIE_SEGMENTATION)
PERSON_LANDSCAPE = NetFile(SELFIE_SEGMENTATION_LANDSCAPE)


def net_bytes(net: NetFile) -> bytes:
    """The .tflite bytes of a net.

    Raises:
        MissingLandmarkModel: the file is missing or altered.
    """
    path = model_path(net.file)
    if net.member is None:
        return path.read_bytes()
    with zipfile.ZipFile(path) as bundle:
        return bundle.read(net.member)


def optional_net_bytes(net: NetFile) -> bytes | None:
    """The .tflite bytes of a net, or None where set-up could not obtain its file.

    Raises:
        MissingLandmarkModel: the file is there, but altered.
    """
    return net_bytes(net) if optional_model_path(net.file) is not None else None
