"""From photographs and streams to rings on the right fingers of the right hands."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hands import CAMERA, HEIGHT, WIDTH, demo_photo, posed_hand, solved

from models3d.frames import Anchor, RigidTransform
from models3d.mesh import Model
from tryon.anchors.hand_frame import PROXIMAL
from tryon.landmarks import HandTracker
from tryon.media.lens import assumed_intrinsics
from tryon.solvers.rings import RingSolver
from tryon.tracks import HandTracks
from tryon.types import Finger, Hand, Side, Wearable

RING = Model("ring", (), Anchor.FINGER, 0.0172)
BLANK = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)


def wearable(finger=Finger.RING, hand=None, product="band"):
    return Wearable(product, RING, finger, hand)


@pytest.fixture(scope="module")
def seen():
    """Photographs with their hands."""
    with HandTracker(streaming=False) as tracker:
        return {
            name: (photo, tracker.detect(photo, 0.0))
            for name, photo in ((n, demo_photo(n)) for n in ("sample2", "sample4", "sample5"))
        }


def solve(photo, hands, *wearables):
    camera = assumed_intrinsics(photo.shape[1], photo.shape[0])
    return solved(RingSolver(wearables, smoothing=False), photo, hands, camera), camera


@pytest.mark.parametrize("finger", list(Finger))
@pytest.mark.parametrize("name", ["sample2", "sample4", "sample5"])
def test_every_hand_gets_one_ring_on_the_finger_chosen(seen, name, finger):
    photo, hands = seen[name]
    solution, camera = solve(photo, hands, wearable(finger))
    assert len(solution.placements) == len(solution.worn) == len(hands)
    unmet = list(hands)
    for placement, worn in zip(solution.placements, solution.worn, strict=True):
        knuckle = PROXIMAL[finger][0]
        hand = min(unmet, key=lambda h: np.linalg.norm(h.points_px[knuckle] - placement.center_px))
        unmet.remove(hand)
        start, end = (hand.points_px[i] for i in PROXIMAL[finger])
        reach = np.linalg.norm(end - start)
        assert placement.finger is finger
        assert placement.hand is hand.hand
        assert np.linalg.norm(placement.center_px - (start + end) / 2) < 0.35 * reach
        assert np.linalg.norm(placement.axis_px) == pytest.approx(1.0)
        assert 0.0 <= placement.confidence <= 1.0
        assert 0.0 <= worn.opacity <= 1.0
        matrix = placement.camera_from_anchor.matrix
        RigidTransform.from_matrix(matrix)
        assert np.allclose(camera.project(matrix[:3, 3]), placement.center_px)
        cone = solution.occluders[worn.wearer]
        axis = matrix[:3, 1]
        assert np.linalg.norm(np.cross(cone.end - cone.start, axis)) < 1e-6


def test_a_ring_for_the_left_hand_stays_off_right_hands(seen):
    photo, hands = seen["sample4"]
    solution, _ = solve(photo, hands, wearable(hand=Hand.LEFT))
    assert len(solution.placements) == sum(h.hand is Hand.LEFT for h in hands) == 2
    assert {p.hand for p in solution.placements} == {Hand.LEFT}


def test_several_rings_are_worn_at_once(seen):
    photo, hands = seen["sample5"]
    both = wearable(Finger.INDEX, product="solitaire"), wearable(Finger.RING)
    solution, _ = solve(photo, hands, *both)
    assert [(p.product, p.finger) for p in solution.placements] == [
        ("solitaire", Finger.INDEX),
        ("band", Finger.RING),
    ]
    assert solution.worn[0].wearer != solution.worn[1].wearer


def test_the_backs_of_the_photographed_hands_are_seen(seen):
    for photo, hands in (seen["sample4"], seen["sample5"]):
        clear = [hand for hand in hands if hand.score > 0.9]
        assert clear
        solution, _ = solve(photo, clear, wearable())
        assert {p.side for p in solution.placements} == {Side.DORSAL}


def test_the_width_at_the_ring_is_what_the_eye_measures(seen):
    photo, hands = seen["sample5"]
    solution, _ = solve(photo, hands, wearable(Finger.LITTLE), wearable(Finger.RING))
    little, ring = (p.width_px for p in solution.placements)
    assert little == pytest.approx(26.5, rel=0.10)
    assert ring == pytest.approx(28.0, rel=0.12)


def test_mirroring_the_photo_mirrors_the_ring(seen):
    photo, hands = seen["sample5"]
    flipped = np.ascontiguousarray(photo[:, ::-1])
    mirrored = [
        replace(
            h,
            points_px=h.points_px * (-1, 1) + (photo.shape[1], 0),
            world=h.world * (-1, 1, 1),
            hand=Hand.RIGHT if h.hand is Hand.LEFT else Hand.LEFT,
        )
        for h in hands
    ]
    here = solve(photo, hands, wearable())[0].placements[0]
    there = solve(flipped, mirrored, wearable())[0].placements[0]
    assert np.allclose(there.center_px * (-1, 1) + (photo.shape[1], 0), here.center_px, atol=0.05)
    assert there.width_px == pytest.approx(here.width_px, rel=0.005)
    assert np.allclose(there.axis_px * (-1, 1), here.axis_px, atol=0.005)
    assert there.side is here.side
    assert there.hand is not here.hand


def test_nobody_wears_nothing():
    solution, _ = solve(BLANK, [], wearable())
    assert solution.placements == solution.worn == solution.occluders == ()


def test_without_contrast_anatomy_gives_the_width():
    solution = solved(RingSolver([wearable()], smoothing=False), BLANK, [posed_hand()], CAMERA)
    palm_px = 1000.0 * 0.0875 / 0.45
    assert solution.placements[0].width_px == pytest.approx(0.197 * palm_px, rel=0.05)
    assert 0.5 < solution.placements[0].confidence < 0.9


def test_a_ring_outside_the_image_is_not_drawn():
    hand = posed_hand()
    away = replace(hand, points_px=hand.points_px - (800.0, 0.0))
    solution = solved(RingSolver([wearable()], smoothing=False), BLANK, [away], CAMERA)
    assert solution.worn[0].opacity == 0.0


def stream(solver, hands_of_frame, image=BLANK):
    return [
        solved(solver, image, hands, CAMERA, 1e3 * k / 30.0)
        for k, hands in enumerate(hands_of_frame)
    ]


def shifted(hand, dx):
    return replace(hand, points_px=hand.points_px + np.array([dx, 0.0]))


def test_a_ring_fades_in_and_stays():
    solutions = stream(RingSolver([wearable()], smoothing=True), [[posed_hand()]] * 10)
    opacities = [s.worn[0].opacity for s in solutions]
    assert opacities[0] < 0.3
    assert opacities[-1] == 1.0
    assert all(b >= a for a, b in pairwise(opacities))


@pytest.mark.parametrize("interval_ms", [300.0, 700.0])
def test_in_a_slow_stream_the_ring_is_worn_from_the_third_frame_on(interval_ms):
    solver = RingSolver([wearable()], smoothing=True)
    opacities = [
        solved(solver, BLANK, [posed_hand()], CAMERA, k * interval_ms).worn[0].opacity
        for k in range(4)
    ]
    assert opacities[1] > 0.5
    assert opacities[2:] == [1.0, 1.0]


def test_a_doubt_of_a_frame_does_not_hide_a_ring_but_a_lasting_one_does():
    sure, unsure = posed_hand(), replace(posed_hand(), score=0.55)
    solver = RingSolver([wearable()], smoothing=True)
    flicker = stream(solver, [[unsure if k in (12, 20) else sure] for k in range(30)])
    assert min(s.worn[0].opacity for s in flicker[10:]) == 1.0
    solver = RingSolver([wearable()], smoothing=True)
    lasting = stream(solver, [[sure]] * 15 + [[unsure]] * 90)
    opacities = [s.worn[0].opacity for s in lasting]
    assert opacities[14] == 1.0
    assert opacities[-1] == 0.0
    assert max(a - b for a, b in pairwise(opacities)) < 0.25  # it fades, it does not vanish


def test_a_ring_at_the_limit_stays_as_it_is():
    random = np.random.default_rng(4)
    scores = 0.75 + random.normal(0.0, 0.01, 90)
    hand = posed_hand()
    frames = [[replace(hand, score=float(score))] for score in scores]
    shown = stream(RingSolver([wearable()], smoothing=True), [[hand]] * 10 + frames)
    hidden = stream(RingSolver([wearable()], smoothing=True), frames)
    assert min(s.worn[0].opacity for s in shown[20:]) > 0.9
    assert max(s.worn[0].opacity for s in hidden[20:]) < 0.5


def test_noise_on_the_landmarks_is_smoothed():
    random, hand = np.random.default_rng(8), posed_hand()
    noisy = [
        [
            replace(
                hand,
                points_px=hand.points_px + random.normal(0.0, 1.0, (21, 2)),
                world=hand.world + random.normal(0.0, 0.001, (21, 3)),
            )
        ]
        for _ in range(90)
    ]

    def scatter(smoothing):
        solutions = stream(RingSolver([wearable()], smoothing=smoothing), noisy)[30:]
        centers = np.array([s.placements[0].center_px for s in solutions])
        axes = np.array([s.placements[0].camera_from_anchor.rotation[:, 2] for s in solutions])
        return centers.std(axis=0).max(), np.degrees(axes.std(axis=0).max())

    raw, smooth = scatter(False), scatter(True)
    assert smooth[0] < 0.5 * raw[0]
    assert smooth[1] < 0.25 * raw[1]


def test_a_moving_hand_is_followed_within_one_frame():
    speed = 14.0  # pixels a frame: two palm lengths a second
    hands = [[shifted(posed_hand(), speed * k - 200.0)] for k in range(30)]
    smooth = stream(RingSolver([wearable()], smoothing=True), hands)[-1].placements[0].center_px
    raw = stream(RingSolver([wearable()], smoothing=False), hands[-1:])[-1].placements[0].center_px
    assert 0.0 <= raw[0] - smooth[0] <= speed


def test_a_label_that_flickers_does_not_turn_the_ring_over():
    hand = posed_hand()
    contrary = replace(hand, hand=Hand.RIGHT)
    frames = [[contrary] if k in (12, 13, 20) else [hand] for k in range(30)]
    solutions = stream(RingSolver([wearable()], smoothing=True), frames)
    dorsal = np.array([s.placements[0].camera_from_anchor.rotation[:, 2] for s in solutions])
    assert {s.placements[0].hand for s in solutions} == {Hand.LEFT}
    assert np.degrees(np.arccos((dorsal[1:] * dorsal[:-1]).sum(axis=1).clip(-1, 1))).max() < 1.0


def test_two_hands_keep_their_identity_when_their_order_changes():
    tracks = HandTracks()
    left, right = shifted(posed_hand(), -300.0), shifted(posed_hand(None, Hand.RIGHT), 300.0)
    names = []
    for k in range(6):
        order = [left, right] if k % 2 else [right, left]
        names.append({t.identity: h.hand for h, t in tracks.update(order, 1e3 * k / 30.0)})
    assert all(n == names[0] for n in names)


def test_a_new_hand_elsewhere_is_not_smoothed_with_the_old_one():
    tracks = HandTracks()
    for k in range(5):
        tracks.update([shifted(posed_hand(), -400.0)], 1e3 * k / 30.0)
    fresh = shifted(posed_hand(), 400.0)
    steadied, track = tracks.update([fresh], 1e3 * 5 / 30.0)[0]
    assert track.identity == 1
    assert np.array_equal(steadied.points_px, fresh.points_px)


def test_a_hand_unseen_for_a_moment_is_the_same_hand_after_but_not_for_long():
    tracks = HandTracks()
    first = tracks.update([posed_hand()], 0.0)[0][1]
    assert tracks.update([], 33.0) == []
    assert tracks.update([posed_hand()], 100.0)[0][1] is first
    assert tracks.update([], 500.0) == []
    assert tracks.update([posed_hand()], 900.0)[0][1] is not first


def test_after_a_pause_of_the_stream_every_hand_is_new():
    tracks = HandTracks()
    first = tracks.update([posed_hand()], 0.0)[0][1]
    assert tracks.update([posed_hand()], 3000.0)[0][1] is not first
