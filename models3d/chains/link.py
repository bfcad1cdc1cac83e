"""One link of each kind of chain, as a closed body that the next link passes through.

Link frame, metres: the chain runs along +x, the link lies flat in z = 0. Two neighbours bear on
each other at x = ±bearing / 2, inside their ends.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from models3d.chains.shapes import without_slivers
from models3d.chains.styles import STYLES, LinkStyle
from models3d.chains.wire import (
    Loop,
    Tessellation,
    ringed,
    round_wire,
    stadium,
    swept,
    twisted,
    volume,
)
from models3d.frames import Array, RigidTransform
from models3d.mesh import Mesh
from models3d.profiles import Outline, domed_outline

# A rope's rings stand in a helix so narrow that each passes through the next and the one after.
# In wires; found by search for the shortest pitch that keeps all wires 0.2 apart.
ROPE_INNER = 3.8
ROPE_PITCH = 1.4170
ROPE_OFFSET = 0.0982  # of a ring's middle from the rope's
ROPE_TURN = 2.06559  # radians from ring to ring
ROPE_LEAN = 2.80447  # radians, of a ring's axis to the helix
ROPE_EASE = 0.35  # by which a ring is drawn finer outside
PLAY = 0.08  # of the wire: what neighbours are kept apart, so that the chain is supple
FACET_LEAN = np.radians(9.0)  # of a diamond cut, to the link's sides
BOX_TRIANGLES = 240, 96  # of a box link with all its edges rounded, and with the outer ones
FACE_EDGE = 0.12  # radians: half the facet where a diamond cut does not reach


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """A link and how it joins the next."""

    mesh: Mesh
    center_line: Array  # (n, 3) metres, closed: for linking numbers
    bearing: float  # metres between the points where its neighbours bear
    wire: float  # metres
    width: float  # metres over all, across the chain
    height: float  # metres over all, from the skin out
    end_roll: float  # radians: its right end stands at +end_roll, its left at -end_roll
    passes: int = 1  # how many of the next links go through it
    drawn: Mesh | None = None  # what pictures show in place of `mesh`, where that would be heavy

    @property
    def volume(self) -> float:
        """Cubic metres."""
        return volume(self.mesh)


@lru_cache(maxsize=64)
def turned_about(link: Link) -> Link:
    """The link with its ends changed over: turned by half a turn about z."""
    half = RigidTransform.from_axis_angle((0, 0, 1), np.pi)
    return replace(link, mesh=link.mesh.transformed(half), center_line=half.apply(link.center_line))


@lru_cache(maxsize=64)
def links(style: LinkStyle, wire_mm: float, triangles: int) -> tuple[Link, ...]:
    """The links of one repeat of the chain: figaro has three short ones and a long one.

    Args:
        triangles: about how many a link may have.
    """
    if style is LinkStyle.BOX:
        return (_box(wire_mm * 1e-3, triangles),)
    if style is LinkStyle.ROPE:
        return (_rope_ring(wire_mm, triangles),)
    if style is LinkStyle.FIGARO:
        short = oval_link(style, wire_mm, triangles, 1.0)
        long = oval_link(style, wire_mm, triangles, STYLES[style].long_per_short)
        return (short, short, short, long)
    return (oval_link(style, wire_mm, triangles, 1.0),)


def oval_link(style: LinkStyle, wire_mm: float, triangles: int, stretch: float) -> Link:
    """A link bent of round wire; its inner length is `stretch` times the style's."""
    table, wire = STYLES[style], wire_mm * 1e-3
    inner_length, inner_width = table.inner_length * wire * stretch, table.inner_width * wire
    length, width = inner_length + wire, inner_width + wire
    twist = np.radians(table.twist_deg)
    if table.twist_deg:
        steps = Tessellation.within(0.72 * triangles)
        short = table.inner_length * wire + wire
        calm, straight = length - short, length - width
        between = np.array([0.5, 0.0, -0.5])
        if calm > 0.0:
            between = np.array([0.5 * (1.0 + calm / straight), calm / straight])
            between = np.concatenate([between, -between[::-1]])
        rate = float(twist / short)
        loop = twisted(stadium(length, width, steps.arc_steps, between), rate, calm)
        reach = _flattened(short, width, wire, rate) - table.cut * wire
        mesh = _ground(loop, wire, reach, steps.around)
    else:
        steps = Tessellation.within(triangles)
        loop = stadium(length, width, steps.arc_steps)
        mesh = round_wire(loop, wire, steps.around)
    low, high = mesh.bounds()
    return Link(
        mesh,
        loop.centers,
        inner_length - PLAY * wire,
        wire,
        float(high[1] - low[1]),
        float(high[2] - low[2]),
        float(twist / 2.0),
    )


def _flattened(length: float, width: float, wire: float, rate: float) -> float:
    """Metres from the middle of a twisted link to its outermost point along a facet's normal."""
    loop = twisted(stadium(length, width, 32, np.linspace(0.9, -0.9, 9)), rate)
    upper, _ = _facet_normals(loop)
    return float((np.sum(loop.centers * upper, axis=1) + wire / 2.0).max())


def _facet_normals(loop: Loop) -> tuple[Array, Array]:
    """(n, 3) which way the upper and the lower facet of each section look.

    They lean outwards to the link's two sides, so that a row of links does not darken as one.
    """
    side = _side(loop)
    lean, flat = np.full(len(side), FACET_LEAN), np.zeros(len(side))
    across = np.sin(lean) * side
    return (
        np.stack([flat, across, np.cos(lean)], axis=1),
        np.stack([flat, across, -np.cos(lean)], axis=1),
    )


def _side(loop: Loop) -> Array:
    """(n,) +1 on the wire at +y, -1 on that at -y."""
    ahead = np.sign(loop.tangents[:, 0])
    return np.where(ahead == 0.0, 1.0, -ahead)


def _ground(loop: Loop, wire: float, reach: float, around: int) -> Mesh:
    """Round wire ground flat `reach` from the middle: a diamond-cut link.

    Each section is a circle without its caps above and below: its columns are the two edges of
    each facet, which carry the facet's normal, and the round sides between them.
    """
    radius = wire / 2.0
    above, below = _facet_normals(loop)
    upper, facing = _cap(loop, above, reach, radius)
    lower, opposite = _cap(loop, below, reach, radius)
    opposite = facing + np.mod(opposite - facing, 2.0 * np.pi)
    share = np.linspace(0.0, 1.0, max(3, around // 2))
    side = facing + upper + (opposite - lower - facing - upper) * share[:, None]
    back = opposite + lower + (facing + 2.0 * np.pi - upper - opposite - lower) * share[:, None]
    angles = np.concatenate([side, back]).T
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    m = len(share)
    columns = [2 * m - 1, 0, *range(m), m - 1, m, *range(m, 2 * m)]
    mesh = swept(loop, Outline((radius * circle)[:, columns], circle[:, columns]))
    grid = mesh.normals.reshape(len(loop.centers), len(columns), 3)
    for edges, cap, normal in ((slice(0, 2), upper, above), (slice(2 + m, 4 + m), lower, below)):
        cut = (cap > FACE_EDGE)[:, None, None]
        grid[:, edges] = np.where(cut, normal[:, None], grid[:, edges])
    return without_slivers(Mesh(mesh.positions, grid.reshape(-1, 3), mesh.triangles))


def _cap(loop: Loop, normal: Array, reach: float, radius: float) -> tuple[Array, Array]:
    """Half the angle of each section's cap beyond a plane, and its middle's angle in the section.

    Args:
        normal: (n, 3) of the plane that cuts each section, `reach` from the origin.
    """
    u = np.sum(loop.across * normal, axis=1)
    v = np.sum(loop.outward * normal, axis=1)
    height = (reach - np.sum(loop.centers * normal, axis=1)) / (radius * np.hypot(u, v))
    return _cap_angle(height), np.arctan2(v, u)


def _cap_angle(cosine: Array) -> Array:
    """Half the angle of the cap that a plane cuts off a circle."""
    return np.maximum(np.arccos(np.clip(cosine, -1.0, 1.0)), FACE_EDGE)


def _rope_ring(wire_mm: float, triangles: int) -> Link:
    """A ring as it stands in a rope, at the helix's angle 0."""
    wire = wire_mm * 1e-3
    around = max(5, Tessellation.within(0.9 * triangles).around)
    # its sides are the rope's outside; its ends lie hidden in other rings
    flat = ringed((ROPE_INNER + 1.0) * wire, int(triangles / 2.0 / around), ROPE_EASE)
    axis = np.array([np.sin(ROPE_LEAN), 0.0, np.cos(ROPE_LEAN)])
    side = np.cross([0.0, 1.0, 0.0], axis)
    turn = np.stack([side, [0.0, 1.0, 0.0], axis], axis=1)
    place = RigidTransform(turn, np.array([0.0, ROPE_OFFSET * wire, 0.0]))
    center_line = place.apply(flat.centers)
    over_all = float(np.hypot(center_line[:, 1], center_line[:, 2]).max()) * 2.0 + wire
    mesh = round_wire(flat, wire, around).transformed(place)
    return Link(mesh, center_line, ROPE_PITCH * wire, wire, over_all, over_all, 0.0, passes=2)


def _box(side: float, triangles: int) -> Link:
    """A square ring of flat strip; every second one stands across."""
    table = STYLES[LinkStyle.BOX]
    inner = table.inner_length * side
    thickness = (side - inner) / 2.0
    strip = inner - 0.13 * side  # passes through the next link with play on either side
    loop = _rounded_square(
        side - thickness, 0.62 * thickness, 2 if triangles >= BOX_TRIANGLES[0] else 1
    )
    mesh = swept(loop, _strip(strip, thickness, triangles, len(loop.centers)))
    return Link(
        mesh, loop.centers, inner - 0.045 * side, thickness, side, side, 0.0,
    )  # fmt: skip


def _strip(width: float, thickness: float, triangles: int, count: int) -> Outline:
    """The section of a flat strip with rounded edges, as finely as so many triangles allow."""
    same = np.ones(count)
    if triangles >= BOX_TRIANGLES[0]:
        fillet = 0.16 * thickness * same
        dome = 0.05 * width * same
        section = domed_outline(width * same, thickness * same, dome, 0.0 * same,
                                fillet, fillet, (3, 1), 1)  # fmt: skip
        return Outline(section.points - np.array([0.0, thickness / 2.0]), section.normals)
    u, v, edge = width / 2.0, thickness / 2.0, 0.22 * thickness
    if triangles >= BOX_TRIANGLES[1]:  # the outer edges rounded
        points = [[u, -v], [u, v - edge], [u - edge, v], [edge - u, v], [-u, v - edge], [-u, -v]]
        normals = [[0.7, -0.7], [0.9, 0.4], [0.4, 0.9], [-0.4, 0.9], [-0.9, 0.4], [-0.7, -0.7]]
    else:
        points = [[u, -v], [u, v], [-u, v], [-u, -v]]
        normals = [[0.7, -0.7], [0.5, 0.9], [-0.5, 0.9], [-0.7, -0.7]]
    unit = np.array(normals) / np.linalg.norm(normals, axis=1, keepdims=True)
    return Outline(
        np.broadcast_to(np.array(points), (count, len(points), 2)),
        np.broadcast_to(unit, (count, len(points), 2)),
    )


def _rounded_square(side: float, radius: float, corner_steps: int) -> Loop:
    """A square centre line with round corners."""
    quarter = np.linspace(0.0, np.pi / 2.0, corner_steps + 1)
    angle = (np.arange(4)[:, None] * (np.pi / 2.0) + quarter).ravel()
    outward = np.stack([np.cos(angle), np.sin(angle), 0.0 * angle], axis=1)
    corner = np.repeat(np.arange(4) * (np.pi / 2.0) + np.pi / 4.0, corner_steps + 1)
    reach = (side / 2.0 - radius) * np.sqrt(2.0)
    centers = radius * outward
    centers[:, 0] += reach * np.cos(corner)
    centers[:, 1] += reach * np.sin(corner)
    tangents = np.stack([-outward[:, 1], outward[:, 0], 0.0 * angle], axis=1)
    return Loop(centers, tangents, outward)
