"""A sleeve's own edges give the direction of an arm whose cuff lies near its hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models3d.frames import Array, Image
from tests.arms import AT, CLOTH, drawn_arm, turned_sleeve
from tests.hands import CAMERA, posed_hand
from tests.test_wrists import degrees_between, frame_of, only, watch, wearing
from tryon.anchors.cuff import along_its_cuff
from tryon.anchors.forearm import Forearm, find_forearm
from tryon.anchors.hand_frame import lift
from tryon.anchors.sleeve import Sleeve, find_sleeve
from tryon.covers.tones import hand_tone
from tryon.solvers.wrists import WristSolver
from tryon.types import Wearable

HAND = posed_hand(distance=0.6)
WRIST = HAND.points_px[0]


def _sleeved(bend: float, begins: float, turn: float, noise: float = 3.0) -> tuple[Image, Array]:
    return turned_sleeve(drawn_arm(HAND, bend, noise=noise), HAND, begins, turn)


def _found(image: Image) -> tuple[Forearm, Sleeve | None]:
    tone = hand_tone(image, HAND)
    forearm = find_forearm(image, lift(HAND, CAMERA), tone=tone)
    return forearm, find_sleeve(image, forearm, forearm.palm_px, tone)


@pytest.mark.parametrize(
    ("bend", "begins", "turn"),
    [(20.0, 0.4, -12.0), (0.0, 0.4, -18.0), (0.0, 0.3, 12.0), (40.0, 0.4, 0.0), (40.0, 0.4, 12.0)],
)
def test_an_arm_goes_where_its_sleeve_does(bend: float, begins: float, turn: float) -> None:
    image, towards = _sleeved(bend, begins, turn)
    outline, sleeve = _found(image)
    found = along_its_cuff(image, outline, sleeve, WRIST)
    assert degrees_between(outline.towards_hand, towards) > 2.5  # skin and cloth together mislead
    assert degrees_between(found.towards_hand, towards) < 0.5


def test_the_wrist_stays_where_its_skin_is_seen() -> None:
    image, _ = _sleeved(20.0, 0.4, -12.0)
    outline, sleeve = _found(image)
    found = along_its_cuff(image, outline, sleeve, WRIST)
    right = np.array([-found.towards_hand[1], found.towards_hand[0]])
    watch_px = outline.start_px - AT * outline.palm_px * outline.towards_hand
    assert abs(float((watch_px - found.start_px) @ right)) < 1e-6  # on the arm's middle, as before
    np.testing.assert_allclose(
        found.start_px, WRIST + found.palm_px * found.aside_palms * right, atol=1e-6
    )
    kept = ("breadth_palms", "taper", "rise", "outlined", "found", "confidence", "palm_px")
    assert all(getattr(found, name) == getattr(outline, name) for name in kept)


def test_what_no_clear_cuff_tells_stays_as_it_was() -> None:
    image, _ = _sleeved(20.0, 0.4, -12.0)
    forearm, sleeve = _found(image)
    assert sleeve is not None
    for unfit in (
        None,
        replace(sleeve, from_palms=0.05),  # the outline was the sleeve's own
        replace(sleeve, from_palms=AT + 0.1),  # a watch is worn on skin
        replace(sleeve, confidence=0.0),
    ):
        assert along_its_cuff(image, forearm, unfit, WRIST) is forearm
    even = np.full_like(image, CLOTH)  # before a body in the same cloth
    assert along_its_cuff(even, forearm, sleeve, WRIST) is forearm
    bare = drawn_arm(HAND, 20.0).image
    straight, none = _found(bare)
    assert none is None
    assert along_its_cuff(bare, straight, none, WRIST) is straight


def test_edges_that_run_far_aside_are_another_things() -> None:
    image, towards = _sleeved(0.0, 0.3, 0.0)
    forearm, sleeve = _found(image)
    angle = np.radians(32.0)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    aside = replace(forearm, towards_hand=turn @ towards)
    assert degrees_between(
        along_its_cuff(image, aside, sleeve, WRIST).towards_hand, aside.towards_hand
    ) < 1.0  # fmt: skip


def test_a_stream_knows_the_sleeve_from_its_first_frame_and_holds_still() -> None:
    clean, towards = _sleeved(20.0, 0.4, -12.0, noise=0.0)
    photo = only(wearing(watch()).solve(frame_of(clean, HAND))).placement
    solver = WristSolver([Wearable("watch", watch())], smoothing=True)
    random = np.random.default_rng(7)
    off, middles = [], []
    for k in range(24):
        noisy = np.clip(clean + random.normal(0.0, 3.0, clean.shape), 0, 255).astype(np.uint8)
        shaken = replace(HAND, points_px=HAND.points_px + random.normal(0.0, 0.4, (21, 2)))
        (layer,) = solver.solve(frame_of(noisy, shaken, time_ms=33.3 * k))
        placement = layer.pieces[0].placement
        off.append(degrees_between(placement.axis_px, towards))
        middles.append(placement.center_px)
    assert degrees_between(photo.axis_px, towards) < 0.5
    assert max(off) < 1.0
    assert np.linalg.norm(np.array(middles[12:]).std(axis=0)) < 0.5
