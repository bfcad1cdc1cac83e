"""The V that shelters a stone's point: a post of three sides, its hood sloping with the crown.

Frame of the head: z = 0 at the upper girdle edge of the stone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models3d.frames import Array
from models3d.mesh import Mesh
from models3d.profiles import Outline
from models3d.settings.prong import ClawPlace
from models3d.sweep import SweepPath, sweep

CORNER_STEPS = 4
SLIM_FOOT = 0.82  # of the girth at the girdle
FILLET_STEPS = 3


@dataclass(frozen=True, slots=True)
class VProng:
    """Its measures, in metres and radians."""

    arm: float  # along each side of the stone, from the point
    radius: float  # of its rounded corners: the wall outside the stone
    lean: float
    foot_z: float
    hood: float  # of metal over the crown
    crown_slope: float  # of the stone's ridge at the point


def v_prong(shape: VProng, place: ClawPlace) -> Mesh:
    """The V at one corner, before its seat is cut."""
    r = shape.radius
    fillet = 0.96 * r
    top = shape.hood
    triangle = _corners(shape, place)
    up = np.linspace(0.0, np.pi / 2.0, FILLET_STEPS + 1)
    below = -up[:0:-1]
    # height, inset, taper of the skin and share of the hood's slope, from the foot to the top
    foot = shape.foot_z + fillet
    levels = np.array([foot, 0.5 * foot, -0.15 * r, 0.5 * (top - fillet), top - fillet])
    z = np.concatenate(
        [foot + fillet * np.sin(below), levels, top - fillet * (1.0 - np.sin(up[1:]))]
    )
    inset = np.concatenate(
        [fillet * (1.0 - np.cos(below)), 0.0 * levels, fillet * (1.0 - np.cos(up[1:]))]
    )
    taper = np.concatenate([below, 0.0 * levels, up[1:]])
    share = np.clip((z + 0.15 * r) / (top - fillet + 0.15 * r), 0.0, 1.0)
    tilt = shape.crown_slope * share
    girth = 1.0 - (1.0 - SLIM_FOOT) * np.clip(z / shape.foot_z, 0.0, 1.0)
    points, normals = _rounded(triangle, r, inset, girth)
    out = np.append(place.outward, 0.0)
    aside = np.array([-place.outward[1], place.outward[0], 0.0])
    high = np.array([0.0, 0.0, 1.0])
    # sections tip over about the point of the stone, so that the hood falls as the crown does
    inwards = np.cos(tilt)[:, None] * out - np.sin(tilt)[:, None] * high
    stand = (
        np.append(place.point, 0.0) + z[:, None] * high + (np.tan(shape.lean) * z)[:, None] * out
    )
    path = SweepPath(stand, inwards, np.tile(aside, (len(z), 1)))
    return sweep(path, Outline(points, normals), taper=taper)


def _corners(shape: VProng, place: ClawPlace) -> Array:
    """(3, 2) outward, aside: centres of the rounded corners, counter-clockwise."""
    half = place.spread / 2.0
    tip = 0.35 * shape.radius
    back, wide = -shape.arm * np.cos(half), shape.arm * np.sin(half)
    return np.array([[tip, 0.0], [back, wide], [back, -wide]])


def _rounded(corners: Array, radius: float, inset: Array, girth: Array) -> tuple[Array, Array]:
    """(n, k, 2) points and normals of a triangle, girth times its size, grown by radius - inset."""
    edges = np.roll(corners, -1, axis=0) - corners
    facing = np.arctan2(-edges[:, 0], edges[:, 1])  # of each edge's outward normal
    before = np.roll(facing, 1)
    turn = (facing - before) % (2.0 * np.pi)
    share = np.linspace(0.0, 1.0, CORNER_STEPS + 1)
    angle = (before[:, None] + turn[:, None] * share).reshape(-1)
    normals = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    centers = np.repeat(corners, CORNER_STEPS + 1, axis=0)
    grown = (radius - inset)[:, None, None]
    points = girth[:, None, None] * centers + grown * normals
    return points, np.broadcast_to(normals, points.shape)
