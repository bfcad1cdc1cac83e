"""Hands for tests: photographs that a dependency ships, drawn fingers, a made-up skeleton."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from models3d.frames import Array, Image, Intrinsics
from tryon.solver import Solver
from tryon.types import Frame, Hand, HandLandmarks, Placement, Seen
from viewer.render.types import Occluder, Worn

DEMO = Path(__file__).resolve().parents[1] / "node_modules" / "@vladmandic" / "face-api" / "demo"
CAMERA = Intrinsics(1000.0, 1000.0, 640.0, 360.0)
WIDTH, HEIGHT = 1280, 720


def demo_photo(name: str) -> Image:
    """A photograph of people with hands; its absence is a failure, not a reason to skip."""
    path = DEMO / f"{name}.jpg"
    assert path.is_file(), f"{path} is missing: run 'npm ci'"
    return np.asarray(cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB), np.uint8)


@dataclass(frozen=True)
class Solved:
    """All layers of one frame in one; `placements` and `worn` run parallel for rings."""

    placements: tuple[Placement, ...]
    worn: tuple[Worn, ...]
    occluders: tuple[Occluder, ...]


def solved(
    solver: Solver,
    image: Image,
    hands: Sequence[HandLandmarks],
    camera: Intrinsics,
    time_ms: float = 0.0,
) -> Solved:
    """What a solver makes of hands in an image."""
    layers = solver.solve(Frame(image, Seen(hands=tuple(hands)), camera, time_ms))
    placements: list[Placement] = []
    worn: list[Worn] = []
    occluders: list[Occluder] = []
    for layer in layers:
        for piece in layer.pieces:
            placements.append(piece.placement)
            for each in piece.worn:
                wearer = None if each.wearer is None else each.wearer + len(occluders)
                worn.append(replace(each, wearer=wearer))
        occluders.extend(layer.occluders)
    return Solved(tuple(placements), tuple(worn), tuple(occluders))


# An open left hand seen from its back, palm lengths: x right, y down, z away, wrist at the origin.
# The backs of a left hand's fingers point at the camera when the thumb is on the right.
_OPEN_HAND = np.array(
    [
        [0.0, 0.0, 0.0],
        [0.30, -0.35, 0.02], [0.52, -0.68, 0.03], [0.68, -0.98, 0.03], [0.80, -1.22, 0.03],
        [0.30, -1.03, 0.0], [0.36, -1.50, 0.0], [0.40, -1.77, 0.0], [0.43, -2.04, 0.0],
        [0.04, -1.02, -0.01], [0.05, -1.55, -0.01], [0.06, -1.88, -0.01], [0.06, -2.13, -0.01],
        [-0.20, -0.95, 0.0], [-0.25, -1.44, 0.0], [-0.28, -1.75, 0.0], [-0.30, -1.99, 0.0],
        [-0.42, -0.83, 0.02], [-0.52, -1.19, 0.02], [-0.58, -1.42, 0.02], [-0.63, -1.62, 0.02],
    ]
)  # fmt: skip
PALM = 0.0875  # metres


def posed_hand(
    rotation: Array | None = None, hand: Hand = Hand.LEFT, distance: float = 0.45
) -> HandLandmarks:
    """The open hand turned, seen by `CAMERA` at `distance` metres, with perfect landmarks."""
    shape = (_OPEN_HAND - _OPEN_HAND[9]) * PALM
    if hand is Hand.RIGHT:
        shape = shape * (-1.0, 1.0, 1.0)
    shape = shape if rotation is None else shape @ np.asarray(rotation).T
    points = CAMERA.project(shape + np.array([0.0, 0.0, distance]))
    return HandLandmarks(points, shape - shape.mean(axis=0), hand, 0.98)


def drawn_finger(
    width_px: float,
    angle: float,
    center: tuple[float, float] = (200.0, 200.0),
    skin: tuple[float, float, float] = (205.0, 160.0, 135.0),
    ground: tuple[float, float, float] = (70.0, 80.0, 90.0),
    noise: float = 0.0,
    taper: float = 0.0,
    size: int = 400,
) -> Image:
    """A straight finger with soft shading on a plain ground, its edges known exactly.

    Args:
        center: on its axis; the first pixel's centre is (0.5, 0.5).
        angle: radians, of its axis clockwise from straight up.
        taper: growth of the width along the axis towards the tip.
    """
    factor = 4  # drawn finely, then averaged: edges fall between pixels
    grid = (np.arange(size * factor) + 0.5) / factor
    x, y = np.meshgrid(grid - center[0], grid - center[1])
    along = x * np.sin(angle) - y * np.cos(angle)
    across = x * np.cos(angle) + y * np.sin(angle)
    half = (width_px + taper * along) / 2.0
    inside = np.abs(across) < half
    shade = 1.0 - 0.25 * np.clip(across / half, -1.0, 1.0) ** 2
    picture = np.where(
        inside[..., None], shade[..., None] * np.array(skin), np.array(ground)
    ).astype(np.float32)
    picture = cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA)
    picture = cv2.GaussianBlur(picture, (0, 0), 0.7)
    if noise:
        picture = picture + np.random.default_rng(5).normal(0.0, noise, picture.shape)
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)
