"""What lies over a wrist and what it wears: a sleeve, another hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models3d.frames import PixelRegion
from tryon.anchors.forearm import Forearm
from tryon.anchors.hand_frame import WRIST, HandPose, lift
from tryon.anchors.sleeve import Sleeve, sleeve_veil
from tryon.anchors.wrist import WristAnchor
from tryon.covers.hands_before import hands_over
from tryon.covers.tones import SkinTone
from tryon.tracks import palm_length_px
from tryon.types import Frame, HandLandmarks, Veil

VEIL_REACH = 1.3  # widths of the wrist about it that a veil spans
FARTHEST = 1.2  # of the wearer's own distance, up to which another hand is taken to lie over it
NEAR = 1.8  # palms from the wrist to any landmark of a hand that may lie over what it wears
SAME = 0.35  # palms between the landmarks of one hand and those of the same one steadied


def hands_before(frame: Frame, wearer: HandLandmarks, pose: HandPose) -> tuple[HandLandmarks, ...]:
    """Other hands that may lie over this wrist: the nearer ones, and those as near."""
    if len(frame.seen.hands) < 2:
        return ()
    depth = FARTHEST * float(pose.joints[WRIST, 2])
    wrist = wearer.points_px[WRIST]
    near = NEAR * palm_length_px(wearer.points_px)
    others = (
        hand
        for hand in frame.seen.hands
        if float(np.linalg.norm(hand.points_px - wrist, axis=1).min()) < near
    )
    return tuple(
        hand
        for hand in others
        if not _same_hand(hand, wearer)
        and float(lift(hand, frame.intrinsics).joints[WRIST, 2]) < depth
    )


def _same_hand(a: HandLandmarks, b: HandLandmarks) -> bool:
    """Whether one is the other, steadied."""
    apart = np.linalg.norm(a.points_px - b.points_px, axis=1)
    return float(np.median(apart)) < SAME * palm_length_px(b.points_px)


def wrist_veil(
    frame: Frame,
    tone: SkinTone,
    forearm: Forearm,
    wrist: WristAnchor,
    sleeve: Sleeve | None,
    before: Sequence[HandLandmarks],
) -> Veil | None:
    """What a sleeve hides, and another hand laid over the wrist."""
    region = _about(wrist, frame.image.shape[1], frame.image.shape[0])
    if region.width == 0 or region.height == 0:
        return None
    hands = hands_over(region, before, None) if before else None
    if sleeve is None:
        return None if hands is None else Veil(hands, region)
    person = frame.seen.person
    veil = sleeve_veil(frame.image, region, forearm, forearm.palm_px, sleeve, tone, person)
    return veil if hands is None else Veil(np.maximum(veil.hides, hands), region)


def _about(wrist: WristAnchor, width: int, height: int) -> PixelRegion:
    reach = VEIL_REACH * wrist.width_px
    low = np.floor(wrist.center_px - reach).astype(int)
    side = int(np.ceil(2.0 * reach))
    return PixelRegion(int(low[0]), int(low[1]), side, side).clipped(width, height)
