"""Vectors of the filters: sequences with noise, motion, pauses and flips."""

from __future__ import annotations

import numpy as np

from models3d.frames import Array, RigidTransform
from tests.vectors.golden import Vectors, case
from tryon.smoothing import Fade, HandLock, OneEuro, RotationGate, rotation_vector
from tryon.types import Hand

FILTERS = (
    (0.7, 1.2, 2.0, 0.95),
    (1.0, 40.0, 1.0, 0.0),
    (0.3, 20.0, 5.0, 0.0),
    (0.05, 1.0, 0.25, 0.0),
)
STEPS = (0.033, 0.033, 0.04, 0.1, 0.0, 0.02, 0.033, 0.066)


def vectors() -> Vectors:
    """Sequences through every filter."""
    random = np.random.default_rng(3)
    return {
        "oneEuro": [_one_euro(random, *settings) for settings in FILTERS],
        "rotationGate": [_gate(random, k) for k in range(4)],
        "rotationVector": [
            case(rotation_vector(turn), turn=turn)
            for axis in random.normal(size=(3, 3)).round(3)
            for angle in (0.0, 1e-8, 0.4, 2.9, np.pi)
            for turn in [RigidTransform.from_axis_angle(axis, angle).rotation.round(15)]
        ],
        "handLock": [_lock(random)],
        "fade": [_fade(random, seconds) for seconds in (0.15, 0.4)],
    }


def _one_euro(random: np.random.Generator, *settings: float) -> dict[str, object]:
    width = int(random.integers(1, 4))
    path = np.cumsum(random.normal(0.0, 4.0, (len(STEPS), 5, width)), axis=0).round(4)
    smooth = OneEuro(*settings)
    out = [smooth(value, elapsed, scale=30.0) for value, elapsed in zip(path, STEPS, strict=True)]
    return case(out, settings=settings, width=width, scale=30.0, values=list(path), steps=STEPS)


def _gate(random: np.random.Generator, k: int) -> dict[str, object]:
    settings = (0.12, 2.0, 2.0, 2.5) if k % 2 else (0.6, 15.0, 2.0, 8.0)
    gate = RotationGate(*settings)
    turns: list[Array] = [np.eye(3)]
    for _ in STEPS[1:]:
        angle = random.choice([0.01, 0.2, 1.0, np.pi - 0.1])
        step = RigidTransform.from_axis_angle(random.normal(size=3), float(angle)).rotation
        turns.append(step @ turns[-1])
    turns = [turn.round(12) for turn in turns]
    moved = random.uniform(0.0, 0.2, len(STEPS)).round(4)
    out = [gate(*each) for each in zip(turns, moved.tolist(), STEPS, strict=True)]
    return case(out, settings=settings, turns=turns, moved=moved, steps=STEPS)


def _lock(random: np.random.Generator) -> dict[str, object]:
    seen = [Hand.LEFT if left else Hand.RIGHT for left in random.random(60) < 0.2]
    lock = HandLock(Hand.LEFT)
    return case([lock(hand) for hand in seen], hand=Hand.LEFT, seen=seen)


def _fade(random: np.random.Generator, seconds: float) -> dict[str, object]:
    fade = Fade(seconds)
    targets = random.uniform(0.0, 1.0, len(STEPS)).round(3).tolist()
    out = [fade(target, step) for target, step in zip(targets, STEPS, strict=True)]
    return case(out, seconds=seconds, targets=targets, steps=STEPS)
