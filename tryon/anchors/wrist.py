"""Where a watch or a bracelet sits: the wrist's frame, its section, how sure that is.

The wrist is an ellipse, and how broad it looks depends on how it is turned; the piece was made for
an ellipse of its own, which is taken to fill the one seen. That gives the distance. The back of
the wrist turns with the knuckles' hinge, whatever the hand's bend.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from models3d.frames import Array, Intrinsics, RigidTransform
from tryon.anchors import evidence
from tryon.anchors.arm_guess import AT
from tryon.anchors.evidence import smoothstep
from tryon.anchors.forearm import Forearm
from tryon.anchors.hand_frame import (
    KNUCKLES,
    WRIST,
    HandPose,
    cross,
    perpendicular,
    unit,
)
from tryon.types import Hand, Side

ASIDE, END_ON = 0.80, 0.93  # tilt of the arm between which its wrist is no longer to be placed
BLIND_ASIDE, BLIND_END_ON = 0.48, 0.68  # the same where its edges are not seen
# breadth seen against the palm's from which the edges are not the wrist's own
BROADEST_BARE, BROADEST_COVERED = 1.5, 1.0
BREADTH_SHARE, BREADTH_SPREAD = 0.69, 0.12  # of a wrist, palms, and the spread of its logarithm
OUTLINE_SPREAD = 0.04  # of the logarithm of a clear outline's breadth
MEASURED_SHARE = 0.4  # of two looks' disagreement that a clear outline settles: all across the arm


@dataclass(frozen=True, slots=True)
class Section:
    """The ellipse of a wrist."""

    half_breadth: float  # metres, across the back of the wrist
    half_depth: float  # metres, from the back to the palm side

    def seen_from(self, across: float) -> float:
        """Half its width, metres, where a share `across` -1..1 of the breadth's way is seen."""
        flat = across * across
        return sqrt(flat * self.half_breadth**2 + (1.0 - flat) * self.half_depth**2)


@dataclass(frozen=True, slots=True, eq=False)
class WristAnchor:
    """A wrist seen by the camera, with the origin at `away` from the wrist joint."""

    hand: Hand
    side: Side
    camera_from_anchor: RigidTransform  # +Y towards the hand, +Z dorsal
    section: Section  # that the arm seen is taken to have
    taper: float  # growth of its breadth per length, away from the hand
    from_joint: float  # metres from the wrist joint, up the arm
    metres_per_palm: float  # as the palm and the wrist itself tell together
    center_px: Array  # (2,)
    axis_px: Array  # (2,) unit length, towards the hand
    width_px: float
    confidence: float  # 0..1

    def moved(self, towards_hand: float, intrinsics: Intrinsics) -> WristAnchor:
        """The anchor further along the arm.

        Args:
            towards_hand: metres.
        """
        rotation = self.camera_from_anchor.rotation
        origin = self.camera_from_anchor.translation + towards_hand * rotation[:, 1]
        center = intrinsics.project(origin)
        share = self.camera_from_anchor.translation[2] / origin[2]
        grown = 1.0 - self.taper * towards_hand / (2.0 * self.section.half_breadth)
        return WristAnchor(
            self.hand,
            self.side,
            RigidTransform(rotation, origin),
            Section(self.section.half_breadth * grown, self.section.half_depth * grown),
            self.taper,
            self.from_joint - towards_hand,
            self.metres_per_palm,
            center,
            self.axis_px,
            self.width_px * share * grown,
            self.confidence,
        )


def place_wrist(
    pose: HandPose,
    forearm: Forearm,
    section: Section,
    intrinsics: Intrinsics,
    away_palms: float = AT,
    covered: float = 0.0,
) -> WristAnchor:
    """Put a wrist of this section into the arm seen.

    Args:
        away_palms: of the anchor's origin from the wrist joint, along the arm.
        covered: 0..1, that a sleeve's edges were found there, not skin's.
    """
    flat = sqrt(1.0 - forearm.rise**2)
    palm = forearm.palm_px
    center_px = forearm.start_px - away_palms * palm * flat * forearm.towards_hand
    rotation = wrist_rotation(pose, forearm, center_px, intrinsics)
    breadth_seen = forearm.breadth_palms + forearm.taper * (away_palms * flat - AT)
    view = unit(intrinsics.unproject(center_px))
    across = unit(cross(rotation[:, 1], view))
    seen = section.seen_from(float(across @ rotation[:, 0]))
    usual = BREADTH_SHARE * seen / section.half_breadth
    width_px = palm * _skin_breadth(breadth_seen, usual, forearm.outlined, covered)
    focal = sqrt(intrinsics.fx * intrinsics.fy)
    depth = focal * 2.0 * seen / width_px
    origin = intrinsics.unproject(center_px, depth)
    facing = -float(rotation[:, 2] @ view)
    by_palm = palm * depth / focal
    by_wrist = 2.0 * section.half_breadth / BREADTH_SHARE
    return WristAnchor(
        pose.landmarks.hand,
        Side.DORSAL if facing > 0.0 else Side.PALMAR,
        RigidTransform(rotation, origin),
        section,
        forearm.taper,
        away_palms * by_palm,
        sqrt(by_palm * by_wrist),  # a palm seen end-on is measured badly
        center_px,
        forearm.towards_hand,
        width_px,
        _confidence(pose, forearm, rotation, view, width_px),
    )


def wrist_rotation(
    pose: HandPose, forearm: Forearm, center_px: Array, intrinsics: Intrinsics
) -> Array:
    """(3, 3) camera from anchor: +Y along the arm to the hand, +Z dorsal."""
    ray = unit(intrinsics.unproject(center_px))
    ahead = intrinsics.unproject(center_px + forearm.towards_hand)
    flat = unit(perpendicular(ahead - intrinsics.unproject(center_px), ray))
    axis = sqrt(1.0 - forearm.rise**2) * flat + forearm.rise * ray
    sign = 1.0 if pose.landmarks.hand is Hand.RIGHT else -1.0
    radial = perpendicular(pose.hinge, axis)
    if float(radial @ radial) < 0.04:  # a hand bent sideways beyond belief
        radial = sign * cross(pose.dorsal, axis)
    if float(radial @ radial) < 1e-6:  # no hand at all
        radial = sign * cross(-ray, axis)
    dorsal = sign * cross(axis, unit(radial))
    return np.stack([cross(axis, dorsal), axis, dorsal], axis=1)


def _skin_breadth(seen: float, usual: float, outlined: float, covered: float) -> float:
    """The wrist's breadth, palms: as outlined, unless a sleeve or nothing was.

    Args:
        seen: breadth of the outline.
        usual: what the palm lets expect.
        outlined: 0..1, that both edges are clear.
        covered: 0..1, that they are a sleeve's.
    """
    widest = BROADEST_BARE + covered * (BROADEST_COVERED - BROADEST_BARE)
    sleeve = smoothstep(widest, widest + 0.25, seen / usual)
    spread = OUTLINE_SPREAD + 0.25 * (1.0 - outlined * (1.0 - sleeve)) ** 2
    by_outline, by_palm = spread**-2, BREADTH_SPREAD**-2
    logarithm = (by_outline * np.log(seen) + by_palm * np.log(usual)) / (by_outline + by_palm)
    return float(np.exp(logarithm))


def _confidence(
    pose: HandPose, forearm: Forearm, rotation: Array, view: Array, width_px: float
) -> float:
    tilt = abs(float(rotation[:, 1] @ view))
    aside = BLIND_ASIDE + forearm.outlined * (ASIDE - BLIND_ASIDE)
    end_on = BLIND_END_ON + forearm.outlined * (END_ON - BLIND_END_ON)
    confidence = (
        forearm.confidence
        * (1.0 - smoothstep(aside, end_on, tilt))
        * evidence.detected(pose.landmarks.score)
        * evidence.large_enough(width_px / 3.0)
    )
    if pose.landmarks.spread_px is not None:
        spread = float(pose.landmarks.spread_px[[WRIST, *KNUCKLES]].max())
        unmeasured = 1.0 - MEASURED_SHARE * forearm.outlined
        confidence *= evidence.agreement(unmeasured * spread / width_px)
    return confidence
