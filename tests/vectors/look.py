"""`python -m tests.vectors.look`: landmarks of photographs, recorded once as inputs of vectors.

Nets differ from machine to machine in the last digits, so what they saw is kept in `seen.json`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from models3d.frames import Array, Image, Intrinsics
from tests.hands import demo_photo
from tests.vectors.golden import FOLDER, compact, plain
from tests.vectors.packing import packed
from tryon.anchors.canonical import canonical_face
from tryon.covers.masks import person_at
from tryon.media.lens import assumed_intrinsics
from tryon.tracker import Tracker, Wanted
from tryon.tracks import palm_length_px
from tryon.types import PersonMask

PHOTOS = ("sample2", "sample3", "sample4", "sample5")
LONG_HAIR = "sample6"  # of which nothing else is kept
FACES = 2  # of each photo, the largest
HAND = ("sample5", "hand0", 80.0)  # photograph, hand, and its palm's length, pixels
PEOPLE = {  # photograph, face, and its height, pixels
    "person": ("sample3", "face0", 70.0),
    "wearer": (LONG_HAIR, "face1", 64.0),
}
MASK_PX = 2  # of a small picture, one of its person mask
PX, METRES = 2, 5  # decimals kept
DECIMALS = {"points_px": PX, "depths_px": PX, "spread_px": PX, "world": METRES}


def main() -> None:
    """Look at every photograph."""
    found: dict[str, object] = {"canonical": plain(canonical_face().points)}
    masks: dict[str, PersonMask | None] = {}
    with Tracker(frozenset(Wanted), streaming=False) as tracker:
        for name in (*PHOTOS, LONG_HAIR):
            photo = demo_photo(name)
            seen = tracker.detect(photo, 0.0)
            camera = assumed_intrinsics(photo.shape[1], photo.shape[0])
            found[f"{name}.camera"] = plain(camera)
            largest = sorted(seen.faces, key=lambda face: -float(np.ptp(face.points_px[:, 1])))
            groups = {"hand": seen.hands, "face": largest[:FACES], "body": seen.bodies[:FACES]}
            for kind, members in groups.items():
                for k, each in enumerate(members):
                    found[f"{name}.{kind}{k}"] = _rounded(each)
            masks[name] = seen.person
    found |= _hand(found)
    for prefix, (name, *_) in PEOPLE.items():
        found |= _person(found, prefix, masks[name])
    kept = {name: each for name, each in found.items() if not name.startswith(LONG_HAIR)}
    lines = [f'"{name}":{compact(packed(each))}' for name, each in kept.items()]
    (FOLDER / "seen.json").write_text("{" + ",\n".join(lines) + "}\n")


def _small(name: str, lows: Array, highs: Array, factor: float) -> _Window:
    """A part of a photograph, reduced."""
    image = demo_photo(name)
    low = np.floor(lows).clip(0).astype(int)
    high = np.minimum(np.ceil(highs).astype(int), image.shape[1::-1])
    window = image[low[1] : high[1], low[0] : high[0]]
    size = [round(each * factor) for each in window.shape[1::-1]]
    reduced = cv2.resize(window, size, interpolation=cv2.INTER_AREA)
    return _Window(np.asarray(reduced, np.uint8), low, np.array(size) / window.shape[1::-1])


def _hand(found: Mapping[str, Any]) -> dict[str, object]:
    """A hand in a small picture of its own."""
    points = np.reshape(found[f"{HAND[0]}.{HAND[1]}"]["pointsPx"], (-1, 2))
    factor = HAND[2] / palm_length_px(points)
    room = 0.6 * HAND[2] / factor
    window = _small(HAND[0], points.min(axis=0) - room, points.max(axis=0) + room, factor)
    return {
        "small.photo": plain(window.image),
        "small.hand": window.seen(found[f"{HAND[0]}.{HAND[1]}"]),
        "small.camera": window.camera(found[f"{HAND[0]}.camera"]),
    }


def _person(found: Mapping[str, Any], prefix: str, person: PersonMask | None) -> dict[str, object]:
    """A head, its neck and its shoulders in a small picture of their own."""
    name, which, face_px = PEOPLE[prefix]
    face = found[f"{name}.{which}"]
    points = np.reshape(face["pointsPx"], (-1, 2))
    bodies = [each for key, each in found.items() if key.startswith(f"{name}.body")]
    body = min(bodies, key=lambda each: np.hypot(*(np.array(each["pointsPx"][:2]) - points[1])))
    height = float(np.ptp(points[:, 1]))
    room = np.array([0.5, 0.35]) * height, np.array([0.5, 1.05]) * height
    window = _small(
        name, points.min(axis=0) - room[0], points.max(axis=0) + room[1], face_px / height
    )
    told = {
        f"{prefix}.photo": plain(window.image),
        f"{prefix}.face": window.seen(face),
        f"{prefix}.body": window.seen(body),
        f"{prefix}.camera": window.camera(found[f"{name}.camera"]),
    }
    return told if person is None else told | {f"{prefix}.mask": plain(window.mask(name, person))}


@dataclass(frozen=True)
class _Window:
    """A part of a photograph, reduced, and how things in the photograph are seen in it."""

    image: Image
    low: Array  # (2,) pixels of the photograph
    scale: Array  # (2,)

    def seen(self, landmarks: Mapping[str, Any]) -> dict[str, object]:
        """Landmarks of the photograph in this picture."""
        points = np.reshape(landmarks["pointsPx"], (-1, 2))
        moved = {"pointsPx": plain(((points - self.low) * self.scale).round(PX))}
        for each in ("depthsPx", "spreadPx"):
            if each in landmarks:
                moved[each] = plain((np.array(landmarks[each]) * self.scale[0]).round(PX))
        return {**landmarks, **moved}

    def mask(self, name: str, person: PersonMask) -> Image:
        """Where people are in this picture, 255 for surely, coarser than it is."""
        height, width = demo_photo(name).shape[:2]
        rows, columns = self.image.shape[0] // MASK_PX, self.image.shape[1] // MASK_PX
        size = np.array(self.image.shape[1::-1]) / self.scale
        x = self.low[0] + (np.arange(columns) + 0.5) * size[0] / columns - 0.5
        y = self.low[1] + (np.arange(rows) + 0.5) * size[1] / rows - 0.5
        share = person_at(person, *np.meshgrid(x, y), width, height)
        return np.rint(255.0 * share).astype(np.uint8)

    def camera(self, camera: Mapping[str, float]) -> object:
        """The photograph's camera in this picture."""
        focal = camera["fx"] * float(self.scale[0])
        middle = (np.array([camera["cx"], camera["cy"]]) - self.low) * self.scale
        return plain(Intrinsics(focal, focal, *middle.tolist()))


def _rounded(landmarks: object) -> object:
    values = {name: getattr(landmarks, name) for name in landmarks.__dataclass_fields__}  # type: ignore[attr-defined]
    for name, decimals in DECIMALS.items():
        if values.get(name) is not None:
            values[name] = np.asarray(values[name], np.float64).round(decimals)
    return plain({k: round(v, 4) if isinstance(v, float) else v for k, v in values.items()})


if __name__ == "__main__":
    main()
