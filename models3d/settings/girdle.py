"""Lines that follow a stone's girdle, and how deep the stone lies beside them."""

from __future__ import annotations

from dataclasses import dataclass

import manifold3d
import numpy as np

from models3d.errors import ModelError
from models3d.frames import Array
from models3d.mesh import Mesh
from models3d.sweep import SweepPath

MM = 1e-3
ARC_SEGMENTS = 128  # of a whole circle, where an offset rounds a corner
SHORTEST = 2e-7  # metres: shorter edges of a polygon are noise, and so is how they turn
MIRRORED = 2e-6  # metres: an outline this close to its mirror image is symmetric


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A closed plane curve, counter-clockwise from where it meets +Y, closer where it bends."""

    points: Array  # (n, 2) metres
    normals: Array  # (n, 2) unit, outwards
    station: Array  # (n,) metres along it
    length: float  # metres round

    def path(self, height: float) -> SweepPath:
        """For sweeps of profiles with u along +z and v outwards, v = 0 on the line."""
        flat = np.zeros((len(self.points), 1))
        up = np.tile([0.0, 0.0, 1.0], (len(flat), 1))
        return SweepPath(
            np.concatenate([self.points, flat + height], axis=1),
            up,
            np.concatenate([self.normals, flat], axis=1),
            self.station,
            self.length,
        )

    def at(self, stations: Array) -> tuple[Array, Array]:
        """Points and outward normals (m, 2) at stations in metres."""
        around = np.append(self.station, self.length)
        wrapped = np.mod(stations, self.length)
        sample = np.stack(
            [
                np.interp(wrapped, around, np.append(values, values[0]))
                for values in (*self.points.T, *self.normals.T)
            ],
            axis=1,
        )
        normals = sample[:, 2:] / np.linalg.norm(sample[:, 2:], axis=1, keepdims=True)
        return sample[:, :2], normals

    def nearest_station(self, point: Array) -> float:
        """Where on the line a point (2,) lies, to the nearest of its own points."""
        return float(self.station[np.argmin(np.linalg.norm(self.points - point, axis=1))])

    def reach(self, direction: Array) -> float:
        """Metres from the origin to where a ray (2,) crosses the line."""
        ahead = self.points @ direction
        aside = self.points @ np.array([-direction[1], direction[0]])
        ends = np.roll(np.arange(len(aside)), -1)
        crossing = np.flatnonzero((aside * aside[ends] <= 0.0) & (ahead + ahead[ends] > 0.0))
        k = crossing[np.argmax(ahead[crossing])]
        there = aside[k] / (aside[k] - aside[ends[k]]) if aside[k] != aside[ends[k]] else 0.0
        return float(ahead[k] + there * (ahead[ends[k]] - ahead[k]))


def offset_line(
    outline: Array, distance: float, corner: float, count: int, hollow: float = 0.0
) -> Line:
    """The outline moved outwards, its corners rounded.

    Args:
        outline: (n, 2) metres, counter-clockwise, symmetric about the y axis.
        distance: metres outwards; negative: inwards.
        corner: least radius of its outward bends, metres.
        count: points, a multiple of 4.
        hollow: least radius of its inward bends, metres (a heart's cleft).
    Raises:
        ModelError: nothing is left of it.
    """
    region = manifold3d.CrossSection([outline / MM], manifold3d.FillRule.NonZero)
    region = _grown(region, distance - corner)
    region = _grown(region, corner + hollow)
    region = _grown(region, -hollow)
    polygons = region.to_polygons()
    if len(polygons) != 1:
        raise ModelError("the stone is too narrow for the metal of its setting")
    return _resampled(np.asarray(polygons[0]) * MM, count)


def _grown(region: manifold3d.CrossSection, metres: float) -> manifold3d.CrossSection:
    if metres == 0.0:
        return region
    return region.offset(metres / MM, manifold3d.JoinType.Round, 2.0, ARC_SEGMENTS)


def _resampled(polygon: Array, count: int) -> Line:
    """`count` points from +Y on, half by length and half by how much the line turns."""
    left = _left_half(polygon)
    closed = np.concatenate([left, left[-2::-1] * (-1.0, 1.0)])
    steps = np.diff(closed, axis=0)
    lengths = np.linalg.norm(steps, axis=1)
    heading = np.arctan2(steps[:, 1], steps[:, 0])
    bend = np.abs((heading - np.roll(heading, 1) + np.pi) % (2.0 * np.pi) - np.pi)
    turning = (bend + np.roll(bend, -1)) / 2.0  # each edge takes half of its ends' bends
    weight = np.concatenate([[0.0], np.cumsum(lengths / lengths.sum() + turning / turning.sum())])
    wanted = np.arange(count) * (weight[-1] / count)
    points = np.stack([np.interp(wanted, weight, closed[:, axis]) for axis in (0, 1)], axis=1)
    index = np.arange(count)
    points = (points + points[-index % count] * (-1.0, 1.0)) / 2.0
    upside_down = points[(count // 2 - index) % count] * (1.0, -1.0)
    if np.abs(points - upside_down).max() < MIRRORED:
        points = (points + upside_down) / 2.0
    ahead = np.roll(points, -1, axis=0) - points
    stride = np.linalg.norm(ahead, axis=1)
    unit = ahead / stride[:, None]
    tangent = unit + np.roll(unit, 1, axis=0)  # bisects the corner
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    station = np.concatenate([[0.0], np.cumsum(stride)])
    normals = np.stack([tangent[:, 1], -tangent[:, 0]], axis=1)
    return Line(points, normals, station[:-1], float(station[-1]))


def _left_half(polygon: Array) -> Array:
    """From where it crosses the y axis highest up, over -X, to where it crosses it again."""
    following = np.roll(polygon, -1, axis=0)
    crossing = np.flatnonzero((polygon[:, 0] > 0.0) & (following[:, 0] <= 0.0))
    share = polygon[crossing, 0] / (polygon[crossing, 0] - following[crossing, 0])
    height = polygon[crossing, 1] + share * (following[crossing, 1] - polygon[crossing, 1])
    rest = np.roll(polygon, -(int(crossing[np.argmax(height)]) + 1), axis=0)
    end = int(np.argmax(rest[:, 0] > 0.0))
    before, after = rest[end - 1], rest[end]
    low = before[1] + before[0] / (before[0] - after[0]) * (after[1] - before[1])
    half = np.concatenate([[[0.0, height.max()]], rest[:end], [[0.0, low]]])
    apart = np.linalg.norm(np.diff(half, axis=0), axis=1)
    kept = np.concatenate([[True], apart > SHORTEST])
    kept[-2:] = apart[-1] > SHORTEST, True
    return np.asarray(half[kept])


def surface_z(mesh: Mesh, points: Array, *, upper: bool) -> Array:
    """Height of a stone's upper or lower surface over points of its girdle plane.

    Args:
        points: (m, 2) metres.
    Returns:
        (m,) metres; nan beside the stone.
    """
    corners = mesh.positions[mesh.triangles]
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    double_area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (
        c[:, 0] - a[:, 0]
    )
    facing = double_area > 1e-13 if upper else double_area < -1e-13
    a, b, c, double_area = a[facing], b[facing], c[facing], double_area[facing]
    p = points[:, None]
    of_b = (p[..., 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (p[..., 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    of_c = (b[:, 0] - a[:, 0]) * (p[..., 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (p[..., 0] - a[:, 0])
    share_b, share_c = of_b / double_area, of_c / double_area
    inside = (share_b > -1e-6) & (share_c > -1e-6) & (share_b + share_c < 1.0 + 1e-6)
    z = a[:, 2] + share_b * (b[:, 2] - a[:, 2]) + share_c * (c[:, 2] - a[:, 2])
    outermost = np.where(inside, z if upper else -z, -np.inf).max(axis=1)
    found = np.where(np.isfinite(outermost), outermost, np.nan)
    return found if upper else -found
