"""A cabochon's dome: half an ellipsoid over a flat base, told from its mesh."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models3d.frames import Array

FITS = 4e-3  # of the stone's radius: what a corner of the dome may stand off the ellipsoid
WIDE = 0.7  # of the dome's half width: the least half width of a base
RISES = 0.2  # of a normal along the axis: what belongs to the dome
LEAST_CORNERS = 60


@dataclass(frozen=True, slots=True, eq=False)
class Dome:
    """An ellipsoid whose axes are the stone's, its table side along +Z."""

    center: Array  # (3,)
    radii: Array  # (3,)


def find_dome(positions: Array, normals: Array) -> tuple[Dome, float] | None:
    """The dome of a stone of unit size, and the height of its base; None: it is no cabochon."""
    up = normals[:, 2] > RISES
    if up.sum() < LEAST_CORNERS:
        return None
    x, y, z = positions[up].T
    # x^2 + b y^2 + c z^2 + d x + e y + f z = g, by least squares
    system = np.column_stack([y**2, z**2, x, y, z, -np.ones(len(x))])
    (b, c, d, e, f, g), *_ = np.linalg.lstsq(system, -(x**2), rcond=None)
    if b <= 0.0 or c <= 0.0:
        return None
    center = np.array([-d / 2.0, -e / (2.0 * b), -f / (2.0 * c)])
    square = g + center[0] ** 2 + b * center[1] ** 2 + c * center[2] ** 2
    if square <= 0.0:
        return None
    radii = np.sqrt(square / np.array([1.0, b, c]))
    off = np.linalg.norm((positions[up] - center) / radii, axis=1) - 1.0
    low = float(positions[:, 2].min())
    flat = positions[positions[:, 2] < low + FITS] - center
    if np.abs(off).max() * radii.min() > FITS or len(flat) == 0:
        return None
    if np.abs(flat[:, 0]).max() < WIDE * radii[0] or np.abs(flat[:, 1]).max() < WIDE * radii[1]:
        return None
    return Dome(center, radii), low
