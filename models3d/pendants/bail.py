"""What a pendant hangs by: a tapered bail round the chain, a jump ring in it, an eye in the ring.

Pendant frame, metres: origin where the inside of the bail rests on the chain, +Y up, +Z forward.
The bail stands in the plane x = 0, the jump ring in z = 0, the eye again in x = 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from models3d.chains.chain import ChainForm
from models3d.chains.clasps import clasp
from models3d.chains.wire import Loop, round_wire, stadium
from models3d.frames import Array, RigidTransform
from models3d.mesh import Mesh
from models3d.profiles import domed_outline
from models3d.sweep import SweepPath, sweep

RING_WIRE, RING_INNER = 0.60e-3, 2.0e-3
EYE_WIRE, EYE_INNER = 0.68e-3, 1.3e-3
PLAY = 0.04e-3  # where one bears on the other
LEAST_WIDTH, LEAST_HEIGHT = 3.0e-3, 4.8e-3  # inside the bail
POINT_RADIUS = 0.45e-3  # inside, where the jump ring hangs
WIDE, NARROW = 3.0e-3, 0.85e-3  # of the strip, on the chain and at the jump ring
THICK = 0.66e-3, 0.74e-3  # there
CHAIN_ROOM = 1.35  # inside width over the chain's thickness
CLASP_ROOM = 0.25e-3  # round the clasp that is threaded through
ARC_STEPS, SIDE_STEPS, AROUND = 20, 8, 14


@dataclass(frozen=True, slots=True)
class Bail:
    """A strip folded to a drop: round where it hangs on the chain, pointed at the jump ring."""

    radius: float  # inside, of the round top
    height: float  # inside, from top to point
    wide: float = WIDE

    @property
    def reach(self) -> float:
        """Metres from the chain's middle to the strip's back."""
        return self.radius + THICK[0]

    @property
    def ring_middle(self) -> float:
        """y of the jump ring's centre."""
        return -self.height + PLAY - RING_INNER / 2.0

    @property
    def eye_top(self) -> float:
        """y where the eye bears on the jump ring: the top of its hole."""
        return self.ring_middle - RING_INNER / 2.0 + PLAY

    def hole(self) -> tuple[Array, Array]:
        """(n, 2) y, z of the strip's inside and the ways out of the hole, from the top on."""
        apart = self.height - self.radius - POINT_RADIUS
        end = np.arccos((POINT_RADIUS - self.radius) / apart)  # where the round top ends
        top = np.linspace(-end, end, ARC_STEPS + 1)
        point = np.linspace(end, 2.0 * np.pi - end, ARC_STEPS // 2 + 1)
        side = np.linspace(0.0, 1.0, SIDE_STEPS + 1)[1:-1, None]

        def arc(angle: Array, radius: float, middle: float) -> tuple[Array, Array]:
            out = np.stack([np.cos(angle), np.sin(angle)], axis=1)
            return radius * out + np.array([middle, 0.0]), out

        high, high_out = arc(top, self.radius, -self.radius)
        low, low_out = arc(point, POINT_RADIUS, POINT_RADIUS - self.height)
        points = [
            high,
            high[-1] + side * (low[0] - high[-1]),
            low,
            low[-1] + side * (high[0] - low[-1]),
        ]
        sides = [np.repeat(out[-1:], len(side), axis=0) for out in (high_out, low_out)]
        return np.concatenate(points), np.concatenate([high_out, sides[0], low_out, sides[1]])

    def center_line(self) -> Array:
        """(n, 3) metres, closed: for linking numbers."""
        points, out = self.hole()
        middle = points + 0.5 * THICK[0] * out
        return np.concatenate([np.zeros((len(middle), 1)), middle], axis=1)


def bail_for(form: ChainForm) -> Bail:
    """The bail that this chain runs through and its clasp passes."""
    chain = 1e-3 * round(1e3 * form.links(300)[0].height, 4)
    closing = clasp(form.clasp, form.clasp_mm)
    width = max(LEAST_WIDTH, CHAIN_ROOM * chain, closing.height + 3.0 * CLASP_ROOM)
    height = max(LEAST_HEIGHT, closing.width + 3.0 * CLASP_ROOM, 1.55 * width)
    return Bail(float(width) / 2.0, float(height))


@lru_cache(maxsize=32)
def bail_mesh(bail: Bail) -> Mesh:
    """The strip, domed outside and eased inside."""
    points, out = bail.hole()
    count = len(points)
    flat = np.zeros((count, 1))
    origin, outward = np.concatenate([flat, points], 1), np.concatenate([flat, out], 1)
    across = np.tile([1.0, 0.0, 0.0], (count, 1))
    steps = np.linalg.norm(np.roll(points, -1, axis=0) - points, axis=1)
    share = np.clip(1.0 + points[:, 0] / bail.height, 0.0, 1.0)
    taper = share * share * (3.0 - 2.0 * share)
    width = NARROW + (bail.wide - NARROW) * (0.35 * share + 0.65 * taper)
    thickness = THICK[1] + (THICK[0] - THICK[1]) * share
    section = domed_outline(
        width,
        thickness,
        np.minimum(0.30 * thickness, 0.16 * width),
        np.minimum(0.10 * thickness, 0.05 * width),
        0.26 * thickness,
        0.18 * thickness,
        (8, 4),
    )
    path = SweepPath(
        origin, across, outward, np.append(0.0, np.cumsum(steps)[:-1]), float(steps.sum())
    )
    return sweep(path, section)


def ring_loop() -> Loop:
    """The jump ring's middle line, about its own centre, in z = 0."""
    return stadium(RING_INNER + RING_WIRE, RING_INNER + RING_WIRE, ARC_STEPS)


@lru_cache(maxsize=1)
def ring_mesh() -> Mesh:
    """The jump ring about its centre, facing +Z."""
    return round_wire(ring_loop(), RING_WIRE, AROUND)


@lru_cache(maxsize=1)
def eye_mesh() -> Mesh:
    """The eye in x = 0, its hole's top at the origin."""
    across = EYE_INNER + EYE_WIRE
    lying = round_wire(stadium(across, across, ARC_STEPS), EYE_WIRE, AROUND)
    upright = RigidTransform.from_axis_angle((0, 1, 0), np.pi / 2.0).rotation
    return lying.transformed(RigidTransform(upright, np.array([0.0, -EYE_INNER / 2.0, 0.0])))
