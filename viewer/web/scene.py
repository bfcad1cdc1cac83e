"""How a piece stands before the page's camera: its pose, the frame, the ground's shadow, places."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models3d.frames import Array, RigidTransform
from models3d.gltf.document import DocumentWriter
from models3d.mesh import Model, Part
from viewer.display import FIELD_OF_VIEW, View, focused, outline_points, pose_of, view_of
from viewer.render.ground import SIDE, Ground, ground_under
from viewer.render.renderer import Renderer
from viewer.web.packing import map_bytes, numbers

SQUARE: Final = 1000  # pixels: only ratios are kept
TURNS: Final = 8  # at which the ground's shadow is taken
ORDERS: Final = 2  # of the series in the turn that is kept of them
DARKEST: Final = 255.0  # steps of a whole shadow
SWING: Final = 400.0  # steps that one is turned into, of what changes with the turn
NAMED: Final = ("crown", "clasp", "buckle", "bezel", "bail")  # parts that are pointed out
SLOTS: Final = {"gem": "stone", "dial": "dial", "strap": "strap"}  # and by their slots, as what
FACING: Final = ("stone", "dial")


def described_scene(renderer: Renderer, model: Model, document: DocumentWriter) -> dict[str, Any]:
    """Pose, frame and ground for `extras.parure.viewer`; the maps go into the document."""
    view = view_of(model, SQUARE, SQUARE, 0.0, None, sweep=True)
    pose = pose_of(model)
    eye = view.camera_from_world.inverse().translation
    back = -view.camera_from_world.rotation[2]
    distance = float(eye @ back)
    uploaded = renderer.uploaded(model)
    upright = pose.world_from_model.apply(outline_points(model))
    scene: dict[str, Any] = {
        "frame": {
            "fieldOfView": FIELD_OF_VIEW,
            "distance": distance,
            "target": numbers(eye - back * distance),
            "azimuth": 0.0,
            "elevation": float(pose.elevation),
            "center": [view.intrinsics.cx / SQUARE, view.intrinsics.cy / SQUARE],
            "stands": view.stands,
        },
        "center": numbers(uploaded.center),
        "radius": uploaded.radius,
        "size_mm": numbers(1e3 * np.ptp(upright, axis=0)),
        "box": numbers(_box(model)),
        "shown": _shown(view, model),
        "hotspots": _spots(model),
    }
    if view.stands:
        placed = view.shown[0].world_from_model
        scene["ground"] = _ground(renderer, model, placed, document)
    return scene


def _box(model: Model) -> Array:
    """(8, 3) model frame: corners of the upright box about what is looked at; x counts slowest."""
    pose = pose_of(model).world_from_model
    upright = pose.apply(outline_points(model, bool(focused(model))))
    low, high = upright.min(axis=0), upright.max(axis=0)
    corners = np.stack(np.meshgrid(*zip(low, high, strict=True), indexing="ij"), axis=-1)
    return pose.inverse().apply(corners.reshape(-1, 3))


def _shown(view: View, model: Model) -> list[dict[str, Any]]:
    """The piece and its twin: where they stand, and the upright line that each turns about."""
    return [
        {
            "world_from_model": numbers(one.world_from_model.matrix),
            "axis": one.axis,
            "mirrored": one.model is not model,
        }
        for one in view.shown
    ]


def _ground(
    renderer: Renderer, model: Model, world_from_model: RigidTransform, document: DocumentWriter
) -> dict[str, Any]:
    """The shade under the piece as a Fourier series in its turn, since the light stands still."""
    turns = 2.0 * np.pi * np.arange(TURNS) / TURNS
    grounds: list[Ground] = [
        ground_under(
            renderer, model, RigidTransform.from_axis_angle((0, 1, 0), turn) @ world_from_model
        )
        for turn in turns
    ]
    shades = np.stack([one.shade for one in grounds])
    mean = np.round((1.0 - shades.mean(axis=0)) * DARKEST).astype(np.int32)
    shades = shades.reshape(TURNS, SIDE // 2, 2, SIDE // 2, 2).mean(axis=(2, 4))
    waves = []
    for order in range(1, ORDERS + 1):
        for wave in (np.cos(order * turns), np.sin(order * turns)):
            share: Array = np.tensordot(wave, shades, 1) * 2.0 / TURNS
            waves.append(np.clip(np.round(share * SWING), -127, 127).astype(np.int32))
    return {
        "side": SIDE,
        "half_side": grounds[0].half_side,
        "world_from_ground": numbers(grounds[0].world_from_ground.matrix),
        "steps": [DARKEST, SWING],
        "mean": _packed(document, mean[None]),
        "waves": _packed(document, np.stack(waves)),
    }


def _packed(document: DocumentWriter, maps: NDArray[np.int32]) -> int:
    rows = map_bytes(maps).reshape(-1, 4)
    return document.packed_view(rows, "ATTRIBUTES", "NONE", None)


def _spots(model: Model) -> list[dict[str, Any]]:
    """What is pointed at: the largest part of each kind, model frame."""
    largest: dict[str, tuple[float, Part]] = {}
    for part in model.parts:
        about = part.name if part.name in NAMED else SLOTS.get(part.slot)
        size = float(np.ptp(part.mesh.positions, axis=0).max())
        if about is not None and size > largest.get(about, (0.0, part))[0]:
            largest[about] = size, part
    return [_spot(about, part) for about, (_, part) in largest.items()]


def _spot(about: str, part: Part) -> dict[str, Any]:
    """The outermost point of a part the way it faces; of stones and dials that is their +Z."""
    mesh = replace(part, model_from_part=part.model_from_part[:1]).world_mesh()
    middle = mesh.bounds().mean(axis=0)
    facing = part.model_from_part[0, :3, 2] if about in FACING else middle
    facing = facing / max(float(np.linalg.norm(facing)), 1e-9)
    along = (mesh.positions - middle) @ facing
    place = middle + facing * along.max()
    return {
        "name": part.name,
        "about": about,
        "position": numbers(place),
        "normal": numbers(facing),
    }
