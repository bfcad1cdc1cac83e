"""Where claws stand round a stone: at its corners, or evenly on its curves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from models3d.errors import Unbuildable
from models3d.frames import Array
from models3d.settings.prong import ClawPlace
from models3d.stones.stone import Stone

SHARP: Final = np.radians(60.0)  # an outline that turns more at one corner is pointed there

# Degrees from +X of the outward normals where round claws stand, by their number; none lies on
# the shank, which comes from +X and -X. Pointed corners get a V each besides.
_ROUND: Final = {4: (45.0, 135.0, 225.0, 315.0), 6: (30.0, 90.0, 150.0, 210.0, 270.0, 330.0)}
_CORNERS: Final = {4: _ROUND[4]}
_NONE: Final[Mapping[int, tuple[float, ...]]] = {0: ()}
CLAWS: Final[Mapping[str, Mapping[int, tuple[float, ...]]]] = {
    "round_brilliant": _ROUND,
    "old_european": _ROUND,
    "single_cut": _ROUND,
    "rose_cut": _ROUND,
    "oval": _ROUND,
    "cabochon": _ROUND,
    "cushion": _CORNERS,
    "asscher": _CORNERS,
    "emerald": _CORNERS,
    "radiant": _CORNERS,
    "princess": _NONE,
    "baguette": _NONE,
    "tapered_baguette": _NONE,
    "trillion": _NONE,
    "marquise": {4: (17.0, 163.0, 197.0, 343.0)},
    "pear": {4: (8.0, 172.0, 232.0, 308.0)},
    "heart": {4: (62.0, 118.0, 192.0, 348.0)},
}


def claw_places(stone: Stone, claws: int) -> tuple[ClawPlace, ...]:
    """Where to hold this stone.

    Args:
        claws: how many round ones, where the cut leaves a choice; other cuts have their own.
    Raises:
        Unbuildable: claws do not hold such a stone.
    """
    if stone.cut not in CLAWS:
        raise Unbuildable(f"Claws do not hold a {stone.cut.replace('_', ' ')}.", ("cut",))
    by_number = CLAWS[stone.cut]
    angles = by_number.get(claws, next(iter(by_number.values())))
    rounded = [_support(stone.outline, np.radians(angle)) for angle in angles]
    places = [*rounded, *_points(stone.outline)]
    return tuple(sorted(places, key=lambda p: np.arctan2(p.point[1], p.point[0]) % (2.0 * np.pi)))


def _support(outline: Array, angle: float) -> ClawPlace:
    """The outermost place in a direction; the middle of a flat side that faces it."""
    outward = np.array([np.cos(angle), np.sin(angle)])
    ahead = outline @ outward
    aside = np.array([-outward[1], outward[0]])
    lying = outline[ahead > ahead.max() - 2e-6]
    across = lying @ aside
    middle = (across.min() + across.max()) / 2.0
    return ClawPlace(ahead.max() * outward + middle * aside, outward)


def _points(outline: Array) -> list[ClawPlace]:
    """The outline's sharp corners that point outwards."""
    steps = np.roll(outline, -1, axis=0) - outline
    lengths = np.linalg.norm(steps, axis=1)
    steps, outline = steps[lengths > 1e-9], outline[lengths > 1e-9]
    heading = np.arctan2(steps[:, 1], steps[:, 0])
    bend = (heading - np.roll(heading, 1) + np.pi) % (2.0 * np.pi) - np.pi
    found = []
    for k in np.flatnonzero(bend > SHARP):
        bisector = heading[k] - bend[k] / 2.0 - np.pi / 2.0
        outward = np.array([np.cos(bisector), np.sin(bisector)])
        found.append(ClawPlace(outline[k], outward, float(np.pi - bend[k])))
    return found
