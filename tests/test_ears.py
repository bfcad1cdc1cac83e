"""Earrings on ears: where they sit, when they show, how they hang."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pytest
from faces import CAMERA, HEIGHT, WIDTH, face_of, head_at, mirrored, plain_image
from hypothesis import given, settings
from hypothesis import strategies as st

from models3d.earrings.drop import Drops
from models3d.earrings.stud import Studs
from models3d.frames import Array, Image, Intrinsics
from models3d.mesh import Model
from tryon.anchors.ear import (
    BESIDE,
    CHEEK,
    EAR_HEIGHT,
    EarAnchor,
    lobe_body,
    off_the_face,
    place_ear,
    shown_by_turn,
)
from tryon.anchors.head import HeadPose, head_pose
from tryon.anchors.iris import MEAN_HEAD
from tryon.anchors.lobe import find_lobe, moved_px
from tryon.covers.tones import SkinTone, skin_tone
from tryon.solvers.ears import EarSolver
from tryon.types import (
    Ear,
    FaceLandmarks,
    Frame,
    Hand,
    HandLandmarks,
    Layer,
    PersonMask,
    Seen,
    Wearable,
)

MIRRORED_CAMERA = Intrinsics(CAMERA.fx, CAMERA.fy, WIDTH - CAMERA.cx, CAMERA.cy)
SKIN, HAIR = (205, 150, 125), (40, 28, 22)
BALD = SkinTone(np.zeros((1, 3)), 0.0)


@cache
def drops() -> Model:
    return Drops().build()


@cache
def studs() -> Model:
    return Studs().build()


def posed(yaw: float = 0.0, pitch: float = 0.0, roll: float = 0.0) -> HeadPose:
    return head_pose(face_of(head_at(yaw, pitch, roll)), CAMERA, MEAN_HEAD)


def painted(face: FaceLandmarks, lobes: dict[Ear, Array], radius_px: float) -> Image:
    """A skin-coloured face on dark hair, and ears with round lobes whose piercings are given."""
    image = np.full((HEIGHT, WIDTH, 3), HAIR, np.uint8)
    cv2.fillConvexPoly(image, cv2.convexHull(face.points_px[:468].astype(np.int32)), SKIN)
    for lobe in lobes.values():
        top = lobe - (0.0, 5.0 * radius_px)
        cv2.line(image, _pixel(lobe), _pixel(top), SKIN, round(2.0 * radius_px))
    return image


def _pixel(point: Array) -> tuple[int, int]:
    return round(float(point[0])), round(float(point[1]))


def solved(
    face: FaceLandmarks,
    image: Image | None = None,
    model: Model | None = None,
    ear: Ear | None = None,
    camera: Intrinsics = CAMERA,
) -> Layer:
    solver = EarSolver([Wearable("piece", model or studs(), ear=ear)], smoothing=False)
    shown = plain_image() if image is None else image
    (layer,) = solver.solve(Frame(shown, Seen(faces=(face,)), camera, 0.0))
    return layer


@settings(max_examples=25, deadline=None)
@given(yaw=st.floats(-50, 50), pitch=st.floats(-25, 25), roll=st.floats(-40, 40))
def test_the_mirrored_face_wears_on_the_other_ear_at_the_mirrored_place(
    yaw: float, pitch: float, roll: float
) -> None:
    face = face_of(head_at(yaw, pitch, roll))
    plain = head_pose(face, CAMERA, MEAN_HEAD)
    other = head_pose(mirrored(face), MIRRORED_CAMERA, MEAN_HEAD)
    flip = np.diag([-1.0, 1.0, 1.0])
    for ear, twin in ((Ear.LEFT, Ear.RIGHT), (Ear.RIGHT, Ear.LEFT)):
        here = place_ear(plain, ear, CAMERA)
        there = place_ear(other, twin, MIRRORED_CAMERA)
        assert there.lobe_px == pytest.approx((WIDTH - here.lobe_px[0], here.lobe_px[1]), abs=0.5)
        assert there.turn == pytest.approx(here.turn, abs=5e-3)
        for axis in (1, 2):
            mirror = flip @ here.camera_from_anchor.rotation[:, axis]
            assert np.allclose(there.camera_from_anchor.rotation[:, axis], mirror, atol=5e-3)


@pytest.mark.parametrize("yaw", [-40.0, 0.0, 25.0])
def test_the_lobes_face_looks_outwards_and_forwards_and_y_is_the_heads_up(yaw: float) -> None:
    head = posed(yaw, 5.0, 10.0)
    across, up, front = head.camera_from_head.rotation.T
    for ear, sign in ((Ear.LEFT, 1.0), (Ear.RIGHT, -1.0)):
        rotation = place_ear(head, ear, CAMERA).camera_from_anchor.rotation
        assert np.allclose(rotation @ rotation.T, np.eye(3), atol=1e-9)
        assert np.linalg.det(rotation) > 0
        assert np.allclose(rotation[:, 1], up)
        assert rotation[:, 2] @ (sign * across) > 0.7
        assert 0.3 < rotation[:, 2] @ front < 0.7


def test_an_ear_is_as_high_as_ears_are_and_scales_with_the_picture() -> None:
    face = face_of(head_at(20.0))
    small = place_ear(head_pose(face, CAMERA, MEAN_HEAD), Ear.RIGHT, CAMERA)
    depth = float(small.camera_from_anchor.translation[2])
    assert small.height_px == pytest.approx(EAR_HEIGHT * CAMERA.fy / depth, rel=1e-6)
    camera = Intrinsics(2000.0, 2000.0, 1280.0, 720.0)
    large = replace(face, points_px=2.0 * face.points_px, depths_px=2.0 * face.depths_px)
    twice = place_ear(head_pose(large, camera, MEAN_HEAD), Ear.RIGHT, camera)
    assert twice.lobe_px == pytest.approx(2.0 * small.lobe_px, abs=1e-3)
    assert twice.height_px == pytest.approx(2.0 * small.height_px, rel=1e-6)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 9999))
def test_random_landmarks_give_finite_rigid_placements(seed: int) -> None:
    random = np.random.default_rng(seed)
    face = FaceLandmarks(
        random.uniform((0, 0), (WIDTH, HEIGHT), (478, 2)), random.normal(0, 80, 478), 0.9
    )
    layer = solved(face, random.integers(0, 255, (HEIGHT, WIDTH, 3), np.uint8), drops())
    for piece in layer.pieces:
        assert np.isfinite(piece.placement.center_px).all()
        assert 0.0 <= piece.placement.confidence <= 1.0
        for worn in piece.worn:
            rotation = worn.camera_from_model.rotation
            assert np.allclose(rotation @ rotation.T, np.eye(3), atol=1e-6)
            assert np.linalg.det(rotation) > 0
    assert all(np.isfinite(body.positions).all() for body in layer.bodies)


@pytest.mark.parametrize("shift", [(0.0, 0.0), (0.015, -0.05), (-0.015, 0.04)])
@pytest.mark.parametrize("ear", list(Ear))
def test_a_lobe_off_the_expected_place_is_found_in_the_image(
    ear: Ear, shift: tuple[float, float]
) -> None:
    yaw = 25.0 if ear is Ear.RIGHT else -25.0
    face = face_of(head_at(yaw))
    head = head_pose(face, CAMERA, MEAN_HEAD)
    anchor = place_ear(head, ear, CAMERA)
    height = head.height * CAMERA.fy / float(anchor.camera_from_anchor.translation[2])
    truth = moved_px(anchor, np.array(shift), height)
    image = painted(face, {ear: truth}, 0.030 * height)
    tone = skin_tone(image, face.points_px[[50, 280, 9, 151, 101, 330, 205, 425]])
    found = find_lobe(image, anchor, height, tone, BALD, face.points_px[CHEEK[ear]])
    error = np.linalg.norm(moved_px(anchor, found.shift, height) - truth) / height
    assert error < max(0.015, 0.45 * float(np.hypot(*shift)))
    assert found.shows > 0.9


def test_no_ear_shows_where_there_is_only_hair() -> None:
    face = face_of(head_at(20.0))
    hairy = painted(face, {}, 8.0)
    bare = place_ear(posed(20.0), Ear.RIGHT, CAMERA)
    seen = painted(face, {Ear.RIGHT: bare.lobe_px}, 9.0)
    right = {
        name: next(p for p in solved(face, image).pieces if p.placement.ear is Ear.RIGHT)
        for name, image in (("hair", hairy), ("ear", seen))
    }
    assert right["hair"].worn[0].opacity < 0.05
    assert right["ear"].worn[0].opacity == 1.0


def test_no_ear_shows_under_blond_strands_of_nearly_the_skins_colour() -> None:
    face = face_of(head_at(20.0))
    strands = np.random.default_rng(2).normal(0.0, 12.0, (1, WIDTH, 1))
    image = np.clip(np.array((222, 176, 118)) + np.repeat(strands, HEIGHT, axis=0), 0, 255)
    image = np.ascontiguousarray(image, np.uint8)
    cv2.fillConvexPoly(image, cv2.convexHull(face.points_px[:468].astype(np.int32)), SKIN)
    opacity = [piece.worn[0].opacity for piece in solved(face, image).pieces]
    assert max(opacity) < 0.05


def test_an_ear_turned_behind_the_cheek_wears_nothing_and_the_near_one_does() -> None:
    face = face_of(head_at(30.0))
    lobes = {ear: place_ear(posed(30.0), ear, CAMERA).lobe_px for ear in Ear}
    layer = solved(face, painted(face, lobes, 9.0))
    opacity = {piece.placement.ear: piece.worn[0].opacity for piece in layer.pieces}
    assert opacity == {Ear.LEFT: 0.0, Ear.RIGHT: 1.0}


def _nodding(nod: float) -> tuple[FaceLandmarks, Image, PersonMask, dict[Ear, Array]]:
    """A face whose ears stand `nod` face heights lower than the head tells, before a wall of all
    but its own colours; the person's outline; the true lobes.
    """
    face, head = face_of(head_at()), posed()
    image = np.full((HEIGHT, WIDTH, 3), (222, 176, 152), np.uint8)
    person = np.zeros((HEIGHT, WIDTH), np.uint8)
    truth = {}
    hull = cv2.convexHull(face.points_px[:468].astype(np.int32))
    for ear in Ear:
        anchor = place_ear(head, ear, CAMERA)
        height = head.height * CAMERA.fy / float(anchor.camera_from_anchor.translation[2])
        truth[ear] = moved_px(anchor, np.array([0.01, -nod]), height)
        ends = _pixel(truth[ear]), _pixel(truth[ear] - (0.0, 0.25 * height))
        cv2.line(image, *ends, (198, 143, 119), round(0.06 * height))
        cv2.line(person, *ends, 255, round(0.06 * height))
    cv2.fillConvexPoly(image, hull, SKIN)
    cv2.fillConvexPoly(person, hull, 255)
    noise = np.random.default_rng(4).normal(0.0, 2.0, image.shape)
    image = np.clip(image + noise, 0, 255).astype(np.uint8)
    share = cv2.resize(person, (WIDTH // 2, HEIGHT // 2), interpolation=cv2.INTER_AREA) / 255.0
    return face, image, PersonMask(share.astype(np.float32), 0.0), truth


@pytest.mark.parametrize("nod", [0.0, 0.07, 0.13])
def test_both_lobes_are_found_together_however_wrongly_the_heads_nod_was_read(nod: float) -> None:
    face, image, person, truth = _nodding(nod)
    height = float(np.linalg.norm(face.points_px[10] - face.points_px[152]))
    solver = EarSolver([Wearable("piece", studs())], smoothing=False)
    (layer,) = solver.solve(Frame(image, Seen(faces=(face,), person=person), CAMERA, 0.0))
    for piece in layer.pieces:
        assert piece.placement.ear is not None
        away = piece.placement.center_px - truth[piece.placement.ear]
        assert np.linalg.norm(away) < 0.035 * height
        assert piece.worn[0].opacity == 1.0


def test_the_edge_of_a_cheek_before_dark_hair_is_no_ear() -> None:
    face, head = face_of(head_at()), posed()
    anchor = place_ear(head, Ear.RIGHT, CAMERA)
    hull = cv2.convexHull(face.points_px[:468].astype(np.float32))[:, 0]
    beside = hull[np.linalg.norm(hull - anchor.lobe_px, axis=1).argmin()]
    height = float(np.linalg.norm(face.points_px[10] - face.points_px[152]))
    on_it = replace(anchor, lobe_px=beside + np.array([0.005 * height, 0.0]))
    assert off_the_face(on_it, head) == 0.0
    assert off_the_face(anchor, head) == 1.0


def test_a_hand_over_the_lobe_hides_the_earring() -> None:
    face = face_of(head_at(20.0))
    lobe = place_ear(posed(20.0), Ear.RIGHT, CAMERA).lobe_px
    image = painted(face, {Ear.RIGHT: lobe}, 9.0)
    corners = np.random.default_rng(5).uniform(-60.0, 60.0, (21, 2))
    solver = EarSolver([Wearable("piece", studs(), ear=Ear.RIGHT)], smoothing=False)
    opacity = []
    for away in (0.0, 300.0):
        hand = HandLandmarks(lobe + corners + (0.0, away), np.zeros((21, 3)), Hand.RIGHT, 1.0)
        seen = Seen(hands=(hand,), faces=(face,))
        ((piece,),) = (layer.pieces for layer in solver.solve(Frame(image, seen, CAMERA, 0.0)))
        opacity.append(piece.worn[0].opacity)
    assert opacity == [0.0, 1.0]


def test_an_ear_shows_a_degree_longer_than_it_takes_to_show() -> None:
    grace, turns = np.radians(0.5), np.radians(np.linspace(-20.0, 20.0, 400))
    coming = np.array([shown_by_turn(turn, grace=-grace) for turn in turns])
    going = np.array([shown_by_turn(turn, grace=grace) for turn in turns])
    assert (np.diff(coming) >= 0).all()
    assert (going >= coming).all()
    half = [np.degrees(np.interp(0.5, each, turns)) for each in (coming, going)]
    assert half[0] - half[1] == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize(
    ("ear", "worn_on"), [(None, {Ear.LEFT, Ear.RIGHT}), (Ear.LEFT, {Ear.LEFT})]
)
def test_a_pair_is_worn_on_both_ears_unless_one_is_asked_for(
    ear: Ear | None, worn_on: set[Ear]
) -> None:
    layer = solved(face_of(head_at()), ear=ear)
    assert {piece.placement.ear for piece in layer.pieces} == worn_on


def test_every_face_of_a_photo_wears_its_own_pair_the_far_one_first() -> None:
    faces = tuple(face_of(head_at(at=(x, 0.0, z))) for x, z in ((-0.2, 0.7), (0.15, 1.2)))
    solver = EarSolver([Wearable("piece", studs())], smoothing=False)
    layers = solver.solve(Frame(plain_image(), Seen(faces=faces), CAMERA, 0.0))
    assert [layer.seen_on for layer in layers] == [faces[1], faces[0]]


def test_a_drop_hangs_plumb_on_a_leaning_head_and_a_stud_leans_with_it() -> None:
    face = face_of(head_at(20.0, 0.0, 25.0))
    lobes = {ear: place_ear(posed(20.0, 0.0, 25.0), ear, CAMERA).lobe_px for ear in Ear}
    image = painted(face, lobes, 9.0)
    down = {}
    for model in (drops(), studs()):
        right = next(
            piece for piece in solved(face, image, model).pieces if piece.placement.ear is Ear.RIGHT
        )
        down[model.name] = -right.worn[-1].camera_from_model.rotation[:, 1]
    lean = np.degrees(np.arccos(down["stud-earrings"][1]))
    assert lean > 20.0
    assert np.degrees(np.arccos(min(down["drop-earrings"][1], 1.0))) < 20.0


def test_what_swings_in_a_stream_comes_to_rest_and_a_still_ear_keeps_still() -> None:
    face = face_of(head_at(20.0))
    image = painted(face, {Ear.RIGHT: place_ear(posed(20.0), Ear.RIGHT, CAMERA).lobe_px}, 9.0)
    solver = EarSolver([Wearable("piece", drops(), ear=Ear.RIGHT)], smoothing=True)
    places, hangs = [], []
    for frame in range(60):
        moved = replace(face, points_px=face.points_px + np.array([12.0 * min(frame, 5), 0.0]))
        shifted = np.roll(image, 12 * min(frame, 5), axis=1)
        (layer,) = solver.solve(Frame(shifted, Seen(faces=(moved,)), CAMERA, 33.3 * frame))
        (piece,) = layer.pieces
        places.append(piece.placement.center_px)
        hangs.append(piece.worn[-1].camera_from_model.rotation[:, 1])
    swing = np.degrees(np.arccos(np.clip(-np.array(hangs)[:, 1], -1.0, 1.0)))
    assert swing[3:12].max() > 3.0 + swing[-1]
    assert np.ptp(swing[-5:]) < 0.5
    assert np.ptp(np.array(places)[-5:], axis=0).max() < 0.3


def test_the_lobes_plate_lies_behind_its_face_and_clear_of_the_piercings_front() -> None:
    head = posed(25.0)
    anchor: EarAnchor = place_ear(head, Ear.RIGHT, CAMERA)
    body = lobe_body(anchor, head)
    inside = anchor.camera_from_anchor.inverse().apply(body.positions)
    cheek = head.points[BESIDE[Ear.RIGHT]]
    plate = [
        at
        for at, seen in zip(inside, body.positions, strict=True)
        if np.linalg.norm(cheek - seen, axis=1).min() > 0.0
    ]
    assert len(plate) >= 24
    assert max(at[2] for at in plate) < 0.0
    assert body.triangles.max() < len(body.positions)
