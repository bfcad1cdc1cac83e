"""Hands: dauphine, baton and sword, at their heights over the dial. Millimetres.

Hand frame: the arbor is the z axis, the hand points to 12 o'clock (+Y), z = 0 is its underside.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np

from models3d.watches.hand_plates import BEVEL, bevelled, cap, faceted, hub, joined
from models3d.watches.shells import KEPT, Shell
from models3d.watches.sizes import figure

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


@lru_cache(maxsize=KEPT)
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


@lru_cache(maxsize=KEPT)
def second_hand(length: float, height: float) -> Hand:
    """A needle that widens into its counterweight, and the cap that covers the arbor."""
    tail = 0.30 * length
    root, tip, heavy = 0.0085 * length + 0.02, 0.0045 * length + 0.01, 0.026 * length
    needle = bevelled(
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
    bodies = [needle, hub(0.060 * length, 0.12), cap(0.036 * length, 0.10, 0.28)]
    return Hand("second", joined(bodies), None, height)


@lru_cache(maxsize=KEPT)
def arbor_cap(radius: float, height: float) -> Hand:
    """What covers the arbor of a watch without a second hand in the middle."""
    return Hand("cap", cap(radius, 0.0, 0.2), None, height)


@lru_cache(maxsize=KEPT)
def small_hand(length: float, height: float) -> Hand:
    """Of a sub-dial: a leaf that comes to a point."""
    wide, tail = 0.058 * length, 0.30 * length
    blade = bevelled(
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
    center = [hub(0.14 * length, 0.13), cap(0.085 * length, 0.1, 0.22)]
    return Hand("small", joined([blade, *center]), None, height)


def _blade(
    name: str,
    style: Hands,
    length: float,
    half: float,
    hub_radius: float,
    height: float,
    lume: bool,
) -> Hand:
    thickness = figure("hands", "any", "thickness")
    hub_shell = hub(hub_radius, thickness + 0.05)
    if style is Hands.DAUPHINE:
        return Hand(name, joined([_dauphine(length, half, thickness), hub_shell]), None, height)
    if style is Hands.BATON:
        end, foot = length - 0.4, -2.2 * hub_radius
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
            (0.42 * half, -2.0 * hub_radius),
            (0.42 * half, 0.16 * length),
            (half, 0.72 * length),
            (0.0, length),
            (-half, 0.72 * length),
            (-0.42 * half, 0.16 * length),
            (-0.42 * half, -2.0 * hub_radius),
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
    body = joined([bevelled(outline, thickness, 0.05, bevel), hub_shell])
    if not lume:
        return Hand(name, body, None, height)
    paint = bevelled(inlay, 0.09, 0.05, 0.03).moved(0.0, 0.0, thickness - 0.05)
    return Hand(name, body, paint, height)


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
    return faceted(np.array(faces))
