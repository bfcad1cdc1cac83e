"""What somebody wears already: found between skin and skin, covered or kept clear of."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.arms import Arm, drawn_arm
from tests.hands import CAMERA, posed_hand
from tests.test_wrists import frame_of, only, watch, wearing
from tryon.anchors.arm_worn import REACHED, OwnBand, clear_of, find_own_bands
from tryon.anchors.forearm import find_forearm
from tryon.anchors.hand_frame import lift
from tryon.covers.tones import hand_tone
from tryon.types import Hand

HAND = posed_hand(None, Hand.LEFT, 0.8)


def _found(arm: Arm) -> tuple[OwnBand, ...]:
    forearm = find_forearm(arm.image, lift(HAND, CAMERA))
    return find_own_bands(arm.image, forearm, forearm.palm_px, hand_tone(arm.image, HAND))


@pytest.mark.parametrize("worn", [(0.25, 0.45), (0.4, 0.75)])
def test_a_band_is_found_where_it_is_worn(worn: tuple[float, float]) -> None:
    (band,) = _found(drawn_arm(HAND, band=worn))
    assert band.start == pytest.approx(worn[0], abs=0.07)
    assert band.end == pytest.approx(worn[1], abs=0.07)


def test_neither_a_bare_arm_nor_a_sleeve_is_a_band() -> None:
    assert _found(drawn_arm(HAND)) == ()
    assert _found(drawn_arm(HAND, sleeve_from=0.4)) == ()


def test_a_watch_is_laid_beside_a_broad_band() -> None:
    bare, banded = drawn_arm(HAND), drawn_arm(HAND, band=(0.15, 0.5))
    palm = float(np.linalg.norm(HAND.points_px[[5, 9, 13, 17]] - HAND.points_px[0], axis=1).mean())
    for arm, least, most in ((bare, 0.4, 0.55), (banded, 0.65, 0.85)):
        placement = only(wearing(watch()).solve(frame_of(arm.image, HAND))).placement
        up_arm = float((HAND.points_px[0] - placement.center_px) @ arm.towards_hand) / palm
        assert least < up_arm < most


lengths = st.floats(0.02, 0.3)


@given(st.floats(0.1, 0.8), lengths, lengths, lengths, st.floats(0.0, 0.9), lengths)
def test_a_piece_covers_a_band_lies_beside_it_or_stays(
    home: float, to_hand: float, up_arm: float, half: float, start: float, broad: float
) -> None:
    band = OwnBand(start, start + broad)
    place = clear_of(home, (to_hand, up_arm), half, [band])
    apart = place + up_arm <= band.start + 1e-9 or place - to_hand >= band.end - 1e-9
    covers = place == pytest.approx(0.5 * (band.start + band.end))
    assert apart or covers or place == home
    if place != home and not covers:
        assert REACHED[0] <= place <= REACHED[1]
