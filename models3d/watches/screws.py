"""The small slotted screws of a case back, sunk in their seats. Millimetres; z = 0 is the back."""

from __future__ import annotations

from functools import lru_cache

import manifold3d
import numpy as np

from models3d.watches.outlines import Corner, circle, rectangle, rounded
from models3d.watches.shells import KEPT, Shell, extruded, from_solid, joined

SEAT_RADIUS, SEAT_DEPTH = 0.62, 0.34
HEAD_RADIUS, HEAD_SUNK = 0.56, 0.05  # its top lies a little below the back
SLOT_WIDTH, SLOT_DEPTH = 0.17, 0.15
SEGMENTS = 24

Places = tuple[tuple[float, float], ...]


def with_seats(back: Shell, places: Places) -> Shell:
    """The case back with a countersunk seat for each screw."""
    seat = extruded(
        circle(0.0, SEGMENTS),
        rounded(
            [
                Corner(0.0, -0.5),
                Corner(SEAT_RADIUS + 0.5, -0.5),
                Corner(SEAT_RADIUS + 0.06, -0.02),
                Corner(SEAT_RADIUS, 0.06),
                Corner(SEAT_RADIUS, SEAT_DEPTH),
                Corner(0.0, SEAT_DEPTH),
            ],
            closed=False,
        ),
    )
    seats = [seat.moved(x, y, 0.0).solid() for x, y in places]
    return from_solid(
        manifold3d.Manifold.batch_boolean([back.solid(), *seats], manifold3d.OpType.Subtract)
    )


@lru_cache(maxsize=KEPT)
def screws(places: Places) -> Shell:
    """Their heads; no two slots point the same way."""
    head = _head()
    turned = []
    for k, (x, y) in enumerate(places):
        c, s = np.cos(0.5 + 2.4 * k), np.sin(0.5 + 2.4 * k)
        rotation = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
        turned.append(head.turned(rotation).moved(x, y, 0.0))
    return joined(turned)


def _head() -> Shell:
    """A low cylinder with a broken edge and a slot, resting on the seat's floor."""
    body = extruded(
        circle(0.0, SEGMENTS),
        rounded(
            [
                Corner(0.0, HEAD_SUNK),
                Corner(HEAD_RADIUS - 0.09, HEAD_SUNK, 0.03),
                Corner(HEAD_RADIUS, HEAD_SUNK + 0.09, 0.03),
                Corner(HEAD_RADIUS, SEAT_DEPTH - 0.01),
                Corner(0.0, SEAT_DEPTH - 0.01),
            ],
            closed=False,
        ),
    )
    slot = extruded(
        rectangle(4.0 * HEAD_RADIUS, SLOT_WIDTH, 0.02),
        rounded(
            [
                Corner(-0.01, HEAD_SUNK - 0.2),
                Corner(0.0, HEAD_SUNK - 0.2),
                Corner(0.0, HEAD_SUNK + SLOT_DEPTH),
                Corner(-0.01, HEAD_SUNK + SLOT_DEPTH),
            ],
            closed=False,
        ),
    )
    return from_solid(body.solid() - slot.solid())
