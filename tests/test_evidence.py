"""A ring is drawn where a finger is seen, and nowhere else: each doubt by itself, and on photos."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hands import CAMERA, HEIGHT, WIDTH, demo_photo, posed_hand, solved

from models3d.frames import Anchor
from models3d.mesh import Model
from tryon.anchors import evidence
from tryon.anchors.hand_frame import PROXIMAL
from tryon.anchors.skin import flesh, hand_colours
from tryon.landmarks import HandTracker
from tryon.media.lens import assumed_intrinsics
from tryon.solvers.rings import SOLID, RingSolver
from tryon.types import Finger, Wearable

RING = Model("ring", (), Anchor.FINGER, 0.0172)
SHARES = np.linspace(0.0, 1.0, 11)
SKIN, CLOTH = (205, 160, 135), (60, 90, 160)


@pytest.fixture(scope="module")
def seen():
    """Photographs with their hands."""
    with HandTracker(streaming=False) as tracker:
        photos = {name: demo_photo(name) for name in ("sample2", "sample4", "sample5")}
        return {name: (photo, tracker.detect(photo, 0.0)) for name, photo in photos.items()}


def worn(photo, hand, finger):
    """Confidence and opacity of a ring on one finger."""
    camera = assumed_intrinsics(photo.shape[1], photo.shape[0])
    solver = RingSolver([Wearable("band", RING, finger)], smoothing=False)
    solution = solved(solver, photo, [hand], camera)
    return solution.placements[0].confidence, solution.worn[0].opacity


def at(seen, name, x, y):
    """The hand of a photo whose knuckles lie about (x, y), as shares of the photo."""
    photo, hands = seen[name]
    place = np.array([x * photo.shape[1], y * photo.shape[0]])
    near = [np.linalg.norm(h.points_px[[5, 9, 13, 17]].mean(axis=0) - place) for h in hands]
    return photo, hands[int(np.argmin(near))]


def test_clear_edges_need_no_other_witness():
    assert evidence.presence((0.8, 0.8), (0.0, 0.0), 0.9) == 1.0
    assert evidence.thumb_presence((0.8, 0.8), (0.0, 0.0), 0.0, 0.7, 0.0) == 1.0


def test_without_edges_the_colour_decides():
    assert evidence.presence((0.0, 0.0), (0.9, 0.9), 0.2) > SOLID
    assert evidence.presence((0.0, 0.0), (0.9, 0.1), 0.2) == 0.0
    assert evidence.presence((0.0, 0.9), (0.1, 0.9), 0.2) == 0.0


def test_more_evidence_never_makes_a_finger_less_present():
    for other in SHARES:
        by_edge = [evidence.presence((edge, other), (0.4, 0.6), 0.5) for edge in SHARES]
        by_colour = [evidence.presence((0.2, 0.1), (share, other), 0.5) for share in SHARES]
        thumb = [
            evidence.thumb_presence((edge, other), (0.6, 0.6), 1.0, 0.3, 0.0) for edge in SHARES
        ]
        for values in (by_edge, by_colour, thumb):
            assert values == sorted(values)
            assert 0.0 <= values[0] <= values[-1] <= 1.0


def test_a_finger_without_edges_that_points_at_the_camera_is_not_believed():
    assert evidence.presence((0.0, 0.0), (1.0, 1.0), 0.6) == 0.0
    assert evidence.presence((0.9, 0.0), (1.0, 1.0), 0.6) > SOLID  # one edge: a little more tilt
    assert evidence.presence((0.9, 0.0), (1.0, 1.0), 0.9) == 0.0


def test_creases_of_the_hand_are_no_outline_of_a_thumb_upon_it():
    def upon(aside, deviation):
        return evidence.thumb_presence((0.9, 0.9), (1.0, 1.0), aside, 0.1, deviation)

    assert upon(0.6, -0.5) < 0.5
    assert upon(0.6, -0.1) == upon(0.6, 0.2) == upon(1.0, -0.5) == 1.0


def test_a_thumb_without_an_edge_is_not_believed():
    assert evidence.thumb_presence((0.0, 0.0), (1.0, 1.0), 2.0, 0.0, 0.0) < 0.5


def test_half_outlined_thumb_must_stand_apart_from_the_hand_and_lie_across_the_view():
    def half(aside, tilt):
        return evidence.thumb_presence((1.0, 0.0), (0.9, 0.9), aside, tilt, 0.0)

    assert half(2.0, 0.2) > SOLID
    assert half(0.4, 0.2) == 0.0
    assert half(2.0, 0.7) == 0.0


def test_edges_far_too_far_apart_are_not_believed():
    widths = np.log([0.5, 0.7, 1.0, 1.3, 1.7])
    far_too_narrow, narrow, usual, wide, far_too_wide = map(evidence.plausible_width, widths)
    assert far_too_narrow < 0.1
    assert narrow == usual == wide == 1.0
    assert far_too_wide == 0.0


def test_two_looks_apart_by_more_than_a_finger_leave_no_ring():
    assert evidence.agreement(0.4) == 1.0
    assert evidence.agreement(1.5) < 0.3
    assert evidence.agreement(np.inf) < 0.3


def test_what_lies_before_a_ring_counts_more_when_the_finger_has_no_edge():
    assert evidence.unhidden(0.0, 0.5) == evidence.unhidden(0.2, 1.0) == 1.0
    assert evidence.unhidden(0.4, 1.0) > 0.85
    assert evidence.UNSEEN_EDGES * evidence.unhidden(0.4, evidence.UNSEEN_EDGES) < 0.6
    assert evidence.unhidden(0.8, 1.0) == 0.0


def test_a_wavering_label_of_the_hand_is_a_doubt():
    assert evidence.detected(0.98) == 1.0
    assert evidence.detected(0.6) < 0.1


def test_a_finger_on_a_sleeve_is_told_by_its_colour():
    hand = posed_hand()
    photo = np.full((HEIGHT, WIDTH, 3), SKIN, np.uint8)
    x, y = hand.points_px[13].astype(int)
    photo[: y + 5, x - 60 : x + 20] = CLOTH
    assert worn(photo, hand, Finger.RING)[1] == 0.0
    assert worn(photo, hand, Finger.INDEX)[1] == 1.0


@pytest.mark.parametrize("light", [0.65, 1.0, 1.2])
def test_shade_is_no_strange_colour_but_cloth_is(light):
    hand = posed_hand()
    photo = np.full((HEIGHT, WIDTH, 3), SKIN, np.uint8)
    colours = hand_colours(photo, hand.points_px)
    start, end = (hand.points_px[i] for i in PROXIMAL[Finger.RING])
    axis = (end - start) / np.linalg.norm(end - start)
    shaded = np.clip(photo * light, 0, 255).astype(np.uint8)
    assert min(flesh(shaded, colours, (start + end) / 2, axis, 40.0)) > evidence.SURE_FLESH
    cloth = np.full_like(photo, CLOTH)
    assert max(flesh(cloth, colours, (start + end) / 2, axis, 40.0)) < evidence.LEAST_FLESH


def test_the_halves_of_a_finger_are_told_apart():
    photo = np.full((HEIGHT, WIDTH, 3), SKIN, np.uint8)
    colours = hand_colours(photo, posed_hand().points_px)
    photo[:, 640:] = CLOTH
    left, right = flesh(photo, colours, np.array([640.0, 300.0]), np.array([0.0, -1.0]), 60.0)
    assert left > 0.9
    assert right < 0.1
    left, right = flesh(photo, colours, np.array([640.0, 300.0]), np.array([0.0, 1.0]), 60.0)
    assert left < 0.1
    assert right > 0.9


def test_a_hand_that_a_second_look_does_not_find_wears_nothing():
    hand = posed_hand()
    photo = np.full((HEIGHT, WIDTH, 3), SKIN, np.uint8)
    alone = replace(hand, spread_px=np.full(21, np.inf))
    assert worn(photo, hand, Finger.RING)[1] == 1.0
    solution = solved(RingSolver([Wearable("band", RING)], smoothing=False), photo, [alone], CAMERA)
    assert solution.worn[0].opacity == 0.0
    assert 0.0 < solution.placements[0].confidence < 0.5  # reported all the same


def test_rings_on_hands_whose_landmarks_went_astray_are_not_drawn(seen):
    photo, hands = seen["sample4"]
    astray = [hand for hand in hands if np.isinf(hand.spread_px).all()]
    assert len(astray) == 2
    for hand in astray:
        for finger in Finger:
            assert worn(photo, hand, finger)[1] == 0.0


@pytest.mark.parametrize(
    ("name", "x", "y"),
    [
        ("sample2", 0.68, 0.59),
        ("sample2", 0.46, 0.80),
        ("sample4", 0.43, 0.54),
        ("sample5", 0.67, 0.85),
    ],
)
def test_a_thumb_behind_the_hand_wears_nothing(seen, name, x, y):
    assert worn(*at(seen, name, x, y), Finger.THUMB)[1] == 0.0


def test_folded_fingers_behind_their_own_tips_wear_nothing(seen):
    for finger in (Finger.RING, Finger.MIDDLE):
        assert worn(*at(seen, "sample2", 0.16, 0.26), finger)[1] == 0.0


@pytest.mark.parametrize(
    ("name", "x", "y", "finger"),
    [
        ("sample2", 0.16, 0.26, Finger.THUMB),
        ("sample2", 0.16, 0.26, Finger.INDEX),
        ("sample2", 0.68, 0.59, Finger.RING),
        ("sample2", 0.46, 0.80, Finger.RING),
        ("sample2", 0.46, 0.80, Finger.MIDDLE),
        ("sample4", 0.43, 0.54, Finger.RING),
        ("sample4", 0.42, 0.37, Finger.RING),
        ("sample4", 0.42, 0.37, Finger.INDEX),
        ("sample5", 0.67, 0.85, Finger.INDEX),
        ("sample5", 0.67, 0.85, Finger.MIDDLE),
        ("sample5", 0.67, 0.85, Finger.RING),
        ("sample5", 0.67, 0.85, Finger.LITTLE),
    ],
)
def test_a_finger_in_plain_sight_wears_its_ring_fully(seen, name, x, y, finger):
    confidence, opacity = worn(*at(seen, name, x, y), finger)
    assert confidence > 0.8
    assert opacity == 1.0
