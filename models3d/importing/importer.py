"""A brand's own model into an anchor's frame, with a report of all that was assumed."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from models3d.errors import ModelError
from models3d.frames import Anchor, Array
from models3d.gltf.read import read_with_notes
from models3d.importing.placing import (
    UNITS,
    Hole,
    dorsal,
    find_hole,
    guess_unit,
    surface_points,
    worn_on,
)
from models3d.importing.slots import Guess, guess_slots
from models3d.mesh import Material, Model, Part

ANCHOR_WORDS: Final = (
    (Anchor.EAR, r"ear.?ring|stud|hoop|huggie"),
    (Anchor.NECK, r"necklace|pendant|chain|collar|locket|riviere|choker"),
    (Anchor.WRIST, r"watch|bracelet|bangle|cuff"),
    (Anchor.FINGER, r"ring|solitaire|signet"),
)
AXES: Final = {"x": (1.0, 0.0, 0.0), "y": (0.0, 1.0, 0.0), "z": (0.0, 0.0, 1.0)}
LARGEST_PIECE: Final = 2.0  # metres


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user knows better; None leaves it to be found.

    Raises:
        ModelError: a unit or an axis is none of those known.
    """

    unit: str | None = None  # m, mm, cm or in
    up: str | None = None  # x, y, z or -x …: the file's direction that is up, or shown, when worn
    anchor: Anchor | None = None

    def __post_init__(self) -> None:
        if self.unit is not None and self.unit not in UNITS:
            raise ModelError(f"the unit must be one of {', '.join(UNITS)}, not {self.unit!r:.40}")
        if self.up is not None and self.up.removeprefix("-") not in AXES:
            raise ModelError(f"up must be x, y, z, -x, -y or -z, not {self.up!r:.40}")


@dataclass(frozen=True, slots=True)
class Report:
    """What was read and what was made of it."""

    name: str
    triangles: int
    parts: int
    unit: str
    metres_per_unit: float
    anchor: str | None
    inner_diameter_mm: float | None
    size_mm: tuple[float, float, float]  # along x, y and z of the anchor's frame
    assumed: tuple[str, ...]  # sentences
    slots: tuple[Guess, ...]

    def document(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)


def import_model(path: Path, wishes: Wishes) -> tuple[Model, Report]:
    """The model of a .glb or .gltf file in metres, in its anchor's frame.

    Raises:
        ModelError: the file cannot be used; the message says why.
    """
    foreign, left_out = read_with_notes(path)
    points = surface_points(foreign)
    extent = float(np.ptp(points, axis=0).max())
    if extent <= 0.0:
        raise ModelError("the model has no size: all of it lies in one point")
    assumed = list(left_out)
    hole = find_hole(points)
    unit, metres, anchor = _unit(hole, extent, foreign, wishes, assumed)
    anchor = _anchor(foreign, anchor, wishes, assumed)
    slotted, guesses = guess_slots(foreign)
    model_from_file = _placed(slotted, points, hole, anchor, wishes, assumed)
    model_from_file[:3] *= metres
    placed = [
        replace(part, model_from_part=model_from_file @ part.model_from_part)
        for part in slotted.parts
    ]
    parts = tuple(_in_metres(part) for part in placed)
    worn = hole is not None and anchor in (Anchor.FINGER, Anchor.WRIST)
    diameter = 2.0 * hole.radius * metres if hole is not None and worn else None
    model = Model(foreign.name, parts, anchor, diameter, {"imported": True})
    size = np.ptp(model.bounds(), axis=0) * 1e3
    if size.max() > LARGEST_PIECE * 1e3:
        raise ModelError(f"the piece would be {size.max() / 1e3:.3g} m long: give its unit")
    report = Report(
        foreign.name,
        sum(len(part.mesh.triangles) * len(part.model_from_part) for part in parts),
        len(parts),
        unit,
        metres,
        None if anchor is None else str(anchor),
        None if diameter is None else round(1e3 * diameter, 4),
        (round(float(size[0]), 3), round(float(size[1]), 3), round(float(size[2]), 3)),
        tuple(assumed),
        guesses,
    )
    return model, report


def _unit(
    hole: Hole | None, extent: float, model: Model, wishes: Wishes, assumed: list[str]
) -> tuple[str, float, Anchor | None]:
    if wishes.unit is not None:
        metres = UNITS[wishes.unit]
        return wishes.unit, metres, worn_on(hole, metres)
    if model.anchor is not None:  # one of ours: it says what it is
        return "m", 1.0, model.anchor
    unit, metres, anchor = guess_unit(hole, extent)
    what = (
        f"its hole is then {2e3 * hole.radius * metres:.1f} mm wide"
        if hole is not None
        else f"it is then {1e3 * extent * metres:.1f} mm long"
    )
    if unit == "own":
        assumed.append(f"No unit makes a jewel of it: one unit is taken for {1e3 * metres:.4g} mm.")
    else:
        assumed.append(f"One unit is taken for one {unit}: {what}.")
    return unit, metres, anchor


def _anchor(
    model: Model, by_hole: Anchor | None, wishes: Wishes, assumed: list[str]
) -> Anchor | None:
    if wishes.anchor is not None:
        return wishes.anchor
    if by_hole is not None:
        if model.anchor is None:
            assumed.append(f"It is worn at the {by_hole}: such is the width of its hole.")
        return by_hole
    words = " ".join([model.name, *(part.name for part in model.parts)]).casefold()
    for anchor, pattern in ANCHOR_WORDS:
        if re.search(rf"\b(?:{pattern})", words.replace("_", " ")):
            assumed.append(f"It is worn at the {anchor}: its names say so.")
            return anchor
    assumed.append("Nothing tells where it is worn: it is shown, not tried on.")
    return None


def _placed(
    model: Model,
    points: Array,
    hole: Hole | None,
    anchor: Anchor | None,
    wishes: Wishes,
    assumed: list[str],
) -> Array:
    """(4, 4) the anchor's frame from the file's, both in the file's unit."""
    if model.anchor is not None and wishes.up is None and anchor is model.anchor:
        return np.eye(4)
    if anchor in (Anchor.FINGER, Anchor.WRIST) and hole is not None:
        stones = _stone_middles(model)
        shown, why = dorsal(points, hole, stones)
        if wishes.up is not None:
            shown = _direction(wishes.up)
            shown = shown - hole.axis * (shown @ hole.axis)
            if np.linalg.norm(shown) < 0.1:
                raise ModelError(f"up {wishes.up} runs along the hole: it cannot be what is shown")
            shown /= np.linalg.norm(shown)
        else:
            assumed.append(f"What is shown is told by {why}.")
        assumed.append("The middle of the hole is the origin.")
        along = hole.axis if _sign(hole.axis) > 0.0 else -hole.axis
        return _frame(np.stack([np.cross(along, shown), along, shown]), hole.center)
    up = _direction(wishes.up) if wishes.up is not None else np.array([0.0, 1.0, 0.0])
    front = np.array([0.0, 0.0, 1.0]) if abs(up[2]) < 0.5 else np.array([0.0, -1.0, 0.0]) * up[2]
    if wishes.up is None:
        assumed.append("The file's y axis is up and z is its front, as glTF has it.")
    turn = np.stack([np.cross(up, front), up, front])
    turned = points @ turn.T
    low, high = turned.min(axis=0), turned.max(axis=0)
    middle = (low + high) / 2.0
    if anchor in (Anchor.NECK, Anchor.EAR):
        assumed.append("It hangs from the middle of its top.")
        middle = np.array([middle[0], high[1], middle[2]])
    else:
        assumed.append("The middle of its box is the origin.")
    return _frame(turn, turn.T @ middle)


def _frame(rotation: Array, origin: Array) -> Array:
    matrix = np.eye(4)
    matrix[:3, :3] = rotation
    matrix[:3, 3] = -rotation @ origin
    return matrix


def _direction(up: str) -> Array:
    return np.array(AXES[up.removeprefix("-")]) * (-1.0 if up.startswith("-") else 1.0)


def _sign(axis: Array) -> float:
    """Of the largest component: an axis is followed the way the file's own axis runs."""
    return float(axis[np.abs(axis).argmax()])


def _stone_middles(model: Model) -> Array | None:
    middles = [
        part.mesh.bounds().mean(axis=0) @ matrix[:3, :3].T + matrix[:3, 3]
        for part in model.parts
        if part.slot == "gem"
        for matrix in part.model_from_part
    ]
    return np.array(middles) if middles else None


def _in_metres(part: Part) -> Part:
    """The part with its scale in its mesh, so that its places only turn and move it.

    A part whose places differ in size keeps those, relative to the first.
    """
    scale = float(np.cbrt(abs(np.linalg.det(part.model_from_part[0, :3, :3]))))
    if scale <= 0.0:
        raise ModelError(f"{part.name} is flattened by its place")
    places = part.model_from_part.copy()
    places[:, :3, :3] /= scale
    mesh = replace(part.mesh, positions=part.mesh.positions * scale)
    return replace(part, mesh=mesh, model_from_part=places, material=_scaled(part.material, scale))


def _scaled(material: Material, scale: float) -> Material:
    """A volume's thickness is told in the mesh's units (KHR_materials_volume)."""
    if not material.thickness or material.name.startswith("gem/"):
        return material
    return replace(material, thickness=material.thickness * scale)
