"""The link that fills the space between the lugs: its back follows the case, its tip the chain."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models3d.frames import Array
from models3d.mesh import Mesh
from models3d.solids import skin, solid, union
from models3d.straps.links import UV_TILE, Column, LinkSize, across, brushed_along, loft
from models3d.straps.lugs import LugGeometry

CASE_GAP = 0.08e-3
TOP_STEPS, BACK_STEPS, RING_STEP = 7, 6, 1.2e-3
BRIDGE = 0.35e-3  # by which the columns reach into one another near the case


def end_link(
    lugs: LugGeometry,
    size: LinkSize,
    pin: Array,
    long_columns: Sequence[Column],
    short_columns: Sequence[Column],
) -> Mesh:
    """At 6 o'clock, one column for each of the bracelet's, in one piece.

    Args:
        pin: (2,) x, z of the first pin.
        long_columns: those that hold the pin.
        short_columns: those that the first free link takes over; they end a pitch before.
    """
    slope = lugs.lug_slope
    back = pin - size.pitch * np.array([np.cos(slope), -np.sin(slope)])
    bodies = [_column(lugs, size, pin, column) for column in long_columns]
    wider = [Column(c.low - BRIDGE, c.high + BRIDGE, 0.0, c.fillet + BRIDGE) for c in short_columns]
    bodies += [_column(lugs, size, back, column) for column in wider]
    return brushed_along(skin(union([solid(body) for body in bodies])))


def _column(lugs: LugGeometry, size: LinkSize, pin: Array, column: Column) -> Mesh:
    """From the case's flank to a round end about `pin`."""
    y, inset, lean = _filled(*across(column, size))
    slope = lugs.lug_slope
    along = np.array([np.cos(slope), -np.sin(slope)])
    out = np.array([np.sin(slope), np.cos(slope)])
    turn = np.linspace(np.pi / 2.0, -np.pi / 2.0, 2 * size.quarter_steps + 1)
    round_end = np.cos(turn)[:, None] * along + np.sin(turn)[:, None] * out
    rings, facings = [], []
    for ring_y, ring_inset in zip(y, inset, strict=True):
        radius = size.radius - ring_inset
        arc = pin + radius * round_end
        top_z, low_z = _heights(lugs, arc[0], arc[-1], ring_inset)
        # up the flank, from the lower edge to the upper
        z = np.linspace(low_z, top_z, BACK_STEPS)
        flank = np.stack(
            [lugs.flank_x(np.full(BACK_STEPS, ring_y), z) + CASE_GAP + ring_inset, z], -1
        )
        share = np.linspace(0.0, 1.0, TOP_STEPS)[1:-1, None]
        top = _eased(flank[-1], arc[0], slope, share)
        bottom = arc[-1] + (flank[0] - arc[-1]) * share
        points = np.concatenate([flank, top, arc, bottom, flank[:1]])
        # a short column's round end may lean against the case
        least = lugs.flank_x(np.full(len(points), ring_y), points[:, 1]) + CASE_GAP + ring_inset
        points[:, 0] = np.maximum(points[:, 0], least)
        rings.append(np.insert(points, 1, ring_y, axis=1))
        facings.append(_facing(points))
    upright = np.cos(lean)[:, None, None]
    positions = np.stack(rings)
    flat = np.stack(facings) * upright
    normals = np.stack(
        [flat[..., 0], np.broadcast_to(np.sin(lean)[:, None], flat.shape[:2]), flat[..., 1]], -1
    )
    uvs = np.stack([positions[..., 1], positions[..., 0]], axis=-1) / UV_TILE
    return loft(positions, normals, uvs)


def _filled(y: Array, inset: Array, lean: Array) -> tuple[Array, Array, Array]:
    """The rings with more of them over the flat middle, for the back to follow a round case."""
    k = int(np.argmax(-np.diff(y)))
    steps = max(int((y[k] - y[k + 1]) / RING_STEP), 1)
    between = np.linspace(y[k], y[k + 1], steps + 1)[1:-1]
    return (
        np.insert(y, k + 1, between),
        np.insert(inset, k + 1, 0.0 * between),
        np.insert(lean, k + 1, 0.0 * between),
    )


def _heights(lugs: LugGeometry, upper: Array, lower: Array, inset: float) -> tuple[float, float]:
    """Where top and underside meet the case: the top rises half as steeply as the lugs."""
    flank = float(lugs.flank_x(0.0, lugs.top_z))
    rise = 0.55 * np.tan(lugs.lug_slope) * max(upper[0] - flank, 0.0)
    top = min(upper[1] + rise, float(lugs.case_profile[-1, 1]) - 0.5e-3 - inset)
    return top, max(float(lower[1]), lugs.back_z + 0.6e-3 + inset)


def _eased(start: Array, end: Array, slope: float, share: Array) -> Array:
    """Points between, bending so as to leave the end along the slope."""
    reach = 0.45 * (end[0] - start[0])
    control = end + reach * np.array([-1.0, np.tan(slope)])
    return np.asarray(
        (1.0 - share) ** 2 * start + 2.0 * (1.0 - share) * share * control + share**2 * end
    )


def _facing(points: Array) -> Array:
    """(n, 2) unit normals of a clockwise outline whose last point is the first."""
    edge = np.diff(points, axis=0)
    before = np.roll(edge, 1, axis=0)
    tangent = edge / np.maximum(np.linalg.norm(edge, axis=1, keepdims=True), 1e-12)
    tangent = tangent + before / np.maximum(np.linalg.norm(before, axis=1, keepdims=True), 1e-12)
    normal = np.stack([-tangent[:, 1], tangent[:, 0]], axis=-1)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    return np.concatenate([normal, normal[:1]])
