"""What stands before a jewel: learned skins, veils along edges, masks moved with landmarks."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models3d.frames import Array, Image, PixelRegion
from tests.faces import face_of, head_at, plain_image
from tryon.covers.cover import cover, face_tone, hair_cover, hair_tone, skin_tone
from tryon.covers.masks import body_share, person_at, warped
from tryon.covers.tones import SkinTone, apart, features, with_lengths
from tryon.types import FaceLandmarks, PersonMask

WIDTH, HEIGHT = 400, 300
REGION = PixelRegion(60, 50, 250, 200)
LIGHT = np.array([225.0, 180.0, 155.0])
DARK = np.array([110.0, 70.0, 50.0])
SURE = np.stack(np.meshgrid(np.linspace(20, 120, 12), np.linspace(20, 280, 12)), -1).reshape(-1, 2)


def photo(skin: Array, cloth: Array, noise: float = 3.0) -> Image:
    """Skin, shaded from left to right, under a slanting edge of cloth."""
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(float)
    linear = (skin / 255.0) ** 2.2 * (1.0 - 0.6 * x[..., None] / WIDTH)
    picture = 255.0 * linear ** (1 / 2.2)
    cloth_here = x > 200 + 0.3 * (y - HEIGHT / 2)
    picture[cloth_here] = cloth
    picture = cv2.GaussianBlur(picture, (0, 0), 0.8)
    picture += np.random.default_rng(2).normal(0.0, noise, picture.shape)
    return np.asarray(np.clip(np.rint(picture), 0, 255), np.uint8)


def parts(far_px: float = 6.0) -> tuple[np.ndarray, np.ndarray]:
    """Surely skin and surely cloth, in the region."""
    y, x = np.mgrid[50:250, 60:310].astype(float)
    beyond = x - (200 + 0.3 * (y - HEIGHT / 2))
    return beyond < -far_px, beyond > far_px


@pytest.mark.parametrize("skin", [LIGHT, DARK], ids=["light skin", "dark skin"])
@pytest.mark.parametrize(
    "cloth", [(25, 22, 20), (245, 245, 245), (60, 80, 140), (40, 110, 60)],
    ids=["black", "white", "blue", "green"],
)  # fmt: skip
def test_cloth_hides_and_skin_does_not_lit_or_shaded(
    skin: Array, cloth: tuple[float, float, float]
) -> None:
    image = photo(skin, np.array(cloth, float))
    hides = cover(image, REGION, skin_tone(image, SURE)).hides
    on_skin, on_cloth = parts()
    assert np.quantile(hides[on_skin], 0.99) < 0.1
    assert np.quantile(hides[on_cloth], 0.01) > 0.8


def test_the_veils_edge_lies_on_the_images_edge() -> None:
    image = photo(LIGHT, np.array([60.0, 80.0, 140.0]), noise=1.0)
    hides = cover(image, REGION, skin_tone(image, SURE)).hides
    edges = 250 - (hides > 0.5).sum(axis=1)  # columns left of the cloth
    truth = 200 + 0.3 * (np.arange(50, 250) - HEIGHT / 2) - 60
    assert np.abs(edges - truth)[8:-8].max() < 2.5


def test_skin_samples_that_hit_hair_or_the_outside_do_not_count() -> None:
    image = photo(LIGHT, np.array([35.0, 25.0, 20.0]))
    strays = np.array([[390.0, 20.0 + 9 * k] for k in range(30)] + [[-50.0, 9.0]] * 9)
    hides = cover(image, REGION, skin_tone(image, np.concatenate([SURE, strays]))).hides
    on_skin, on_cloth = parts()
    assert np.quantile(hides[on_skin], 0.99) < 0.1
    assert np.quantile(hides[on_cloth], 0.01) > 0.8


def test_shade_on_a_neck_joins_a_skin_that_explains_it_and_a_collar_does_not() -> None:
    shade = photo(LIGHT, LIGHT * (0.52, 0.42, 0.36))
    collar = photo(LIGHT, np.array([60.0, 80.0, 140.0]))
    perhaps = np.stack([np.full(40, 330.0), np.linspace(40, 260, 40)], axis=1)
    _, on_cloth = parts()
    shaded = cover(shade, REGION, skin_tone(shade, SURE, perhaps)).hides
    collared = cover(collar, REGION, skin_tone(collar, SURE, perhaps)).hides
    assert np.quantile(shaded[on_cloth], 0.95) < 0.2
    assert np.quantile(collared[on_cloth], 0.05) > 0.9


def test_a_tone_without_trust_hides_nothing() -> None:
    image = photo(LIGHT, np.array([25.0, 22.0, 20.0]))
    outside = skin_tone(image, np.full((20, 2), -100.0))
    assert outside.trust == 0.0
    assert not cover(image, REGION, outside).hides.any()
    chaos = np.random.default_rng(0).integers(0, 256, image.shape, dtype=np.uint8)
    assert cover(chaos, REGION, skin_tone(chaos, SURE)).hides.mean() < 0.6


def test_background_hides_nothing() -> None:
    image = photo(LIGHT, np.array([25.0, 22.0, 20.0]))
    person = np.zeros((64, 64), np.float32)
    hides = cover(image, REGION, skin_tone(image, SURE), PersonMask(person, 0.0)).hides
    assert not hides.any()


def test_hair_hides_as_hair_and_other_cloth_does_not() -> None:
    image = photo(LIGHT, np.array([70.0, 45.0, 30.0]))
    image[:, 300:] = (50, 80, 150)
    tone = skin_tone(image, SURE)
    hair = skin_tone(image, np.stack([np.full(40, 270.0), np.linspace(10, 290, 40)], axis=1))
    hides = hair_cover(image, PixelRegion(60, 50, 330, 200), tone, hair).hides
    assert hides[:, :70].max() < 0.1
    assert np.median(hides[20:-20, 190:230]) > 0.9
    assert np.median(hides[:, 260:]) < 0.1
    nothing = hair_cover(image, REGION, tone, SkinTone(np.zeros((1, 3)), 0.0))
    assert not nothing.hides.any()


EVERYWHERE = PersonMask(np.ones((9, 16), np.float32), 0.0)
ROSY, ROOTS = np.array([242.0, 172.0, 142.0]), np.array([52.0, 34.0, 26.0])
BLOND = np.array([214.0, 172.0, 105.0])


def head_of_hair(face: FaceLandmarks, lengths: Array) -> Image:
    """A face, dark roots above it, lengths of another colour beside it; all a little uneven."""
    picture = np.broadcast_to(ROSY, plain_image().shape).copy()
    left, right = np.sort(face.points_px[[172, 397], 0]).astype(int)
    eyes, forehead = face.points_px[[168, 10], 1].astype(int)
    for beside in (picture[:, :left], picture[:, right:]):
        beside[:eyes], beside[eyes:] = ROOTS, lengths
    picture[:forehead] = ROOTS
    picture *= np.random.default_rng(4).uniform(0.92, 1.0, picture.shape[:2])[..., None]
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 1.5), np.uint8)


@pytest.mark.parametrize("yaw", [0.0, 12.0])
def test_blond_lengths_under_brown_roots_are_hair_and_the_skin_beside_them_is_none(
    yaw: float,
) -> None:
    face = face_of(head_at(yaw))
    image = head_of_hair(face, BLOND)
    tone = face_tone(image, face)
    roots = hair_tone(image, face, tone, EVERYWHERE)
    hair = with_lengths(image, face, tone, roots, EVERYWHERE)
    np.testing.assert_array_equal(hair.colours[: len(roots.colours)], roots.colours)
    seen = features(np.asarray([[BLOND * 0.95, ROOTS, ROSY * 0.95]], np.uint8))
    from_skin, from_hair = apart(seen, tone)[0], apart(seen, hair, shades=False)[0]
    assert apart(seen, roots, shades=False)[0, 0] > from_skin[0]
    assert from_hair[0] < 0.25 * from_skin[0]
    assert from_hair[1] < 0.25 * from_skin[1]
    assert from_skin[2] < 0.25 * from_hair[2]


def test_lengths_are_learnt_where_hands_hide_the_roots_and_nowhere_without_cause() -> None:
    face = face_of(head_at())
    image = head_of_hair(face, BLOND)
    tone = face_tone(image, face)
    none = SkinTone(np.zeros((1, 3)), 0.0)
    learnt = with_lengths(image, face, tone, none, EVERYWHERE)
    assert learnt.trust > 0.5
    assert learnt.colours[:, 0].min() > 3.0  # not that of nothing
    roots = hair_tone(image, face, tone, EVERYWHERE)
    nobody = PersonMask(np.zeros((9, 16), np.float32), 0.0)
    aside = face_of(head_at(50.0))
    for seen, looks, person in (
        (image, face, None),
        (image, face, nobody),  # background of that colour
        (image, aside, EVERYWHERE),
        (head_of_hair(face, ROOTS), face, EVERYWHERE),
        (head_of_hair(face, ROSY), face, EVERYWHERE),
    ):
        assert with_lengths(seen, looks, tone, roots, person) is roots


@settings(max_examples=40, deadline=None)
@given(
    x=st.integers(-300, 500), y=st.integers(-300, 500), width=st.integers(0, 300),
    height=st.integers(0, 300),
)  # fmt: skip
def test_a_veil_has_its_regions_size_and_shares_wherever_it_lies(
    x: int, y: int, width: int, height: int
) -> None:
    image = photo(LIGHT, np.array([25.0, 22.0, 20.0]))
    veil = cover(image, PixelRegion(x, y, width, height), skin_tone(image, SURE))
    assert veil.hides.shape == (height, width)
    assert veil.hides.dtype == np.float32
    assert ((veil.hides >= 0) & (veil.hides <= 1)).all()
    inside = veil.region.clipped(WIDTH, HEIGHT)
    outside = np.ones(veil.hides.shape, bool)
    outside[inside.y - y : inside.y - y + inside.height,
            inside.x - x : inside.x - x + inside.width] = False  # fmt: skip
    assert not veil.hides[outside].any()


def blob() -> PersonMask:
    y, x = np.mgrid[:96, :128]
    share = np.clip(1.5 - np.hypot((x - 60) / 25, (y - 50) / 30), 0, 1)
    return PersonMask(share.astype(np.float32), 40.0)


def test_equal_landmarks_leave_a_mask_as_it_is_bit_for_bit() -> None:
    points = np.random.default_rng(1).uniform(0, 400, (30, 2))
    assert warped(blob(), points, points.copy(), 640, 480).share is blob().share or (
        np.array_equal(warped(blob(), points, points.copy(), 640, 480).share, blob().share)
    )


@settings(max_examples=30, deadline=None)
@given(
    turn=st.floats(-0.4, 0.4), scale=st.floats(0.8, 1.25), x=st.floats(-60, 60),
    y=st.floats(-60, 60),
)  # fmt: skip
def test_a_mask_moves_with_its_landmarks(turn: float, scale: float, x: float, y: float) -> None:
    width, height = 640, 480
    then = np.random.default_rng(1).uniform(200, 400, (30, 2))
    cosine, sine = scale * np.cos(turn), scale * np.sin(turn)
    linear = np.array([[cosine, -sine], [sine, cosine]])
    middle = np.array([300.0, 250.0])
    now = (then - middle) @ linear.T + middle + (x, y)
    moved = warped(blob(), then, now, width, height)
    places = np.stack(np.meshgrid(np.linspace(230, 370, 9), np.linspace(180, 320, 9)), -1)
    target = (places - middle) @ linear.T + middle + (x, y)
    inside = ((target > 5) & (target < (width - 6, height - 6))).all(axis=-1)
    before = person_at(blob(), places[..., 0], places[..., 1], width, height)
    after = person_at(moved, target[..., 0], target[..., 1], width, height)
    np.testing.assert_allclose(after[inside], before[inside], atol=0.05)
    assert moved.time_ms == blob().time_ms


def test_a_body_is_read_where_the_mask_says() -> None:
    share = np.zeros((10, 20), np.float32)
    share[:, 10:] = 1.0
    mask = replace(blob(), share=share)
    read = body_share(mask, PixelRegion(0, 0, 400, 200), (40, 20), 400, 200)
    assert (read[:, :18] == 0).all()
    assert (read[:, 22:] == 1).all()
