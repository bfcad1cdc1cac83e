"""The pin buckle and the keepers of a two-piece strap."""

from __future__ import annotations

import numpy as np

from models3d.frames import Array
from models3d.mesh import Mesh
from models3d.profiles import Outline, ellipse_outline
from models3d.solids import skin, solid, union
from models3d.straps.fittings import HOOP_POINTS, bar, hoop, rounded_section
from models3d.straps.piece import Piece

REACH = 9.0e-3  # from the bar to the front of the frame
FRAME_WIDTH, FRAME_HEIGHT, FRAME_FILLET = 2.3e-3, 1.5e-3, 0.42e-3
FRAME_END = 1.6e-3  # behind the axle
BAR_RADIUS = 0.7e-3
TONGUE_WIDTH, TONGUE_HEIGHT = 1.7e-3, 1.0e-3
KEEPER_WIDTH, KEEPER_THICKNESS = 4.2e-3, 1.0e-3
SLACK = 0.15e-3


def buckle(short: Piece, long: Piece) -> Mesh:
    """Frame, bar and tongue at the tip of the 12 o'clock half, in one closed body.

    Args:
        short: the half that carries the buckle.
        long: the half with the holes; it lies under the frame's front and over its bar.
    """
    tip = np.array([short.section.length])
    pivot = short.place(tip, np.zeros(1), np.array([short.section.tip_thickness / 2.0]))[0]
    ahead, out = short.along(tip)[0], short.outward(tip)[0]
    aside = np.array([0.0, 1.0, 0.0])
    station = short.loop.length - short.section.length
    s = np.array([station - REACH])
    over = float(long.section.top(s, np.zeros(1))[0])
    front = long.place(s, np.zeros(1), np.array([over + FRAME_HEIGHT / 2.0 + SLACK]))[0]
    length, rise = float((front - pivot) @ ahead), float((front - pivot) @ out)
    half = float(short.section.half_width(tip)[0]) + 0.25e-3 + FRAME_WIDTH / 2.0
    frame = _frame(pivot, (aside, ahead, out), half, length, rise)
    axle = _rod(pivot - aside * half, pivot + aside * half, BAR_RADIUS, ahead)
    tongue = _tongue(pivot, ahead, out, length, rise)
    return skin(union([solid(body) for body in (frame, axle, *tongue)]))


def _frame(
    pivot: Array, axes: tuple[Array, Array, Array], half: float, length: float, rise: float
) -> Mesh:
    """A U of rounded bar from one end of the axle round the front to the other."""
    aside, ahead, out = axes
    corner = 3.2e-3
    turn = np.linspace(0.0, np.pi / 2.0, 9)
    right = np.stack(
        [half - corner + corner * np.cos(turn), length - corner + corner * np.sin(turn)], -1
    )
    end = FRAME_WIDTH / 2.0 * (1.0 - np.cos(np.linspace(0.0, np.pi / 2.0, 6))) - FRAME_END
    ahead_of_end = np.linspace(end[-1], length - corner, 5)[1:-1]
    y = np.concatenate([end, ahead_of_end])
    straight = np.stack([np.full(len(y), half), y], -1)
    side = np.concatenate([straight, right])
    plan = np.concatenate([side, side[::-1] * [-1.0, 1.0]])
    share = np.clip(plan[:, 1] / length, 0.0, 1.0)
    height = rise * share**1.3
    line = (
        pivot
        + plan[:, :1] * aside
        + plan[:, 1:] * ahead
        + (height - FRAME_HEIGHT / 2.0)[:, None] * out
    )
    full = rounded_section(FRAME_WIDTH, FRAME_HEIGHT, FRAME_FILLET, 0.35e-3, len(line))
    # the ends are rounded off behind the axle
    share = np.clip((plan[:, 1] + FRAME_END) / (0.5 * FRAME_WIDTH), 0.0, 1.0)
    thin = np.sqrt(np.maximum(1.0 - (1.0 - share) ** 2, 0.02))[:, None, None]
    middle = np.array([0.0, FRAME_HEIGHT / 2.0])
    section = Outline((full.points - middle) * thin + middle, full.normals)
    return bar(line, np.tile(out, (len(line), 1)), section)


def _rod(start: Array, end: Array, radius: float, outward: Array) -> Mesh:
    line = start + np.linspace(0.0, 1.0, 3)[:, None] * (end - start)
    full = np.full(3, radius)
    return bar(line, np.tile(outward, (3, 1)), ellipse_outline(full, full, 14))


def _tongue(
    pivot: Array, ahead: Array, out: Array, length: float, rise: float
) -> tuple[Mesh, Mesh]:
    """From a collar round the axle, up through a hole, to rest on the frame's front."""
    reach = length + 0.75 * FRAME_WIDTH
    along = np.linspace(-1.0e-3, reach, 18)
    share = np.clip(along / length, 0.0, 1.0)
    top = rise + FRAME_HEIGHT / 2.0 + 0.42 * TONGUE_HEIGHT
    lift = BAR_RADIUS + top * (share * share * (3.0 - 2.0 * share))
    lift = np.minimum(lift, top + 0.0 * lift)
    line = pivot + along[:, None] * ahead + lift[:, None] * out
    taper = np.clip((reach - along) / 2.2e-3, 0.0, 1.0) ** 0.5
    width = TONGUE_WIDTH * (1.0 - 0.25 * share) * (0.35 + 0.65 * taper)
    height = TONGUE_HEIGHT * (0.4 + 0.6 * taper)
    collar = _rod(
        pivot - np.array([0.0, 1.1e-3, 0.0]),
        pivot + np.array([0.0, 1.1e-3, 0.0]),
        BAR_RADIUS + 0.55e-3,
        ahead,
    )
    section: Outline = ellipse_outline(width / 2.0, height / 2.0, 14)
    return bar(line, np.tile(out, (len(line), 1)), section), collar


def keeper(
    short: Piece,
    long: Piece,
    station: float,
    width: float = KEEPER_WIDTH,
    thickness: float = KEEPER_THICKNESS,
) -> Mesh:
    """A loop round both halves.

    Args:
        station: along the 12 o'clock half.
    """
    s, zero = np.array([station]), np.zeros(1)
    on_long = short.loop.length - s
    bottom = short.place(s, zero, short.section.bottom(s))[0]
    top = long.place(on_long, zero, long.section.top(on_long, zero))[0]
    out, ahead = short.outward(s)[0], short.along(s)[0]
    height = float((top - bottom) @ out)
    half = float(max(short.section.half_width(s)[0], long.section.half_width(on_long)[0]))
    aside = np.cross(out, ahead)  # right, up, axis are right-handed
    section = rounded_section(width, thickness, 0.35e-3, 0.12e-3, HOOP_POINTS)
    return hoop(
        bottom + out * height / 2.0,
        (aside, out, ahead),
        (half + SLACK, height / 2.0 + SLACK),
        0.9e-3,
        section,
    )
