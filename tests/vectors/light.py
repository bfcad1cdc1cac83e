"""Vectors of the light that is read off a hand and a face, at a jewel, and followed in a stream."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from models3d.frames import Image, PixelRegion
from tests.vectors.golden import Case, Vectors, case, photo, seen
from tests.vectors.hands import landmarks
from tryon.anchors.canonical import canonical_face
from tryon.appearance.grain import measure_grain
from tryon.appearance.light import Light, light_at, read_light, smooth_light
from tryon.types import FaceLandmarks


def vectors() -> Vectors:
    """Of two small photographs; one darker, as if the lamp stood behind."""
    hand = read_light(photo("small.photo"), landmarks("small.hand"))
    face = read_light(photo("person.photo"), _face())
    return {
        "measureGrain": [
            _grain("small.photo", PixelRegion(-20, 10, 200, 180)),
            _grain("small.photo", PixelRegion(60, 80, 75, 67)),
            _grain("person.photo", PixelRegion(0, 0, 130, 168)),
            _moved(2.2),
        ],
        "readLight": [
            case(hand, image="@small.photo", landmarks="@small.hand", triangles=[]),
            case(
                face,
                image="@person.photo",
                landmarks="@person.face",
                triangles=canonical_face().triangles,
            ),
        ],
        "lightAt": [
            _at("small.photo", hand, (110.0, 90.0), 20.0),
            _at("small.photo", hand, (2.0, 2.0), 12.0),
            _at("person.photo", face, (60.0, 80.0), 15.0),
        ],
        "lightingOf": [case(light.lighting(), light=light) for light in (hand, face)],
        "smoothLight": [
            _followed(None, hand, 0.2),
            _followed(hand, face, 0.2),
            _followed(replace(hand, skin=None), face, 1.5),
        ],
    }


def _face() -> FaceLandmarks:
    told = seen()["person.face"]
    points = np.reshape(told["pointsPx"], (-1, 2))
    return FaceLandmarks(points, np.array(told["depthsPx"]), told["score"])


def _grain(name: str, region: PixelRegion) -> Case:
    return case(_told(photo(name), region), image=f"@{name}", region=region)


def _moved(way: float) -> Case:
    """Of things that the camera saw move."""
    random = np.random.default_rng(41)
    image = np.full((96, 96, 3), 120, np.uint8)
    for _ in range(60):
        corners = random.integers(0, 96, 2) + random.integers(-24, 24, (3, 2))
        level = int(random.integers(20, 235))
        cv2.fillConvexPoly(image, corners.astype(np.int32), [level] * 3)
    y, x = np.mgrid[-8:9, -8:9]
    u, v = np.cos(way) * x + np.sin(way) * y, np.cos(way) * y - np.sin(way) * x
    kernel = np.exp(-0.5 * ((u / 2.4) ** 2 + (v / 0.8) ** 2))
    image = np.asarray(cv2.filter2D(image, -1, kernel / kernel.sum()), np.uint8)
    region = PixelRegion(2, 2, 92, 91)
    return case(_told(image, region), image=image, region=region)


def _told(image: Image, region: PixelRegion) -> dict[str, float | None]:
    told = measure_grain(image, region)
    kept = ("blur_px", "noise", "moved_px", "way")
    return {name: getattr(told, name) for name in kept}


def _at(name: str, light: Light, at_px: tuple[float, float], reach_px: float) -> Case:
    told = light_at(light, photo(name), np.array(at_px), reach_px)
    return case(told, image=f"@{name}", light=light, at=at_px, reach=reach_px)


def _followed(previous: Light | None, read: Light, seconds: float) -> Case:
    told = smooth_light(previous, read, seconds)
    return case(told, previous=previous, read=read, seconds=seconds)
