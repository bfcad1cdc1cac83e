"""What lies over a wrist: sleeves told from light, other hands; an edge that light has eaten."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models3d.frames import Array, Image, PixelRegion
from tests.arms import RIBS, SKIN, drawn_arm, knitted
from tests.hands import CAMERA, HEIGHT, WIDTH, posed_hand
from tests.test_wrists import frame_of, only, watch, wearing
from tryon.anchors.arm_person import as_wide_as_the_person
from tryon.anchors.arm_search import Found
from tryon.anchors.forearm import find_forearm
from tryon.anchors.hand_frame import lift
from tryon.anchors.sleeve import Sleeve, find_sleeve, sleeve_veil
from tryon.covers.tones import SkinTone, hand_tone, skin_tone
from tryon.types import Frame, Hand, HandLandmarks, PersonMask, Seen

DISTANCE = 0.8
HAND = posed_hand(None, Hand.LEFT, DISTANCE)
ARM = drawn_arm(HAND)


def _up_arm() -> Array:
    """(h, w) palms up the arm from the wrist's joint."""
    palm = float(np.linalg.norm(HAND.points_px[[5, 9, 13, 17]] - HAND.points_px[0], axis=1).mean())
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float64)
    away = -ARM.towards_hand
    from_joint = (x - HAND.points_px[0, 0]) * away[0] + (y - HAND.points_px[0, 1]) * away[1]
    return np.asarray(from_joint / palm)


def _on_arm() -> Array:
    skin = np.abs(ARM.image.astype(int) - SKIN).sum(axis=2) < 60
    return np.asarray(skin)


def _dyed(share: Array, colour: tuple[int, int, int]) -> Image:
    weight = (share * _on_arm())[..., None]
    return np.asarray(
        np.clip(ARM.image * (1.0 - weight) + weight * np.array(colour), 0, 255), np.uint8
    )


def _sleeve(image: Image, faces: tuple[SkinTone, ...] = ()) -> Sleeve | None:
    pose = lift(HAND, CAMERA)
    forearm = find_forearm(ARM.image, pose)
    tone = hand_tone(image, HAND)
    return find_sleeve(image, forearm, forearm.palm_px, tone, None, faces)


def test_light_that_changes_along_the_arm_is_no_sleeve_and_a_sudden_change_is() -> None:
    up = _up_arm()
    gradual, sudden = np.clip(up / 0.9, 0.0, 1.0), (up > 0.45).astype(np.float64)
    coloured = (120, 170, 190)
    assert _sleeve(_dyed(gradual, coloured)) is None
    found = _sleeve(_dyed(sudden, coloured))
    assert found is not None
    assert found.from_palms == pytest.approx(0.45, abs=0.08)


def test_an_arm_coloured_like_the_face_is_bare_though_its_hand_is_lit_otherwise() -> None:
    image = _dyed((_up_arm() > 0.45).astype(np.float64), (120, 170, 190))
    flat = np.full((40, 40, 3), (120, 170, 190), np.uint8)
    x, y = np.meshgrid(np.arange(5, 35, 3), np.arange(5, 35, 3))
    face = skin_tone(flat, np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float64))
    assert _sleeve(image) is not None
    assert _sleeve(image, (face,)) is None


def _knitted(slant: float, ribs: float = RIBS) -> Image:
    return knitted(ARM, HAND, slant, ribs)


def test_a_ribbed_sleeve_of_the_skins_own_colours_is_told_by_its_ribs() -> None:
    assert _sleeve(_knitted(0.0, ribs=0.0)) is None
    found = _sleeve(_knitted(0.0))
    assert found is not None
    assert found.like_skin
    assert found.from_palms == pytest.approx(0.45, abs=0.08)


def test_ribs_all_along_the_arm_are_no_sleeves_edge() -> None:
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    uneven = 1.0 + 0.08 * np.sign(np.sin(0.9 * x + 0.7 * y))[..., None]
    image = np.asarray(np.clip(ARM.image * uneven, 0, 255), np.uint8)
    assert _sleeve(image) is None


@pytest.mark.parametrize("slant", [-0.3, 0.0, 0.3])
def test_a_cuff_of_the_skins_colours_hides_along_its_own_slanting_edge(slant: float) -> None:
    image = _knitted(slant)
    pose = lift(HAND, CAMERA)
    forearm = find_forearm(ARM.image, pose)
    tone = hand_tone(image, HAND)
    sleeve = find_sleeve(image, forearm, forearm.palm_px, tone)
    assert sleeve is not None
    region = PixelRegion(0, 0, WIDTH, HEIGHT)
    veil = sleeve_veil(image, region, forearm, forearm.palm_px, sleeve, tone)
    right = np.array([-ARM.towards_hand[1], ARM.towards_hand[0]])
    for aside in (-0.2, 0.0, 0.2):
        for beyond, hidden in ((-0.07, 0.0), (0.07, 1.0)):
            away = 0.45 + slant * aside + beyond - 0.45
            place = ARM.middle_px + forearm.palm_px * (aside * right - away * ARM.towards_hand)
            x, y = np.rint(place).astype(int)
            assert veil.hides[y, x] == pytest.approx(hidden, abs=0.1)


def _hides(hands: tuple[HandLandmarks, ...], at: Array) -> float:
    frame = Frame(ARM.image, Seen(hands=hands), CAMERA, 0.0)
    layers = wearing(watch(), hand=Hand.LEFT).solve(frame)
    veil = only(layers).veil
    if veil is None:
        return 0.0
    x, y = np.rint(at).astype(int) - (veil.region.x, veil.region.y)
    return float(veil.hides[y, x])


def test_a_hand_laid_over_the_wrist_hides_the_watch_and_one_far_behind_does_not() -> None:
    place = only(wearing(watch()).solve(frame_of(ARM.image, HAND))).placement.center_px
    other = posed_hand(None, Hand.RIGHT, DISTANCE)
    middle = other.points_px[[0, 5, 17]].mean(axis=0)
    laid = replace(other, points_px=other.points_px + place - middle)
    small = replace(laid, points_px=place + 0.5 * (laid.points_px - place))
    if small.depths_px is not None:
        small = replace(small, depths_px=0.5 * small.depths_px)
    assert _hides((HAND,), place) == 0.0
    assert _hides((HAND, laid), place) > 0.95
    assert _hides((HAND, small), place) == 0.0
    aside = replace(laid, points_px=laid.points_px + np.array([500.0, 0.0]))
    assert _hides((HAND, aside), place) == 0.0


def test_an_arm_too_bright_to_be_seen_ends_where_its_person_does() -> None:
    share = np.zeros((HEIGHT // 4, WIDTH // 4), np.float32)
    share[:, 100:140] = 1.0  # image columns 400 to 560
    person = PersonMask(share, 0.0)
    found = Found(np.array([0.0, 1.0]), 0.30, 0.30, 1.0)  # away downwards; its right is at +x
    wrist, palm = np.array([500.0, 300.0]), 200.0
    size = (WIDTH, HEIGHT)

    def with_unseen(left: bool, right: bool) -> Found:
        return as_wide_as_the_person(found, (left, right), person, size, wrist, palm, 0.69)

    assert with_unseen(False, False) is found
    assert with_unseen(False, True) is found  # the person ends there where the arm was found to
    moved = with_unseen(True, False)
    assert moved.left == pytest.approx(0.5, abs=0.03)
    assert moved.right == pytest.approx(0.30)
    nobody = PersonMask(np.zeros_like(share), 0.0)
    assert as_wide_as_the_person(found, (True, True), nobody, size, wrist, palm, 0.69) is found
