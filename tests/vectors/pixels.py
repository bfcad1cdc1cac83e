"""Vectors of what is read off pictures: OpenCV's operations, edges, skin, whole outlines."""

from __future__ import annotations

import cv2
import numpy as np

from models3d.frames import Array, Image, Intrinsics
from tests.arms import shadowed_limb
from tests.hands import drawn_finger
from tests.vectors.golden import Case, Vectors, case, photo, seen
from tests.vectors.hands import landmarks
from tryon.anchors.contour import Phalanx, find_contour
from tryon.anchors.finger import find_outline
from tryon.anchors.hand_frame import lift
from tryon.anchors.skin import flesh, hand_colours
from tryon.types import Finger


def vectors() -> Vectors:
    """Of a grainy picture, of drawn fingers, and of a hand in a photograph."""
    random = np.random.default_rng(23)
    grainy = random.integers(0, 256, (19, 23, 3)).astype(np.uint8)
    return {
        "warped8": [_warped(grainy)],
        "blurred8": [
            case(_blurred(grainy, sigma), image=grainy, sigma=sigma) for sigma in (0.55, 1.7)
        ],
        "blurred": [_blurred_field(random)],
        "reduced8": [
            case(_reduced(image, size), image=image, size=size)
            for image in (grainy, random.integers(0, 256, (30, 42, 3)).astype(np.uint8))
            for size in ((9, 7), (8, 8), (21, 15), (7, 5), (12, 11))
        ],
        "labOf": [_lab(grainy)],
        "findContour": [
            *(_contour(*each) for each in ((14.0, 0.2), (22.0, -0.5), (50.0, 0.1))),
            _shadowed(),
        ],
        "flesh": [_flesh(finger) for finger in Finger],
        "findOutline": [_outline(finger) for finger in Finger],
    }


def _warped(image: Image) -> Case:
    matrix = np.array([[0.7, 0.2, 2.3], [-0.1, 0.8, 4.7]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size = (20, 17)
    out = cv2.warpAffine(image, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return case(_numbers(out), image=image, matrix=matrix, size=size)


def _blurred(image: Image, sigma: float) -> Array:
    return _numbers(cv2.GaussianBlur(image, (0, 0), sigma))


def _blurred_field(random: np.random.Generator) -> Case:
    field = random.uniform(0.0, 100.0, (9, 14, 3)).astype(np.float32).round(3)
    out = cv2.GaussianBlur(field, (0, 0), sigmaX=1.4, sigmaY=0.8)
    return case(_numbers(out), field=field, width=14, height=9, sigmas=(1.4, 0.8))


def _reduced(image: Image, size: tuple[int, int]) -> Array:
    return _numbers(cv2.resize(image, size, interpolation=cv2.INTER_AREA))


def _lab(image: Image) -> Case:
    lab = cv2.cvtColor(image.astype(np.float32) / 255.0, cv2.COLOR_RGB2Lab)
    return case(_numbers(lab), image=image)


def _numbers(image: object) -> Array:
    return np.asarray(image, np.float64)


def _contour(width: float, angle: float) -> Case:
    size = 96
    image = drawn_finger(width, angle, center=(46.0, 49.0), noise=3.0, taper=-0.06, size=size)
    axis = np.array([np.sin(angle + 0.04), -np.cos(angle + 0.04)])
    start, end = (np.array([48.0, 48.0]) + reach * axis for reach in (-26.0, 22.0))
    phalanx = Phalanx(
        start.round(3), end.round(3), 0.6, 0.4, 0.9, 1.1 * width, right_limit_px=width
    )
    return case(find_contour(image, phalanx), image=image, phalanx=phalanx)


def _shadowed() -> Case:
    """A limb beside the shadow that it throws."""
    image = shadowed_limb(48.0, 40.0, 96, noise=0.0)
    start, end = np.array([48.0, 92.0]), np.array([48.0, 4.0])
    phalanx = Phalanx(start, end, 0.6, 0.2, 0.9, 47.0, on_shadow=True)
    return case(find_contour(image, phalanx), image=image, phalanx=phalanx)


def _flesh(finger: Finger) -> Case:
    image, hand = photo("small.photo"), landmarks("small.hand")
    center, axis = hand.points_px[6].round(2), np.array([0.6, 0.8])
    told = flesh(image, hand_colours(image, hand.points_px), center, axis, 16.0)
    return case(
        told, image="@small.photo", hand="@small.hand", center=center, axis=axis, width=16.0
    )


def _outline(finger: Finger) -> Case:
    image, hand = photo("small.photo"), landmarks("small.hand")
    pose = lift(hand, Intrinsics(**seen()["small.camera"]))
    told = find_outline(image, pose, finger)
    return case(
        told, image="@small.photo", hand="@small.hand", camera="@small.camera", finger=finger
    )
