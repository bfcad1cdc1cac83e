"""A pinned hinge: a barrel between the two cheeks of a fork, on a pin along X."""

from __future__ import annotations

from dataclasses import dataclass

import manifold3d
import numpy as np

from models3d.frames import Array, RigidTransform
from models3d.settings.lathe import lathe
from models3d.solids import solid, union

EDGE = 0.08e-3  # broken off every turned part
_ALONG_X = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


@dataclass(frozen=True, slots=True, eq=False)
class Hinge:
    """The bodies of a hinge in millimetres, and the room that each needs to turn."""

    barrel: manifold3d.Manifold
    barrel_room: manifold3d.Manifold
    fork: manifold3d.Manifold  # two bodies
    fork_room: manifold3d.Manifold
    pin: manifold3d.Manifold  # fast in the fork
    pin_room: manifold3d.Manifold


def hinge(middle: Array, radius: float, half: float, outside: float, seam: float) -> Hinge:
    """A hinge about a place.

    Args:
        middle: (3,) metres.
        radius: of barrel and fork, metres.
        half: of the barrel's width, metres.
        outside: metres from the middle to the fork's outside.
        seam: metres between what moves and what does not.
    """
    pin = 0.36 * radius
    cheeks = [
        turned_pin(middle, radius, *sorted((side * (half + seam), side * outside)))
        for side in (-1.0, 1.0)
    ]
    rooms = [
        turned_pin(middle, radius + seam, *sorted((side * half, side * 2.0 * outside)))
        for side in (-1.0, 1.0)
    ]
    return Hinge(
        turned_pin(middle, radius, -half, half),
        turned_pin(middle, radius + seam, -half - seam, half + seam, 0.0),
        union(cheeks),
        union(rooms),
        turned_pin(middle, pin, -outside - 0.06e-3, outside + 0.06e-3),
        turned_pin(middle, pin + 0.5 * seam, -half - seam, half + seam, 0.0),
    )


def turned_pin(
    middle: Array, radius: float, start: float, end: float, edge: float = EDGE
) -> manifold3d.Manifold:
    """A turned body along X from start to end, metres from the middle."""
    break_ = min(edge, 0.3 * radius, 0.3 * (end - start))
    profile = np.array(
        [
            [0.0, start], [radius - break_, start], [radius - 0.3 * break_, start + 0.3 * break_],
            [radius, start + break_], [radius, end - break_],
            [radius - 0.3 * break_, end - 0.3 * break_], [radius - break_, end], [0.0, end],
        ]
    )  # fmt: skip
    if break_ == 0.0:
        profile = profile[[0, 1, 5, 7]]
    return solid(lathe(profile, 24).transformed(RigidTransform(_ALONG_X, middle)))
