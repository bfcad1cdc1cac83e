"""Where the pins of a bracelet lie: equal steps along a line round the wrist to the clasp."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from models3d.errors import ModelError
from models3d.frames import Array
from models3d.straps.links import LinkSize
from models3d.straps.loop import Loop, loop_round
from models3d.straps.lugs import LugGeometry

EASE = 9.0e-3  # of the inside over the wrist
CLEARANCES = (-0.2e-3, 9.0e-3)  # off the skin, that closing at a whole link may take
LUG_CLEARANCE = 0.35e-3  # of the first free link's ends inside the lugs' tips


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """The pins of the 6 o'clock half from the end link to the clasp; the other is its mirror."""

    pins: Array  # (n + 1, 2) x, z in metres
    loop: Loop  # the line of the pins
    clearance: float  # of the links' inside off the skin

    @property
    def links(self) -> int:
        """Of one half, outer and inner counted alike."""
        return len(self.pins) - 1


def end_pin(lugs: LugGeometry, size: LinkSize) -> Array:
    """(2,) x, z of the pin in the end link's tip: its top continues the lugs' line."""
    x = lugs.lug_tip_x - LUG_CLEARANCE
    top = lugs.top_z - (x - lugs.bar_x) * np.tan(lugs.lug_slope)
    inward = np.array([-np.sin(lugs.lug_slope), -np.cos(lugs.lug_slope)])
    return np.array([x, top]) + inward * (size.radius + 0.05e-3)


def chain_round(lugs: LugGeometry, size: LinkSize, clasp_length: float) -> Chain:
    """As many links as come nearest to the wrist and its ease, closed by a clasp underneath.

    Args:
        clasp_length: metres between the clasp's two pins.
    Raises:
        ModelError: this wrist is too small for the case and the clasp.
    """
    start = end_pin(lugs, size)

    def line(clearance: float) -> Loop:
        return loop_round(lugs.wrist, start, lugs.lug_slope, clearance + size.radius)

    wanted = line(EASE / (2.0 * np.pi))
    # an even count ends with the column that the end link began with, ready for the clasp
    whole = (wanted.length - clasp_length) / 2.0 / (2.0 * size.pitch)
    tried = sorted(range(int(whole), int(whole) + 3), key=lambda n: abs(n - whole))
    for pairs in tried:
        count = 2 * pairs + 1

        def beyond(clearance: float, count: int = count) -> float:
            return float(_pins(line(clearance), size.pitch, count)[-1, 0] - clasp_length / 2.0)

        low, high = CLEARANCES
        if count > 0 and beyond(low) < 0.0 < beyond(high):
            clearance = float(brentq(beyond, low, high, xtol=2e-6))
            loop = line(clearance)
            return Chain(_pins(loop, size.pitch, count), loop, clearance)
    raise ModelError("this wrist is too small for a bracelet with a folding clasp")


def _pins(loop: Loop, pitch: float, count: int) -> Array:
    """(count + 1, 2): chords of one length along the line."""
    station, pins = 0.0, [loop.points[0]]
    for _ in range(count):
        step = pitch
        for _ in range(3):  # an arc is a little longer than its chord
            point, along, _ = loop.at(np.array(station + step))
            away = point - pins[-1]
            length = float(np.hypot(*away))
            step += (pitch - length) / max(float(away @ along) / length, 0.5)
        station += step
        pins.append(loop.at(np.array(station))[0])
    return np.array(pins)
