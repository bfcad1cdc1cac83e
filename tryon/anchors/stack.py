"""Several rings on one finger: laid one upon the other so that they touch and never intersect.

The first ring asked for sits nearest the hand, as a wedding band inside an engagement ring. A ring
is pushed on along the finger until it meets what is there: seen along the finger, everywhere its
underside lies above the tops of those before it. So a low band slides under the overhang of a high
head, and two heads side by side keep apart. The rings of a stack are drawn as large as the first
one: the finger under them is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from models3d.frames import Array
from models3d.mesh import Mesh, Model

CELL = 0.0002  # metres: how finely rings are compared, seen along the finger
GAP = 0.00005  # metres that two rings keep apart
NEAREST_HAND, NEAREST_TIP = 0.30, 0.75  # shares of the phalanx between which bands are worn
ALIKE = 1e-3  # difference of inner diameters that nobody sees, share


@dataclass(frozen=True, slots=True, eq=False)
class Relief:
    """A ring seen along the finger: how far it reaches at each spot."""

    low: Array  # (side, side) metres along +Y, inf where there is nothing
    high: Array  # (side, side), -inf where there is nothing
    band: tuple[float, float]  # reach of the shank, on the palm's side

    @property
    def half_side(self) -> int:
        """Cells from the middle to the border."""
        return len(self.low) // 2


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """How the rings of one finger stand to one another."""

    offsets: Array  # (n,) metres along +Y, of rings with the first one's inner diameter
    band: tuple[float, float]  # reach of all shanks, from the middle between their ends


def stacked(models: Sequence[Model]) -> Stack:
    """Lay rings of the same inner diameter one upon the other, the first nearest the hand."""
    if len(models) == 1:  # a ring alone stands where its maker put the middle of its hole
        return Stack(np.zeros(1), (0.0, 0.0))
    reliefs = [relief(model) for model in models]
    offsets: list[float] = []
    for upper in reliefs:
        below = zip(offsets, reliefs, strict=False)
        offsets.append(max((y + clearance(lower, upper) for y, lower in below), default=0.0))
    placed = np.array(offsets)
    start = min(y + r.band[0] for y, r in zip(placed, reliefs, strict=True))
    end = max(y + r.band[1] for y, r in zip(placed, reliefs, strict=True))
    half = 0.5 * (end - start)
    return Stack(placed - 0.5 * (start + end), (-half, half))


def place_of_stack(at: float, stack: Stack, phalanx: float) -> float:
    """Share of the way along the bone where the stack's middle sits; it is moved as a whole.

    Args:
        at: where a single ring sits.
        phalanx: length of the bone, metres, on the scale of the rings.
    """
    low, high = (reach / max(phalanx, 1e-9) for reach in stack.band)
    if low == high:
        return at
    if NEAREST_TIP - high < NEAREST_HAND - low:  # more than fits: as much beyond either end
        return 0.5 * (NEAREST_HAND - low + NEAREST_TIP - high)
    return min(max(at, NEAREST_HAND - low), NEAREST_TIP - high)


def clearance(lower: Relief, upper: Relief) -> float:
    """Metres by which `upper` must stand above `lower` so that they touch."""
    half = min(lower.half_side, upper.half_side)
    tops, undersides = _middle(lower.high, half), _middle(upper.low, half)
    both = np.isfinite(tops) & np.isfinite(undersides)
    return float((tops[both] - undersides[both]).max()) + GAP if both.any() else 0.0


def relief(model: Model) -> Relief:
    """A ring's reach along the finger, never less than it is."""
    read = reach(model)
    return replace(read, low=-_widened(-read.low), high=_widened(read.high))


def reach(model: Model) -> Relief:
    """A ring's reach along the finger as read off its meshes, cell by cell."""
    points = np.concatenate(
        [np.zeros((0, 3)), *(_samples(part.world_mesh()) for part in model.parts)]
    )
    reach = float(np.abs(points[:, [0, 2]]).max(initial=0.0))
    half = int(np.ceil(reach / CELL)) + 2
    side = 2 * half + 1
    cell = (np.rint(points[:, 0] / CELL) + half) * side + np.rint(points[:, 2] / CELL) + half
    low, high = np.full(side * side, np.inf), np.full(side * side, -np.inf)
    np.minimum.at(low, cell.astype(np.intp), points[:, 1])
    np.maximum.at(high, cell.astype(np.intp), points[:, 1])
    palmar = points[points[:, 2] < 0.0, 1] if (points[:, 2] < 0.0).any() else points[:, 1]
    return Relief(
        low.reshape(side, side),
        high.reshape(side, side),
        (float(palmar.min(initial=0.0)), float(palmar.max(initial=0.0))),
    )


def fitted(model: Model, inner_diameter: float, own: float) -> Model:
    """The model grown evenly to another inner diameter; itself where nobody sees the difference."""
    growth = inner_diameter / own
    if abs(growth - 1.0) < ALIKE:
        return model
    grown = np.diag([growth, growth, growth, 1.0])
    parts = tuple(
        replace(part, model_from_part=grown @ part.model_from_part) for part in model.parts
    )
    return replace(model, parts=parts, inner_diameter=inner_diameter)


def _samples(mesh: Mesh) -> Array:
    """(n, 3) points of a surface, no further apart than a cell."""
    corners = mesh.positions[mesh.triangles]
    found = [mesh.positions]
    while len(corners):
        sides = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).max(axis=1)
        corners = corners[sides > CELL]
        a, b, c = corners.transpose(1, 0, 2)
        ab, bc, ca = (a + b) / 2.0, (b + c) / 2.0, (c + a) / 2.0
        found.append(np.concatenate([ab, bc, ca]))
        quarters = ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))
        corners = np.concatenate([np.stack(quarter, axis=1) for quarter in quarters])
    return np.concatenate(found)


def _widened(heights: Array) -> Array:
    """The highest of each cell and its eight neighbours."""
    padded = np.pad(heights, 1, constant_values=-np.inf)
    rows = np.maximum(np.maximum(padded[:-2], padded[1:-1]), padded[2:])
    widened: Array = np.maximum(np.maximum(rows[:, :-2], rows[:, 1:-1]), rows[:, 2:])
    return widened


def _middle(heights: Array, half: int) -> Array:
    """The middle (2 half + 1) cells squared."""
    edge = len(heights) // 2 - half
    return heights[edge : edge + 2 * half + 1, edge : edge + 2 * half + 1]
