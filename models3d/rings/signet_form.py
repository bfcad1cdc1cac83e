"""A signet ring's body: table, flanks and shoulders that flow into the shank without a seam.

Sections stand all round the ring. Under the table a section rises from the edge of the finger hole
to the table's rim; beyond the table's ends it closes over the shoulder, and turns into the shank's
own section before the shank begins.

Ring frame: +Y along the finger, +Z out of the table; angles from +Z towards +X.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from models3d.frames import Array
from models3d.mesh import Mesh, merge
from models3d.profiles import Profile, face_points, outline

SHOULDER = np.radians(60.0)  # from the table's end to where the shank begins
SHANK_STATIONS, SHOULDER_STATIONS, TABLE_STATIONS = 61, 22, 49
TABLE_RINGS, RIM_STEPS = 5, 4
BREAK = 0.11e-3  # height of the table's broken edge
SPREAD = 0.3e-3  # by which the ring is wider at the finger than the table, on each side
SHOULDER_SPREAD = 1.25  # width of the shank where it begins, of that at the palm
OUTLINE_POINTS = 4000
CUSHION_POWER, CUSHION_ROUNDING = 2.5, np.radians(9.0)


class Table(StrEnum):
    """The outline of the table."""

    OVAL = "oval"
    ROUND = "round"
    CUSHION = "cushion"


# Of the way from the table's middle to the shank: as far the ring stays as wide as the table.
HELD = {Table.OVAL: 0.0, Table.ROUND: 0.0, Table.CUSHION: 0.12}
ASPECT = {Table.OVAL: 1.22, Table.ROUND: 1.0, Table.CUSHION: 1.12}


@dataclass(frozen=True, slots=True)
class SignetForm:
    """Measures in metres."""

    inner_radius: float
    table: Table
    table_length: float  # along the finger
    table_thickness: float  # in the middle, above the finger
    dome: float  # by which the table's middle stands over its ends
    shank_width: float  # at the palm
    shank_thickness: float

    @property
    def half_width(self) -> float:
        """Of the table, across the finger."""
        return self.table_length / ASPECT[self.table] / 2.0

    @property
    def height(self) -> float:
        """z of the table's middle."""
        return self.inner_radius + self.table_thickness

    def drop(self, points: Array) -> Array:
        """(…) how far the domed table lies under its middle at x, y (…, 2); a sphere's cap."""
        return np.asarray((points**2).sum(axis=-1) * (4.0 * self.dome / self.table_length**2))

    def outline(self) -> Array:
        """(n, 2) x, y of the table's rim, counter-clockwise from +X."""
        angle = np.linspace(0.0, 2.0 * np.pi, OUTLINE_POINTS, endpoint=False)
        c, s = np.cos(angle), np.sin(angle)
        a, b = self.half_width, self.table_length / 2.0
        if self.table is Table.CUSHION:
            radius = _cushion_radius(a, b, angle)
        else:
            radius = 1.0 / np.hypot(c / a, s / b)
        return np.asarray(radius[:, None] * np.stack([c, s], -1))


def signet_body(form: SignetForm) -> Mesh:
    """The whole ring as one closed mesh."""
    tip_x, tip_y = form.outline()[form.outline()[:, 0].argmax()]
    low = form.height - float(form.drop(np.array([tip_x, tip_y]))) - BREAK
    tip = float(np.arctan2(tip_x, low))
    end = tip + SHOULDER
    lower = np.linspace(end, 2.0 * np.pi - end, SHANK_STATIONS)
    shank = _sections(form, lower, _shank_width(form, lower, end))
    even = np.linspace(-1.0, 1.0, TABLE_STATIONS)
    table = tip * (0.8 * np.sin(np.pi / 2.0 * even) + 0.2 * even)  # closer where the rim turns
    beyond = tip + SHOULDER * np.linspace(0.0, 1.0, SHOULDER_STATIONS) ** 1.4
    angles = np.concatenate([-beyond[:0:-1], table, beyond[1:]])
    head = _sections(form, angles, _head_width(form, np.abs(angles) / end))
    # both ends of the head are the very places where the shank begins
    head.points[0], head.points[-1] = shank.points[-1], shank.points[0]
    first_inner = _first_inner()
    rims, parts = (
        {},
        [
            _grid(shank.points, shank.normals, around=True),
            _grid(head.points[:, first_inner:], head.normals[:, first_inner:], around=False),
        ],
    )
    for side in (1, -1):
        lines = _Lines.of(form, head, table, tip_y, side)
        flank, normals = _flank(form, lines, angles, head, shank, side)
        beyond = lines.rise > np.pi / 2.0 - 1e-9
        if side == 1:
            crest = flank[beyond, -1]
        flank[beyond, -1] = crest  # both sides share it, to the last bit
        if side == -1:  # sections run counter-clockwise: up on +Y, down on -Y
            flank, normals = flank[:, ::-1], normals[:, ::-1]
        parts.append(_grid(flank, normals, around=False))
        span, top = slice(SHOULDER_STATIONS - 1, 1 - SHOULDER_STATIONS), -1 if side == 1 else 0
        rims[side] = flank[span, top], normals[span, top]
    parts.append(_table(form, rims))
    return merge(parts)


@dataclass(frozen=True, slots=True, eq=False)
class _Lines:
    """What the sections of one side are drawn from: quarters of ellipses over the edge.

    All by station, (n,) metres.
    """

    edge_y: Array  # of the finger hole's edge, from the crest
    edge_radius: Array  # of that edge, from the finger's axis
    crest_y: Array
    height: Array  # of the crest over the edge; under the table it stands above the table
    rise: Array  # 0 .. pi/2: how much of the quarter is below the table

    @staticmethod
    def of(form: SignetForm, head: _Swept, table: Array, tip_y: float, side: int) -> _Lines:
        """Lines of the side of +Y (1) or -Y (-1)."""
        edge = head.points[:, -1 if side == 1 else _first_inner()]
        n = len(edge)
        radius = np.hypot(edge[:, 0], edge[:, 2])
        span = slice(SHOULDER_STATIONS - 1, 1 - SHOULDER_STATIONS)
        share = np.linspace(0.0, 1.0, SHOULDER_STATIONS) ** 1.4
        fading = tip_y * (1.0 - _smooth(share[1:]))
        crest_y = np.concatenate([fading[::-1], np.full(len(table), tip_y), fading])
        edge_y = np.abs(edge[:, 1] - crest_y)
        rim_y, rim_radius = _rim_at(form, table, side)
        reach = np.minimum(np.abs(rim_y - tip_y) / edge_y[span], 0.998)
        reach[[0, -1]] = 0.0
        rise = np.full(n, np.pi / 2.0)
        rise[span] = np.arccos(reach)
        height = np.zeros(n)
        height[span] = (rim_radius - radius[span]) / np.sin(rise[span])
        slope = _slope_at_end(table[[-7, -4, -1]], height[span][[-7, -4, -1]])
        shoulder = _settling(
            height[span][-1],
            slope * SHOULDER,
            form.inner_radius + form.shank_thickness - float(radius[-1]),
            share[1:],
        )
        height[: span.start], height[span.stop :] = shoulder[::-1], shoulder
        return _Lines(edge_y, radius, crest_y, height, rise)


def _rim_at(form: SignetForm, table: Array, side: int) -> tuple[Array, Array]:
    """y and radius (n,) where sections at these angles leave the flank for the broken edge."""
    dense = form.outline()
    right, left = int(dense[:, 0].argmax()), int(dense[:, 0].argmin())
    upper = dense[right : left + 1][::-1]
    lower = np.concatenate([dense[left:], dense[: right + 1]])
    line = upper if side == 1 else lower
    z = np.full_like(table, form.height)
    for _ in range(6):  # the domed table lies lower where it is wider
        x = np.clip(z * np.tan(table), line[0, 0], line[-1, 0])
        y = np.interp(x, line[:, 0], line[:, 1])
        z = form.height - BREAK - form.drop(np.stack([x, y], -1))
    return y, z / np.cos(table)


def _slope_at_end(x: Array, y: Array) -> float:
    """Of the parabola through three points, at the last."""
    return float(np.polyval(np.polyder(np.polyfit(x - x[-1], y, 2)), 0.0))


def _settling(start: float, slope: float, end: float, t: Array) -> Array:
    """From one height and slope to another height, level there (cubic)."""
    return np.asarray(
        (2 * t**3 - 3 * t**2 + 1) * start
        + (t**3 - 2 * t**2 + t) * slope
        + (3 * t**2 - 2 * t**3) * end
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Swept:
    points: Array  # (n, k, 3)
    normals: Array  # (n, k, 3)


def _first_inner() -> int:
    """Index in a section where the finger's side begins, as long as the outer one."""
    span = face_points(Profile.COURT)
    return int(span.start + span.stop)


def _shank_width(form: SignetForm, angle: Array, end: float) -> Array:
    """From the shoulders to the palm."""
    share = np.minimum(angle - end, 2.0 * np.pi - end - angle) / (np.pi - end)
    return form.shank_width * (1.0 + (SHOULDER_SPREAD - 1.0) * (1.0 - _smooth(share)))


def _head_width(form: SignetForm, share: Array) -> Array:
    """At the finger; `share` is 0 under the table's middle, 1 where the shank begins."""
    ends = SHOULDER_SPREAD * form.shank_width
    wide = form.table_length + 2.0 * SPREAD
    held = (share - HELD[form.table]) / (1.0 - HELD[form.table])
    return ends + (wide - ends) * (1.0 - _smooth(held))


def _smooth(share: Array) -> Array:
    """0 to 1 with no kink in slope or curvature at either end."""
    t = np.clip(share, 0.0, 1.0)
    return np.asarray(t**3 * (10.0 - 15.0 * t + 6.0 * t * t))


def _sections(form: SignetForm, angle: Array, width: Array) -> _Swept:
    """The shank's cross-section, of these widths, at rising angles round the ring."""
    shape = outline(Profile.COURT, width, np.full_like(width, form.shank_thickness))
    radial = np.stack([np.sin(angle), 0.0 * angle, np.cos(angle)], axis=-1)
    across = np.array([0.0, 1.0, 0.0])
    u, v = shape.points[..., :1], shape.points[..., 1:]
    points = (form.inner_radius + v) * radial[:, None] + u * across
    nu, nv = shape.normals[..., :1], shape.normals[..., 1:]
    around = nu * radial[:, None] - nv * across
    normals = np.cross(around, np.gradient(points, angle, axis=0, edge_order=2))
    return _Swept(points, normals / np.linalg.norm(normals, axis=-1, keepdims=True))


def _flank(
    form: SignetForm, lines: _Lines, angle: Array, head: _Swept, shank: _Swept, side: int
) -> tuple[Array, Array]:
    """One side from the edge of the finger hole up to the table's rim and the crests.

    Returns:
        Points and normals (stations, k, 3), from the edge upwards.
    """
    first_inner = _first_inner()
    edge_index = -1 if side == 1 else first_inner
    middle = (first_inner - 1) // 2
    outside = range(middle + 1) if side == 1 else range(first_inner - 1, middle - 1, -1)
    own_index = [edge_index, *outside]  # the shank's section from the edge to its middle
    step = np.linalg.norm(np.diff(shank.points[0, own_index], axis=0), axis=1)
    t = np.concatenate([[0.0], np.cumsum(step)]) / step.sum()
    radial = np.stack([np.sin(angle), 0.0 * angle, np.cos(angle)], -1)[:, None]
    along = np.stack([np.cos(angle), 0.0 * angle, -np.sin(angle)], -1)[:, None]
    across = np.array([0.0, 1.0, 0.0])
    # near the table's ends only the uppermost points give way to the rim: no needle-thin triangles
    missing = np.pi / 2.0 - lines.rise[:, None]
    power = np.clip(0.9 * lines.rise[:, None] / np.maximum(missing, 1e-6), 1.0, 8.0)
    turn = np.pi / 2.0 * t - missing * t**power
    radius = lines.edge_radius[:, None] + lines.height[:, None] * np.sin(turn)
    y = lines.crest_y[:, None] + side * lines.edge_y[:, None] * np.cos(turn)
    flank = radius[..., None] * radial + y[..., None] * across
    # tangents where the part of the quarter stays the same: smooth over the table's ends
    upwards = (
        lines.height[:, None, None] * np.cos(turn)[..., None] * radial
        - side * (lines.edge_y[:, None] * np.sin(turn))[..., None] * across
    )
    change = [np.gradient(v, angle)[:, None] for v in
              (lines.edge_radius, lines.height, lines.crest_y, lines.edge_y)]  # fmt: skip
    onwards = (
        (change[0] + change[1] * np.sin(turn))[..., None] * radial
        + radius[..., None] * along
        + (change[2] + side * change[3] * np.cos(turn))[..., None] * across
    )
    for span in (slice(0, SHOULDER_STATIONS), slice(-SHOULDER_STATIONS, None)):
        share = (np.abs(angle[span]) - np.abs(angle[span]).min()) / SHOULDER
        blend = _smooth(share)[:, None, None]
        own = _own_sections(form, lines, radial[span, 0], span, own_index, side)
        flank[span] = (1.0 - blend) * flank[span] + blend * own
        upwards[span] = np.gradient(flank[span], t, axis=1, edge_order=2)
        onwards[span] = np.gradient(flank[span], angle[span], axis=0, edge_order=2)
    flank[:, 0] = head.points[:, edge_index]
    flank[0], flank[-1] = shank.points[-1, own_index], shank.points[0, own_index]
    normals = side * np.cross(upwards, onwards)
    beyond = lines.rise > np.pi / 2.0 - 1e-9  # both sides share the crest
    crest = np.cross(across, onwards[:, -1])
    normals[beyond, -1] = -crest[beyond]
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    normals[0], normals[-1] = shank.normals[-1, own_index], shank.normals[0, own_index]
    return flank, normals


def _own_sections(
    form: SignetForm, lines: _Lines, radial: Array, span: slice, own_index: list[int], side: int
) -> Array:
    """(stations, k, 3) the shank's kind of section, as high as the crest is."""
    over_hole = lines.edge_radius[span] + lines.height[span] - form.inner_radius
    width = 2.0 * lines.edge_y[span]
    shape = outline(Profile.COURT, width, over_hole)
    at = shape.points[:, own_index]
    points: Array = (form.inner_radius + at[..., 1:]) * radial[:, None]
    points[..., 1] = at[..., 0] + lines.crest_y[span, None]
    return points


def _table(form: SignetForm, rims: dict[int, tuple[Array, Array]]) -> Mesh:
    """The table and its broken edge: rings of points from the middle outwards.

    Args:
        rims: by side of Y, points and normals (n, 3) of the flank's upper end, towards +X.
    """
    foot = np.concatenate([rims[-1][0][:-1], rims[1][0][:0:-1]])
    flank = np.concatenate([rims[-1][1][:-1], rims[1][1][:0:-1]])
    along = np.roll(foot, -1, axis=0) - np.roll(foot, 1, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    outward = np.stack([along[:, 1], -along[:, 0]], -1)
    outward /= np.linalg.norm(outward, axis=1, keepdims=True)
    sideways = np.einsum("ij,ij->i", flank[:, :2], outward)
    back = BREAK * flank[:, 2] / np.maximum(sideways, 0.2)  # the flank goes on to the table
    corner_xy = foot[:, :2] - back[:, None] * outward
    edge_xy = corner_xy - BREAK * outward
    corner, edge = (np.column_stack([xy, form.height - form.drop(xy)])
                    for xy in (corner_xy, edge_xy))  # fmt: skip
    n = len(edge)
    q = np.linspace(0.0, 1.0, TABLE_RINGS + 1)[1:, None, None]
    xy = q * edge[:, :2]
    table = np.concatenate([xy, (form.height - form.drop(xy))[..., None]], axis=-1)
    tilt = 8.0 * form.dome / form.table_length**2
    table_normals = np.concatenate([tilt * xy, np.ones((TABLE_RINGS, n, 1))], axis=-1)
    t = np.linspace(0.0, 1.0, RIM_STEPS + 1)[1:, None, None]
    broken = (1.0 - t) ** 2 * edge + 2.0 * t * (1.0 - t) * corner + t**2 * foot
    slope = (1.0 - t) * (corner - edge) + t * (foot - corner)
    broken[-1] = foot
    rings = np.concatenate([table, broken])
    normals = np.concatenate([table_normals, np.cross(slope, along)])
    normals[-1] = flank
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    j = np.arange(n)
    k = (j + 1) % n
    fan = np.stack([0 * j + len(rings) * n, j, k], -1)
    i = np.arange(len(rings) - 1)[:, None] * n
    quads = np.stack(
        [np.stack([i + j, i + j + n, i + k], -1), np.stack([i + k, i + j + n, i + k + n], -1)],
        axis=2,
    )
    return Mesh(
        np.concatenate([rings.reshape(-1, 3), [[0.0, 0.0, form.height]]]),
        np.concatenate([normals.reshape(-1, 3), [[0.0, 0.0, 1.0]]]),
        np.concatenate([fan, quads.reshape(-1, 3)]).astype(np.int32),
    )


def _grid(points: Array, normals: Array, *, around: bool) -> Mesh:
    """Triangles between stations (n, k, 3) at rising angles, sections counter-clockwise.

    Args:
        around: sections are closed.
    """
    n, k = points.shape[:2]
    i = np.arange(n - 1)[:, None] * k
    j = np.arange(k if around else k - 1)[None]
    following = (j + 1) % k
    a, b, c, d = i + j, i + following, i + k + j, i + k + following
    quads = np.stack([np.stack([a, b, c], -1), np.stack([b, d, c], -1)], axis=2)
    return Mesh(
        points.reshape(-1, 3), normals.reshape(-1, 3), quads.reshape(-1, 3).astype(np.int32)
    )


def _cushion_radius(a: float, b: float, angle: Array) -> Array:
    """A superellipse whose sides are a little fuller than flat everywhere."""
    c, s = np.abs(np.cos(angle) / a), np.abs(np.sin(angle) / b)
    wave = np.fft.rfft((c**CUSHION_POWER + s**CUSHION_POWER) ** (-1.0 / CUSHION_POWER))
    wave *= np.exp(-0.5 * (np.arange(len(wave)) * CUSHION_ROUNDING) ** 2)
    rounded = np.fft.irfft(wave, len(angle))
    return np.asarray(rounded * (a / np.abs(rounded * np.cos(angle)).max()))
