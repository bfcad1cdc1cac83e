"""What the workshop makes of a model: closed bodies of metal, alloy by alloy, in millimetres."""

from __future__ import annotations

from dataclasses import dataclass

import manifold3d
import numpy as np

from models3d.errors import ModelError
from models3d.frames import Anchor
from models3d.mesh import Model, Part
from models3d.metals import METALS
from models3d.solids import MM, solid, union

METAL_SLOT = "metal"  # metal, metal_2 …


@dataclass(frozen=True, slots=True, eq=False)
class Casting:
    """All of one alloy in a piece."""

    slot: str
    metal: str  # id, or the material's own name where it is none of ours
    color: tuple[float, float, float]  # linear sRGB
    body: manifold3d.Manifold  # millimetres

    @property
    def name(self) -> str:
        """The alloy in words."""
        return METALS[self.metal].name if self.metal in METALS else self.metal


def metal_parts(model: Model) -> list[Part]:
    """The parts that are cast or milled; of a model without slots, all that is not a stone.

    Raises:
        ModelError: there are none.
    """
    slotted = any(part.slot for part in model.parts)
    found = [
        part
        for part in model.parts
        if (part.slot.startswith(METAL_SLOT) if slotted else not part.material.is_gem)
    ]
    if not found:
        raise ModelError(f"{model.name} has no metal to write")
    return found


def castings(model: Model) -> list[Casting]:
    """One body for each alloy and slot, in the order of the parts.

    Raises:
        ModelError: there is no metal, or a part is not closed.
    """
    kinds: dict[tuple[str, str], list[Part]] = {}
    for part in metal_parts(model):
        kinds.setdefault((part.slot, _metal_id(part)), []).append(part)
    return [
        Casting(
            slot,
            metal_id,
            parts[0].material.base_color[:3],
            union([body for part in parts for body in _bodies(part)]),
        )
        for (slot, metal_id), parts in kinds.items()
    ]


def whole(model: Model) -> manifold3d.Manifold:
    """All metal as one; of a ring, one solid.

    Raises:
        ModelError: there is no metal, a part is not closed, or a ring's parts do not touch.
    """
    body = union([casting.body for casting in castings(model)])
    if model.anchor in (Anchor.FINGER, None) and len(body.decompose()) != 1:
        raise ModelError(f"{model.name}: its parts do not join to one solid")
    return body


def _bodies(part: Part) -> list[manifold3d.Manifold]:
    """One body for each instance."""
    mesh = part.mesh if part.workshop_mesh is None else part.workshop_mesh
    try:
        body = solid(mesh)
    except ModelError as error:
        raise ModelError(f"{part.name}: {error}") from error
    placed = []
    for matrix in part.model_from_part:
        in_mm = np.hstack([matrix[:3, :3], matrix[:3, 3:] / MM])
        placed.append(body if np.array_equal(matrix, np.eye(4)) else body.transform(in_mm))
    return placed


def _metal_id(part: Part) -> str:
    """Of a material called metal/ID/FINISH the id, else its name."""
    kind, _, rest = part.material.name.partition("/")
    return rest.split("/")[0] if kind == "metal" and rest else part.material.name
