"""Necklaces on people: the chest's frame by face and shoulders, and what is drawn there."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from models3d.frames import Array, Image, IntArray, Intrinsics, RigidTransform
from models3d.mesh import Model
from models3d.necklaces.chain import ChainNecklace
from models3d.necklaces.stone_pendants import SolitairePendant
from tests.faces import CAMERA, HEIGHT, WIDTH, face_of, head_at, mirrored, plain_image, turned_head
from tryon.anchors.chest import chest_body, chest_surface
from tryon.anchors.head import CHIN, HeadPose, head_pose
from tryon.anchors.iris import MEAN_HEAD
from tryon.anchors.neck import (
    NECK_HALF,
    ChestPose,
    ChestTurn,
    beside,
    chest_pose,
    neck_edges,
)
from tryon.anchors.neck_photo import before_lens, photo_chest, turn_of
from tryon.covers.collar import Look, Wear, worn_under
from tryon.covers.cover import SkinTone
from tryon.covers.tones import features
from tryon.dangling import swayed_on_chest
from tryon.drape import MEAN_BASE, drape
from tryon.solvers.neck_covers import sides_of
from tryon.solvers.neck_memory import Remembered, person_now, stands_now
from tryon.solvers.neck_sides import turned_to_outline
from tryon.solvers.necks import NeckSolver
from tryon.types import (
    BodyLandmarks,
    FaceLandmarks,
    Frame,
    PersonMask,
    Seen,
    Wearable,
)  # fmt: skip

MIRRORED_CAMERA = Intrinsics(CAMERA.fx, CAMERA.fy, WIDTH - CAMERA.cx, CAMERA.cy)
NO_HAIR = SkinTone(np.zeros((1, 3)), 0.0)
SKIN = (205, 160, 135)
FAR = (0.0, -0.12, 0.9)


@cache
def necklace() -> Model:
    return ChainNecklace().build()


def body_at(turn: ChestTurn, middle: Array, camera: Intrinsics = CAMERA) -> BodyLandmarks:
    """A body's joints: shoulders at their places, all else in the middle."""
    span = 0.315 * turn.rotation[:, 0]
    world = np.zeros((33, 3))
    world[11], world[12] = 0.5 * span, -0.5 * span
    points = camera.project(world + middle)
    return BodyLandmarks(points, world, np.full(33, 1.0), 1.0, 0.0)


def pose(face: FaceLandmarks, camera: Intrinsics = CAMERA) -> HeadPose:
    return head_pose(face, camera, MEAN_HEAD)


def frame(
    face: FaceLandmarks, body: BodyLandmarks | None = None, image: Image | None = None
) -> Frame:
    seen = Seen(faces=(face,), bodies=() if body is None else (body,))
    return Frame(plain_image() if image is None else image, seen, CAMERA, 0.0)


@settings(max_examples=25, deadline=None)
@given(yaw=st.floats(-50, 50), pitch=st.floats(-20, 20), roll=st.floats(-30, 30))
def test_the_mirrored_wearer_has_the_mirrored_chest(yaw: float, pitch: float, roll: float) -> None:
    face = face_of(turned_head(yaw, pitch, roll))
    here = chest_pose(pose(face), None, CAMERA)
    there = chest_pose(pose(mirrored(face), MIRRORED_CAMERA), None, MIRRORED_CAMERA)
    assert there.notch == pytest.approx(here.notch * (-1.0, 1.0, 1.0), abs=1.5e-3)
    assert there.turn.yaw == pytest.approx(-here.turn.yaw, abs=5e-3)
    assert there.turn.roll == pytest.approx(-here.turn.roll, abs=5e-3)


def test_a_larger_picture_shows_the_same_chest() -> None:
    face = face_of(turned_head(20.0, 5.0, -8.0))
    body = body_at(ChestTurn(0.2, 0.0, 0.1), np.array([0.0, 0.08, 0.95]))
    large = replace(face, points_px=2 * face.points_px, depths_px=2 * face.depths_px)
    camera = Intrinsics(2000.0, 2000.0, 1280.0, 720.0)
    here = chest_pose(pose(face), body, CAMERA)
    there = chest_pose(pose(large, camera), replace(body, points_px=2 * body.points_px), camera)
    assert there.notch == pytest.approx(here.notch, abs=1e-5)
    assert there.turn.rotation == pytest.approx(here.turn.rotation, abs=1e-5)


@pytest.mark.parametrize("yaw", [-45.0, -20.0, 20.0, 45.0])
def test_a_turning_head_leaves_the_chest_where_it_is(yaw: float) -> None:
    body = body_at(ChestTurn(0.0, 0.0, 0.0), np.array([0.0, 0.05, 0.95]))
    still = chest_pose(pose(face_of(turned_head())), body, CAMERA)
    turned = chest_pose(pose(face_of(turned_head(yaw))), body, CAMERA)
    assert abs(np.degrees(turned.turn.yaw - still.turn.yaw)) < 0.1 * abs(yaw)
    assert np.linalg.norm(turned.notch - still.notch) < 0.10 * 2.0 * NECK_HALF
    alone = chest_pose(pose(face_of(turned_head(yaw))), None, CAMERA)
    assert abs(np.degrees(alone.turn.yaw)) < 0.3 * abs(yaw)


@pytest.mark.parametrize("degrees", [-35.0, 0.0, 35.0])
def test_the_shoulders_turn_the_chest(degrees: float) -> None:
    middle = np.array([0.0, 0.05, 0.95])
    body = body_at(ChestTurn(np.radians(degrees), 0.0, 0.05), middle)
    turn = chest_pose(pose(face_of(turned_head())), body, CAMERA).turn
    assert np.degrees(turn.yaw) == pytest.approx(degrees, abs=6.0)
    assert np.degrees(turn.roll) == pytest.approx(np.degrees(0.05), abs=1.5)


def test_the_chest_is_below_the_chin_facing_the_lens() -> None:
    chest = chest_pose(pose(face_of(turned_head())), None, CAMERA)
    below = CAMERA.project(chest.notch) - face_of(turned_head()).points_px[152]
    assert abs(below[0]) < 2.0
    assert 30.0 < below[1] < 130.0
    rotation = chest.camera_from_chest.rotation
    assert np.allclose(rotation @ rotation.T, np.eye(3), atol=1e-9)
    assert rotation[2, 2] < -0.95
    assert rotation[1, 1] < -0.95


def painted_neck(shift_px: float, width_px: float) -> tuple[Image, FaceLandmarks]:
    """A wearer whose neck is a bar of skin before a dark background."""
    face = face_of(turned_head())
    chest = chest_pose(pose(face), None, CAMERA)
    x, y = CAMERA.project(chest.notch)
    image = np.full((HEIGHT, WIDTH, 3), (40, 60, 50), np.uint8)
    middle = x + shift_px
    left, right = round(middle - width_px / 2), round(middle + width_px / 2)
    image[int(y) - 170 : int(y) + 30, left:right] = SKIN
    return np.asarray(cv2.GaussianBlur(image, (0, 0), 1.2), np.uint8), face


@pytest.mark.parametrize(("shift", "share"), [(0.0, 1.0), (9.0, 1.0), (-8.0, 1.15), (4.0, 0.9)])
def test_the_necks_edges_give_its_middle_and_breadth(shift: float, share: float) -> None:
    face = face_of(turned_head())
    chest = chest_pose(pose(face), None, CAMERA)
    scale = CAMERA.fx / (chest.notch[2] + 0.049)
    image, face = painted_neck(shift, 2.0 * NECK_HALF * scale * share)
    edges = neck_edges(image, chest, pose(face), CAMERA)
    assert edges.trust > 0.8
    assert edges.breadth == pytest.approx(share, abs=0.04)
    assert edges.side * scale == pytest.approx(shift, abs=1.5)


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 9999))
def test_random_landmarks_give_finite_rigid_placements(seed: int) -> None:
    random = np.random.default_rng(seed)
    face = FaceLandmarks(
        random.uniform((0, 0), (WIDTH, HEIGHT), (478, 2)), random.normal(0, 80, 478), 0.9
    )
    body = BodyLandmarks(
        random.uniform((0, 0), (WIDTH, HEIGHT), (33, 2)),
        random.normal(0, 0.3, (33, 3)), random.uniform(0, 1, 33), 0.9, 0.0,
    )  # fmt: skip
    image = random.integers(0, 255, (HEIGHT, WIDTH, 3), np.uint8)
    solver = NeckSolver([Wearable("chain", necklace())], smoothing=False)
    for layer in solver.solve(frame(face, body, image)):
        assert np.isfinite(layer.bodies[0].positions).all()
        for piece in layer.pieces:
            assert np.isfinite(piece.placement.center_px).all()
            assert 0.0 <= piece.placement.confidence <= 1.0
            rotation = piece.worn[0].camera_from_model.rotation
            assert np.allclose(rotation @ rotation.T, np.eye(3), atol=1e-6)
            assert np.linalg.det(rotation) > 0


def test_a_still_wearer_keeps_one_model_and_stands_still_in_a_stream() -> None:
    random = np.random.default_rng(5)
    image, clean = painted_neck(2.0, 120.0)
    body = body_at(ChestTurn(0.0, 0.0, 0.0), np.array([0.0, 0.05, 0.95]))
    solver = NeckSolver([Wearable("chain", necklace())], smoothing=True)
    places, models = [], set()
    for k in range(40):
        noisy = replace(clean, points_px=clean.points_px + random.normal(0, 0.5, (478, 2)))
        shaken = replace(body, points_px=body.points_px + random.normal(0, 2.0, (33, 2)))
        seen = Seen(faces=(noisy,), bodies=(shaken,))
        (layer,) = solver.solve(Frame(image, seen, CAMERA, 33.3 * k))
        places.append(layer.pieces[0].placement.center_px)
        models.add(id(layer.pieces[0].worn[0].model))
    assert len(models) == 1
    steps = np.linalg.norm(np.diff(places[15:], axis=0), axis=1)
    assert np.sqrt((steps**2).mean()) < 0.5


def test_backs_and_shoulders_before_the_neck_wear_nothing() -> None:
    head = pose(face_of(turned_head()))
    faced = body_at(ChestTurn(0.0, 0.0, 0.0), np.array([0.0, 0.05, 0.95]))
    assert chest_pose(head, faced, CAMERA).confidence == pytest.approx(1.0)
    middle = faced.points_px[[11, 12]].mean(axis=0)
    chin = head.face.points_px[CHIN]
    points = faced.points_px.copy()
    for shoulder in (11, 12):  # as the net sees a back: close together, right below the chin
        points[shoulder] = chin + (0.0, 12.0) + 0.2 * (points[shoulder] - middle)
    assert chest_pose(head, replace(faced, points_px=points), CAMERA).confidence < 0.1
    unseen = replace(faced, points_px=points, visibility=np.zeros(33))
    assert chest_pose(head, unseen, CAMERA).confidence == pytest.approx(1.0)


def test_what_hangs_sways_along_the_chest_and_never_into_it() -> None:
    chest = ChestTurn(0.3, 0.1, 0.0).rotation
    place = RigidTransform(chest, np.array([0.0, 0.1, 0.9]))
    hinge = np.array([0.0, -0.05, 0.01])
    down = np.array([0.0, 1.0, 0.0])
    rest = swayed_on_chest(place, hinge, down, chest)
    np.testing.assert_allclose(rest.matrix, place.matrix, atol=1e-12)
    for push in (chest[:, 0], -chest[:, 0], chest[:, 2], -chest[:, 2]):
        hangs = (down + 0.3 * push) / np.linalg.norm(down + 0.3 * push)
        swayed = swayed_on_chest(place, hinge, hangs, chest)
        np.testing.assert_allclose(swayed.apply(hinge), place.apply(hinge), atol=1e-12)
        tip = hinge - (0.0, 0.02, 0.0)
        moved = chest.T @ (swayed.apply(tip) - place.apply(tip))
        assert moved[2] > -1e-9
        assert moved @ chest.T @ push > 1e-3 or push @ chest[:, 2] < -0.5


def test_a_pendant_swings_in_a_stream_and_the_whole_is_the_same_model() -> None:
    draped = drape(SolitairePendant().build(), MEAN_BASE)
    assert draped.swaying is not None
    still, swinging = draped.swaying.still, draped.swaying.swinging
    whole = [id(part) for part in draped.model.parts]
    assert sorted(id(part) for part in (*still.parts, *swinging.parts)) == sorted(whole)
    assert swinging.parts
    assert drape(necklace(), MEAN_BASE).swaying is None


def test_an_old_mask_follows_the_wearer() -> None:
    image, face = painted_neck(0.0, 120.0)
    known = Remembered()
    mask = np.zeros((HEIGHT, WIDTH), np.float32)
    mask[:, : WIDTH // 2] = 1.0
    before = chest_pose(pose(face), None, CAMERA)
    seen = Seen(faces=(face,), person=PersonMask(mask, 0.0))

    def seen_from(chest: ChestPose, seen: Seen, time_ms: float) -> PersonMask | None:
        now = Frame(image, seen, CAMERA, time_ms)
        stands_now(now, chest, known)
        return person_now(now, known)

    first = seen_from(before, seen, 0.0)
    assert first is seen.person
    px_per_metre = CAMERA.fx / float(before.notch[2])
    moved = replace(before, notch=before.notch + 30.0 / px_per_metre * np.eye(3)[0])
    later = seen_from(moved, seen, 90.0)
    assert later is not None
    edge = np.argmax(later.share[HEIGHT // 2] < 0.5)
    assert edge == pytest.approx(WIDTH // 2 + 30, abs=3)
    unknown = replace(seen, person=PersonMask(mask, -5.0))
    assert seen_from(moved, unknown, 120.0) is unknown.person


def test_no_chain_sinks_into_the_chest_that_hides_its_far_half_however_it_leans() -> None:
    image, face = painted_neck(0.0, 120.0)
    long = ChainNecklace(length="opera").build()
    leaning = body_at(ChestTurn(0.0, 0.0, np.radians(8.0)), np.array([0.0, 0.05, 0.95]))
    wearables = [Wearable("short", necklace()), Wearable("long", long)]
    layers = NeckSolver(wearables, smoothing=False).solve(frame(face, leaning, image))
    assert [layer.pieces[0].placement.product for layer in layers] == ["short", "long"]
    for layer in layers:
        (shown,) = layer.pieces[0].worn
        links = shown.camera_from_model.apply(
            np.concatenate([part.model_from_part[:, :3, 3] for part in shown.model.parts])
        )
        whole = chest_surface(MEAN_BASE)[1]  # its far side too; alike for every girth
        corners = layer.bodies[0].positions[whole]
        a, b, c = corners.swapaxes(0, 1)
        normals = np.cross(b - a, c - a)
        normals /= np.linalg.norm(normals, axis=1, keepdims=True) + 1e-12
        nearest = cKDTree(corners.mean(axis=1)).query(links)[1]
        out = np.abs(np.einsum("ij,ij->i", links - a[nearest], normals[nearest]))
        assert np.percentile(out, 90) < 4e-3


def test_longer_necklaces_lie_over_shorter_ones() -> None:
    image, face = painted_neck(0.0, 120.0)
    worn = [
        Wearable("long", ChainNecklace(length="matinee").build()),
        Wearable("short", ChainNecklace(length="choker").build()),
    ]
    (layer,) = NeckSolver(worn, smoothing=False).solve(frame(face, image=image))
    order = [piece.placement.product for piece in layer.pieces]
    assert order == ["short", "long"]
    out = layer.pieces[0].placement.camera_from_anchor.rotation[:, 2]
    short, long = (piece.worn[0].camera_from_model.translation for piece in layer.pieces)
    assert (long - short) @ out > 0.5e-3


def test_a_chest_out_of_the_picture_wears_nothing() -> None:
    low = head_at(at=(0.0, 0.21, 0.6))
    (layer,) = NeckSolver([Wearable("chain", necklace())], smoothing=False).solve(
        frame(face_of(low))
    )
    assert layer.pieces[0].worn[0].opacity == 0.0


def test_the_wearers_skin_is_where_the_body_is() -> None:
    positions, triangles = chest_surface(MEAN_BASE)
    corners = positions[triangles]
    assert np.isfinite(positions).all()
    assert np.allclose(np.sort(positions[:, 0]), np.sort(-positions[:, 0]), atol=1e-6)
    on_chest = positions[(np.abs(positions[:, 0]) < 5e-3) & (positions[:, 2] > -0.01)]
    at_notch = on_chest[np.argmin(np.abs(on_chest[:, 1]))]
    assert np.linalg.norm(at_notch) < 0.012
    assert corners.shape[1:] == (3, 3)


@given(st.floats(-1.2, 1.2), st.floats(-0.6, 0.9), st.floats(0.3, 1.5))
@settings(max_examples=12, deadline=None)
def test_the_side_that_is_seen_hides_as_much_as_the_whole_body(
    yaw: float, pitch: float, distance: float
) -> None:
    camera_from_chest = RigidTransform(
        RigidTransform.from_axis_angle(np.array([1.0, 0.0, 0.0]), np.pi + pitch).rotation
        @ RigidTransform.from_axis_angle(np.array([0.0, 1.0, 0.0]), yaw).rotation,
        np.array([0.0, 0.0, distance]),
    )
    body = chest_body(camera_from_chest, MEAN_BASE)
    _, whole = chest_surface(MEAN_BASE)
    assert 0.3 * len(whole) < len(body.triangles) < 0.7 * len(whole)
    ways = np.random.default_rng(3).uniform(-1.0, 1.0, (16, 2)) * (0.12, 0.10)
    rays = np.column_stack([ways / distance, np.ones(len(ways))])

    def nearest(triangles: IntArray) -> Array:
        a, b, c = (body.positions[triangles[:, k]] for k in range(3))
        matrices = np.stack([b - a, c - a], axis=-1)
        found = np.full(len(rays), np.inf)
        for k, ray in enumerate(rays):
            system = np.concatenate([matrices, np.broadcast_to(-ray[:, None], (len(a), 3, 1))], 2)
            sound = np.abs(np.linalg.det(system)) > 1e-15
            u, v, depth = np.linalg.solve(system[sound], -a[sound][..., None])[..., 0].T
            met = (u >= -1e-9) & (v >= -1e-9) & (u + v <= 1.0 + 1e-9) & (depth > 0.0)
            found[k] = depth[met].min(initial=np.inf)
        return found

    before, now = nearest(whole), nearest(body.triangles)
    assert (now <= before + 1e-9).all()  # the lid under the chin may be nearer
    assert np.mean(np.isclose(now, before)) > 0.8


# ------------------------------------------------------------------ what lies over a chain


def test_the_same_picture_through_another_lens_shows_the_same_chest() -> None:
    lens = Intrinsics(2200.0, 2200.0, CAMERA.cx, CAMERA.cy)
    turn = ChestTurn(0.4, -0.1, 0.15)
    chest = ChestPose(turn, np.array([0.1, 0.12, 1.8]), 1.0, 1.0, 1.0)
    here = before_lens(chest, lens, CAMERA)
    assert CAMERA.project(here.notch) == pytest.approx(lens.project(chest.notch), abs=1e-6)
    assert CAMERA.fx / here.notch[2] == pytest.approx(lens.fx / chest.notch[2])
    sights = [c.notch / np.linalg.norm(c.notch) @ c.turn.rotation for c in (here, chest)]
    np.testing.assert_allclose(sights[0], sights[1], atol=1e-9)
    back = before_lens(here, CAMERA, lens)
    np.testing.assert_allclose(back.turn.rotation, turn.rotation, atol=1e-9)
    np.testing.assert_allclose(back.notch, chest.notch, atol=1e-9)


def test_a_lens_that_is_known_is_believed() -> None:
    face = face_of(turned_head(10.0))
    image = plain_image()
    known = replace(CAMERA, fx=CAMERA.fx * 1.01, fy=CAMERA.fy * 1.01)
    head = pose(face, known)
    chest, edges = photo_chest(image, head, None, known)
    expected = beside(chest_pose(head, None, known), edges)
    np.testing.assert_allclose(chest.notch, expected.notch)


def _before_outline(left: float, right: float) -> tuple[Frame, ChestPose, PersonMask]:
    """Skin everywhere, and an outline that lies `left` and `right` metres beyond a chain's ends."""
    face = face_of(turned_head())
    body = body_at(ChestTurn(0.5, 0.0, 0.0), np.array([0.0, 0.08, 0.95]))
    image = np.full((HEIGHT, WIDTH, 3), SKIN, np.uint8)
    here = frame(face, body, image)
    chest = chest_pose(pose(face), body, CAMERA)
    sides = sides_of(here, drape(necklace(), MEAN_BASE), chest.camera_from_chest)
    ends = [points[np.flatnonzero(seen)[-1]] for points, seen in sides]
    (high, low) = sorted(ends, key=lambda end: -float(end[0]))  # the wearer's left is at the right
    metre = CAMERA.fx / float(chest.notch[2])
    share = np.zeros((HEIGHT, WIDTH), np.float32)
    share[:, round(low[0] - right * metre) : round(high[0] + left * metre)] = 1.0
    return here, chest, PersonMask(share, 0.0)


HAIR = (38, 26, 20)


def _tone(colour: tuple[int, int, int]) -> SkinTone:
    told = features(np.full((1, 1, 3), colour, np.uint8))[0]
    return SkinTone(np.asarray(told, np.float64), 1.0)


def _outlined(
    here: Frame, chest: ChestPose, person: PersonMask, hair: SkinTone = NO_HAIR
) -> ChestPose:
    worn = drape(necklace(), MEAN_BASE)
    tones = _tone(SKIN), hair
    return turned_to_outline(here, chest, worn, lambda each: each.camera_from_chest, tones, person)


def _uneven_px(chest: ChestPose, here: Frame, inside: IntArray) -> float:
    """How much farther one end of the chain lies within columns than the other, pixels."""
    gaps = []
    for points, seen in sides_of(here, drape(necklace(), MEAN_BASE), chest.camera_from_chest):
        x = float(points[np.flatnonzero(seen)[-1], 0])
        gaps.append(min(x - inside[0], inside[-1] - x))
    return abs(gaps[0] - gaps[1])


@pytest.mark.parametrize("before_hair", [False, True])
def test_a_chest_seen_aslant_turns_until_the_chain_ends_at_the_necks_own_outline(
    before_hair: bool,
) -> None:
    here, chest, person = _before_outline(0.006, -0.004)
    inside = np.flatnonzero(person.share[0]).astype(np.int32)
    hair = NO_HAIR
    if before_hair:  # the outline of the skin is one of hair, and the person reaches farther
        image = np.where(person.share[..., None] > 0.5, np.uint8(SKIN), np.uint8(HAIR))
        here = replace(here, image=np.asarray(image, np.uint8))
        person, hair = PersonMask(np.ones_like(person.share), 0.0), _tone(HAIR)
    turned = _outlined(here, chest, person, hair)
    assert 1.5 < abs(np.degrees(turned.turn.yaw - chest.turn.yaw)) <= 9.0
    assert turned.notch == pytest.approx(chest.notch)
    metre = CAMERA.fx / float(chest.notch[2])
    assert _uneven_px(chest, here, inside) > 0.008 * metre
    assert _uneven_px(turned, here, inside) < 0.003 * metre


def test_an_outline_as_far_on_both_sides_or_of_no_skin_turns_no_chest() -> None:
    here, chest, person = _before_outline(0.003, 0.003)
    moved = np.degrees(_outlined(here, chest, person).turn.yaw - chest.turn.yaw)
    assert moved == pytest.approx(0.0, abs=1.5)
    here, chest, person = _before_outline(0.006, -0.004)
    clothed = replace(here, image=np.full_like(here.image, 25))
    assert _outlined(clothed, chest, person) is chest


def test_a_stream_turns_a_chest_seen_aslant_to_the_outline_without_a_jump() -> None:
    here, chest, person = _before_outline(0.006, -0.004)
    inside = np.flatnonzero(person.share[0]).astype(np.int32)
    random = np.random.default_rng(3)
    solver = NeckSolver([Wearable("chain", necklace())], smoothing=True)
    line = drape(necklace(), MEAN_BASE).line
    front = line[[0, len(line) // 8, -len(line) // 8]]
    ends, notches, yaws = [], [], []
    for k in range(150):
        shaken = random.normal(0.0, 0.3, (478, 2))
        face = replace(here.seen.faces[0], points_px=here.seen.faces[0].points_px + shaken)
        noisy = here.image + random.normal(0.0, 3.0, here.image.shape)
        image = np.clip(noisy, 0, 255).astype(np.uint8)
        mask = None if k < 20 else replace(person, time_ms=33.3 * (k - k % 4))  # comes late
        seen = replace(here.seen, faces=(face,), person=mask)
        (layer,) = solver.solve(replace(here, image=image, seen=seen, time_ms=33.3 * k))
        (piece,) = layer.pieces
        placed = piece.placement.camera_from_anchor
        ends.append(CAMERA.project(piece.worn[0].camera_from_model.apply(front)))
        notches.append(CAMERA.project(placed.translation))
        yaws.append(float(np.degrees(np.arctan2(placed.rotation[0, 2], -placed.rotation[2, 2]))))
    path = np.array(ends)
    assert 1.5 < abs(yaws[-1] - yaws[19]) <= 9.0
    last = replace(chest, notch=placed.translation, turn=turn_of(placed.rotation))
    assert _uneven_px(last, here, inside) < 0.5 * _uneven_px(chest, here, inside)
    steps = np.linalg.norm(np.diff(path, axis=0), axis=2)
    assert steps[19:].max() < 1.5  # pixels, while it turns
    still = path[110:]
    slow = np.stack([still[4 - j : len(still) - 4 - j] for j in range(-4, 5)]).mean(axis=0)
    quick = np.linalg.norm(still[4:-4] - slow, axis=2)
    assert np.sqrt((quick**2).mean()) < 0.3


@pytest.mark.parametrize(("share", "opacity"), [(0.10, 0.0), (0.20, 0.0), (0.28, 1.0), (0.50, 1.0)])
def test_a_photo_shows_a_necklace_that_is_little_seen_wholly_or_not_at_all(
    share: float, opacity: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    def seen(look: Look) -> Wear:
        return replace(worn_under(look), shown=share)

    monkeypatch.setattr("tryon.solvers.necks.worn_under", seen)
    solver = NeckSolver([Wearable("chain", necklace())], smoothing=False)
    body = body_at(ChestTurn(0.0, 0.0, 0.0), np.array([0.0, 0.05, 0.95]))
    (layer,) = solver.solve(frame(face_of(turned_head()), body))
    assert [worn.opacity for worn in layer.pieces[0].worn] == [opacity]
