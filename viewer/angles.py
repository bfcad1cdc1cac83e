"""From where pictures are taken: the steps of a turntable, and sides that have a name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

import numpy as np

from models3d.frames import Array, Intrinsics
from models3d.mesh import Model, Part
from viewer.display import DisplayPose, Shown, View, pose_of, view_of

VIEWS: Final = 36  # of a turntable: ten degrees each
LEVEL: Final = np.radians(5.0)  # of the camera: so much of the ground is seen that a piece stands
ABOVE: Final = np.radians(80.0)
NEAR_FILL: Final = 0.62  # of the frame that the stone or the dial takes in a detail
LEAST_ZOOM, MOST_ZOOM = 1.6, 4.5
ALIKE: Final = 0.98  # of the largest stone's size: as good to look at
NEAREST: Final = 0.15  # share of a plain piece that counts as near


@dataclass(frozen=True, slots=True)
class Side:
    """A side of a piece, told by how the piece is shown."""

    azimuth: Callable[[DisplayPose], float]  # radians, on top of the pose's own turn
    elevation: float | None  # radians; None: what suits the piece
    near: bool = False  # the stone or the dial fills the frame


SIDES: Mapping[str, Side] = MappingProxyType(
    {
        "hero": Side(lambda _: 0.0, None),
        "front": Side(lambda pose: -pose.azimuth, LEVEL),
        "side": Side(lambda pose: np.pi / 2.0 - pose.azimuth, LEVEL),
        "back": Side(lambda pose: np.pi - pose.azimuth, LEVEL),
        "top": Side(lambda pose: -pose.azimuth, ABOVE),
        "detail": Side(lambda _: 0.0, None, near=True),
    }
)
VIEW_NAMES: Final = (*map(str, range(VIEWS)), *SIDES)


def view_named(model: Model, name: str, width: int, height: int) -> View:
    """The frame of one of `VIEW_NAMES`.

    Raises:
        ValueError: there is no such view.
    """
    if name in SIDES:
        side = SIDES[name]
        azimuth = side.azimuth(pose_of(model))
        view = view_of(model, width, height, azimuth, side.elevation, sweep=False)
        return _nearer(view, width, height) if side.near else view
    if name not in VIEW_NAMES:
        raise ValueError(f"expected one of {VIEW_NAMES}, got {name!r}")
    return view_of(model, width, height, 2.0 * np.pi * int(name) / VIEWS, None, sweep=True)


def _nearer(view: View, width: int, height: int) -> View:
    """The same camera with a longer lens, on what the piece is looked at for."""
    points = view.camera_from_world.apply(_attraction(view))
    seen = view.intrinsics.project(points)
    low, high = seen.min(axis=0), seen.max(axis=0)
    fits = float(NEAR_FILL / max(np.max((high - low) / (width, height)), 1e-6))
    zoom = float(np.clip(fits, LEAST_ZOOM, MOST_ZOOM))
    k = view.intrinsics
    off = np.array([k.cx, k.cy]) - (low + high) / 2.0
    cx, cy = np.array([width, height]) / 2.0 + zoom * off
    return replace(view, intrinsics=Intrinsics(k.fx * zoom, k.fy * zoom, float(cx), float(cy)))


def _attraction(view: View) -> Array:
    """(n, 3) world: the largest stone, of several the nearest; else the dial; else what is near."""
    shown = view.shown[0]
    parts = shown.model.parts
    chosen = [part for part in parts if part.slot.startswith("gem")]
    chosen = chosen or [part for part in parts if part.slot == "dial"]
    places = [_placed(shown, part, at) for part in chosen or parts for at in part.model_from_part]
    if not chosen:
        points = np.concatenate(places)
        depth = view.camera_from_world.apply(points)[:, 2]
        near: Array = points[depth <= np.quantile(depth, NEAREST)]
        return near
    sizes = np.array([np.ptp(points, axis=0).max() for points in places])
    depths = np.array([view.camera_from_world.apply(points)[:, 2].min() for points in places])
    depths[sizes < ALIKE * sizes.max()] = np.inf
    return places[int(np.argmin(depths))]


def _placed(shown: Shown, part: Part, model_from_part: Array) -> Array:
    """(n, 3) world."""
    points: Array = part.mesh.positions @ model_from_part[:3, :3].T + model_from_part[:3, 3]
    return shown.world_from_model.apply(points)
