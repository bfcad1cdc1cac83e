"""Where the pins of a bracelet lie: equal steps along a line round the wrist to the clasp."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models3d.errors import ModelError
from models3d.frames import Array
from models3d.straps.links import LinkSize
from models3d.straps.loop import Loop, loop_round
from models3d.straps.lugs import LugGeometry

EASE = 9.0e-3  # of the inside over the wrist
SHORTEST_CLASP = 31e-3  # between its pins
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


def chain_round(lugs: LugGeometry, size: LinkSize) -> Chain:
    """As many links as leave room for a clasp underneath; its adjustment takes up the rest.

    Raises:
        ModelError: this wrist is too small for the case and the clasp.
    """
    clearance = EASE / (2.0 * np.pi)
    start = end_pin(lugs, size)
    loop = loop_round(lugs.wrist, start, lugs.lug_slope, clearance + size.radius)
    most = int(loop.length / 2.0 / size.pitch)
    pins = _pins(loop, size.pitch, most)
    # an odd count ends with the columns between, so that the clasp takes up the end link's
    odd = np.arange(1, most + 1, 2)
    room = odd[2.0 * pins[odd, 0] >= SHORTEST_CLASP]
    if len(room) == 0:
        raise ModelError("this wrist is too small for a bracelet with a folding clasp")
    return Chain(pins[: int(room[-1]) + 1], loop, clearance)


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
