"""The lever-back: a wire through the lobe and a lever that closes on its tail.

Ear frame, as in `models3d.earrings.findings`.
"""

from __future__ import annotations

from functools import lru_cache

import manifold3d
import numpy as np

from models3d.earrings.findings import (
    EYE_INNER,
    EYE_WIRE,
    HOOK_FRONT_Z,
    HOOK_WIRE,
    SIDE,
    in_plane,
)
from models3d.earrings.hinge import hinge, turned_pin
from models3d.earrings.tubes import bezier, ring, straight, tube
from models3d.solids import MM, solid, union

GAP = 0.06e-3  # between what moves and what does not
HINGE_MM = (1e3 * HOOK_FRONT_Z, -10.6)  # z, y
RADIUS, HALF, OUTSIDE = 0.72e-3, 0.45e-3, 0.95e-3  # of the hinge
YOKE_RADIUS = 0.36e-3
YOKE_AWAY = RADIUS + 0.42e-3  # from the hinge's middle up and down to the fork's yokes
LEVER_EYE = np.array(
    [0.0, HINGE_MM[1] * MM - YOKE_AWAY - YOKE_RADIUS - EYE_INNER / 2.0 - 0.6 * EYE_WIRE,
     HOOK_FRONT_Z]
)  # fmt: skip
FLAT = 1.7  # the lever's width over its depth


@lru_cache(maxsize=1)
def lever_back() -> tuple[manifold3d.Manifold, manifold3d.Manifold]:
    """The wire with its fork and eye, and the lever."""
    pivot = np.array(HINGE_MM)
    middle = in_plane(pivot[None])[0]
    joint = hinge(middle, RADIUS, HALF, OUTSIDE, GAP)
    front = bezier(np.array([[0.0, 0.0], [1.75, 0.0], [3.0, -1.7], [3.0, -5.0]]), 18)
    level = np.array([[-2.4, 0.0], [-1.2, 0.0]])
    back = bezier(np.array([[-2.4, 0.0], [-5.2, 0.0], [-7.1, -1.9], [-7.0, -4.6]]), 18)
    end = pivot[None] + [[0.0, 1e3 * YOKE_AWAY]]
    wire = tube(
        in_plane(np.concatenate([back[:0:-1], level, front, end])), HOOK_WIRE / 2.0, SIDE, 14
    )
    cheek = (HALF + GAP + OUTSIDE) / 2.0
    frame = [solid(wire), joint.fork]
    for way in (-1.0, 1.0):
        yoke = middle + np.array([0.0, way * YOKE_AWAY, 0.0])
        ends = yoke + np.array([[-cheek, 0.0, 0.0], [0.0, 0.0, 0.0], [cheek, 0.0, 0.0]])
        frame.append(solid(tube(ends, YOKE_RADIUS, np.array([0.0, 0.0, 1.0]), 14)))
        for side in (0, 2):
            arm = middle + np.array([ends[side, 0], 0.0, 0.0])
            frame.append(solid(straight(arm, ends[side], 0.5 * (OUTSIDE - HALF))))
    frame.append(solid(ring(EYE_INNER, EYE_WIRE, LEVER_EYE, "side", 9)))
    line = np.concatenate(
        [
            bezier(np.array([pivot, [0.4, -11.6], [-4.4, -12.6], [-6.0, -9.4]]), 20),
            bezier(np.array([[-6.0, -9.4], [-6.9, -7.6], [-7.2, -5.6], [-7.0, -3.2]]), 14)[1:],
        ]
    )
    depth = 0.36e-3 + 0.08e-3 * np.sin(np.pi * np.linspace(0.0, 1.0, len(line)))
    lever = solid(tube(in_plane(line), depth, SIDE, 18, flat=FLAT))
    tangent = (back[-1] - back[-2]) / np.linalg.norm(back[-1] - back[-2])
    groove = np.concatenate([back[-1:] + 1.0 * tangent, back[:-14:-1]])
    lever -= solid(tube(in_plane(groove), HOOK_WIRE / 2.0 + GAP, SIDE, 16))
    # beside the fork the lever is no wider than its barrel
    lever -= turned_pin(middle, YOKE_AWAY + YOKE_RADIUS, HALF, 2.0 * OUTSIDE, 0.0)
    lever -= turned_pin(middle, YOKE_AWAY + YOKE_RADIUS, -2.0 * OUTSIDE, -HALF, 0.0)
    moving = union([lever, joint.barrel]) - joint.pin_room
    return union([union(frame) - joint.barrel_room, joint.pin]), moving
