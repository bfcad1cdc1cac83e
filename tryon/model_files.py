"""The landmark models: which files, where they lie, and whether they are the genuine ones.

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
    """One of Google's landmark bundles (Apache-2.0)."""

    name: str
    sha256: str
    url: str


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
