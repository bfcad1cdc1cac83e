"""Steady jewels: filters over time for one stream. Each object follows one thing.

Landmarks are smoothed before the pose, in units of the palm, so that near and far hands behave
alike (Casiez, Roussel, Vogel: 1 Euro Filter, CHI 2012). What is left jumps only when the detector
changes its mind about depth; the rotation gate holds such jumps back.
"""

from __future__ import annotations

from math import atan2, hypot, pi
from typing import TypeVar

import numpy as np

from models3d.frames import Array, RigidTransform
from tryon.types import Hand

CONTRARY_FRAMES = 8  # a locked hand changes its label after so many contrary ones


Pace = TypeVar("Pace", float, Array)

NOISE_PACE = 0.2  # units of scale per second: slower motion may be noise, and is not foreseen


class OneEuro:
    """Smooths an array of any shape: still things strongly, moving things hardly.

    Args:
        cutoff_hz: of the low-pass while nothing moves; lower is steadier.
        speed_gain: growth of the cutoff per unit of speed (units per second); higher lags less.
        foresight: share of the steadied speed at which the value is thought to go on until the
            next one comes. What moves evenly then trails less and can be smoothed more; 1 would
            not trail at all, and overshoot where a motion ends at once.
    """

    def __init__(
        self,
        cutoff_hz: float,
        speed_gain: float,
        speed_cutoff_hz: float = 1.0,
        foresight: float = 0.0,
    ) -> None:
        self._cutoff_hz = cutoff_hz
        self._speed_gain = speed_gain
        self._speed_cutoff_hz = speed_cutoff_hz
        self._foresight = foresight
        self._value: Array | None = None
        self._given: Array = np.zeros(())  # the last value as it came
        self._speed: Array = np.zeros(())

    def __call__(self, value: Array, elapsed: float, scale: float = 1.0) -> Array:
        """The smoothed value; `elapsed` seconds after the last one.

        Args:
            value: (..., n): the n numbers of a row are smoothed alike, by their common speed.
            scale: the unit of length in which the speed counts.
        """
        if self._value is None or elapsed <= 0.0:
            self._value = self._given = np.array(value, np.float64)
            self._speed = np.zeros_like(self._value)
            return self._value
        speed = (value - (self._given if self._foresight else self._value)) / elapsed
        self._given = np.array(value, np.float64)
        self._speed = self._speed + _share(self._speed_cutoff_hz, elapsed) * (speed - self._speed)
        # points move together: the fastest direction opens the filter for x, y (and z) alike
        squared = np.add.reduce(self._speed * self._speed, axis=-1, keepdims=True)
        pace = np.sqrt(squared) * (1.0 / scale)
        expected = self._value
        if self._foresight:
            moving = pace * pace
            sure = self._foresight * elapsed * (moving / (moving + NOISE_PACE**2))
            expected = expected + sure * self._speed
        cutoff = self._speed_gain * pace + self._cutoff_hz
        self._value = expected + _share(cutoff, elapsed) * (value - expected)
        return self._value


def _share(cutoff_hz: Pace, elapsed: float) -> Pace:
    """How much of a new value a low-pass takes in."""
    turns = cutoff_hz * (2.0 * pi * elapsed)
    return turns / (turns + 1.0)


class RotationGate:
    """Steadies a rotation, and lets it turn no faster than the motion in the image explains.

    A still hand's rotation is averaged, a turning one's is followed, both as the 1 Euro filter
    does it, on the turn between frames. A flip is a turn without motion in the image: it is
    let in slowly, so one that lasts is followed within half a second and a short one hardly shows.

    Args:
        cutoff_hz: of the low-pass while nothing turns.
        speed_gain: growth of the cutoff per radian a second.
        freely: radians per second without any motion in the image.
        explained: radians per palm length moved.
    """

    def __init__(
        self,
        cutoff_hz: float = 0.12,
        speed_gain: float = 2.0,
        freely: float = np.radians(120.0),
        explained: float = 2.5,
    ) -> None:
        self._cutoff_hz = cutoff_hz
        self._speed_gain = speed_gain
        self._freely = freely
        self._explained = explained
        self._rotation: Array | None = None
        self._speed: Array = np.zeros(3)

    def __call__(self, rotation: Array, moved_palms: float, elapsed: float) -> Array:
        """The gated rotation (3, 3); `moved_palms` is the motion in the image since the last."""
        if self._rotation is None or elapsed <= 0.0:
            self._rotation = rotation
            return rotation
        turn = rotation_vector(rotation @ self._rotation.T)
        self._speed = self._speed + _share(1.0, elapsed) * (turn / elapsed - self._speed)
        pace = hypot(*self._speed.tolist())
        turn = turn * _share(self._cutoff_hz + self._speed_gain * pace, elapsed)
        limit = self._freely * elapsed + self._explained * moved_palms
        angle = hypot(*turn.tolist())
        if angle > 1e-9:
            step = RigidTransform.from_axis_angle(turn, min(angle, limit)).rotation
            self._rotation = step @ self._rotation
        return self._rotation


def rotation_vector(turn: Array) -> Array:
    """(3,) axis times angle, radians, of a rotation (3, 3)."""
    (xx, xy, xz), (yx, yy, yz), (zx, zy, zz) = turn.tolist()
    axis = np.array([zy - yz, xz - zx, yx - xy])
    sine = hypot(*axis.tolist())
    angle = atan2(sine, xx + yy + zz - 1.0)
    if sine < 1e-6:
        if angle < 1.0:
            return 0.5 * axis
        # half a turn: the axis that stays is every column of the turn and the identity
        whole = turn + np.eye(3)
        axis = whole[:, int(whole.diagonal().argmax())]
    unit: Array = axis / np.linalg.norm(axis)
    return unit * angle


class HandLock:
    """Which hand it is, once and for all: a label changes only after eight contrary frames."""

    def __init__(self, hand: Hand) -> None:
        self.hand = hand
        self._contrary = 0

    def __call__(self, seen: Hand) -> Hand:
        """The locked label."""
        self._contrary = 0 if seen is self.hand else self._contrary + 1
        if self._contrary >= CONTRARY_FRAMES:
            self.hand, self._contrary = seen, 0
        return self.hand


class Fade:
    """An opacity that follows its target no faster than `seconds` from nothing to all."""

    def __init__(self, seconds: float = 0.15) -> None:
        self._seconds = seconds
        self.opacity = 0.0

    def __call__(self, target: float, elapsed: float) -> float:
        """The opacity now."""
        most = elapsed / self._seconds
        self.opacity += min(max(target - self.opacity, -most), most)
        return self.opacity
