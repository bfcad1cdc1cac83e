"""Drawn photos for tests: an open hand on a table beside a card or a coin, every size known.

The camera looks straight down unless tilted. The hand is flat and lies as high over the table as a
finger's widest part does, so a finger's breadth in the picture is exactly the one asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

import cv2
import numpy as np
from hands import posed_hand

from models3d.frames import Array, Image, Intrinsics, RigidTransform
from tryon.anchors.hand_frame import CHAINS
from tryon.media.lens import assumed_intrinsics
from tryon.sizing.estimate import FINGER_DEPTH
from tryon.sizing.references import Shape, reference
from tryon.sizing.table import LIFTED_MM
from tryon.types import HandLandmarks

PER_MM, SPAN_MM = 7, 320  # texels, and how much of the table is drawn
CORNER_MM = 3.18


@dataclass(frozen=True)
class Scene:
    """What lies on the table and how it is photographed."""

    breadth_mm: float = 18.0
    reference: str | None = "card"
    at_mm: tuple[float, float] = (-108.0, -100.0)  # of its middle, from the hand's wrist
    turn_deg: float = 25.0  # of the reference
    corner_mm: float = CORNER_MM  # of a card
    size_mm: tuple[float, float] | None = None  # of a card; None: its own
    card: tuple[int, int, int] = (40, 70, 150)
    ground: tuple[int, int, int] = (225, 222, 215)
    skin: tuple[int, int, int] = (205, 160, 135)
    fingers_apart: float = 1.0  # 1: as far as they are at rest
    distance_mm: float = 330.0
    tilt_deg: float = 0.0
    turned_deg: float = 0.0  # of the camera about its own axis
    width: int = 1600
    height: int = 1200
    blur_px: float = 0.8
    noise: float = 1.5


@dataclass(frozen=True, eq=False)
class Drawn:
    """A photo with what a detector would find in it."""

    image: Image
    hand: HandLandmarks
    camera: Intrinsics
    outline_px: Array  # (n, 2) of the reference


@cache
def drawn(scene: Scene) -> Drawn:
    """Draw it, once; whoever changes the picture copies it."""
    camera = assumed_intrinsics(scene.width, scene.height)
    joints = 1e3 * posed_hand().world[:, :2]
    joints = joints - joints[0]
    axis = joints[[9, 10, 11, 12], 0].mean()
    for chain in list(CHAINS.values())[1:]:
        bones = list(chain)
        joints[bones, 0] = axis + scene.fingers_apart * (joints[bones, 0] - axis)
    joints = joints + np.array([30.0, 85.0])  # the fingers near the picture's middle
    known = reference(scene.reference) if scene.reference else None
    height = 0.5 * FINGER_DEPTH * scene.breadth_mm + LIFTED_MM
    picture = np.full((scene.height, scene.width, 3), scene.ground, np.float64)
    texture = PER_MM * SPAN_MM, PER_MM * SPAN_MM
    outline = np.zeros((0, 2))
    if known:
        flat = _outline(scene) + joints[0] + scene.at_mm
        mask = np.zeros(texture, np.uint8)
        cv2.fillPoly(mask, [_fixed(flat)], 255, cv2.LINE_AA, 4)
        share = _seen(mask, scene, camera, known.thickness_mm)[..., None]
        picture += share / 255.0 * (np.array(scene.card) - picture)
        outline = _pixels(flat, scene, camera, known.thickness_mm)
    mask = _hand_mask(joints, scene.breadth_mm, texture)
    share = _seen(mask, scene, camera, height)[..., None] / 255.0
    picture += share * (np.array(scene.skin) - picture)
    noisy = cv2.GaussianBlur(picture, (0, 0), scene.blur_px)
    noisy += np.random.default_rng(7).normal(0.0, scene.noise, noisy.shape)
    points = _pixels(joints, scene, camera, height)
    bent = posed_hand().world @ _rotation(scene).T
    hand = replace(posed_hand(), points_px=points, world=bent)
    return Drawn(np.clip(np.rint(noisy), 0, 255).astype(np.uint8), hand, camera, outline)


def _outline(scene: Scene) -> Array:
    """(n, 2) millimetres about its middle."""
    assert scene.reference
    known = reference(scene.reference)
    angle = np.linspace(0.0, 2.0 * np.pi, 240, endpoint=False)
    round_ = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    if known.shape is Shape.COIN:
        return 0.5 * known.width_mm * round_
    size = np.array(scene.size_mm or (known.width_mm, known.height_mm))
    flat = (0.5 * size - scene.corner_mm) * np.sign(np.round(round_, 9)) + scene.corner_mm * round_
    cosine, sine = np.cos(np.radians(scene.turn_deg)), np.sin(np.radians(scene.turn_deg))
    return flat @ np.array([[cosine, sine], [-sine, cosine]])


def _hand_mask(joints: Array, breadth: float, shape: tuple[int, int]) -> Image:
    """The palm and five round fingers, all as broad; the wrist."""
    mask = np.zeros(shape, np.uint8)
    wrist = np.array([[-28.0, 0.0], [28.0, 0.0], [28.0, 90.0], [-28.0, 90.0]]) + joints[0]
    hand = np.concatenate([joints[[1, 2, 5, 9, 13, 17]], wrist[:2]])
    palm = cv2.convexHull(hand.astype(np.float32))[:, 0]
    for part in (palm, wrist):
        cv2.fillPoly(mask, [_fixed(part)], 255, cv2.LINE_AA, 4)
    angle = np.linspace(0.0, 2.0 * np.pi, 90, endpoint=False)
    circle = 0.5 * breadth * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    for chain in CHAINS.values():
        for start, end in pairwise(chain):
            ends = np.concatenate([joints[start] + circle, joints[end] + circle])
            hull = cv2.convexHull(ends.astype(np.float32))[:, 0]
            cv2.fillPoly(mask, [_fixed(hull)], 255, cv2.LINE_AA, 4)
    return mask


def _fixed(points_mm: Array) -> Array:
    """Texels in sixteenths, the table's middle in the texture's."""
    texels = PER_MM * (points_mm + 0.5 * SPAN_MM) - 0.5
    return np.rint(16.0 * texels).astype(np.int32)


def _rotation(scene: Scene) -> Array:
    """(3, 3) camera from table, whose z runs down."""
    tilt = RigidTransform.from_axis_angle([1.0, 0.0, 0.0], np.radians(scene.tilt_deg)).rotation
    turn = RigidTransform.from_axis_angle([0.0, 0.0, 1.0], np.radians(scene.turned_deg)).rotation
    return tilt @ turn


def _px_from_mm(scene: Scene, camera: Intrinsics, height: float) -> Array:
    """(3, 3) from the plane `height` above the table, x right and y down as in the picture."""
    matrix = np.array([[camera.fx, 0.0, camera.cx], [0.0, camera.fy, camera.cy], [0.0, 0.0, 1.0]])
    rotation = _rotation(scene)
    origin = np.array([0.0, 0.0, scene.distance_mm]) - height * rotation[:, 2]
    return matrix @ np.column_stack([rotation[:, 0], rotation[:, 1], origin])


def _pixels(points_mm: Array, scene: Scene, camera: Intrinsics, height: float) -> Array:
    mapped = np.column_stack([points_mm, np.ones(len(points_mm))])
    mapped = mapped @ _px_from_mm(scene, camera, height).T
    return mapped[:, :2] / mapped[:, 2:]


def _seen(texture: Image, scene: Scene, camera: Intrinsics, height: float) -> Array:
    """A texture of the table through the camera, drawn twice as fine and averaged."""
    half = 0.5 * SPAN_MM
    mm_from_texel = np.array(
        [[1 / PER_MM, 0, 0.5 / PER_MM - half], [0, 1 / PER_MM, 0.5 / PER_MM - half], [0, 0, 1.0]]
    )
    finer = np.array([[2.0, 0.0, -0.5], [0.0, 2.0, -0.5], [0.0, 0.0, 1.0]])
    warp = finer @ _px_from_mm(scene, camera, height) @ mm_from_texel
    size = (2 * scene.width, 2 * scene.height)
    large = cv2.warpPerspective(texture, warp, size, flags=cv2.INTER_LINEAR)
    small = cv2.resize(large, (scene.width, scene.height), interpolation=cv2.INTER_AREA)
    return small.astype(np.float64)
