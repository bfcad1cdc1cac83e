"""Links of bracelets: bodies of round-ended bar, two pins each, that turn past one another.

As in a roller chain, outer links and inner links take turns: each spans two pins, and where two of
one column meet they end in half circles about neighbouring pins. Their gap is the pins' distance
less two radii, whatever the bend.

Link frame, metres: x along the bracelet, y across, z away from the skin, the pins at ±pitch / 2.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from models3d.frames import Array, IntArray
from models3d.mesh import Mesh, merge

TOP_STEPS, TOP_SWELL = 5, 0.022  # of the outside between the pins, as a share of their distance
FLANK_COSINE = 0.9
UV_TILE = 14e-3  # metres that the brushing's map covers


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a row, at its full width; metres."""

    low: float  # y
    high: float
    crown: float = 0.0  # how far the middle stands over the edges: 0 flat, else half round
    fillet: float = 0.22e-3


@dataclass(frozen=True, slots=True)
class LinkSize:
    """What all links of a bracelet share; metres."""

    pitch: float  # between a link's two pins
    radius: float  # of its ends: half its thickness
    quarter_steps: int = 4  # of each quarter of a round end that shows
    under_deg: tuple[float, ...] = (-90.0, -66.0, -43.0, -21.0)  # of a quarter towards the skin
    fillet_steps: int = 2
    crown_steps: int = 3  # from a crowned column's middle to its edge

    @property
    def gap(self) -> float:
        """Between links of one column."""
        return self.pitch - 2.0 * self.radius


def link(size: LinkSize, column: Column, narrowing: float = 0.0, unit: float = 0.0) -> Mesh:
    """A closed body with rounded edges.

    Args:
        narrowing: width lost for each metre along x, as a share of y about the bracelet's middle.
        unit: where the brushing's map starts, so that rows differ.
    """
    y, inset, lean = across(column, size)
    shown = np.linspace(0.0, np.pi / 2.0, size.quarter_steps + 1)
    turn = np.append(np.radians(size.under_deg), shown)
    right = np.stack([np.cos(turn), np.sin(turn)], axis=-1)
    left = right[::-1] * (-1.0, 1.0)
    half, over = size.pitch / 2.0, np.linspace(1.0, -1.0, TOP_STEPS + 1)[1:-1]
    swell = TOP_SWELL * size.pitch * (1.0 - over**2) ** 2
    steep = -4.0 * TOP_SWELL * size.pitch * over * (1.0 - over**2) / half
    top = np.stack([-steep, np.ones_like(over)], axis=-1)
    top /= np.linalg.norm(top, axis=1, keepdims=True)
    # round the far pin, over the swelling top, round the near pin, back along the underside
    facing = np.concatenate([right, top, left, right[:1]])
    center = np.concatenate(
        [np.full(len(turn), half), half * over, np.full(len(turn), -half), [half]]
    )
    lift = np.concatenate([0.0 * turn, swell, 0.0 * turn, [0.0]])
    round_part = np.concatenate(
        [right, np.stack([0.0 * over, 0.0 * over + 1.0], -1), left, right[:1]]
    )
    radius = size.radius - inset
    x = center + radius[:, None] * round_part[:, 0]
    z = lift + radius[:, None] * round_part[:, 1]
    wide = y[:, None] * (1.0 - narrowing * x)
    positions = np.stack([x, wide, z], axis=-1)
    upright = np.cos(lean)[:, None]
    normals = np.stack(
        [
            upright * facing[:, 0],
            np.broadcast_to(np.sin(lean)[:, None], x.shape),
            upright * facing[:, 1],
        ],
        axis=-1,
    )
    steps = np.linalg.norm(np.diff(positions[len(y) // 2], axis=0), axis=1)
    girth = np.append(0.0, np.cumsum(steps))
    uvs = np.stack([wide / UV_TILE + unit, np.broadcast_to(girth / UV_TILE, wide.shape)], axis=-1)
    return loft(positions, normals, uvs)


def across(column: Column, size: LinkSize) -> tuple[Array, Array, Array]:
    """Rings across a column: y, how far each lies inside the full outline, and its normal's lean.

    The lean is in radians from the plane of the outline towards +y.
    """
    half, middle = (column.high - column.low) / 2.0, (column.high + column.low) / 2.0
    fillet = min(column.fillet, 0.45 * half)
    turn = np.linspace(np.pi / 2.0, 0.0, size.fillet_steps + 1)
    edge_y = half - fillet + fillet * np.sin(turn)
    edge_inset = fillet - fillet * np.cos(turn)
    edge_lean = turn
    if column.crown == 0.0:
        positive = (edge_y, edge_inset, edge_lean)
    else:
        share = np.linspace(1.0, 0.0, size.crown_steps + 1)
        reach = half - fillet
        bend_y, bend_inset = reach * share, column.crown * share**2
        bend_lean = np.arctan2(2.0 * column.crown * share, reach)
        keep = edge_lean > bend_lean[0]
        positive = (
            np.concatenate([edge_y[keep], bend_y]),
            np.concatenate([edge_inset[keep] + column.crown, bend_inset]),
            np.concatenate([edge_lean[keep], bend_lean]),
        )
    y, inset, lean = positive
    mirror = slice(None, None, -1) if column.crown == 0.0 else slice(-2, None, -1)
    return (
        middle + np.concatenate([y, -y[mirror]]),
        np.concatenate([inset, inset[mirror]]),
        np.concatenate([lean, -lean[mirror]]),
    )


def loft(positions: Array, normals: Array, uvs: Array) -> Mesh:
    """Skin rings (m, n, 3) from +y to -y, the last point of each the first again; flat ends."""
    m, n = positions.shape[:2]
    i, j = np.arange(m - 1)[:, None] * n, np.arange(n - 1)[None]
    a, b, c, d = i + j, i + j + 1, i + n + j, i + n + j + 1
    sides = np.concatenate(
        [np.stack([a, b, c], -1).reshape(-1, 3), np.stack([b, d, c], -1).reshape(-1, 3)]
    )
    ends = []
    for ring, sign in ((0, 1.0), (m - 1, -1.0)):
        rim = positions[ring, :-1]
        facing = np.tile([0.0, sign, 0.0], (n - 1, 1))
        ends.append(Mesh(rim, facing, _cap(rim, sign), rim[:, [2, 0]] / UV_TILE))
    body = Mesh(
        positions.reshape(-1, 3), normals.reshape(-1, 3), sides.astype(np.int32), uvs.reshape(-1, 2)
    )
    corners = positions[0, :-1]
    if _area(corners) < 0.0:  # the ring runs the other way round
        body = replace(body, triangles=np.ascontiguousarray(body.triangles[:, ::-1]))
    return merge([body, *ends])


def brushed_along(mesh: Mesh) -> Mesh:
    """The mesh with coordinates for brushing along x: u runs across the scratches.

    Flanks, which look along y, take it from z; elsewhere v runs on over faces that stand upright.
    """
    x, y, z = mesh.positions.T / UV_TILE
    flank = np.abs(mesh.normals[:, 1:2]) > FLANK_COSINE
    along = x - np.sign(mesh.normals[:, 0] * mesh.normals[:, 2]) * z
    uvs = np.where(flank, np.stack([z, x], -1), np.stack([y, along], -1))
    return replace(mesh, uvs=uvs)


def _area(rim: Array) -> float:
    """Of a ring (n, 3) in its x-z plane; positive when it runs from x to z."""
    x, z = rim[:, 0], rim[:, 2]
    return float(np.sum(x * np.roll(z, -1) - np.roll(x, -1) * z) / 2.0)


def _cap(rim: Array, sign: float) -> IntArray:
    """(n - 2, 3) triangles over a ring that look along `sign` y: strips across its length.

    The ring's two halves, from its greatest x on, go up and down in x together.
    """
    count = len(rim)
    start = int(rim[:, 0].argmax())
    one, other = start + np.arange(count), start - np.arange(count)
    steps = np.arange(count // 2)
    near, far = one[steps] % count, one[steps + 1] % count
    near_other, far_other = other[steps] % count, other[steps + 1] % count
    quads = np.concatenate(
        [np.stack([near, far, far_other], -1), np.stack([near, far_other, near_other], -1)]
    )
    distinct = (np.diff(np.sort(quads, axis=1), axis=1) > 0).all(axis=1)
    triangles = quads[distinct]
    # from x to z turns about -y
    runs_back = _area(rim) < 0.0
    return (triangles if (sign > 0.0) == runs_back else triangles[:, ::-1]).astype(np.int32)


def on_pins(first: Array, second: Array) -> Array:
    """(k, 4, 4) link frames between pins (k, 2) given as x, z in the wrist's plane."""
    middle, along = (first + second) / 2.0, second - first
    along = along / np.linalg.norm(along, axis=1, keepdims=True)
    zero, one = np.zeros(len(along)), np.ones(len(along))
    matrix = np.tile(np.eye(4), (len(along), 1, 1))
    matrix[:, :3, 0] = np.stack([along[:, 0], zero, along[:, 1]], -1)
    matrix[:, :3, 1] = np.stack([zero, one, zero], -1)
    matrix[:, :3, 2] = np.stack([-along[:, 1], zero, along[:, 0]], -1)
    matrix[:, :3, 3] = np.stack([middle[:, 0], zero, middle[:, 1]], -1)
    return matrix


def turned_to_twelve(matrices: Array) -> Array:
    """The same links on the other half: a half turn about the case's axis."""
    half_turn = np.diag([-1.0, -1.0, 1.0, 1.0])
    return np.asarray(half_turn @ matrices)
