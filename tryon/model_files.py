"""The nets' files: which, where they lie, and whether they are the genuine ones.

Set-up obtains them (setup/landmark_models.py); nothing here touches the network.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from tryon.errors import MissingLandmarkModel


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One of Google's nets, or a bundle of them (Apache-2.0)."""

    name: str
    sha256: str
    url: str | None = None  # of the official download, where there is one


# Without these nothing can be placed.
HAND_LANDMARKER = ModelFile(
    "hand_landmarker.task",
    "fbc2a30080c3c557093b5ddfc334698132eb341044ccee322ccf8bcf3607cde1",
    "https://storage.googleapis.com/mediapipe-models/hand_landmarker/hand_landmarker/float16/1/"
    "hand_landmarker.task",
)
FACE_LANDMARKER = ModelFile(
    "face_landmarker.task",
    "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff",
    "https://storage.googleapis.com/mediapipe-models/face_landmarker/face_landmarker/float16/1/"
    "face_landmarker.task",
)
REQUIRED_MODELS = (HAND_LANDMARKER, FACE_LANDMARKER)

# Without these everything is placed, less precisely.
POSE_LITE = ModelFile(
    "pose_landmark_lite.tflite",
    "f17bfbecadb61c3be1baa8b8d851cc6619c870a87167b32848ad20db306b9d61",
)
POSE_FULL = ModelFile(
    "pose_landmark_full.tflite",
    "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
)
SELFIE_SEGMENTATION = ModelFile(
    "selfie_segmentation.tflite",
    "8d13b7fae74af625c641226813616a2117bd6bca19eb3b75574621fc08557f27",
)
SELFIE_SEGMENTATION_LANDSCAPE = ModelFile(
    "selfie_segmentation_landscape.tflite",
    "4aafe6223bb8dac6fac8ca8ed56852870a33051ef3f6238822d282a109962894",
)
OPTIONAL_MODELS = (POSE_LITE, POSE_FULL, SELFIE_SEGMENTATION, SELFIE_SEGMENTATION_LANDSCAPE)


def models_folder() -> Path:
    """`PARURE_MODELS`, or `var/models` beside the code."""
    configured = os.environ.get("PARURE_MODELS")
    return Path(configured) if configured else Path(__file__).parent.parent / "var" / "models"


def is_genuine(path: Path, model: ModelFile) -> bool:
    """The file is there and has the expected checksum."""
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == model.sha256


def model_path(model: ModelFile) -> Path:
    """The verified file.

    Raises:
        MissingLandmarkModel: it is missing or altered; says where to put it.
    """
    path = models_folder() / model.name
    if is_genuine(path, model):
        return path
    state = "has another checksum than expected" if path.is_file() else "is missing"
    raise MissingLandmarkModel(
        f"The landmark model {model.name} {state}: run 'make setup', or put the file with "
        f"SHA-256 {model.sha256} at {path} by hand."
    )


def optional_model_path(model: ModelFile) -> Path | None:
    """The verified file, or None where set-up could not obtain it.

    Raises:
        MissingLandmarkModel: it is there, but altered.
    """
    return model_path(model) if (models_folder() / model.name).is_file() else None
