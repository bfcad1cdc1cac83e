"""Small bodies of buckles, keepers and clasps: bars of rounded section along a line."""

from __future__ import annotations

import numpy as np

from models3d.frames import Array
from models3d.mesh import Mesh
from models3d.profiles import Outline, domed_outline
from models3d.sweep import SweepPath, sweep


def rounded_section(width: float, height: float, fillet: float, dome: float, count: int) -> Outline:
    """`count` equal rectangles of rounded corners, u across the width, v from 0 to the height."""
    full = np.full
    return domed_outline(
        full(count, width),
        full(count, height),
        full(count, dome),
        full(count, 0.0),
        full(count, fillet),
        full(count, fillet),
        (4, 1),
    )


def hoop(
    center: Array,
    axes: tuple[Array, Array, Array],
    half: tuple[float, float],
    corner: float,
    section: Outline,
) -> Mesh:
    """A closed band round a rounded rectangle.

    Args:
        center: (3,) metres.
        axes: unit vectors across, up and along the opening's axis; right-handed.
        half: half the opening's extents across and up.
        corner: radius of its corners.
        section: u along the opening's axis, v outwards; as many as `hoop_count()` says.
    """
    right, up, axis = axes
    count = len(section.points)
    points, normals, station, length = _rounded_rectangle(half, corner, count)
    origin = center + points[:, :1] * right + points[:, 1:] * up
    outward = normals[:, :1] * right + normals[:, 1:] * up
    # across x outward must point along the line, which runs from right to up
    across = np.tile(axis, (count, 1))
    return sweep(SweepPath(origin, across, outward, station, length), section)


HOOP_POINTS = 40


def _rounded_rectangle(
    half: tuple[float, float], corner: float, count: int
) -> tuple[Array, Array, Array, float]:
    """Points and normals (count, 2), stations and the whole length, counter-clockwise."""
    per_corner = count // 4 - 1
    turn = np.linspace(0.0, np.pi / 2.0, per_corner)
    signs = np.array([[1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0], [1.0, -1.0]])
    middle = signs * (np.array(half) - corner)
    points, normals = [], []
    for k in range(4):
        angle = turn + k * np.pi / 2.0
        normal = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
        points.append(middle[k] + corner * normal)
        normals.append(normal)
        following = middle[(k + 1) % 4] + corner * normal[-1]
        points.append(((points[-1][-1] + following) / 2.0)[None])
        normals.append(normal[-1:])
    joined, facing = np.concatenate(points), np.concatenate(normals)
    steps = np.linalg.norm(np.roll(joined, -1, axis=0) - joined, axis=1)
    station = np.append(0.0, np.cumsum(steps[:-1]))
    return joined, facing, station, float(steps.sum())


def bar(line: Array, outward: Array, section: Outline) -> Mesh:
    """An open sweep with flat ends.

    Args:
        line: (n, 3) metres.
        outward: (n, 3) roughly the section's v.
    """
    along = np.gradient(line, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    across = np.cross(outward, along)
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    true_outward = np.cross(along, across)
    steps = np.linalg.norm(np.diff(line, axis=0), axis=1)
    station = np.append(0.0, np.cumsum(steps))
    return sweep(SweepPath(line, across, true_outward, station), section)
