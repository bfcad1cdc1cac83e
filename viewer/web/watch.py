"""What a watch does in the page: its bezel and crown turn, its paint glows in the dark."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np

from models3d.dials.surfaces import lume, lume_material
from models3d.mesh import Material, Model
from viewer.web.packing import numbers

BEZEL: Final = ("bezel", "bezel_insert", "bezel_scale", "bezel_pip")
CLICKS: Final = 120  # of a diver's bezel in a whole turn


def turning_parts(model: Model) -> dict[str, dict[str, Any]]:
    """How the wearer turns parts, by their names: about which line of the model's frame.

    A bezel with a scale turns about the dial's middle, a crown about its stem.
    """
    parts = {part.name: part for part in model.parts}
    found: dict[str, dict[str, Any]] = {}
    if set(BEZEL) <= set(parts):
        seat = parts["bezel"].model_from_part[0]
        axis = {"kind": "bezel", "point": numbers(seat[:3, 3]), "axis": numbers(seat[:3, 2])}
        found |= {name: {**axis, "clicks": CLICKS} for name in BEZEL}
    if "crown" in parts and "dial" in parts:
        crown = parts["crown"]
        mesh = replace(crown, model_from_part=crown.model_from_part[:1]).world_mesh()
        middle = mesh.bounds().mean(axis=0)
        dial = parts["dial"].model_from_part[0]
        stem = middle - dial[:3, 3]
        stem -= dial[:3, 2] * float(stem @ dial[:3, 2])
        axis = {"kind": "crown", "point": numbers(middle)}
        found["crown"] = {**axis, "axis": numbers(stem / np.linalg.norm(stem))}
    return found


def glowing(paint: Material) -> Material:
    """Luminous paint as it is seen in the dark."""
    return lume_material(lume(paint.name.split("/")[1]), True)
