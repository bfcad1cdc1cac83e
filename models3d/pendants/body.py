"""A pendant's own body with the eye it hangs by.

Eye frame: origin where the eye bears on the jump ring, +Y up, +Z forward. Solids in millimetres.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import manifold3d
import numpy as np

from models3d.bill import EngravingLot, Measure, StoneLot
from models3d.frames import Array
from models3d.mesh import Mesh, Part
from models3d.pendants.bail import EYE_INNER, EYE_WIRE, PLAY, RING_INNER, RING_WIRE, eye_mesh
from models3d.profiles import ellipse_outline
from models3d.solids import solid, union
from models3d.sweep import SweepPath, sweep

CLEAR_MM = 0.22  # between the jump ring and the body, when they hang in one plane
STEM_MM = 0.44  # radius
STEM_AROUND = 16
SUNK = 0.45  # of the eye's wire, in the body
SAMPLE_MM = 0.08


@dataclass(frozen=True, slots=True, eq=False)
class PendantBody:
    """What hangs in the jump ring."""

    parts: tuple[Part, ...]  # metres, eye frame
    metal: tuple[manifold3d.Manifold, ...]  # millimetres, eye frame
    focus: tuple[str, ...]  # names of the parts that a picture shows
    stones: tuple[StoneLot, ...] = ()
    engravings: tuple[EngravingLot, ...] = ()
    measures: tuple[Measure, ...] = ()

    def box_mm(self) -> Array:
        """(2, 3): least and greatest corner of metal and stones."""
        boxes = [1e3 * part.world_mesh().bounds() for part in self.parts]
        corners = np.concatenate(boxes)
        return np.stack([corners.min(axis=0), corners.max(axis=0)])


def eye_lift_mm(
    metal: manifold3d.Manifold,
    z_mm: float,
    clear_of: Array | None = None,
    beside: Sequence[manifold3d.Manifold] = (),
) -> float:
    """y of the eye's bearing point over a body, so that ring and eye stand free.

    Args:
        metal: without the eye.
        z_mm: of the eye's middle.
        clear_of: (n, 2) x, y of what the eye stands over too: a stone's girdle.
        beside: other bodies that it stands over: a locket's other shell.
    """
    reach = 1e3 * (RING_INNER / 2.0 + RING_WIRE) + CLEAR_MM
    outline = _outline_near((metal, *beside), z_mm, 0.5e3 * RING_WIRE + CLEAR_MM)
    if clear_of is not None:
        outline = np.concatenate([outline, _dense(clear_of)])
    near = outline[np.abs(outline[:, 0]) < reach]
    ring = float((near[:, 1] + np.sqrt(reach**2 - near[:, 0] ** 2)).max())
    under_ring = ring - 0.5e3 * RING_INNER + 1e3 * PLAY
    top = float(near[np.abs(near[:, 0]) < 0.5][:, 1].max())
    over_body = top + 1e3 * (EYE_INNER + (1.0 - SUNK) * EYE_WIRE)
    if clear_of is not None:
        stone = clear_of[np.abs(clear_of[:, 0]) < 0.6]
        over_body = max(over_body, float(stone[:, 1].max()) + 1e3 * (EYE_INNER + EYE_WIRE) + 0.10)
    return max(under_ring, over_body)


def eyed(
    metal: manifold3d.Manifold, at_mm: Array, foot_mm: Array, foot_radius_mm: float = STEM_MM
) -> manifold3d.Manifold:
    """The body with an eye whose bearing point is `at_mm` (3,) and a stem from it to the foot."""
    bottom = at_mm - np.array([0.0, 1e3 * (EYE_INNER + 0.5 * EYE_WIRE), 0.0])
    eye = solid(eye_mesh()).translate(at_mm.tolist())
    bodies = [metal, eye]
    if np.linalg.norm(foot_mm - bottom) > 0.05:
        bodies.append(solid(stem(bottom, foot_mm, foot_radius_mm)))
    return union(bodies)


def stem(start_mm: Array, end_mm: Array, radius_mm: float) -> Mesh:
    """A round wire from one point to another, its ends buried."""
    axis = end_mm - start_mm
    length = float(np.linalg.norm(axis))
    along = axis / length
    side = np.cross(along, [1.0, 0.0, 0.0])
    side /= np.linalg.norm(side)
    points = np.stack([start_mm, end_mm]) * 1e-3
    half = np.full(2, radius_mm * 1e-3)
    path = SweepPath(points, np.tile(np.cross(side, along), (2, 1)), np.tile(side, (2, 1)))
    return sweep(path, ellipse_outline(half, half, STEM_AROUND), taper=np.zeros(2))


def top_at_mm(metal: manifold3d.Manifold, z_mm: float, half_width_mm: float = 0.4) -> float:
    """Greatest y of a body near x = 0 at a height."""
    outline = _outline_near((metal,), z_mm, 0.3)
    return float(outline[np.abs(outline[:, 0]) < half_width_mm][:, 1].max())


def _outline_near(bodies: Sequence[manifold3d.Manifold], z_mm: float, half_mm: float) -> Array:
    """(n, 2) x, y of the silhouette of a slab of all bodies together."""
    slabs = [
        body.trim_by_plane((0.0, 0.0, 1.0), z_mm - half_mm).trim_by_plane(
            (0.0, 0.0, -1.0), -(z_mm + half_mm)
        )
        for body in bodies
    ]
    polygons = union(slabs).project().to_polygons()
    return np.concatenate([_dense(np.asarray(polygon)) for polygon in polygons])


def _dense(polygon: Array) -> Array:
    """(n, 2) points at most `SAMPLE_MM` apart round a polygon."""
    closed = np.concatenate([polygon, polygon[:1]])
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(closed, axis=0), axis=1))])
    s = np.linspace(0.0, along[-1], int(along[-1] / SAMPLE_MM) + 2)
    s = np.sort(np.concatenate([s, along]))
    return np.stack([np.interp(s, along, closed[:, k]) for k in range(2)], axis=1)
