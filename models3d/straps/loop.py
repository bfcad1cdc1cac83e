"""The line a strap follows: from one spring bar down, under the wrist and up to the other.

Wrist frame, metres, in the plane y = 0 as (x, z). Stations run from 6 o'clock's end (+x) round
to 12 o'clock's; the line is its own mirror image in x.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models3d.errors import ModelError
from models3d.frames import Array
from models3d.straps.lugs import WristSection

BEND_SAMPLES, WRIST_SAMPLES = 64, 160
ROUNDNESS = 0.58  # of the bend between lugs and wrist: a circle's would be 0.55


@dataclass(frozen=True, slots=True, eq=False)
class Loop:
    """A smooth line, convex outwards."""

    points: Array  # (n, 2)
    station: Array  # (n,) metres from the first point
    tangent: Array  # (n, 2) unit, along

    @property
    def length(self) -> float:
        """Metres from end to end."""
        return float(self.station[-1])

    def at(self, station: Array) -> tuple[Array, Array, Array]:
        """Points, directions along and outwards (..., 2); beyond the ends the line goes straight.

        Args:
            station: (...) metres.
        """
        inside = np.clip(station, 0.0, self.length)
        point = np.stack([np.interp(inside, self.station, c) for c in self.points.T], axis=-1)
        along = np.stack([np.interp(inside, self.station, c) for c in self.tangent.T], axis=-1)
        along /= np.linalg.norm(along, axis=-1, keepdims=True)
        point = point + (station - inside)[..., None] * along
        outward = np.stack([-along[..., 1], along[..., 0]], axis=-1)
        return point, along, outward

    def place(self, station: Array, y: Array, height: Array) -> Array:
        """Points (..., 3) of the wrist frame, `height` metres outside the line, `y` across."""
        point, _, outward = self.at(station)
        x, z = np.moveaxis(point + outward * height[..., None], -1, 0)
        return np.stack(np.broadcast_arrays(x, y, z), axis=-1)


def loop_round(wrist: WristSection, start: Array, slope: float, clearance: float) -> Loop:
    """The line from `start` at +x round the wrist to its mirror image.

    Args:
        start: (2,) x, z where the line begins.
        slope: radians below horizontal at which it leaves.
        clearance: metres that it stays off the skin.
    Raises:
        ModelError: the start lies too low or too near to the wrist for a strap.
    """
    leaving = np.array([np.cos(slope), -np.sin(slope)])
    angle = np.radians(np.linspace(75.0, -60.0, 136))
    skin, along = _off_skin(wrist, angle, clearance)
    # where the ray out of the lugs meets the tangents of the wrist
    to_skin = skin - start
    cross = leaving[0] * along[:, 1] - leaving[1] * along[:, 0]
    reach = (to_skin[:, 0] * along[:, 1] - to_skin[:, 1] * along[:, 0]) / cross
    rest = (leaving[0] * to_skin[:, 1] - leaving[1] * to_skin[:, 0]) / cross
    possible = (cross < -1e-6) & (reach > 0.0) & (rest > 0.0)
    if not possible.any():
        raise ModelError("the lugs stand too low over this wrist for a strap")
    uneven = np.abs(np.log(np.where(possible, reach, 1.0) / np.where(possible, rest, 1.0)))
    k = int(np.where(possible, uneven, np.inf).argmin())
    t = np.linspace(0.0, 1.0, BEND_SAMPLES)[:, None]
    first = start + ROUNDNESS * reach[k] * leaving
    second = skin[k] - ROUNDNESS * rest[k] * along[k]
    bend = (
        (1 - t) ** 3 * start
        + 3 * (1 - t) ** 2 * t * first
        + 3 * (1 - t) * t**2 * second
        + t**3 * skin[k]
    )
    under, _ = _off_skin(wrist, np.linspace(angle[k], -np.pi / 2.0, WRIST_SAMPLES), clearance)
    half = np.concatenate([bend, under[1:]])
    points = np.concatenate([half, half[-2::-1] * [-1.0, 1.0]])
    steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    station = np.append(0.0, np.cumsum(steps))
    tangent = np.gradient(points, station, axis=0, edge_order=2)
    return Loop(points, station, tangent / np.linalg.norm(tangent, axis=1, keepdims=True))


def _off_skin(wrist: WristSection, angle: Array, clearance: float) -> tuple[Array, Array]:
    """Points (n, 2) off the wrist's ellipse, and directions going down at +x."""
    a, b = wrist.half_breadth, wrist.half_depth
    normal = np.stack([b * np.cos(angle), a * np.sin(angle)], axis=-1)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    skin = np.stack([a * np.cos(angle), b * np.sin(angle)], axis=-1) + clearance * normal
    return skin, np.stack([normal[:, 1], -normal[:, 0]], axis=-1)
