"""A bezel setting: a wall of metal all round the stone, its top burnished over the crown.

Frame of the head, as in `models3d.settings.head`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import manifold3d
import numpy as np

from models3d.errors import ModelError, Unbuildable
from models3d.frames import Array, RigidTransform
from models3d.mesh import Mesh
from models3d.settings.girdle import Line, offset_line, surface_z
from models3d.settings.head import Head, rails, seat_tool
from models3d.settings.lathe import lathe
from models3d.settings.wire import constant_section
from models3d.solids import solid, union
from models3d.stones.stone import Stone
from models3d.sweep import sweep

WALLS = (0.42e-3, 0.58e-3)  # least and greatest thickness, metres
LIPS = (0.10e-3, 0.17e-3)  # by which the burnished top covers the crown
LIP_THICKNESS = 0.10e-3  # over the crown
BELOW = 0.75e-3  # of the wall under the girdle, at least
POINTS, SMALL_POINTS = 96, 48  # round a bezel; round that of a small stone
SMALL = 4.0e-3  # metres: narrower stones are small
POST_SEGMENTS = 12


@dataclass(frozen=True)
class Bezel:
    """The wall's measures follow from the stone."""

    stone: Stone
    stone_z: float  # height of the upper girdle edge
    below: float = BELOW  # metres of wall under the girdle

    @property
    def wall(self) -> float:
        """Thickness beside the girdle, metres."""
        return float(np.clip(0.075 * self.stone.width, *WALLS))

    @property
    def lip(self) -> float:
        return float(np.clip(0.026 * self.stone.width, *LIPS))

    @property
    def bearing(self) -> float:
        """By which the wall reaches under the stone: what carries it."""
        return min(0.30e-3, 0.10 * self.stone.width)

    @cached_property
    def rise(self) -> float:
        """Of the lip's inner edge over the girdle: on the crown."""
        line = offset_line(self.stone.outline, -self.lip, 0.02e-3, 48, self.lip)
        heights = surface_z(self.stone.mesh, line.points, upper=True)
        return float(np.nanquantile(heights, 0.8))  # a heart's cleft may stand out

    @property
    def top(self) -> float:
        """Height of the rim over the girdle."""
        return self.rise + LIP_THICKNESS

    @property
    def points(self) -> int:
        """Stations round the wall."""
        return SMALL_POINTS if self.stone.width < SMALL else POINTS

    def line(self) -> Line:
        """The wall's inside, under the girdle.

        Raises:
            Unbuildable: the stone leaves no room for it.
        """
        try:
            return offset_line(
                self.stone.outline, -self.bearing, 0.06e-3, self.points, self.bearing + self.wall
            )
        except ModelError as error:
            raise Unbuildable("The stone is too narrow for a bezel.", ("carat",)) from error


def wall(bezel: Bezel) -> Mesh:
    """The wall before the seat is cut, in the stone's frame."""
    line = bezel.line()
    outside = bezel.bearing + bezel.wall
    bottom = -bezel.stone.girdle_height - bezel.below
    inside = bezel.bearing - bezel.lip  # of the lip's edge
    corners = np.array(
        [
            [bottom, outside - 0.10 * bezel.wall],
            [bottom, 0.0],
            [-bezel.stone.girdle_height / 2.0, 0.0],
            [0.5 * bezel.rise, inside],
            [bezel.top, inside],
            [bezel.top - 0.02e-3, outside - 0.42 * bezel.wall],
            [0.35 * bezel.top, outside],
            [-0.4e-3, outside],
        ]
    )
    radii = 1e-3 * np.array([0.10, 0.06, 0.05, 0.02, 0.05, 0.16, 0.4, 1.0])
    return sweep(line.path(0.0), constant_section(corners, radii, bezel.points))


def bezel_head(head: Head, bezel: Bezel) -> manifold3d.Manifold:
    """A bezel on posts over the rail of a basket, with the stone's seat cut."""
    lift = RigidTransform.from_translation([0.0, 0.0, head.stone_z])
    lower = rails(head)[1]
    bodies = [solid(wall(bezel).transformed(lift)), solid(lower)]
    bodies += _posts(head, bezel)
    return union(bodies) - seat_tool(head.stone, head.stone_z)


def _posts(head: Head, bezel: Bezel) -> list[manifold3d.Manifold]:
    """Four wires from the rail up into the wall."""
    radius = 0.40 * head.prong_thickness
    foot = head.lower_rail_z - 0.45 * head.rail_height
    top = head.stone_z - bezel.stone.girdle_height - 0.5 * bezel.below
    low = head.rail_line(head.lower_rail_z)
    high = bezel.line()
    posts = []
    for angle in np.radians([45.0, 135.0, 225.0, 315.0]):
        direction = np.array([np.cos(angle), np.sin(angle)])
        start = np.append(direction * (low.reach(direction) + 0.5 * head.rail_thickness), foot)
        end = np.append(direction * (high.reach(direction) + 0.5 * bezel.wall), top)
        posts.append(solid(_post(start, end, radius)))
    return posts


def _post(start: Array, end: Array, radius: float) -> Mesh:
    """A round wire with a rounded foot from one point to another."""
    axis = end - start
    length = float(np.linalg.norm(axis))
    up = axis / length
    side = np.cross(up, [0.0, 1.0, 0.0])
    side /= np.linalg.norm(side)
    profile = np.array(
        [
            [0.0, 0.0],
            [0.6 * radius, 0.1 * radius],
            [0.9 * radius, 0.35 * radius],
            [radius, 0.8 * radius],
            [radius, length],
            [0.0, length],
        ]
    )
    turn = RigidTransform(np.stack([side, np.cross(up, side), up], axis=1), start)
    return lathe(profile, POST_SEGMENTS).transformed(turn)
