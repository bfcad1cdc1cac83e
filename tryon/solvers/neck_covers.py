"""What is looked at about a necklace: where its chain runs, which arms are held before it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from models3d.chains.body import Neck, normals
from models3d.frames import Array, PixelRegion, RigidTransform
from tryon.anchors.arm_guess import AT
from tryon.anchors.evidence import smoothstep
from tryon.anchors.forearm import find_forearm
from tryon.anchors.hand_frame import KNUCKLES, WRIST, lift
from tryon.anchors.head import CHIN, HeadPose
from tryon.covers.collar import Look
from tryon.covers.collar_rules import Run
from tryon.covers.hands_before import hands_over
from tryon.covers.tones import SkinTone, hand_tone
from tryon.drape import Draped
from tryon.tracks import palm_length_px
from tryon.types import BodyLandmarks, Frame, HandLandmarks, PersonMask

IndexArray = NDArray[np.intp]

MARGIN_PX = 6
ARM_LENGTH = 2.6  # palms from the wrist up to where an elbow begins
NEAR = 3.2  # palms from a wrist to a necklace whose forearm may lie before it
BENT = 0.35  # cosine, of the fingers' way against that to a necklace which the arm cannot reach
ARM_FOUND = 0.7  # confidence in a forearm
BROADER = 1.12  # its edges further up are less straight than at the wrist


def look_at(
    frame: Frame,
    head: HeadPose,
    body: BodyLandmarks | None,
    worn: Draped,
    place: RigidTransform,
    tones: tuple[SkinTone, SkinTone],
    person: PersonMask | None,
) -> Look:
    """One frame about a necklace.

    Args:
        place: camera from necklace.
        tones: of the wearer's skin and hair.
        person: where people are now.
    """
    runs, region = _runs(frame, worn, place)
    focal = float(np.sqrt(frame.intrinsics.fx * frame.intrinsics.fy))
    notch_px = frame.intrinsics.project(place.translation)
    return Look(
        frame.image,
        region,
        runs,
        focal / float(place.translation[2]),
        head.face,
        *tones,
        person,
        hands_over(region, frame.seen.hands, body, forearms_near(frame, region)),
        worn.breadth,
        0.5 * (notch_px + head.face.points_px[CHIN]),
    )


def forearms_near(frame: Frame, region: PixelRegion) -> list[Array | None]:
    """(4, 2) pixels round the forearm of each hand that is held near a part of the picture."""
    low = np.array([region.x, region.y])
    high = np.array([region.x + region.width, region.y + region.height])
    found: list[Array | None] = []
    for hand in frame.seen.hands:
        wrist = hand.points_px[WRIST]
        there = np.clip(wrist, low, high) - wrist
        away = float(np.linalg.norm(there))
        ahead = hand.points_px[list(KNUCKLES)].mean(axis=0) - wrist
        beyond = float(there @ ahead) > BENT * away * float(np.linalg.norm(ahead))
        near = away < NEAR * palm_length_px(hand.points_px)
        found.append(_forearm(frame, hand) if near and not beyond else None)
    return found


def _forearm(frame: Frame, hand: HandLandmarks) -> Array | None:
    """(4, 2) pixels round one, from the wrist up; None where it or its hand is not seen clearly."""
    if hand.spread_px is not None and not np.isfinite(hand.spread_px[WRIST]):
        return None
    tone = hand_tone(frame.image, hand)
    pose = lift(hand, frame.intrinsics)
    arm = find_forearm(frame.image, pose, frame.seen.bodies, tone=tone)
    if arm.confidence < ARM_FOUND:
        return None
    away = -arm.towards_hand
    beside = np.array([[1.0], [-1.0]]) * (-away[1], away[0])
    upper = ARM_LENGTH * float(np.sqrt(1.0 - arm.rise**2))
    corners = []
    for along, sides in ((0.0, beside), (upper, -beside)):
        half = 0.5 * BROADER * (arm.breadth_palms + arm.taper * (along - AT))
        corners.append(arm.start_px + arm.palm_px * (along * away + half * sides))
    return np.concatenate(corners)


def sides_of(
    frame: Frame, worn: Draped, place: RigidTransform
) -> tuple[tuple[Array, NDArray[np.bool_]], tuple[Array, NDArray[np.bool_]]]:
    """A chain's way to the nape on the wearer's left and right: pixels (n, 2), and what is seen."""
    pixels, before, (left, right) = _seen_of(frame, worn, place)
    return (pixels[left], before[left]), (pixels[right], before[right])


def _seen_of(
    frame: Frame, worn: Draped, place: RigidTransform
) -> tuple[Array, NDArray[np.bool_], tuple[IndexArray, IndexArray]]:
    """Pixels of a chain's line, what of it is before the neck, and the indices of both sides."""
    seen = place.apply(worn.line)
    pixels = frame.intrinsics.project(np.maximum(seen, (-np.inf, -np.inf, 0.02)))
    before = np.sum(place.rotate(_out_of_skin(worn)) * seen, axis=1) < 0.0
    half = len(worn.line) // 2
    left = np.arange(half, dtype=np.intp)
    right = np.concatenate([[0], np.arange(len(worn.line) - 1, half, -1)]).astype(np.intp)
    return pixels, before, (left, right)


@lru_cache(maxsize=24)
def _out_of_skin(worn: Draped) -> Array:
    """(n, 3) out of the body at a chain's line."""
    return normals(Neck(worn.base), worn.line)[1]


def _runs(frame: Frame, worn: Draped, place: RigidTransform) -> tuple[tuple[Run, ...], PixelRegion]:
    """Both sides of a chain in the picture, and the part of the picture about it."""
    pixels, before, (left, right) = _seen_of(frame, worn, place)
    around = np.linalg.norm(np.diff(worn.line, axis=0, append=worn.line[:1]), axis=1)
    along = np.concatenate([[0.0], np.cumsum(around)[:-1]])
    total = float(around.sum())
    runs = (
        Run(pixels[left], along[left], before[left]),
        Run(pixels[right], np.mod(total - along[right], total), before[right]),
    )
    shown = pixels[before] if before.any() else pixels
    reach = np.ptp(shown, axis=0).max() * 0.12 + MARGIN_PX
    low, high = np.floor(shown.min(axis=0) - reach), np.ceil(shown.max(axis=0) + 3.0 * reach)
    high[0] -= 2.0 * np.floor(reach)  # what hangs needs room below, not beside
    height, width = frame.image.shape[:2]
    low = np.clip(low, 0, (width - 1, height - 1)).astype(int)
    high = np.clip(high, low + 1, (width, height)).astype(int)
    size = high - low
    return runs, PixelRegion(int(low[0]), int(low[1]), int(size[0]), int(size[1]))


def in_picture(frame: Frame, worn: Draped, place: RigidTransform) -> float:
    """Share of the front half of a chain that the picture holds."""
    front = np.abs(np.arange(len(worn.line)) - len(worn.line) / 2.0) > len(worn.line) / 4.0
    seen = place.apply(worn.line[front])
    if seen[:, 2].min() < 0.02:
        return 0.0
    x, y = frame.intrinsics.project(seen).T
    height, width = frame.image.shape[:2]
    inside = (x > 0) & (y > 0) & (x < width) & (y < height)
    return smoothstep(0.0, 0.6, float(inside.mean()))
