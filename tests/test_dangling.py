"""What hangs: its period, its damping, its rest, its parts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models3d.earrings.drop import Above, Drops
from models3d.earrings.hoop import Hoops
from models3d.earrings.stud import Studs
from models3d.frames import Array, RigidTransform
from tryon.dangling import (
    CAMERA_DOWN,
    DAMPING,
    GRAVITY,
    TOWARDS_NECK,
    Pendulum,
    hung,
    kept_off_neck,
    plumb,
    swung,
)
from tryon.types import Ear

UNIT = (
    st.tuples(*[st.floats(-1.0, 1.0)] * 3).map(np.array).filter(lambda v: np.linalg.norm(v) > 0.2)
)


def pushed(length: float, step: float, seconds: float) -> Array:
    """(n,) sideways swing, radians, of a bob whose hinge jumped aside once and then stood."""
    pendulum = Pendulum(length)
    pendulum(np.zeros(3), 0.0)
    pendulum(np.array([1e-3, 0.0, 0.0]), step)
    swings = [pendulum(np.array([1e-3, 0.0, 0.0]), step) for _ in range(round(seconds / step))]
    return np.array([np.arctan2(swing[0], swing[1]) for swing in swings])


@pytest.mark.parametrize("length", [0.010, 0.025, 0.060])
def test_the_period_is_that_of_a_pendulum_of_its_length_damped(length: float) -> None:
    step = 1e-3
    swing = pushed(length, step, 3.0)
    rising = np.nonzero((swing[:-1] < 0) & (swing[1:] >= 0))[0]
    period = float(np.diff(rising).mean()) * step
    free = 2.0 * np.pi * np.sqrt(length / GRAVITY)
    assert period == pytest.approx(free / np.sqrt(1.0 - DAMPING**2), rel=0.01)


@pytest.mark.parametrize("length", [0.012, 0.040])
def test_a_swing_dies_away_by_the_logarithmic_decrement(length: float) -> None:
    swing = pushed(length, 1e-3, 2.0)
    peaks = swing[1:-1][(swing[1:-1] > swing[:-2]) & (swing[1:-1] >= swing[2:])]
    decrement = np.log(peaks[0] / peaks[3]) / 3.0
    assert decrement == pytest.approx(2 * np.pi * DAMPING / np.sqrt(1 - DAMPING**2), rel=0.03)


def test_the_swing_is_the_same_at_15_30_and_60_frames_a_second() -> None:
    at = []
    for rate in (15, 30, 60):
        pendulum = Pendulum(0.03)
        for frame in range(rate + 1):
            hangs = pendulum(np.array([0.2 * frame / rate, 0.0, 0.5]), 1.0 / rate if frame else 0.0)
        at.append(float(np.arctan2(hangs[0], hangs[1])))
    assert np.ptp(at) < 0.06


def test_it_lags_behind_when_the_hinge_sets_off_and_is_plumb_after_a_while() -> None:
    pendulum = Pendulum(0.03)
    pendulum(np.zeros(3), 0.0)
    first = pendulum(np.array([5e-3, 0.0, 0.0]), 1 / 30)
    assert first[0] < -0.02
    for _ in range(200):
        last = pendulum(np.array([5e-3, 0.0, 0.0]), 1 / 30)
    assert last @ CAMERA_DOWN > 1.0 - 1e-6


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 9999), length=st.floats(0.003, 0.09))
def test_whatever_the_hinge_does_the_piece_hangs_along_a_unit_vector_downwards(
    seed: int, length: float
) -> None:
    random = np.random.default_rng(seed)
    pendulum = Pendulum(length)
    for _ in range(40):
        hangs = pendulum(random.normal(0, 0.3, 3), float(random.uniform(0.0, 0.1)))
        assert np.linalg.norm(hangs) == pytest.approx(1.0)
        assert hangs @ CAMERA_DOWN > np.cos(np.radians(51.0))


@settings(max_examples=40, deadline=None)
@given(hangs=UNIT, out=UNIT, drop=st.floats(0.005, 0.12))
def test_nothing_swings_into_the_neck(hangs: Array, out: Array, drop: float) -> None:
    hangs, out = hangs / np.linalg.norm(hangs), out / np.linalg.norm(out)
    kept = kept_off_neck(hangs, out, drop)
    assert np.isfinite(kept).all()
    assert np.linalg.norm(kept) == pytest.approx(1.0, abs=1e-6)
    assert drop * float(kept @ out) >= -TOWARDS_NECK - 1e-9 or kept is hangs
    if hangs @ out >= 0.0:
        assert kept is hangs


@pytest.mark.parametrize("roll", [-35.0, 0.0, 20.0])
def test_at_rest_it_hangs_plumb_from_its_hinge_whatever_the_heads_roll(roll: float) -> None:
    piece = hung(Drops().build(), Ear.RIGHT)
    assert piece.swinging is not None
    facing = RigidTransform.from_axis_angle((1, 0, 0), np.pi)
    leaning = RigidTransform.from_axis_angle((0, 0, 1), np.radians(roll)) @ facing
    ear = RigidTransform(leaning.rotation, np.array([0.02, 0.01, 0.6]))
    place = swung(ear, piece, CAMERA_DOWN)
    assert np.allclose(place.rotation @ place.rotation.T, np.eye(3), atol=1e-9)
    assert np.allclose(place.rotation[:, 1], -CAMERA_DOWN, atol=1e-9)
    assert np.allclose(place.apply(piece.hinge), ear.apply(piece.hinge), atol=1e-9)


@settings(max_examples=30, deadline=None)
@given(roll=st.floats(-39.0, 39.0), yaw=st.floats(-60.0, 60.0))
def test_a_hook_turns_in_its_hole_until_it_is_plumb_there(roll: float, yaw: float) -> None:
    facing = RigidTransform.from_axis_angle((1, 0, 0), np.pi)
    turn = RigidTransform.from_axis_angle((0, 1, 0), np.radians(yaw))
    lean = RigidTransform.from_axis_angle((0, 0, 1), np.radians(roll))
    ear = facing @ turn @ lean
    place = plumb(ear, CAMERA_DOWN)
    assert np.allclose(place.rotation[:, 2], ear.rotation[:, 2])
    assert abs(place.rotation[:, 0] @ CAMERA_DOWN) < 1e-9
    assert place.rotation[:, 1] @ CAMERA_DOWN < 0.0


def test_still_and_swinging_parts_make_up_the_piece_and_are_made_once() -> None:
    model = Drops().build()
    piece = hung(model, Ear.RIGHT)
    assert piece.swinging is not None
    names = {part.name for part in piece.still.parts} | {p.name for p in piece.swinging.parts}
    assert names == {part.name for part in model.parts}
    assert {p.name for p in piece.swinging.parts} == set(model.extras["hanging"])
    assert hung(model, Ear.RIGHT) is piece
    assert hung(model, Ear.LEFT) is piece  # a pair of the same design is uploaded once
    assert 0.1 < piece.period < 0.4
    assert 0.3 * piece.drop < piece.pendulum_length < piece.drop


def test_a_longer_drop_swings_more_slowly() -> None:
    short = hung(Drops().build(), Ear.RIGHT)
    long = hung(Drops(above=Above.BAR, bar_mm=30.0).build(), Ear.RIGHT)
    assert long.period > 1.3 * short.period


def test_the_left_ear_wears_the_mirror_image_of_a_leaning_stud_and_the_same_hoop() -> None:
    leaning = Studs(cut="pear", tilt=20.0).build()
    left, right = hung(leaning, Ear.LEFT).still, hung(leaning, Ear.RIGHT).still
    assert right is leaning
    assert np.allclose(left.bounds()[:, 1:], right.bounds()[:, 1:])
    assert np.allclose(left.bounds()[:, 0], -right.bounds()[::-1, 0])
    studs, hoops = hung(leaning, Ear.LEFT), hung(Hoops().build(), Ear.LEFT)
    assert (studs.turns, hoops.turns) == (False, True)
