"""Vectors of what stands before a jewel: person masks, hair, cloth, collars, hands."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models3d.frames import PixelRegion
from tests.vectors.golden import Case, Vectors, case, mask, photo
from tests.vectors.hands import landmarks
from tests.vectors.heads import face
from tests.vectors.wrists import drawn, outline_of
from tryon.anchors.arm_person import as_wide_as_the_person
from tryon.anchors.arm_search import Found
from tryon.anchors.forearm import find_forearm
from tryon.anchors.hand_frame import lift
from tryon.anchors.sleeve import find_sleeve, sleeve_veil
from tryon.covers.cover import cover
from tryon.covers.hands_before import hands_over
from tryon.covers.masks import body_share, person_at, warped
from tryon.covers.tones import face_tone, hand_tone
from tryon.types import BodyLandmarks, PersonMask, Share


def vectors() -> Vectors:
    """Of portraits and their person masks."""
    random = np.random.default_rng(97)
    return {
        "masks": [_masks(random), _masks(random)],
        "handsOver": [_hands(random) for _ in range(4)],
        "cover": [_cover(PixelRegion(20, 90, 95, 60)), _cover(PixelRegion(-9, 60, 60, 50))],
        "sleeveVeil": [_cuff(sleeve_from=0.75), _cuff(ribbed=True)],
        "asWideAsThePerson": [_wide(shift, side) for shift in (-0.1, 0.05) for side in (0, 1)],
    }


def _masks(random: np.random.Generator) -> Case:
    person, width, height = mask("wearer.mask"), 118, 154
    x = random.uniform(-9.0, width + 9.0, 30).round(2)
    y = random.uniform(-9.0, height + 9.0, 30).round(2)
    region = PixelRegion(11, 31, 97, 83)
    size = (31, 29)
    then = random.uniform((20, 60), (100, 140), (4, 2)).round(2)
    now = (then @ [[0.9, 0.1], [-0.1, 0.9]] + random.normal(0.0, 2.0, (4, 2))).round(2)
    moved = warped(person, then, now, width, height)
    told = {
        "at": np.asarray(person_at(person, x, y, width, height), np.float64),
        "body": np.asarray(body_share(person, region, size, width, height), np.float64),
        "moved": np.asarray(moved.share[::7, ::5], np.float64),
        "same": warped(person, then, then, width, height) is person,
    }
    return case(
        told,
        mask="@wearer.mask",
        x=x,
        y=y,
        region=region,
        columns=size[0],
        rows=size[1],
        then=list(then),
        now=list(now),
        width=width,
        height=height,
    )


def _sparse(hides: Share) -> list[object]:
    """How large it is, how much it hides, and some of it."""
    values = np.asarray(hides, np.float64)
    return [values.size, float(values.mean()), values.ravel()[::41]]


def _hands(random: np.random.Generator) -> Case:
    """A hand, another whose forearm was found, and a body's own held before its chest."""
    hand = landmarks("small.hand")
    moved = replace(hand, points_px=(hand.points_px + random.uniform(-60.0, 60.0, 2)).round(2))
    shape = np.array([[0.0, 0.0], [40.0, 5.0], [52.0, 70.0], [-9.0, 66.0]])
    forearm = random.uniform(20.0, 160.0, 2) + shape
    points, world = np.zeros((33, 2)), np.zeros((33, 3))
    points[[13, 15]] = random.uniform(0.0, 220.0, (2, 2)).round(2)
    world[15, 2] = -0.2
    wearer = BodyLandmarks(points, world, np.full(33, 0.9), 0.9, 0.0)
    region = PixelRegion(20, 30, 180, 150)
    hides = hands_over(region, [hand, moved], wearer, [None, forearm.round(2)])
    assert hides is not None
    # 40 means, as single pixels of OpenCV's antialiased lines may be a tenth off what is drawn
    return case(
        [40.0 * float(hides.mean()), *_sparse(hides)],
        region=region,
        hands=["@small.hand", moved],
        body=wearer,
        forearm=list(forearm.round(2)),
    )


def _cover(region: PixelRegion) -> Case:
    image, portrait = photo("wearer.photo"), face("wearer.face")
    tone = face_tone(image, portrait)
    veils = [cover(image, region, tone, person) for person in (None, mask("wearer.mask"))]
    told = [_sparse(veil.hides) for veil in veils]
    given = {"image": "@wearer.photo", "face": "@wearer.face", "mask": "@wearer.mask"}
    return case(told, region=region, **given)


def _cuff(*, ribbed: bool = False, **worn: object) -> Case:
    """What a drawn sleeve hides of the region about its edge."""
    image, hand, camera = drawn(5.0, ribbed=ribbed, **worn)
    tone = hand_tone(image, hand)
    forearm = find_forearm(image, lift(hand, camera), tone=tone)
    sleeve = find_sleeve(image, forearm, forearm.palm_px, tone)
    assert sleeve is not None
    x, y = np.floor(forearm.start_px).astype(int).tolist()
    region = PixelRegion(x - 40, y - 40, 80, 80).clipped(image.shape[1], image.shape[0])
    outline = outline_of(image)
    person = PersonMask(outline.astype(np.float32) / np.float32(255.0), 0.0)
    veil = sleeve_veil(image, region, forearm, forearm.palm_px, sleeve, tone, person)
    told = [sleeve.like_skin, find_sleeve(image, forearm, forearm.palm_px, tone, person)]
    return case(
        [*told, _sparse(veil.hides)],
        image=image,
        hand=hand,
        mask=outline,
        camera=camera,
        region=region,
    )


def _wide(shift: float, side: int) -> Case:
    """An arm whose edge was found within its person's outline, and one that was not."""
    image, hand, camera = drawn(5.0)
    outline = outline_of(image)
    person = PersonMask(outline.astype(np.float32) / np.float32(255.0), 0.0)
    forearm = find_forearm(image, lift(hand, camera), tone=hand_tone(image, hand))
    half = 0.5 * forearm.breadth_palms
    away = -forearm.towards_hand.round(6)
    found = Found(away, *(round(half + shift * (k == side), 6) for k in (0, 1)), 0.9)
    unseen = (side == 0, side == 1)
    size = (image.shape[1], image.shape[0])
    wrist, palm = hand.points_px[0], round(forearm.palm_px, 4)
    told = as_wide_as_the_person(found, unseen, person, size, wrist, palm, 0.6)
    return case(
        told, found=found, unseen=unseen, mask=outline, size=size, wrist=wrist, palm=palm, broad=0.6
    )
