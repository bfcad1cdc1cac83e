"""The governor: frames in time, as careful as time allows, without going up and down."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from models3d.frames import PixelRegion
from tryon.detail import HIDING_BLUR_PX, LADDER, LIVE, Governor

BUDGET_MS = 1e3 / 30.0


def run(governor: Governor, costs_ms: list[float], frames: int, noise: float = 0.0) -> list[int]:
    """The level of each frame on a machine where each level costs so much."""
    random = np.random.default_rng(1)
    levels = []
    for _ in range(frames):
        levels.append(governor.level)
        governor.note(costs_ms[governor.level] * float(1.0 + noise * random.standard_normal()))
    return levels


def test_a_quick_machine_keeps_every_care():
    assert set(run(Governor(), [20.0] * len(LADDER), 600)) == {0}


def test_a_slow_machine_goes_down_until_frames_are_in_time_and_stays():
    levels = run(Governor(), [60.0, 48.0, 40.0, 30.0, 20.0], 900)
    assert levels[-600:] == [3] * 600
    assert levels.index(3) < 60  # within two seconds


def test_what_cannot_be_kept_is_drawn_at_the_last_level():
    assert run(Governor(), [90.0] * len(LADDER), 300)[-1] == len(LADDER) - 1


def test_care_returns_when_the_machine_is_free_again():
    governor = Governor()
    run(governor, [60.0] * len(LADDER), 120)
    assert run(governor, [10.0] * len(LADDER), 600)[-1] == 0


def test_more_care_that_proves_too_dear_is_tried_ever_less_often():
    # level 1 is cheap enough to invite level 0, which is too dear
    levels = run(Governor(), [36.0, 20.0, 18.0, 15.0, 10.0], 6000, noise=0.03)
    tries = [k for k, (a, b) in enumerate(pairwise(levels)) if b < a]
    assert 2 <= len(tries) <= 12
    assert np.diff(tries)[-1] > 3 * np.diff(tries)[0]


def test_noise_about_the_budget_does_not_pump():
    levels = run(Governor(), [0.97 * BUDGET_MS] * len(LADDER), 3000, noise=0.1)
    assert sum(a != b for a, b in pairwise(levels)) <= 4


@pytest.mark.parametrize("side", [100, 200, 300, 500])
def test_every_step_down_draws_no_more_than_the_one_before(side):
    region = PixelRegion(0, 0, side, side)
    samples = [d.supersampling_of(region) ** 2 * d.gem_bounces for d in LADDER]
    assert all(b <= a for a, b in pairwise(samples))
    assert LADDER[0] is LIVE
    assert all(b.heavy_every > a.heavy_every for a, b in pairwise(LADDER))


def test_what_a_blur_hides_is_not_sampled():
    region = PixelRegion(0, 0, 100, 100)
    assert LIVE.supersampling_of(region, HIDING_BLUR_PX - 0.01) == LIVE.supersampling
    assert LIVE.supersampling_of(region, HIDING_BLUR_PX) == 1
    # white noise of one sample a pixel, blurred so far, has lost all but a thousandth of its power
    # at the pixels' own rate
    power = np.exp(-((2.0 * np.pi * 0.5 * HIDING_BLUR_PX) ** 2))
    assert power < 1e-3
