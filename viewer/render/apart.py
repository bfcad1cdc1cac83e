"""A model taken apart: what is drawn as a surface, what light is traced through."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from models3d.frames import Array
from models3d.mesh import Mesh, Model, Part, box_of
from viewer.render.gem_shape import GemShape, gem_shape
from viewer.render.materials import has_volume
from viewer.render.placed import Placed, placed

SHAPES_KEPT = 64  # of meshes, which pieces may share
PANE = "crystal"  # the slot of a watch's glass: never a stone
FEWEST_FACETS = 12  # of a stone whose material does not say that it has a volume


@dataclass(frozen=True, slots=True, eq=False)
class Apart:
    """The meshes of a model with their places, in the model's order."""

    parts: tuple[Placed, ...]
    owners: tuple[Part, ...]  # the part that each belongs to
    shapes: tuple[GemShape | None, ...]  # of stones; None: it is a surface
    center: Array  # (3,) model frame
    size: float  # metres, the longest side of its box
    radius: float  # metres about the centre

    @property
    def surfaces(self) -> list[tuple[Placed, Part]]:
        """What is drawn as a surface, and the part it belongs to."""
        together = zip(self.parts, self.owners, self.shapes, strict=True)
        return [(part, owner) for part, owner, shape in together if shape is None]

    @property
    def stones(self) -> list[tuple[Placed, Part, GemShape]]:
        """What light is traced through, and the part it belongs to."""
        together = zip(self.parts, self.owners, self.shapes, strict=True)
        return [(part, owner, shape) for part, owner, shape in together if shape is not None]

    @property
    def casting(self) -> list[Placed]:
        """All parts that keep light away: panes do not, unless there is nothing else."""
        together = zip(self.parts, self.shapes, strict=True)
        found = [p for p, shape in together if shape is not None or not p.material.is_gem]
        return found or list(self.parts)


def taken_apart(model: Model) -> Apart:
    """The meshes of a model, with the shapes of its stones."""
    owned = [(one, part) for part in model.parts for one in placed(part)]
    parts = tuple(one for one, _ in owned)
    reach = [part.positions().reshape(-1, 3) for part in parts]
    low, high = box_of(np.concatenate([box_of(points) for points in reach]))
    center = (low + high) / 2.0
    radius = max(_farthest(points, center) for points in reach)
    return Apart(
        parts,
        tuple(part for _, part in owned),
        tuple(None if part.slot == PANE else traced_shape(one) for one, part in owned),
        center,
        float((high - low).max()),
        radius,
    )


def _farthest(points: Array, center: Array) -> float:
    """Metres from the centre to the farthest of points (n, 3)."""
    x, y, z = (points - center).T
    return float(np.sqrt((x * x + y * y + z * z).max()))


def traced_shape(part: Placed) -> GemShape | None:
    """How rays are traced inside a part; None: it is drawn as a surface.

    A gem says that it has a volume. Foreign stones often do not: what transmits light and is cut
    like a stone is taken for one, any other thin glass for a pane.
    """
    if not part.material.is_gem:
        return None
    if has_volume(part.material):
        return _shape(part.mesh, False)
    shape = _shape(part.mesh, True)
    return shape if shape is not None and len(shape.normals) >= FEWEST_FACETS else None


@lru_cache(maxsize=SHAPES_KEPT)
def _shape(mesh: Mesh, faceted_only: bool) -> GemShape | None:
    return gem_shape(mesh, faceted_only)
