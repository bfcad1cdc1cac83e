"""What tells of a forearm's direction without looking at it: the body's joints, and the hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models3d.frames import Array
from tryon.anchors.evidence import smoothstep
from tryon.anchors.hand_frame import KNUCKLES, WRIST, HandPose
from tryon.types import BodyLandmarks, Hand

AT = 0.45  # palms from the wrist, where a width counts: there a watch sits
# 155 and 176 mm round (ANSUR II), an ellipse 1.15 times as broad as a round wrist, on hands whose
# palm measures 82 and 93 mm: breadth 0.69 palms. A sleeve is wider.
USUAL_BREADTH, DEPTH_SHARE = 0.69, 0.74
USUAL_TAPER = 0.16  # growth of the width, away from the hand
BENT_SPREAD = np.radians(42.0)  # of the arm's direction against the hand's, seen flat
BODY_SPREAD = np.radians(9.0)  # against the body's joints
HAND_BREADTH = 0.718  # palms between the outer knuckles, as tryon.anchors.hand_frame has it
LIFTED_SHARE = 0.2
FLAT, STEEP = 0.35, 0.8  # share of the hand seen lengthwise below and above which it points well
TILT_SHARE = 0.6  # of the hand's tilt that the forearm shares on average: wrists bend
ARM_LENGTH = 2.9  # palms from wrist to elbow
ELBOW, BODY_WRIST = (13, 14), (15, 16)
AGREES, DISAGREES = 0.35, 0.8  # palms between the body's wrist and the hand's
OTHER_SIDE = 0.25  # of the trust in a left arm for a right hand: it is often another person's


@dataclass(frozen=True, slots=True, eq=False)
class Guess:
    """A direction that something else than the outline tells."""

    away_px: Array  # (2,) unit, from the hand along the arm
    spread: float  # radians
    rise: float  # as `Forearm.rise`
    confidence: float


def palm_seen(pose: HandPose) -> float:
    """Palm length in pixels as if parallel to the image, at a wrist.

    The hand's length or its breadth, whichever is seen less foreshortened; the lifted hand, which
    makes hands that point at the camera too long, has a small say. On 28 wrists in photographs
    the wrist's breadth spread by 16 % against the lifted palm and by 12 % against this.
    """
    points = pose.landmarks.points_px
    long = float(np.linalg.norm(points[list(KNUCKLES)] - points[WRIST], axis=1).mean())
    broad = float(np.linalg.norm(points[KNUCKLES[0]] - points[KNUCKLES[-1]])) / HAND_BREADTH
    seen = max(long, broad)
    lifted = min(max(pose.palm_px, 0.5 * seen), 3.0 * seen)
    return float(seen ** (1.0 - LIFTED_SHARE) * lifted**LIFTED_SHARE)


def from_body(pose: HandPose, palm: float, bodies: Sequence[BodyLandmarks]) -> Guess | None:
    """What the body's joints say, where one of their wrists is this hand's.

    Args:
        palm: pixels.
    """
    wrist = pose.landmarks.points_px[WRIST]
    best: Guess | None = None
    for body in bodies:
        for side, elbow, joint in zip((Hand.LEFT, Hand.RIGHT), ELBOW, BODY_WRIST, strict=True):
            apart = float(np.linalg.norm(body.points_px[joint] - wrist)) / palm
            agrees = 1.0 - smoothstep(AGREES, DISAGREES, apart)
            sure = agrees * float(min(body.visibility[joint], body.visibility[elbow]))
            away = body.points_px[elbow] - wrist
            seen = float(np.linalg.norm(away)) / palm
            sure *= smoothstep(0.4, 1.2, seen)  # a foreshortened arm points anywhere
            sure *= 1.0 if pose.landmarks.hand is side else OTHER_SIDE
            if sure < 0.05 or (best is not None and best.confidence >= sure):
                continue
            flat = min(seen / ARM_LENGTH, 1.0)
            depth = float(body.world[joint, 2] - body.world[elbow, 2])
            span = float(np.linalg.norm(body.world[joint] - body.world[elbow]))
            told = depth / max(span, 1e-6)
            rise = np.sign(told) * (0.5 * np.sqrt(1.0 - flat**2) + 0.5 * abs(told))
            best = Guess(away / max(seen * palm, 1e-9), BODY_SPREAD / max(sure, 0.3), rise, sure)
    return best


def from_hand(pose: HandPose, palm: float) -> Guess:
    """The forearm as the hand's continuation; less sure the more the hand points at the camera.

    Args:
        palm: pixels.
    """
    points, depths = pose.landmarks.points_px, pose.landmarks.depths_px
    knuckles = list(KNUCKLES)
    away = points[WRIST] - points[knuckles].mean(axis=0)
    seen = float(np.linalg.norm(away))
    if depths is None:
        along = pose.joints[knuckles].mean(axis=0) - pose.joints[WRIST]
        depth = float(along[2] / np.linalg.norm(along))
    else:
        deep = float(depths[knuckles].mean() - depths[WRIST])
        depth = deep / max(float(np.hypot(deep, seen)), 1e-9)
    sure = smoothstep(FLAT, STEEP, seen / palm)
    away = away / seen if seen > 1e-6 else np.array([0.0, 1.0])
    return Guess(away, BENT_SPREAD / max(sure, 0.25), TILT_SHARE * depth, sure)


def usual_breadth(pose: HandPose, guess: Guess) -> float:
    """How broad the wrist should be seen, palms: it is an ellipse, and turns."""
    across = np.array([-guess.away_px[1], guess.away_px[0], 0.0])
    flat = float(pose.hinge @ across) ** 2  # 1: the breadth is seen, 0: the depth
    return USUAL_BREADTH * float(np.sqrt(flat + (1.0 - flat) * DEPTH_SHARE**2))
