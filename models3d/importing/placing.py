"""Where a foreign model's hole is, how large its unit, and which way it is worn.

A ring, a bracelet or a watch has a hole with a finger or a wrist in it: seen along its axis, the
largest empty circle with material all around. Its width tells the unit, because fingers and wrists
are known. What has no hole is judged by its size alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from models3d.frames import Anchor, Array
from models3d.mesh import Model

UNITS: Final = {"m": 1.0, "mm": 1e-3, "cm": 1e-2, "in": 0.0254}  # metres; tried in this order
SAMPLES: Final = 20_000
SECTORS: Final = 48  # about an axis, of which all but two must have material
MOST_EMPTY_SECTORS: Final = 2
SEARCH: Final = 15  # places along each side of a search grid
ROUNDS: Final = 7
# Inner diameters in metres. Fingers: ISO 8653 sizes 38 to 76 are 12.1 to 24.2 mm. Wrists: straps
# and bangles for 135 to 215 mm of girth, whose section is up to 1.2 times as broad as it is deep.
HOLES: Final = {Anchor.FINGER: (0.0118, 0.0245), Anchor.WRIST: (0.035, 0.080)}
NECK_HOLE: Final = (0.095, 0.40)
EXTENTS: Final = (0.003, 0.80)  # metres: from the smallest stud to an opera chain laid straight
TYPICAL_HOLE: Final = 0.0172  # EU 54: for models that have no unit at all
TYPICAL_EXTENT: Final = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class Hole:
    """The largest empty cylinder that goes through, in the model's own units."""

    center: Array  # (3,) on the axis, in the middle of the material beside the hole
    axis: Array  # (3,) unit
    radius: float


def surface_points(model: Model, seed: int = 3) -> Array:
    """(n, 3) points spread over the surface by area, with all corners of small models."""
    meshes = [part.world_mesh() for part in model.parts]
    corners = np.concatenate([mesh.positions[mesh.triangles] for mesh in meshes])
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    areas = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    total = float(areas.sum())
    chance = areas / total if total > 0.0 else np.full(len(areas), 1.0 / len(areas))
    random = np.random.default_rng(seed)
    chosen = random.choice(len(areas), SAMPLES, p=chance)
    u, v = random.random((2, SAMPLES, 1))
    flip = u + v > 1.0
    u, v = np.where(flip, 1.0 - u, u), np.where(flip, 1.0 - v, v)
    inside: Array = a[chosen] + u * (b[chosen] - a[chosen]) + v * (c[chosen] - a[chosen])
    return inside


def find_hole(points: Array) -> Hole | None:
    """The hole of a piece worn round something; None where there is none.

    Args:
        points: (n, 3) on the surface.
    """
    middle = points.mean(axis=0)
    principal = np.linalg.svd(points - middle, full_matrices=False)[2]
    found = [
        hole for axis in (*np.eye(3), *principal) if (hole := _along(points, axis)) is not None
    ]
    if not found:
        return None
    largest = max(hole.radius for hole in found)
    # the model's own axes come first: principal ones are turned a little by a head or a clasp
    return next(hole for hole in found if hole.radius >= 0.97 * largest)


def frame_across(axis: Array) -> Array:
    """(2, 3) unit vectors across an axis, the second as near to the model's up as can be."""
    up = np.array([0.0, 1.0, 0.0]) if abs(axis[1]) < 0.9 else np.array([0.0, 0.0, 1.0])
    second = up - axis * (up @ axis)
    second /= np.linalg.norm(second)
    return np.stack([np.cross(second, axis), second])


def _along(points: Array, axis: Array) -> Hole | None:
    across = frame_across(axis)
    flat = points @ across.T
    tree = cKDTree(flat)
    low, high = flat.min(axis=0), flat.max(axis=0)
    center, half = (low + high) / 2.0, (high - low) / 2.0
    best = -1.0
    for _ in range(ROUNDS):
        steps = np.linspace(-1.0, 1.0, SEARCH)
        offsets = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
        tried = center + offsets * half
        clear = np.asarray(tree.query(tried)[0])
        for k in np.argsort(-clear):
            if clear[k] <= best or _surrounded(flat, tried[k]):
                break
        else:
            return None
        if clear[k] > best:
            best, center = float(clear[k]), tried[k]
        half = half * (2.5 / SEARCH)
    if best < 0.1 * float((high - low).max()) or not _surrounded(flat, center):
        return None
    beside = np.linalg.norm(flat - center, axis=1) < 1.25 * best
    along = points[beside] @ axis
    middle = (along.min() + along.max()) / 2.0
    return Hole(center @ across + axis * middle, np.asarray(axis, np.float64), best)


def _surrounded(flat: Array, center: Array) -> bool:
    x, y = (flat - center).T
    sector = ((np.arctan2(y, x) / (2.0 * np.pi) + 0.5) * SECTORS).astype(int).clip(0, SECTORS - 1)
    return bool(len(np.unique(sector)) >= SECTORS - MOST_EMPTY_SECTORS)


def guess_unit(hole: Hole | None, extent: float) -> tuple[str, float, Anchor | None]:
    """The unit's name, its length in metres, and where such a piece is worn.

    Args:
        extent: the longest side of the model's box, in its units.
    """
    for name, metres in UNITS.items():
        anchor = worn_on(hole, metres)
        if anchor is not None:
            return name, metres, anchor
        if hole is None and EXTENTS[0] <= extent * metres <= EXTENTS[1]:
            return name, metres, None
    if hole is not None:
        return "own", TYPICAL_HOLE / (2.0 * hole.radius), Anchor.FINGER
    return "own", TYPICAL_EXTENT / extent, None


def worn_on(hole: Hole | None, metres: float) -> Anchor | None:
    """Where a hole of this size is worn, at so many metres a unit."""
    if hole is None:
        return None
    diameter = 2.0 * hole.radius * metres
    for anchor, (least, most) in HOLES.items():
        if least <= diameter <= most:
            return anchor
    return Anchor.NECK if NECK_HOLE[0] <= diameter <= NECK_HOLE[1] else None


def dorsal(points: Array, hole: Hole, stones: Array | None) -> tuple[Array, str]:
    """The direction (3,) across the axis in which a piece is shown, and why.

    Stones say it; else whatever stands out farthest; else a plain hoop's own up.

    Args:
        stones: (n, 3) middles of the stones.
    """
    across = frame_across(hole.axis)
    if stones is not None and len(stones):
        lean = (stones - hole.center).mean(axis=0) @ across.T
        if np.linalg.norm(lean) > 0.3 * hole.radius:
            return _unit(lean @ across), "its stones"
    flat = (points - hole.center) @ across.T
    reach = np.linalg.norm(flat, axis=1)
    sector = _sectors(flat)
    rim = np.array([reach[sector == k].max(initial=0.0) for k in range(SECTORS)])
    usual = float(np.median(rim))
    if rim.max() > usual + 0.12 * hole.radius:
        high = flat[reach > usual + 0.6 * (rim.max() - usual)]
        return _unit(high.mean(axis=0) @ across), "what stands out farthest"
    along = np.abs((points - hole.center) @ hole.axis)
    broad = np.array([along[sector == k].max(initial=0.0) for k in range(SECTORS)])
    if broad.max() > 1.25 * float(np.median(broad)):
        wide = flat[along > 0.8 * broad.max()]
        return _unit(wide.mean(axis=0) @ across), "where it is broadest"
    return across[1], "the file's own up, since it looks the same all round"


def _sectors(flat: Array) -> NDArray[np.int64]:
    turn = np.arctan2(flat[:, 1], flat[:, 0]) / (2.0 * np.pi) + 0.5
    return (turn * SECTORS).astype(np.int64).clip(0, SECTORS - 1)


def _unit(vector: Array) -> Array:
    return np.asarray(vector / np.linalg.norm(vector))
