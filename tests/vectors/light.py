"""Vectors of the light that is read off a hand and a face, at a jewel, and followed in a stream."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models3d.frames import PixelRegion
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
    told = measure_grain(photo(name), region)
    wanted = {"blur_px": told.blur_px, "noise": told.noise}
    return case(wanted, image=f"@{name}", region=region)


def _at(name: str, light: Light, at_px: tuple[float, float], reach_px: float) -> Case:
    told = light_at(light, photo(name), np.array(at_px), reach_px)
    return case(told, image=f"@{name}", light=light, at=at_px, reach=reach_px)


def _followed(previous: Light | None, read: Light, seconds: float) -> Case:
    told = smooth_light(previous, read, seconds)
    return case(told, previous=previous, read=read, seconds=seconds)
