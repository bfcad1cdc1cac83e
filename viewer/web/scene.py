"""How a piece stands before the page's camera: its pose, the frame, the ground's shadow, places."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np

from models3d.engraving.cut import ENGRAVED_UV
from models3d.frames import Array
from models3d.gltf.document import DocumentWriter
from models3d.mesh import Model, Part
from viewer.display import FIELD_OF_VIEW, View, focused, outline_points, pose_of, view_of
from viewer.render.apart import Apart
from viewer.render.ground import SIDE
from viewer.web.packing import numbers
from viewer.web.shades import DARKEST, SWING, GroundShade

SQUARE: Final = 1000  # pixels: only ratios are kept
NAMED: Final = ("crown", "clasp", "buckle", "bezel", "bail")  # parts that are pointed out
SLOTS: Final = {"gem": "stone", "dial": "dial", "strap": "strap"}  # and by their slots, as what
FACING: Final = ("stone", "dial")
ENGRAVING: Final = "engraving"
FLAT: Final = 0.5  # cosine between the floors of letters and the way their line faces


def framed(model: Model) -> View:
    """The piece before the page's camera, not turned."""
    return view_of(model, SQUARE, SQUARE, 0.0, None, sweep=True)


def described_scene(
    model: Model, apart: Apart, view: View, ground: GroundShade | None, document: DocumentWriter
) -> dict[str, Any]:
    """Pose, frame and ground for `extras.parure.viewer`; the maps go into the document.

    Args:
        view: as `framed` gives it.
    """
    pose = pose_of(model)
    eye = view.camera_from_world.inverse().translation
    back = -view.camera_from_world.rotation[2]
    distance = float(eye @ back)
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
        "center": numbers(apart.center),
        "radius": apart.radius,
        "size_mm": numbers(1e3 * np.ptp(upright, axis=0)),
        "box": numbers(_box(model)),
        "shown": _shown(view, model),
        "hotspots": spots(model),
    }
    if ground is not None:
        scene["ground"] = {
            "side": SIDE,
            "half_side": ground.half_side,
            "world_from_ground": numbers(ground.world_from_ground),
            "steps": [DARKEST, SWING],
            "mean": document.packed_view(ground.mean, "ATTRIBUTES", "NONE", None),
            "waves": document.packed_view(ground.waves, "ATTRIBUTES", "NONE", None),
        }
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


def spots(model: Model) -> list[dict[str, Any]]:
    """What is pointed at, model frame: the largest part of each kind, and a line of letters."""
    largest: dict[str, tuple[float, Part]] = {}
    for part in model.parts:
        about = part.name if part.name in NAMED else SLOTS.get(part.slot)
        size = float(np.ptp(part.mesh.positions, axis=0).max())
        if about is not None and size > largest.get(about, (0.0, part))[0]:
            largest[about] = size, part
    lines = [line for part in model.parts if (line := _engraving(part)) is not None]
    return [*(_spot(about, part) for about, (_, part) in largest.items()), *lines[:1]]


def _engraving(part: Part) -> dict[str, Any] | None:
    """The middle of a line that was cut into a part, and the way it faces."""
    uvs = part.mesh.uvs
    if uvs is None or not part.material.name.endswith("/engraved"):
        return None
    cut: Array = np.all(np.abs(uvs - ENGRAVED_UV) < 1e-6, axis=1)
    if not cut.any():
        return None
    mesh = replace(part, model_from_part=part.model_from_part[:1]).world_mesh()
    corners = mesh.positions[mesh.triangles[cut[mesh.triangles].all(axis=1)]]
    areas = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    facing = areas.sum(axis=0)  # the walls of a stroke cancel each other, its floor stays
    facing /= np.linalg.norm(facing)
    floor = corners[areas @ facing > FLAT * np.linalg.norm(areas, axis=1)].mean(axis=1)
    away = np.linalg.norm(floor - np.median(floor, axis=0), axis=1)
    return {
        "name": part.name,
        "about": ENGRAVING,
        "position": numbers(floor[away.argmin()]),
        "normal": numbers(facing),
    }


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
