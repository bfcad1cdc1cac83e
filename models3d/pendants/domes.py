"""Domed bodies over any outline that one point sees all of: discs, hearts and lockets.

Millimetres. An outline is (n, 2) about the origin, counter-clockwise; every surface is its rings,
drawn in towards the origin, at heights of their own.
"""

from __future__ import annotations

from collections.abc import Callable

import manifold3d
import numpy as np
from scipy.interpolate import LinearNDInterpolator

from models3d.engraving.cut import Height
from models3d.frames import Array
from models3d.mesh import Mesh
from models3d.solids import solid

Rise = Callable[[Array], Array]  # shares 0 (middle) .. 1 (rim) of the way out to heights, mm


def shares(steps: int, rim_steps: int = 7, rim: float = 0.10) -> Array:
    """(k,) 0 .. 1, finer at the rim, where a dome turns."""
    inner = np.linspace(0.0, 1.0 - rim, steps, endpoint=False)
    turn = np.linspace(0.0, np.pi / 2.0, rim_steps + 1)
    return np.concatenate([inner, 1.0 - rim + rim * np.sin(turn)])


def domed(outline: Array, at: Array, front: Rise, back: Rise, softened: float = 0.0) -> Mesh:
    """A closed body between two heights over one outline; they meet at the rim.

    Args:
        at: (k,) rising shares from 0 to 1.
        front, back: heights; front(1) = back(1).
        softened: how much rounder the rings get towards the middle: a heart's cleft runs out.
    """
    count, rings = len(outline), len(at) - 1
    xy = drawn_in(outline, at[1:], softened)
    faces = []
    for rise in (front, back):
        height = np.broadcast_to(rise(at[1:])[:, None, None], (rings, count, 1))
        middle = float(rise(at[:1])[0])
        faces.append((np.concatenate([xy, height], axis=2), middle))
    (top, top_z), (low, low_z) = faces
    # from the front's middle over the rim to the back's middle
    grid = np.concatenate([top, low[-2::-1]])
    poles = np.array([[0.0, 0.0, top_z], [0.0, 0.0, low_z]])
    normals = _normals(grid, poles)
    n = len(grid)
    i, j = np.arange(n - 1)[:, None], np.arange(count)[None]
    a, b = i * count + j, i * count + (j + 1) % count
    quads = np.stack([np.stack([a, a + count, b], -1), np.stack([b, a + count, b + count], -1)], 2)
    j = np.arange(count)
    following = (j + 1) % count
    first, last = 0 * j + n * count, 0 * j + n * count + 1
    end = (n - 1) * count
    fans = [np.stack([first, j, following], 1), np.stack([last, end + following, end + j], 1)]
    return Mesh(
        1e-3 * np.concatenate([grid.reshape(-1, 3), poles]),
        np.concatenate([normals.reshape(-1, 3), [[0.0, 0.0, 1.0], [0.0, 0.0, -1.0]]]),
        np.concatenate([quads.reshape(-1, 3), *fans]).astype(np.int32),
    )


def _normals(grid: Array, poles: Array) -> Array:
    """(n, m, 3) unit, of rings that run from pole to pole."""
    closed = np.concatenate(
        [np.broadcast_to(poles[0], grid[:1].shape), grid, np.broadcast_to(poles[1], grid[:1].shape)]
    )
    steps = np.linalg.norm(np.diff(closed, axis=0), axis=2, keepdims=True)
    slopes = np.diff(closed, axis=0) / np.maximum(steps, 1e-9)
    # where rings stand unevenly the nearer neighbour counts more
    before, after = steps[:-1], steps[1:]
    down = (slopes[:-1] * after + slopes[1:] * before) / (before + after)
    around = np.roll(grid, -1, axis=1) - np.roll(grid, 1, axis=1)
    normals = np.cross(down, around)
    return np.asarray(normals / np.linalg.norm(normals, axis=2, keepdims=True))


def drawn_in(outline: Array, at: Array, softened: float) -> Array:
    """(k, n, 2) the rings at shares (k,) of the way out, those inside rounder."""
    flat = at[:, None, None] * outline
    if softened == 0.0:
        return np.asarray(flat)
    spectrum = np.fft.fft(outline[:, 0] + 1j * outline[:, 1])
    order = np.fft.fftfreq(len(outline)) * len(outline)
    rounder = np.exp(-((order * softened * (1.0 - at[:, None] ** 2)) ** 2))
    rings = np.fft.ifft(spectrum * rounder, axis=1) * at[:, None]
    return np.stack([rings.real, rings.imag], axis=2)


def rise_over(outline: Array, rise: Rise, at: Array, softened: float = 0.0) -> Height:
    """The same heights as a function of x and y."""
    if softened:
        rings = np.concatenate(
            [np.zeros((1, 2)), drawn_in(outline, at[1:], softened).reshape(-1, 2)]
        )
        heights = np.concatenate([rise(at[:1]), np.repeat(rise(at[1:]), len(outline))])
        found = LinearNDInterpolator(rings, heights)
        return lambda x, y: np.asarray(found(x, y))
    angle = np.arctan2(outline[:, 1], outline[:, 0])
    order = np.argsort(angle)
    reach = np.hypot(*outline[order].T)

    def height(x: Array, y: Array) -> Array:
        rim = np.interp(np.arctan2(y, x), angle[order], reach, period=2.0 * np.pi)
        found: Array = rise(np.clip(np.hypot(x, y) / rim, 0.0, 1.0))
        return found

    return height


def round_outline(radius_mm: float, count: int = 128) -> Array:
    """A circle."""
    angle = np.arange(count) * (2.0 * np.pi / count)
    return np.asarray(radius_mm * np.stack([np.cos(angle), np.sin(angle)], axis=1))


def oval_outline(width_mm: float, height_mm: float, count: int = 128) -> Array:
    """An ellipse."""
    return np.asarray(round_outline(1.0, count) * np.array([width_mm, height_mm]) / 2.0)


def heart_outline(width_mm: float, cleft_mm: float = 0.5, tip_mm: float = 0.55) -> Array:
    """A heart about a point that sees all its rim; cleft and tip are rounded."""
    t = np.linspace(0.0, 2.0 * np.pi, 720, endpoint=False)
    x = 16.0 * np.sin(t) ** 3
    y = 13.2 * np.cos(t) - 4.6 * np.cos(2 * t) - 1.6 * np.cos(3 * t) - 0.7 * np.cos(4 * t)
    curve = np.stack([x, y], axis=1)[::-1] * (width_mm / 32.0)
    join = manifold3d.JoinType.Round
    section = manifold3d.CrossSection([curve])
    section = section.offset(-tip_mm, join, 2.0, 96).offset(tip_mm + cleft_mm, join, 2.0, 96)
    section = section.offset(-cleft_mm, join, 2.0, 96)
    rim = np.asarray(section.to_polygons()[0], np.float64)
    low, high = rim.min(axis=0), rim.max(axis=0)
    rim = rim - np.array([0.0, (0.42 * low[1] + 0.58 * high[1]) - 0.04 * width_mm])
    rim = rim * (width_mm / (high[0] - low[0]))
    return even(rim, 144)


def even(outline: Array, count: int) -> Array:
    """Points at even steps round an outline that is symmetric about x = 0, from its middle top."""
    start = int(np.argmin(np.where(outline[:, 1] > 0.0, np.abs(outline[:, 0]), np.inf)))
    outline = np.roll(outline, -start, axis=0)
    closed = np.concatenate([outline, outline[:1]])
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(closed, axis=0), axis=1))])
    s = np.arange(count) * (along[-1] / count)
    points = np.stack([np.interp(s, along, closed[:, k]) for k in range(2)], axis=1)
    index = np.arange(count)
    return np.asarray((points + points[-index % count] * (-1.0, 1.0)) / 2.0)


def lens(height_mm: float, fullness: float) -> Rise:
    """A dome that falls upright to its rim.

    Args:
        fullness: 2 is an ellipsoid; more is flatter in the middle.
    """
    return lambda at: height_mm * np.sqrt(np.maximum(1.0 - at**fullness, 0.0))


def dome_solid(
    outline: Array, at: Array, front: Rise, back: Rise, softened: float = 0.0
) -> manifold3d.Manifold:
    """`domed` as a solid."""
    return solid(domed(outline, at, front, back, softened))
