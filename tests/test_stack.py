"""Rings of one finger touch and never intersect; the stack stays on its phalanx."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
import pytest
from hands import CAMERA, HEIGHT, WIDTH, posed_hand, solved
from hypothesis import given
from hypothesis import strategies as st

from models3d.frames import Anchor, RigidTransform
from models3d.mesh import Model
from models3d.solids import solid, union
from tryon.anchors.stack import (
    NEAREST_HAND,
    NEAREST_TIP,
    Stack,
    fitted,
    place_of_stack,
    relief,
    stacked,
)
from tryon.solvers.rings import RingSolver
from tryon.types import Finger, Hand, Wearable
from viewer.bake import build_model
from viewer.configuration import configure

BLANK = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
NAMES = ("band", "solitaire", "halo")


@pytest.fixture(scope="module")
def rings():
    return {name: build_model(configure(name, {})) for name in NAMES}


def metal(model, offset):
    """All its metal as one body in millimetres, moved along the finger (metres)."""
    bodies = [solid(p.world_mesh()) for p in model.parts if p.slot.startswith("metal")]
    return union(bodies).translate((0.0, 1e3 * offset, 0.0))


@pytest.mark.parametrize("names", list(permutations(NAMES, 2)))
def test_two_rings_touch_and_do_not_intersect(rings, names):
    lower, upper = (rings[name] for name in names)
    below, above = stacked([lower, upper]).offsets
    assert below < above
    apart = metal(lower, below) ^ metal(upper, above)
    assert apart.volume() == 0.0
    nearer = metal(lower, below) ^ metal(upper, above - 0.0012)
    assert nearer.volume() > 0.0


def test_three_rings_do_not_intersect_and_stand_in_the_order_asked(rings):
    models = [rings["solitaire"], rings["band"], rings["halo"]]
    offsets = stacked(models).offsets
    assert (np.diff(offsets) > 0.0).all()
    bodies = [metal(model, offset) for model, offset in zip(models, offsets, strict=True)]
    assert all((a ^ b).volume() == 0.0 for a, b in combinations(bodies, 2))


def test_bands_lie_edge_to_edge(rings):
    band = rings["band"]
    width = float(np.ptp(band.bounds()[:, 1]))
    offsets = stacked([band, band]).offsets
    assert np.diff(offsets)[0] == pytest.approx(width, abs=2e-4)
    assert offsets.sum() == pytest.approx(0.0, abs=1e-9)


def test_a_ring_alone_stays_where_it_is_made(rings):
    assert stacked([rings["halo"]]).offsets.tolist() == [0.0]


def test_a_model_without_a_surface_can_be_stacked():
    empty = Model("nothing", (), Anchor.FINGER, 0.0172)
    assert np.isfinite(stacked([empty, empty]).offsets).all()


@given(at=st.floats(0.2, 0.9), half=st.floats(0.0001, 0.03), phalanx=st.floats(0.02, 0.06))
def test_a_stack_stays_between_the_knuckles_or_stands_out_evenly(at, half, phalanx):
    place = place_of_stack(at, Stack(np.zeros(2), (-half, half)), phalanx)
    low, high = place - half / phalanx, place + half / phalanx
    if high - low <= NEAREST_TIP - NEAREST_HAND:
        assert low >= NEAREST_HAND - 1e-9
        assert high <= NEAREST_TIP + 1e-9
    else:
        assert NEAREST_HAND - low == pytest.approx(high - NEAREST_TIP)


def test_a_fitted_ring_is_similar_to_itself(rings):
    small = fitted(rings["halo"], 0.9 * rings["halo"].inner_diameter, rings["halo"].inner_diameter)
    assert small.inner_diameter == pytest.approx(0.9 * rings["halo"].inner_diameter)
    assert np.allclose(small.bounds(), 0.9 * rings["halo"].bounds(), atol=1e-7)
    assert relief(small).band[1] == pytest.approx(0.9 * relief(rings["halo"]).band[1], abs=1e-5)


def worn_on(hand, wearables):
    landmarks = posed_hand(hand=hand)
    return solved(RingSolver(wearables, smoothing=False), BLANK, [landmarks], CAMERA)


def test_stacked_rings_share_one_turn_and_stand_along_the_finger(rings):
    wearables = [Wearable(name, rings[name], Finger.MIDDLE) for name in NAMES]
    first, *others = worn_on(Hand.LEFT, wearables).placements
    offsets = stacked([rings[name] for name in NAMES]).offsets
    assert [first.product, *(p.product for p in others)] == list(NAMES)
    base = first.camera_from_anchor
    for placed, offset in zip(others, offsets[1:], strict=True):
        transform = placed.camera_from_anchor
        assert np.allclose(transform.rotation, base.rotation)
        between = base.rotation.T @ (transform.translation - base.translation)
        assert np.allclose(between, [0.0, offset - offsets[0], 0.0], atol=1e-9)
        assert np.allclose(CAMERA.project(transform.translation), placed.center_px)
        assert np.dot(placed.center_px - first.center_px, first.axis_px) > 0.0


def test_ten_fingers_wear_a_stack_each_on_both_hands(rings):
    wearables = [
        Wearable(name, rings[name], finger) for finger in Finger for name in ("band", "solitaire")
    ]
    for hand in Hand:
        found = worn_on(hand, wearables)
        assert len(found.placements) == 10
        assert {p.hand for p in found.placements} == {hand}
        for placed in found.placements:
            RigidTransform.from_matrix(placed.camera_from_anchor.matrix)


def test_a_mirrored_hand_wears_the_mirrored_stack(rings):
    wearables = [Wearable(name, rings[name], Finger.RING) for name in NAMES]
    left, right = (worn_on(hand, wearables).placements for hand in (Hand.LEFT, Hand.RIGHT))
    for a, b in zip(left, right, strict=True):
        assert a.product == b.product
        assert np.allclose(a.center_px * (-1, 1) + (WIDTH, 0), b.center_px, atol=0.5)
        assert a.width_px == pytest.approx(b.width_px, rel=0.01)
        assert a.side is b.side
