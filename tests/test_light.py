"""The light read off a made hand, skin cylinders shaded by a lamp, and off a made face."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from benchmarks.lit_skin import lit_face, lit_hand, random_lamp
from models3d.frames import Anchor, Array, Image, Intrinsics, RigidTransform
from tryon.appearance import surroundings
from tryon.appearance.light import (
    ELEVATION_TRUST,
    KEY_AZIMUTH,
    KEY_ELEVATION,
    KEY_TILT_LIMIT,
    Light,
    estimate_lighting,
    light_at,
    read_about,
    read_light,
    read_shade,
    smooth_light,
)
from tryon.appearance.surroundings import Surroundings
from tryon.types import Finger, Frame, Hand, HandLandmarks, Layer, Placement, Seen

SKIN = np.array([0.42, 0.22, 0.17])  # linear
KNUCKLES = {1: (70, 190), 5: (110, 150), 9: (145, 140), 13: (180, 145), 17: (212, 158)}
DIRECTIONS = {1: (-0.8, -0.6), 5: (-0.25, -0.97), 9: (0, -1), 13: (0.15, -0.99), 17: (0.35, -0.94)}


def landmarks() -> HandLandmarks:
    points = np.zeros((21, 2))
    points[0] = (150, 265)
    for first, knuckle in KNUCKLES.items():
        step = 22.0 if first == 1 else 27.0
        for joint in range(4):
            points[first + joint] = np.array(knuckle) + joint * step * np.array(DIRECTIONS[first])
    return HandLandmarks(points, np.zeros((21, 3)), Hand.LEFT, 0.9)


def photo(key: tuple[float, float] = (0.0, 0.0), light: Array | float = 1.0) -> Image:
    """A hand of capsules under a lamp at `key` (right, down), on grey, in light of a colour."""
    y, x = np.mgrid[:320, :300].astype(float)
    linear = np.full((320, 300, 3), 0.45)
    linear[:40] = 0.78  # something white
    points = landmarks().points_px
    lamp = np.array([*key, 1.0]) / math.sqrt(1.0 + key[0] ** 2 + key[1] ** 2)
    bones = [(0, first) for first in KNUCKLES]
    bones += [(first + joint, first + joint + 1) for first in KNUCKLES for joint in range(3)]
    for start, end in bones:
        axis = points[end] - points[start]
        length = np.linalg.norm(axis)
        axis = axis / length
        radius = 26.0 if start == 0 else 13.5
        along = np.clip(
            (x - points[start, 0]) * axis[0] + (y - points[start, 1]) * axis[1], 0, length
        )
        dx = (x - points[start, 0] - along * axis[0]) / radius
        dy = (y - points[start, 1] - along * axis[1]) / radius
        inside = dx**2 + dy**2 < 1.0
        facing = np.sqrt(np.clip(1.0 - dx**2 - dy**2, 0.0, 1.0))
        shade = np.clip(0.35 + 0.65 * (dx * lamp[0] + dy * lamp[1] + facing * lamp[2]), 0.05, None)
        linear[inside] = (shade[..., None] * SKIN)[inside]
    linear = np.clip(linear * light, 0.0, 1.0)
    encoded = np.where(
        linear <= 0.0031308, 12.92 * linear, 1.055 * np.maximum(linear, 1e-9) ** (1 / 2.4) - 0.055
    )
    return np.round(255 * encoded).astype(np.uint8)


def test_redder_light_gives_a_redder_tint_and_bluer_light_a_bluer_one() -> None:
    gains = [0.6, 0.8, 1.0, 1.2]
    reds = [
        estimate_lighting(photo(light=np.array([gain, 0.9, 0.9])), landmarks()).tint[0]
        for gain in gains
    ]
    blues = [
        estimate_lighting(photo(light=np.array([0.9, 0.9, gain])), landmarks()).tint[2]
        for gain in gains
    ]
    assert all(np.diff(reds) > 0.01)
    assert all(np.diff(blues) > 0.01)


def test_a_darker_photo_gives_less_exposure() -> None:
    exposures = [
        estimate_lighting(photo(light=gain), landmarks()).exposure for gain in (0.05, 0.2, 0.5, 1.0)
    ]
    assert all(np.diff(exposures) > 0.02)


@pytest.mark.parametrize("light", [1e-3, np.array([8.0, 0.1, 0.1]), np.array([0.05, 0.05, 6.0])])
def test_no_photo_drives_the_studio_out_of_bounds(light: Array | float) -> None:
    lighting = estimate_lighting(photo(light=light), landmarks())
    assert 0.42 <= lighting.exposure <= 1.4
    assert all(math.exp(-0.16) <= gain <= math.exp(0.16) for gain in lighting.tint)
    assert lighting.tint[1] == 1.0
    np.testing.assert_allclose(
        lighting.environment_from_camera @ lighting.environment_from_camera.T, np.eye(3), atol=1e-12
    )
    assert np.linalg.det(lighting.environment_from_camera) == pytest.approx(1.0)


def test_a_lamp_further_right_reads_further_right() -> None:
    keys = [read_light(photo(key=(x, -0.3)), landmarks()).key for x in (-1.2, -0.5, 0.0, 0.5, 1.2)]
    assert all(np.diff([key[0] for key in keys]) > 0.05)
    assert keys[0][0] < -0.3
    assert keys[-1][0] > 0.3
    assert all(np.linalg.norm(key) == pytest.approx(1.0) for key in keys)


@pytest.mark.parametrize("seed", range(5))
def test_a_lamp_on_a_face_or_a_hand_is_found_within_40_degrees(seed: int) -> None:
    for make in (lit_face, lit_hand):
        random = np.random.default_rng(seed)
        lamp = replace(random_lamp(random), share=0.75)
        image, landmarks_seen = make(lamp, random)
        light = read_light(image, landmarks_seen)
        apart = math.degrees(math.acos(float(np.clip(light.key @ lamp.direction, -1, 1))))
        assert apart < 40.0


def test_a_small_lamp_reads_harder_than_an_even_light() -> None:
    for make in (lit_face, lit_hand):
        lamp = replace(
            random_lamp(np.random.default_rng(4)), direction=np.array([0.7, -0.5, -0.51])
        )
        hard = make(replace(lamp, share=0.9, wrap=0.0), np.random.default_rng(1))
        soft = make(replace(lamp, share=0.25, wrap=0.6), np.random.default_rng(1))
        assert read_light(*hard).hardness > read_light(*soft).hardness + 0.15
        softness = [read_light(*seen).lighting().key_softness for seen in (hard, soft)]
        assert 0.0 <= softness[0] < softness[1] <= 1.0


def test_white_light_on_usual_skin_is_neutral() -> None:
    lighting = estimate_lighting(photo(), landmarks())
    np.testing.assert_allclose(lighting.tint, 1.0, atol=0.06)


def test_a_white_wall_outweighs_a_ruddy_skin() -> None:
    ruddy = photo(light=np.array([1.0, 0.8, 0.7]))
    wall = ruddy.copy()
    wall[:40] = 235
    coloured = estimate_lighting(ruddy, landmarks()).tint
    balanced = estimate_lighting(wall, landmarks()).tint
    assert abs(math.log(balanced[0])) < 0.75 * abs(math.log(coloured[0]))
    assert abs(math.log(balanced[2])) < 0.75 * abs(math.log(coloured[2]))


def test_the_skin_beside_the_jewel_is_told_in_linear_light() -> None:
    skin = estimate_lighting(photo(light=0.8), landmarks()).skin
    assert skin is not None
    ratio = np.array(skin) / (0.8 * SKIN)
    assert ratio.max() / ratio.min() < 1.1
    assert 0.6 < ratio.mean() < 1.1


def test_a_lamp_above_reads_above_one_below() -> None:
    above = read_light(photo(key=(0.0, -1.2)), landmarks()).key[1]
    below = read_light(photo(key=(0.0, 1.2)), landmarks()).key[1]
    assert above < below


@pytest.mark.parametrize("x", [-1.0, -0.4, 0.0, 0.3])
def test_the_studio_turns_until_its_key_stands_where_the_lamp_is(x: float) -> None:
    lighting = Light(np.zeros(3), 0.0, np.array([x, -0.4, -1.0]) / math.hypot(x, 0.4, 1)).lighting()
    towards_lamp = lighting.environment_from_camera @ np.array([x, 0.0, -1.0])
    assert math.atan2(towards_lamp[0], towards_lamp[2]) == pytest.approx(KEY_AZIMUTH)


@pytest.mark.parametrize("elevation", [10.0, 30.0, 50.0, 70.0])
@pytest.mark.parametrize("azimuth", [-100.0, -52.0, 0.0, 20.0])
def test_the_studios_key_is_as_high_as_the_lamp(azimuth: float, elevation: float) -> None:
    """Up to the trust in what is read, in the plane in which the key already stands."""
    across, a = math.cos(math.radians(elevation)), math.radians(azimuth)
    key = [across * math.sin(a), -math.sin(math.radians(elevation)), -across * math.cos(a)]
    turned = Light(np.zeros(3), 0.0, np.array(key)).lighting().environment_from_camera
    high = math.cos(KEY_ELEVATION)
    studio = np.array(
        [high * math.sin(KEY_AZIMUTH), math.sin(KEY_ELEVATION), high * math.cos(KEY_AZIMUTH)]
    )
    shown = turned.T @ studio  # where the camera now sees the studio's key
    assert math.degrees(math.asin(-shown[1])) == pytest.approx(ELEVATION_TRUST * elevation)
    assert math.degrees(math.atan2(shown[0], -shown[2])) == pytest.approx(
        min(max(azimuth, -52.0 - 75.0), -52.0 + 75.0)
    )


def test_a_lamp_at_the_feet_does_not_turn_the_studio_over() -> None:
    lighting = Light(np.zeros(3), 0.0, np.array([0.0, 0.95, -0.31])).lighting()
    up = lighting.environment_from_camera @ np.array([0.0, -1.0, 0.0])
    assert up[1] > math.cos(KEY_TILT_LIMIT) - 1e-9


def test_a_reading_in_two_halves_is_a_reading() -> None:
    image, hand = photo(key=(0.6, -0.5)), landmarks()
    whole, halves = read_light(image, hand), read_about(read_shade(image, hand), image, hand)
    for name in ("log_tint", "log_exposure", "key", "hardness", "skin"):
        np.testing.assert_array_equal(getattr(halves, name), getattr(whole, name))


def test_a_stream_never_reads_skin_and_surroundings_on_one_frame_after_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[list[str]] = []

    def noted(name: str) -> Callable[..., Any]:
        real = getattr(surroundings, name)

        def reads(*arguments: Any) -> Any:
            read[-1].append(name)
            return real(*arguments)

        return reads

    for name in ("read_shade", "read_about"):
        monkeypatch.setattr(surroundings, name, noted(name))
    follow = Surroundings(streaming=True, room=None)
    hand = landmarks()
    placement = Placement(
        "band", Anchor.FINGER, Finger.RING, hand.hand, None, 1.0,
        RigidTransform.identity(), hand.points_px[14], np.array([0.0, -1.0]), 25.0,
    )  # fmt: skip
    camera = Intrinsics(300.0, 300.0, 150.0, 160.0)
    for k in range(40):
        read.append([])
        frame = Frame(photo(), Seen(hands=(hand,)), camera, 33.0 * k)
        follow.lighting(frame, Layer((), seen_on=hand), placement)
    assert read[0] == ["read_shade", "read_about"]
    assert max(len(each) for each in read[1:]) == 1
    later = [name for each in read[1:] for name in each]
    assert later.count("read_about") >= 5
    assert later[: 2 * (len(later) // 2)] == ["read_shade", "read_about"] * (len(later) // 2)


def test_a_mirrored_photo_has_its_lamp_mirrored() -> None:
    hand, image = landmarks(), photo(key=(0.9, -0.3))
    mirrored_points = np.stack([image.shape[1] - 1 - hand.points_px[:, 0], hand.points_px[:, 1]], 1)
    mirrored = HandLandmarks(mirrored_points, hand.world, Hand.RIGHT, hand.score)
    seen = read_light(np.ascontiguousarray(image[:, ::-1]), mirrored)
    direct = read_light(image, hand)
    np.testing.assert_allclose(seen.key, direct.key * (-1, 1, 1), atol=0.05)
    assert seen.hardness == pytest.approx(direct.hardness, abs=0.05)
    np.testing.assert_allclose(seen.log_tint, direct.log_tint, atol=0.02)


def test_a_hand_outside_the_picture_leaves_the_studio_as_it_is() -> None:
    hand = landmarks()
    away = HandLandmarks(hand.points_px + 5000, hand.world, hand.hand, hand.score)
    lighting = estimate_lighting(photo(), away)
    assert lighting.exposure == 1.0
    assert lighting.tint == (1.0, 1.0, 1.0)
    assert lighting.key_softness == 0.5
    assert lighting.skin is None


def test_a_jewel_in_the_bodys_shade_gets_less_light_and_other_things_do_not_count() -> None:
    image, hand = photo(), landmarks()
    light = read_light(image, hand)
    at, reach = np.array([150.0, 200.0]), 25.0
    shaded, covered = image.copy(), image.copy()
    shaded[170:230, 120:180] = (0.6 * image[170:230, 120:180]).astype(np.uint8)
    covered[170:230, 120:180] = (20, 30, 90)
    in_light, in_shade = (light_at(light, seen, at, reach) for seen in (image, shaded))
    assert in_light.log_exposure == pytest.approx(light.log_exposure, abs=0.2)
    assert in_shade.log_exposure < in_light.log_exposure - 0.3
    assert in_shade.skin is not None
    assert light.skin is not None
    assert (in_shade.skin < 0.8 * light.skin).all()
    assert light_at(light, covered, at, reach) is light
    assert light_at(light, image, np.array([-500.0, 9000.0]), reach) is light
    black = light_at(light, np.zeros_like(image), at, reach)
    assert black.log_exposure >= light.log_exposure - 0.7


def test_smoothing_approaches_the_new_light_and_never_passes_it() -> None:
    dark = Light(np.zeros(3), -0.5, np.array([-0.8, 0.0, -0.6]), 0.2)
    bright = Light(np.array([0.2, 0.0, -0.2]), 0.2, np.array([0.8, 0.0, -0.6]), 0.8)
    assert smooth_light(None, bright, 0.1) is bright
    followed, levels = dark, [dark.log_exposure]
    for _ in range(40):
        followed = smooth_light(followed, bright, 0.1)
        levels.append(followed.log_exposure)
    assert all(np.diff(levels) > 0)
    assert levels[1] < -0.35
    assert levels[-1] == pytest.approx(0.2, abs=0.01)
    np.testing.assert_allclose(followed.key, bright.key, atol=0.01)
    assert followed.hardness == pytest.approx(0.8, abs=0.01)
    assert smooth_light(dark, bright, 0.0).log_exposure == dark.log_exposure
