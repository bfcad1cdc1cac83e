"""`python -m tests.vectors.look`: landmarks of photographs, recorded once as inputs of vectors.

Nets differ from machine to machine in the last digits, so what they saw is kept in `seen.json`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np

from models3d.frames import Image, Intrinsics
from tests.hands import demo_photo
from tests.vectors.golden import FOLDER, compact, plain
from tryon.anchors.canonical import canonical_face
from tryon.media.lens import assumed_intrinsics
from tryon.tracker import Tracker, Wanted
from tryon.tracks import palm_length_px

PHOTOS = ("sample2", "sample3", "sample4", "sample5")
FACES = 2  # of each photo, the largest
SMALL = ("sample5", "hand0", 80.0)  # photograph, hand, and its palm's length, pixels
PX, METRES = 2, 5  # decimals kept
DECIMALS = {"points_px": PX, "depths_px": PX, "spread_px": PX, "world": METRES}


def main() -> None:
    """Look at every photograph."""
    found: dict[str, object] = {"canonical": plain(canonical_face().points)}
    with Tracker(frozenset(Wanted), streaming=False) as tracker:
        for name in PHOTOS:
            photo = demo_photo(name)
            seen = tracker.detect(photo, 0.0)
            camera = assumed_intrinsics(photo.shape[1], photo.shape[0])
            found[f"{name}.camera"] = plain(camera)
            largest = sorted(seen.faces, key=lambda face: -float(np.ptp(face.points_px[:, 1])))
            groups = {"hand": seen.hands, "face": largest[:FACES], "body": seen.bodies[:FACES]}
            for kind, members in groups.items():
                for k, each in enumerate(members):
                    found[f"{name}.{kind}{k}"] = _rounded(each)
    found |= _small(demo_photo(SMALL[0]), found)
    lines = [f'"{name}":{compact(each)}' for name, each in found.items()]
    (FOLDER / "seen.json").write_text("{" + ",\n".join(lines) + "}\n")


def _small(image: Image, found: Mapping[str, Any]) -> dict[str, object]:
    """A hand's part of its photograph, reduced, with the hand and the camera of that picture."""
    name, hand, palm_px = SMALL
    landmarks, camera = dict(found[f"{name}.{hand}"]), found[f"{name}.camera"]
    points = np.reshape(landmarks["pointsPx"], (21, 2))
    factor = palm_px / palm_length_px(points)
    low = np.floor(points.min(axis=0) - 0.6 * palm_px / factor).clip(0).astype(int)
    high = np.ceil(points.max(axis=0) + 0.6 * palm_px / factor).astype(int)
    window = image[low[1] : high[1], low[0] : high[0]]
    size = [round(each * factor) for each in window.shape[1::-1]]
    scale = np.array(size) / window.shape[1::-1]
    landmarks["pointsPx"] = plain(((points - low) * scale).round(PX))
    for each in ("depthsPx", "spreadPx"):
        landmarks[each] = plain((np.array(landmarks[each]) * scale[0]).round(PX))
    focal = camera["fx"] * scale[0]
    middle = ((camera["cx"], camera["cy"]) - low) * scale
    reduced = cv2.resize(window, size, interpolation=cv2.INTER_AREA)
    return {
        "small.photo": plain(np.asarray(reduced, np.uint8)),
        "small.hand": landmarks,
        "small.camera": plain(Intrinsics(focal, focal, *middle.tolist())),
    }


def _rounded(landmarks: object) -> object:
    values = {name: getattr(landmarks, name) for name in landmarks.__dataclass_fields__}  # type: ignore[attr-defined]
    for name, decimals in DECIMALS.items():
        if values.get(name) is not None:
            values[name] = np.asarray(values[name], np.float64).round(decimals)
    return plain({k: round(v, 4) if isinstance(v, float) else v for k, v in values.items()})


if __name__ == "__main__":
    main()
