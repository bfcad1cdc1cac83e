"""Watches and bracelets on wrists: laws that hold for any photo, and drawn arms of known place."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models3d.bracelets.bangle import Bangle
from models3d.bracelets.tennis import TennisBracelet
from models3d.frames import Anchor, Array, Image, Intrinsics, RigidTransform
from models3d.mesh import Material, Mesh, Model, Part
from models3d.wrists import Wears
from tests.arms import Arm, drawn_arm
from tests.hands import CAMERA, HEIGHT, WIDTH, posed_hand
from tryon.anchors.forearm import find_forearm
from tryon.anchors.hand_frame import lift
from tryon.anchors.hanging import BINS, find_loop, rest
from tryon.anchors.side_by_side import GAP, Extent, side_by_side
from tryon.anchors.sleeve import find_sleeve
from tryon.anchors.wrist import Section, place_wrist
from tryon.covers.tones import hand_tone
from tryon.solvers.wrist_memory import INVISIBLE, SOLID
from tryon.solvers.wrists import WristSolver
from tryon.types import BodyLandmarks, Frame, Hand, HandLandmarks, Layer, Seen, Wearable, WornPiece

DISTANCE = 0.8  # metres: arms show two palms of forearm
LEVEL = np.eye(3)


def watch() -> Model:
    """A plate with a dial and a crown at 3 o'clock, in a watch's frame."""
    box = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], np.float64)
    faces = np.array([[0, 1, 3], [0, 3, 2]], np.int32)
    case = Mesh(
        box * (0.023, 0.019, 0.004) + (0.0, 0.0, 0.026), np.tile([0.0, 0, 1], (8, 1)), faces
    )
    crown = replace(case, positions=box * (0.003, 0.002, 0.002) + (0.0, 0.021, 0.026))
    steel = Material("steel")
    parts = (Part("dial", case, steel, slot="dial"), Part("crown", crown, steel, slot="metal"))
    extras = {"section_mm": [31.1, 22.7], "wears": "sits"}
    return Model("watch", parts, Anchor.WRIST, 0.0541, extras)


@cache
def bangle() -> Model:
    return Bangle().build()


@cache
def tennis() -> Model:
    return TennisBracelet().build()


def wearing(*models: Model, hand: Hand | None = None) -> WristSolver:
    worn = [Wearable(str(k), model, hand=hand) for k, model in enumerate(models)]
    return WristSolver(worn, smoothing=False)


def frame_of(
    image: Image, *hands: HandLandmarks, camera: Intrinsics = CAMERA, time_ms: float = 0.0
) -> Frame:
    return Frame(image, Seen(hands=hands), camera, time_ms)


def pieces_of(layers: tuple[Layer, ...]) -> list[WornPiece]:
    return [piece for layer in layers for piece in layer.pieces]


def only(layers: tuple[Layer, ...]) -> WornPiece:
    (piece,) = pieces_of(layers)
    return piece


def arm_of(
    hand: Hand = Hand.LEFT, bend_deg: float = 0.0, rotation: Array | None = None, **drawn: float
) -> tuple[HandLandmarks, Arm]:
    landmarks = posed_hand(rotation, hand, DISTANCE)
    return landmarks, drawn_arm(landmarks, bend_deg, **drawn)


def degrees_between(a: Array, b: Array) -> float:
    cosine = float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))
    return float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


@pytest.mark.parametrize("bend", [-60.0, -35.0, -12.0, 0.0, 20.0, 45.0, 60.0])
@pytest.mark.parametrize("shift", [-0.12, 0.1])
def test_a_drawn_arm_is_measured_whatever_the_wrists_bend(bend: float, shift: float) -> None:
    landmarks, arm = arm_of(bend_deg=bend, shift_palms=shift)
    placement = only(wearing(watch()).solve(frame_of(arm.image, landmarks))).placement
    aside = np.array([-arm.towards_hand[1], arm.towards_hand[0]])
    off = float((placement.center_px - arm.middle_px) @ aside)
    assert degrees_between(placement.axis_px, arm.towards_hand) < 2.0
    assert abs(off) < 0.05 * arm.width_px
    assert abs(placement.width_px / arm.width_px - 1.0) < 0.06
    assert placement.confidence > 0.8


def test_a_mirrored_hand_wears_its_watch_in_the_mirrored_place() -> None:
    landmarks, arm = arm_of(bend_deg=25.0)
    mirror = np.diag([-1.0, 1.0, 1.0])
    flipped = replace(
        landmarks,
        points_px=np.array([WIDTH, 0.0]) + landmarks.points_px * (-1.0, 1.0),
        world=landmarks.world @ mirror,
        hand=Hand.RIGHT,
    )
    image = np.ascontiguousarray(arm.image[:, ::-1])
    here = only(wearing(watch()).solve(frame_of(arm.image, landmarks))).placement
    there = only(wearing(watch()).solve(frame_of(image, flipped))).placement
    assert here.hand is Hand.LEFT
    assert there.hand is Hand.RIGHT
    assert here.side is there.side
    np.testing.assert_allclose(
        there.center_px, (WIDTH - here.center_px[0], here.center_px[1]), atol=1
    )
    expected = mirror @ here.camera_from_anchor.rotation @ mirror  # x of the anchor turns too
    turned = there.camera_from_anchor.rotation.T @ expected
    assert np.degrees(np.arccos(np.clip((np.trace(turned) - 1.0) / 2.0, -1.0, 1.0))) < 1.0


def test_twice_the_pixels_give_the_same_place() -> None:
    landmarks, arm = arm_of(bend_deg=15.0, noise=0.0)
    double = Intrinsics(*(2.0 * v for v in (CAMERA.fx, CAMERA.fy, CAMERA.cx, CAMERA.cy)))
    image = arm.image.repeat(2, axis=0).repeat(2, axis=1)
    larger = replace(landmarks, points_px=2.0 * landmarks.points_px)
    here = only(wearing(watch()).solve(frame_of(arm.image, landmarks))).placement
    there = only(wearing(watch()).solve(frame_of(image, larger, camera=double))).placement
    moved = there.camera_from_anchor.translation - here.camera_from_anchor.translation
    assert np.linalg.norm(moved) < 0.02 * DISTANCE
    np.testing.assert_allclose(there.center_px / 2.0, here.center_px, atol=1.5)
    turned = there.camera_from_anchor.rotation.T @ here.camera_from_anchor.rotation
    assert np.degrees(np.arccos(np.clip((np.trace(turned) - 1.0) / 2.0, -1.0, 1.0))) < 1.5


def test_a_dial_is_read_by_its_wearer_on_either_wrist_and_never_mirrored() -> None:
    for hand, crown_to_hand in ((Hand.LEFT, 1.0), (Hand.RIGHT, -1.0)):
        landmarks, arm = arm_of(hand)
        piece = only(wearing(watch()).solve(frame_of(arm.image, landmarks)))
        camera_from_model = piece.worn[0].camera_from_model
        assert np.linalg.det(camera_from_model.rotation) == pytest.approx(1.0)
        anchor = piece.placement.camera_from_anchor.rotation
        little_finger = landmarks.points_px[17] - landmarks.points_px[5]
        twelve = camera_from_model.rotation @ (-1.0, 0.0, 0.0)
        assert twelve[:2] @ little_finger > 0.0, "12 o'clock lies on the little finger's side"
        crown = camera_from_model.rotation @ (0.0, 1.0, 0.0)
        assert crown @ anchor[:, 1] == pytest.approx(crown_to_hand)
        assert camera_from_model.rotation[2, 2] < -0.7, "the dial looks at the camera"


def test_the_dial_stays_on_the_back_of_the_wrist_when_the_palm_is_shown() -> None:
    over = RigidTransform.from_axis_angle((0.0, 1.0, 0.0), np.pi).rotation
    landmarks, arm = arm_of(rotation=over)
    piece = only(wearing(watch()).solve(frame_of(arm.image, landmarks)))
    assert piece.placement.side == "palmar"
    assert piece.worn[0].camera_from_model.rotation[2, 2] > 0.7


landmarks_anywhere = st.builds(
    lambda seed, spread, hand: _random_hand(seed, spread, hand),
    st.integers(0, 10_000),
    st.floats(0.02, 400.0),
    st.sampled_from(list(Hand)),
)


def _random_hand(seed: int, spread: float, hand: Hand) -> HandLandmarks:
    random = np.random.default_rng(seed)
    points = random.normal((WIDTH / 2.0, HEIGHT / 2.0), spread, (21, 2))
    depths = random.normal(0.0, spread, 21) if seed % 2 else None
    world = random.normal(0.0, 0.05, (21, 3))
    return HandLandmarks(points, world, hand, float(random.uniform()), depths_px=depths)


@settings(max_examples=40, deadline=None)
@given(landmarks_anywhere)
def test_any_landmarks_give_finite_upright_frames(landmarks: HandLandmarks) -> None:
    image = np.random.default_rng(1).integers(0, 255, (HEIGHT, WIDTH, 3)).astype(np.uint8)
    for piece in pieces_of(wearing(watch(), bangle()).solve(frame_of(image, landmarks))):
        for transform in (piece.placement.camera_from_anchor, piece.worn[0].camera_from_model):
            assert np.isfinite(transform.matrix).all()
            np.testing.assert_allclose(transform.rotation @ transform.rotation.T, LEVEL, atol=1e-6)
            assert np.linalg.det(transform.rotation) > 0.0
        assert 0.0 <= piece.placement.confidence <= 1.0
        assert 0.0 <= piece.worn[0].opacity <= 1.0


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0.0, 0.1), st.floats(0.001, 0.02), st.booleans()),
        min_size=1,
        max_size=6,
    )
)
def test_pieces_side_by_side_never_overlap(wanted: list[tuple[float, float, bool]]) -> None:
    homes = [home for home, _, _ in wanted]
    extents = [Extent(-half, half) for _, half, _ in wanted]
    places = side_by_side(homes, extents, [held for *_, held in wanted])
    spans = sorted((at - e.high, at - e.low) for at, e in zip(places, extents, strict=True))
    for (_, end), (start, _) in pairwise(spans):
        assert start - end >= GAP - 1e-6


def test_a_watch_keeps_its_place_beside_bracelets() -> None:
    landmarks, arm = arm_of()
    frame = frame_of(arm.image, landmarks)
    alone = only(wearing(watch()).solve(frame)).placement
    pieces = pieces_of(wearing(bangle(), watch(), tennis()).solve(frame))
    spans = []
    origin = alone.camera_from_anchor.translation
    axis = alone.camera_from_anchor.rotation[:, 1]
    for piece in pieces:
        placed = piece.placement.camera_from_anchor.translation
        # layers of other sizes of wrist stand at other distances: compare in pixels
        along = (piece.placement.center_px - alone.center_px) @ alone.axis_px
        metres = along * origin[2] / (CAMERA.fx * np.hypot(*axis[:2]))
        loop = find_loop(piece.worn[0].model)
        spans.append((metres, (loop.high - loop.low) / 2.0, placed))
    (second,) = [p.placement for p in pieces if p.placement.product == "1"]
    np.testing.assert_allclose(second.center_px, alone.center_px, atol=0.5)
    for i, (a, half_a, _) in enumerate(spans):
        for b, half_b, _ in spans[i + 1 :]:
            assert abs(a - b) > 0.9 * (half_a + half_b)


SECTION = Section(0.0276, 0.0203)


@pytest.mark.parametrize("turn_deg", [0.0, 60.0, 140.0, 215.0, 300.0])
def test_a_bangle_hangs_from_the_upper_side_of_a_level_arm(turn_deg: float) -> None:
    towards_hand = np.array([1.0, 0.0, 0.0])
    angle = np.radians(turn_deg)
    dorsal = np.array([0.0, np.cos(angle), np.sin(angle)])
    rotation = np.stack([np.cross(towards_hand, dorsal), towards_hand, dorsal], axis=1)
    model = bangle()
    loop = find_loop(model)
    camera_from_model = RigidTransform(rotation, np.zeros(3)) @ rest(
        loop, SECTION, Wears.HANGS, rotation
    )
    inside = _inside(loop)
    rim = camera_from_model.apply(inside)
    skin = _skin(rotation)
    above = skin[:, 1].min() - rim[:, 1].min()  # y points down
    below = rim[:, 1].max() - skin[:, 1].max()
    assert below > 0.002, "its lower side hangs free"
    assert abs(above) < 0.0012, "its upper side rests on the arm"


def test_a_bangle_slides_to_the_hand_when_the_hand_is_down_and_up_the_arm_when_it_is_up() -> None:
    hanging = RigidTransform.from_axis_angle((0.0, 0.0, 1.0), np.pi).rotation
    places = []
    for rotation in (hanging, LEVEL):
        landmarks, arm = arm_of(rotation=rotation)
        placement = only(wearing(bangle()).solve(frame_of(arm.image, landmarks))).placement
        places.append(float(np.linalg.norm(placement.center_px - landmarks.points_px[0])))
    down, up = places
    assert up > 1.5 * down


def _inside(loop: object) -> Array:
    assert hasattr(loop, "inner")
    angle = np.arange(BINS) * (2.0 * np.pi / BINS)
    inner = np.asarray(loop.inner)
    return np.stack([inner * np.cos(angle), 0.0 * angle, inner * np.sin(angle)], axis=1)


def _skin(rotation: Array) -> Array:
    angle = np.linspace(0.0, 2.0 * np.pi, 180)
    flat = np.stack(
        [SECTION.half_breadth * np.cos(angle), 0.0 * angle, SECTION.half_depth * np.sin(angle)], 1
    )
    return np.asarray(flat @ rotation.T)


def test_a_sleeve_hides_what_it_covers_and_no_more() -> None:
    landmarks, arm = arm_of(sleeve_from=0.5)
    piece = only(wearing(watch()).solve(frame_of(arm.image, landmarks)))
    assert piece.veil is not None
    up_arm = arm.middle_px - 0.5 * arm.width_px * arm.towards_hand
    at_hand = arm.middle_px + 0.5 * arm.width_px * arm.towards_hand
    assert _hidden(piece, up_arm) > 0.95
    assert _hidden(piece, at_hand) < 0.05


def test_bare_arms_and_worn_watches_are_no_sleeves() -> None:
    for band in (None, (0.3, 0.6)):
        landmarks, arm = arm_of(bend_deg=10.0, band=band)
        assert only(wearing(watch()).solve(frame_of(arm.image, landmarks))).veil is None


@pytest.mark.parametrize("begins", [0.2, 0.45, 0.7])
def test_a_sleeves_edge_is_found(begins: float) -> None:
    landmarks, arm = arm_of(sleeve_from=begins)
    pose = lift(landmarks, CAMERA)
    forearm = find_forearm(arm.image, pose)
    sleeve = find_sleeve(arm.image, forearm, forearm.palm_px, hand_tone(arm.image, landmarks))
    assert sleeve is not None
    assert sleeve.from_palms == pytest.approx(begins, abs=0.07)


def _hidden(piece: WornPiece, at: Array) -> float:
    assert piece.veil is not None
    x, y = np.rint(at).astype(int) - (piece.veil.region.x, piece.veil.region.y)
    return float(piece.veil.hides[y, x])


def test_an_elbow_tells_the_arm_where_nothing_else_does() -> None:
    landmarks = posed_hand(None, Hand.LEFT, DISTANCE)
    blank = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
    wrist = landmarks.points_px[0]
    joints = np.zeros((33, 2))
    joints[15], joints[13] = wrist + np.array([3.0, 2.0]), wrist + np.array([230.0, 120.0])
    world = np.zeros((33, 3))
    world[13] = 0.22, 0.12, 0.0
    body = BodyLandmarks(joints, world, np.ones(33), 1.0, 0.0)
    seen = Frame(blank, Seen(hands=(landmarks,), bodies=(body,)), CAMERA, 0.0)
    with_body = only(wearing(watch()).solve(seen)).placement
    without = only(wearing(watch()).solve(frame_of(blank, landmarks))).placement
    assert degrees_between(with_body.axis_px, wrist - joints[13]) < 6.0
    assert with_body.confidence > without.confidence


def test_a_body_elsewhere_says_nothing() -> None:
    landmarks, arm = arm_of(bend_deg=20.0)
    far = BodyLandmarks(np.zeros((33, 2)), np.zeros((33, 3)), np.ones(33), 1.0, 0.0)
    seen = Frame(arm.image, Seen(hands=(landmarks,), bodies=(far,)), CAMERA, 0.0)
    bare = only(wearing(watch()).solve(frame_of(arm.image, landmarks))).placement
    same = only(wearing(watch()).solve(seen)).placement
    np.testing.assert_array_equal(same.center_px, bare.center_px)


def test_a_left_arm_says_little_of_a_right_hand() -> None:
    landmarks, arm = arm_of(Hand.RIGHT, bend_deg=10.0)
    wrist, away = landmarks.points_px[0], -250.0 * arm.towards_hand
    aside = np.array([-away[1], away[0]])
    joints = np.zeros((33, 2))
    joints[15], joints[13] = wrist, wrist + away * np.cos(0.6) + aside * np.sin(0.6)
    body = BodyLandmarks(joints, np.zeros((33, 3)), np.ones(33), 1.0, 0.0)
    seen = Frame(arm.image, Seen(hands=(landmarks,), bodies=(body,)), CAMERA, 0.0)
    placement = only(wearing(watch()).solve(seen)).placement
    assert degrees_between(placement.axis_px, arm.towards_hand) < 3.0


def test_a_clear_outline_settles_some_of_what_two_looks_disagree_about() -> None:
    landmarks, arm = arm_of()
    apart = replace(landmarks, spread_px=np.full(21, 0.95 * arm.width_px))
    blank = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
    outlined = only(wearing(watch()).solve(frame_of(arm.image, apart))).worn[0]
    guessed = only(wearing(watch()).solve(frame_of(blank, apart))).worn[0]
    assert outlined.opacity > 0.9
    assert guessed.opacity < 0.1
    elsewhere = replace(landmarks, spread_px=np.full(21, np.inf))
    assert only(wearing(watch()).solve(frame_of(arm.image, elsewhere))).worn[0].opacity == 0.0


def test_a_steep_arm_whose_edges_are_not_seen_wears_nothing() -> None:
    landmarks, arm = arm_of()
    pose = lift(landmarks, CAMERA)
    seen = find_forearm(arm.image, pose, tone=hand_tone(arm.image, landmarks))

    def confidence(rise: float, outlined: float) -> float:
        forearm = replace(seen, rise=rise, outlined=outlined, confidence=0.95)
        return place_wrist(pose, forearm, Section(0.03, 0.022), CAMERA).confidence

    assert confidence(0.0, 0.0) == confidence(0.0, 1.0) > SOLID
    assert confidence(0.65, 1.0) == confidence(-0.65, 1.0) == confidence(0.0, 1.0)
    assert max(confidence(0.65, 0.0), confidence(-0.65, 0.0)) < INVISIBLE
    steps = [confidence(0.65, outlined) for outlined in np.linspace(0.0, 1.0, 21)]
    assert all(0.0 <= after - before < 0.25 for before, after in pairwise(steps))


def test_each_wrist_wears_what_was_asked_for_it() -> None:
    landmarks, arm = arm_of()
    assert wearing(watch(), hand=Hand.RIGHT).solve(frame_of(arm.image, landmarks)) == ()
    assert (
        len(pieces_of(wearing(watch(), hand=Hand.LEFT).solve(frame_of(arm.image, landmarks)))) == 1
    )


def test_the_strap_wraps_an_ellipse_as_wide_as_the_arm() -> None:
    landmarks, arm = arm_of()
    (layer,) = wearing(watch()).solve(frame_of(arm.image, landmarks))
    cone = layer.occluders[layer.pieces[0].worn[0].wearer or 0]
    assert cone.flat is not None
    assert cone.flatness == pytest.approx(22.7 / 31.1)
    axis = cone.end - cone.start
    assert abs(float(cone.flat @ axis)) < 1e-9
    place = layer.pieces[0].placement
    share = float((place.camera_from_anchor.translation - cone.start) @ axis / (axis @ axis))
    radius = cone.start_radius + share * (cone.end_radius - cone.start_radius)
    seen = 2.0 * radius * CAMERA.fx / place.camera_from_anchor.translation[2]
    assert seen == pytest.approx(place.width_px, rel=0.08)


def test_a_still_arm_keeps_its_watch_still() -> None:
    landmarks, arm = arm_of(bend_deg=20.0, noise=0.0)
    solver = WristSolver([Wearable("watch", watch())], smoothing=True)
    random = np.random.default_rng(3)
    centers, rotations = [], []
    for k in range(50):
        image = np.clip(arm.image + random.normal(0.0, 4.0, arm.image.shape), 0, 255)
        shaken = replace(landmarks, points_px=landmarks.points_px + random.normal(0, 0.5, (21, 2)))
        frame = frame_of(image.astype(np.uint8), shaken, time_ms=33.3 * k)
        placement = only(solver.solve(frame)).placement
        centers.append(placement.center_px)
        rotations.append(placement.camera_from_anchor.rotation)
    settled = np.array(centers[15:])
    assert np.linalg.norm(settled.std(axis=0)) < 0.3
    turns = [np.trace(rotations[-1].T @ r) for r in rotations[15:]]
    assert np.degrees(np.arccos(np.clip((np.array(turns) - 1.0) / 2.0, -1, 1))).std() < 0.4


def test_between_two_measurements_the_arm_goes_with_its_hand() -> None:
    landmarks, arm = arm_of(bend_deg=20.0, shift_palms=0.1)
    before = find_forearm(arm.image, lift(landmarks, CAMERA))
    step = np.array([6.0, -4.0])
    moved = lift(replace(landmarks, points_px=landmarks.points_px + step), CAMERA)
    after = find_forearm(arm.image, moved, remembered=before, anew=False, measured=False)
    np.testing.assert_allclose(after.start_px, before.start_px + step, atol=0.03 * arm.width_px)
    assert after.breadth_palms == before.breadth_palms
    np.testing.assert_array_equal(after.towards_hand, before.towards_hand)
