"""Hands: dauphine, baton and sword, at their heights over the dial. Millimetres.

Hand frame: the arbor is the z axis, the hand points to 12 o'clock (+Y), z = 0 is its underside.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import manifold3d
import numpy as np

from models3d.errors import ModelError
from models3d.frames import Array
from models3d.watches.outlines import Corner, circle, rounded
from models3d.watches.shells import Shell, extruded, from_solid
from models3d.watches.sizes import figure

HUB_SEGMENTS = 32
BEVEL = 0.07
SHARP = np.radians(25.0)  # corners that a bevel cannot go round in full
ROOF = 0.62  # of half the blade's width
PERIODS_S = {"hour": 43200.0, "minute": 3600.0, "second": 60.0}
SHOWN_SECONDS = 10 * 3600 + 8 * 60 + 35  # 10:08:35, as watches are shown


class Hands(StrEnum):
    """The shape of the hour and minute hand."""

    DAUPHINE = "dauphine"
    BATON = "baton"
    SWORD = "sword"


@dataclass(frozen=True, slots=True, eq=False)
class Hand:
    """A hand's metal and what glows on it."""

    name: str  # hour, minute, second
    body: Shell
    lume: Shell | None
    height: float  # of its underside over the dial


def clockwise(period_s: float, seconds: float) -> float:
    """Radians from 12 o'clock that a hand shows so many seconds after noon or midnight."""
    return 2.0 * np.pi * (seconds % period_s) / period_s


def lengths(style: Hands, track_radius: float, index_radius: float) -> dict[str, float]:
    """Hour, minute and second hand, from the arbor to the tip.

    The hour hand reaches the indices' inner ends, as far as it stays an hour hand.
    """
    least, greatest = (
        figure("hands", style, f"hour_length_{end}") * track_radius for end in ("least", "greatest")
    )
    return {
        "hour": min(max(index_radius, least), greatest),
        "minute": figure("hands", style, "minute_length") * track_radius,
        "second": figure("hands", style, "second_length") * track_radius,
    }


def hour_and_minute(
    style: Hands, track_radius: float, index_radius: float, clearance: float, lume: bool
) -> tuple[Hand, Hand]:
    """The two hands that every watch has.

    Args:
        clearance: over the dial, under the hour hand.
        lume: fills the sword's or the baton's blade; a dauphine carries none.
    """
    length = lengths(style, track_radius, index_radius)
    unit = track_radius
    spread = {
        Hands.DAUPHINE: (0.078, 0.058),
        Hands.BATON: (0.036, 0.028),
        Hands.SWORD: (0.070, 0.056),
    }
    hour = _blade(
        "hour", style, length["hour"], spread[style][0] * unit, 0.066 * unit, clearance, lume
    )
    above = clearance + 0.34
    minute = _blade(
        "minute", style, length["minute"], spread[style][1] * unit, 0.056 * unit, above, lume
    )
    return hour, minute


def second_hand(length: float, height: float) -> Hand:
    """A needle that widens into its counterweight, and the cap that covers the arbor."""
    tail = 0.30 * length
    root, tip, heavy = 0.0085 * length + 0.02, 0.0045 * length + 0.01, 0.026 * length
    needle = _bevelled(
        [
            (heavy, -tail),
            (1.15 * root, -0.25 * tail),
            (root, 0.0),
            (tip, length),
            (-tip, length),
            (-root, 0.0),
            (-1.15 * root, -0.25 * tail),
            (-heavy, -tail),
        ],
        0.11,
        0.012,
        0.025,
    )
    bodies = [needle, _hub(0.060 * length, 0.12), _cap(0.036 * length, 0.10, 0.28)]
    return Hand("second", _joined(bodies), None, height)


def arbor_cap(radius: float, height: float) -> Hand:
    """What covers the arbor of a watch without a second hand in the middle."""
    return Hand("cap", _cap(radius, 0.0, 0.2), None, height)


def small_hand(length: float, height: float) -> Hand:
    """Of a sub-dial: a leaf that comes to a point."""
    wide, tail = 0.058 * length, 0.30 * length
    blade = _bevelled(
        [
            (wide, -tail),
            (0.7 * wide, 0.0),
            (wide, 0.45 * length),
            (0.02, length),
            (-0.02, length),
            (-wide, 0.45 * length),
            (-0.7 * wide, 0.0),
            (-wide, -tail),
        ],
        0.11,
        0.012,
        0.03,
    )
    cap = _cap(0.085 * length, 0.1, 0.22)
    return Hand("small", _joined([blade, _hub(0.14 * length, 0.13), cap]), None, height)


def _blade(
    name: str, style: Hands, length: float, half: float, hub: float, height: float, lume: bool
) -> Hand:
    thickness = figure("hands", "any", "thickness")
    hub_shell = _hub(hub, thickness + 0.05)
    if style is Hands.DAUPHINE:
        return Hand(name, _joined([_dauphine(length, half, thickness), hub_shell]), None, height)
    if style is Hands.BATON:
        end, foot = length - 0.4, -2.2 * hub
        side = [
            (0.55 * half, foot),
            (0.6 * half, foot + 0.3),
            (0.92 * half, 0.0),
            (half, 0.5 * length),
            (0.92 * half, end),
            (0.9 * half, length),
        ]
        outline = [*side, *((-x, y) for x, y in reversed(side))]
        inlay = [
            (0.5 * half, 0.36 * length),
            (0.5 * half, 0.93 * length),
            (-0.5 * half, 0.93 * length),
            (-0.5 * half, 0.36 * length),
        ]
    else:
        outline = [
            (0.42 * half, -2.0 * hub),
            (0.42 * half, 0.16 * length),
            (half, 0.72 * length),
            (0.0, length),
            (-half, 0.72 * length),
            (-0.42 * half, 0.16 * length),
            (-0.42 * half, -2.0 * hub),
        ]
        inlay = [
            (0.24 * half, 0.30 * length),
            (0.66 * half, 0.71 * length),
            (0.0, 0.90 * length),
            (-0.66 * half, 0.71 * length),
            (-0.24 * half, 0.30 * length),
        ]
    # a lumed blade is flat for its paint, a bright one is ground to a roof
    bevel = BEVEL if lume else ROOF * half
    body = _joined([_bevelled(outline, thickness, 0.05, bevel), hub_shell])
    if not lume:
        return Hand(name, body, None, height)
    paint = _bevelled(inlay, 0.09, 0.05, 0.03).moved(0.0, 0.0, thickness - 0.05)
    return Hand(name, body, paint, height)


def _bevelled(
    points: list[tuple[float, float]], thickness: float, radius: float, bevel: float
) -> Shell:
    """A plate with a bevelled upper edge, the bevel narrowing where the plate comes to a point."""
    xy = np.array(points)
    turn, room = _corners(xy)
    radii = np.minimum(radius + 0.6 * min(bevel, BEVEL), room)
    corners = [Corner(x, y, float(r)) for (x, y), r in zip(points, radii, strict=True)]
    outline = rounded(corners, closed=True)
    nearest = np.linalg.norm(outline.points[:, None] - xy[None], axis=2).argmin(axis=1)
    inset = 0.8 * min(bevel, float(np.abs(xy[:, 0]).max()))
    spread = np.where(turn > SHARP, np.minimum(1.0, 0.8 * radii / inset), 1.0)[nearest]
    drop = min(0.7 * inset, 0.6 * thickness)
    edge = min(0.008, 0.12 * inset)
    profile = rounded(
        [
            Corner(-0.2 * inset, 0.0),
            Corner(0.0, 0.0, edge),
            Corner(0.0, thickness - drop, edge),
            Corner(-inset, thickness, edge),
            Corner(-1.1 * inset, thickness),
        ],
        closed=False,
    )
    return extruded(outline, profile, spread=spread)


def _corners(points: Array) -> tuple[Array, Array]:
    """(k,) turn of each corner in radians, and the greatest fillet its edges have room for."""
    ahead = np.roll(points, -1, axis=0) - points
    length = np.linalg.norm(ahead, axis=1)
    ahead /= length[:, None]
    before = np.roll(ahead, 1, axis=0)
    turn = np.arccos(np.clip(np.einsum("ij,ij->i", before, ahead), -1.0, 1.0))
    room = 0.45 * np.minimum(length, np.roll(length, 1))
    return turn, np.asarray(room / np.maximum(np.tan(turn / 2.0), 1e-3))


def _dauphine(length: float, half: float, thickness: float) -> Shell:
    """Two facets that meet in a ridge along the hand; flat below."""
    waist, tail, ridge = 0.16 * length, 0.17 * length, 0.13 + 0.35 * thickness
    tip = 0.035
    rim = np.array(
        [(half, waist), (tip, length), (-tip, length), (-half, waist), (-tip, -tail), (tip, -tail)]
    )
    edge = 0.45 * thickness
    low = np.column_stack([rim, np.zeros(len(rim))])
    high = np.column_stack([rim, np.full(len(rim), edge)])
    spine = np.array(
        [[0.0, length - 0.25, edge + 0.05], [0.0, waist, ridge], [0.0, -tail + 0.2, edge + 0.05]]
    )
    head, middle, end = spine
    a, b, c, d, e, f = high
    faces = [
        [a, b, head],
        [a, head, middle],
        [middle, head, d],
        [d, head, c],
        [b, c, head],
        [a, middle, f],
        [f, middle, end],
        [d, e, middle],
        [middle, e, end],
        [f, end, e],
    ]
    for k in range(len(rim)):
        j = (k + 1) % len(rim)
        faces += [[low[k], low[j], high[j]], [low[k], high[j], high[k]]]
    faces += [[low[0], low[k + 1], low[k]] for k in range(1, len(rim) - 1)]
    return _faceted(np.array(faces))


def _faceted(faces: Array) -> Shell:
    """A shell of plane triangles (m, 3, 3)."""
    normals = np.cross(faces[:, 1] - faces[:, 0], faces[:, 2] - faces[:, 0])
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    points = faces.reshape(-1, 3)
    return Shell(
        points,
        np.repeat(normals, 3, axis=0),
        0.1 * points[:, :2],
        np.zeros(len(points)),
        np.arange(len(points), dtype=np.int32).reshape(-1, 3),
    )


def _hub(radius: float, thickness: float) -> Shell:
    profile = rounded(
        [
            Corner(0.0, 0.0),
            Corner(radius, 0.0, 0.01),
            Corner(radius, thickness - 0.04, 0.01),
            Corner(radius - 0.04, thickness, 0.01),
            Corner(0.0, thickness),
        ],
        closed=False,
    )
    return extruded(circle(0.0, HUB_SEGMENTS), profile)


def _cap(radius: float, bottom: float, top: float) -> Shell:
    profile = rounded(
        [
            Corner(0.0, bottom),
            Corner(radius, bottom, 0.01),
            Corner(radius, top - 0.06, 0.03),
            Corner(0.7 * radius, top, 0.1),
            Corner(0.0, top),
        ],
        closed=False,
    )
    return extruded(circle(0.0, 32), profile)


def _joined(shells: list[Shell]) -> Shell:
    body = manifold3d.Manifold.batch_boolean([s.solid() for s in shells], manifold3d.OpType.Add)
    if body.is_empty():
        raise ModelError("a hand came out empty")
    return from_solid(body)
