"""Where a ring sits on a finger: its frame, its width in the image, how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from math import atan, atan2, cos, exp, hypot, inf, log, radians, sin, sqrt

import numpy as np

from models3d.frames import Array, Image, Intrinsics, RigidTransform
from tryon.anchors import evidence
from tryon.anchors.contour import Contour, Phalanx, find_contour
from tryon.anchors.evidence import smoothstep
from tryon.anchors.hand_frame import (
    BONE_SHARE,
    CHAINS,
    KNUCKLES,
    PALM,
    PROXIMAL,
    WRIST,
    HandPose,
    cross,
    perpendicular,
    turn_about,
    turn_between,
    unit,
)
from tryon.anchors.skin import flesh, hand_colours
from tryon.types import Finger, Hand, Side

# Where rings sit along the bone as the camera sees it: the knuckle's landmark lies well inside the
# hand seen from the back, on the crease from the palm. Worn rings were found at 0.6 to 0.7 and at
# 0.42; the thumb's place is a choice, not measured.
AT_DORSAL, AT_PALMAR, AT_THUMB = 0.64, 0.42, 0.56
# Width of the finger there, palm lengths: fitted to benchmarks/finger_labels.json (53 fingers, few
# people, 6 thumbs), so errors of the bare width on those labels are in-sample.
WIDTH_SHARE: Mapping[Finger, float] = {
    Finger.THUMB: 0.25,
    Finger.INDEX: 0.228,
    Finger.MIDDLE: 0.205,
    Finger.RING: 0.197,
    Finger.LITTLE: 0.186,
}
# The knuckles stand on an arch, so the backs of the fingers fan out towards the thumb and away
# from it: degrees from the hinge's own dorsal direction, as on a rigged anatomical hand.
FAN_DEG: Mapping[Finger, float] = {
    Finger.INDEX: 12.0,
    Finger.MIDDLE: 7.0,
    Finger.RING: 1.0,
    Finger.LITTLE: -6.0,
}
# A straight thumb's nail looks mostly away from the fingers: 95 degrees on that rigged hand, less
# on thumbs in photographs; chosen by eye between the two.
THUMB_FAN_DEG = 60.0
WIDTH_SHARE_SPREAD = 0.14  # of its logarithm between people and postures
CONTOUR_SPREAD = 0.03  # of the logarithm of a confident contour's width
LEAST_CLEAR = 0.15  # confidence of both edges below which they say nothing of the width
LEAST_SPACING = 0.8  # of the expected width: nearer bones overlap, and tell nothing of it
LARGEST_TURN = radians(14.0)  # of the axis by the contour, against the landmarks' bone


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """What the image says about a finger at the ring, against the landmarks' bone."""

    at: float  # share of the way along the bone
    width_px: float
    shift_px: float  # of the finger's middle to the right of the bone (an upward bone's right)
    turn: float  # radians, of the finger's axis to the right of the bone
    confidence: float  # 0: only anatomy speaks; 1: both edges are clear
    presence: float = 1.0  # 0..1, that there is a finger at all


@dataclass(frozen=True, slots=True, eq=False)
class FingerAnchor:
    """A ring's place on one finger."""

    finger: Finger
    hand: Hand
    side: Side
    camera_from_anchor: RigidTransform
    center_px: Array  # (2,)
    axis_px: Array  # (2,) unit length
    width_px: float
    width: float  # metres, of the finger under the ring
    confidence: float  # 0..1


@lru_cache(maxsize=32)
def finger_rotation(pose: HandPose, finger: Finger) -> Array:
    """(3, 3) camera from anchor: +Y along the proximal phalanx, +Z dorsal."""
    axis = pose.phalanx(finger)
    dorsal = _thumb_dorsal(pose, axis) if finger is Finger.THUMB else _dorsal(pose, finger, axis)
    return np.array([cross(axis, dorsal), axis, dorsal]).T


def _dorsal(pose: HandPose, finger: Finger, axis: Array) -> Array:
    """Out of the back of a finger: square to the bone and to the knuckles' common hinge.

    The palm's normal would fail where a finger bends by 90 degrees; the hinge does not move.
    """
    sign = 1.0 if pose.landmarks.hand is Hand.RIGHT else -1.0
    radial = unit(perpendicular(pose.hinge, axis))
    fan = radians(FAN_DEG[finger])
    return np.asarray(sign * cos(fan) * cross(axis, radial) + sin(fan) * radial)


def _thumb_dorsal(pose: HandPose, axis: Array) -> Array:
    """Out of the thumb's nail side: from its own bend, or from the hand while it is straight."""
    fan = np.radians(THUMB_FAN_DEG)
    resting = np.cos(fan) * pose.dorsal + np.sin(fan) * unit(perpendicular(pose.hinge, pose.dorsal))
    resting = unit(perpendicular(resting, axis))
    _, start, end, tip = CHAINS[Finger.THUMB]
    # the bend between the bones as they were lifted: what the axis leans beyond that is no bend
    lifted = unit(pose.joints[end] - pose.joints[start])
    outer = turn_between(lifted, axis) @ unit(pose.joints[tip] - pose.joints[end])
    away = -perpendicular(outer, axis)  # a thumb bends towards the palm side
    bend = float(np.linalg.norm(away))
    away = unit(away)
    if away @ resting < 0.0:  # bent backwards
        away = -away
    trust = smoothstep(np.sin(np.radians(8.0)), np.sin(np.radians(35.0)), bend)
    trust *= smoothstep(0.0, 0.6, float(away @ resting))
    return unit(perpendicular(trust * away + (1.0 - trust) * resting, axis))


def seen_from_back(pose: HandPose, finger: Finger) -> float:
    """1: the camera looks at the finger's back; -1: at its palm side; 0: at its flank."""
    start, end = PROXIMAL[finger]
    view = unit(pose.joints[start] + pose.joints[end])
    facing: float = -float(finger_rotation(pose, finger)[:, 2] @ view)
    return facing


def ring_place(pose: HandPose, finger: Finger) -> float:
    """Share of the way along the bone in the image where a ring sits."""
    if finger is Finger.THUMB:
        return AT_THUMB
    blend = smoothstep(-0.35, 0.35, seen_from_back(pose, finger))
    return AT_PALMAR + (AT_DORSAL - AT_PALMAR) * blend


def expected_width_px(pose: HandPose, finger: Finger) -> float:
    """How wide the finger should be in the image: from the palm, by anatomy."""
    return WIDTH_SHARE[finger] * pose.palm_px * _nearness(pose, finger)


def _nearness(pose: HandPose, finger: Finger) -> float:
    """How much larger the phalanx is seen than it would be as far away as the palm."""
    depths: list[float] = pose.joints[:, 2].tolist()
    start, end = PROXIMAL[finger]
    return sum(depths[joint] for joint in PALM) / len(PALM) * 2.0 / (depths[start] + depths[end])


def find_outline(
    image: Image, pose: HandPose, finger: Finger, colours: Array | None = None
) -> Outline:
    """Measure the finger at the ring's place; anatomy fills in what the image does not show.

    Args:
        colours: the hand's own, from `hand_colours`, where they are known already.
    """
    if colours is None:
        colours = hand_colours(image, pose.landmarks.points_px)
    points = pose.landmarks.points_px
    start, end = (points[i] for i in PROXIMAL[finger])
    at = ring_place(pose, finger)
    expected = expected_width_px(pose, finger)
    left_limit, right_limit, spacing = _limits(points, finger, at, expected)
    phalanx = Phalanx(
        start,
        end,
        at,
        first=at - (0.02 if finger is Finger.THUMB else 0.14),  # nearer the hand they are one
        last=min(at + 0.36, 0.98),
        width_px=expected,
        left_limit_px=left_limit,
        right_limit_px=right_limit,
    )
    contour = find_contour(image, phalanx)
    outline = _read(contour, at, min(expected, max(spacing, LEAST_SPACING * expected)))
    presence = _presence(image, pose, finger, outline, contour, colours, expected)
    return replace(outline, presence=presence)


def _presence(
    image: Image,
    pose: HandPose,
    finger: Finger,
    outline: Outline,
    contour: Contour,
    colours: Array,
    expected: float,
) -> float:
    points = pose.landmarks.points_px
    center, axis = outline_in_image(points, finger, outline)
    edges = contour.left.confidence, contour.right.confidence
    measured = contour.left.offset_px + contour.right.offset_px
    clear = outline.confidence >= LEAST_CLEAR
    halves = flesh(image, colours, center, axis, outline.width_px if clear else expected)
    start, end = PROXIMAL[finger]
    view = unit(pose.joints[start] + pose.joints[end])
    # of the bone itself: the other fingers do not tell whether this one is curled
    tilt = abs(float(unit(pose.joints[end] - pose.joints[start]) @ view))
    if finger is not Finger.THUMB:
        return evidence.presence(edges, halves, tilt)
    metacarpal, reach = points[KNUCKLES[0]] - points[WRIST], center - points[WRIST]
    share = float(reach @ metacarpal) / max(float(metacarpal @ metacarpal), 1e-9)
    aside = hypot(*(reach - min(max(share, 0.0), 1.0) * metacarpal).tolist())
    tilt = max(tilt, _shortened(pose, finger))
    deviation = log(measured / expected)
    return evidence.thumb_presence(edges, halves, aside / outline.width_px, tilt, deviation)


def _shortened(pose: HandPose, finger: Finger) -> float:
    """The tilt (cosine to the line of sight) that would make the bone look as short as it does."""
    start, end = PROXIMAL[finger]
    points = pose.landmarks.points_px
    seen = hypot(*(points[end] - points[start]).tolist()) / pose.palm_px
    return sqrt(max(1.0 - (seen / (_nearness(pose, finger) * BONE_SHARE[finger])) ** 2, 0.0))


def _limits(
    points: Array, finger: Finger, at: float, expected: float
) -> tuple[float, float, float]:
    """How far to the left and the right the finger can reach before a neighbour's own bone.

    Returns:
        Both reaches, and the mean distance of the neighbours' bones: fingers side by side are no
        wider than that.
    """
    if finger is Finger.THUMB:
        return inf, inf, inf
    (start_x, start_y), (end_x, end_y) = points[list(PROXIMAL[finger])].tolist()
    length = max(hypot(end_x - start_x, end_y - start_y), 1e-12)
    axis_x, axis_y = (end_x - start_x) / length, (end_y - start_y) / length
    x, y = start_x + at * (end_x - start_x), start_y + at * (end_y - start_y)
    limits, apart = [inf, inf], [inf, inf]
    for other, bone in PROXIMAL.items():
        if other is finger or other is Finger.THUMB:
            continue
        (ax, ay), (bx, by) = points[list(bone)].tolist()
        run = (bx - ax) * axis_x + (by - ay) * axis_y
        if run <= 0.3 * hypot(bx - ax, by - ay):  # not alongside
            continue
        share = min(max(((x - ax) * axis_x + (y - ay) * axis_y) / run, 0.0), 1.2)
        aside_x, aside_y = ax + share * (bx - ax) - x, ay + share * (by - ay) - y
        distance = aside_y * axis_x - aside_x * axis_y  # to the right of an upward bone
        side = int(distance > 0.0)
        limits[side] = min(limits[side], max(0.68 * abs(distance), 0.4 * expected))
        apart[side] = min(apart[side], abs(distance))
    beside = [distance for distance in apart if distance < inf]
    return limits[0], limits[1], sum(beside) / len(beside) if beside else inf


def _read(contour: Contour, at: float, expected: float) -> Outline:
    """Weigh two edges against anatomy."""
    left, right = contour.left, contour.right
    measured = left.offset_px + right.offset_px
    believed = evidence.plausible_width(log(measured / expected))
    both = believed * min(left.confidence, right.confidence)
    for_contour, for_anatomy = _contour_spread(both) ** -2, WIDTH_SHARE_SPREAD**-2
    width = expected
    if both >= LEAST_CLEAR:
        width = exp(
            (for_contour * log(measured) + for_anatomy * log(expected))
            / (for_contour + for_anatomy)
        )
    # Each edge says where the middle is, half a width inside it; the landmarks say 0.
    trust = left.confidence**2, right.confidence**2
    middles = width / 2 - left.offset_px, right.offset_px - width / 2
    shift = (trust[0] * middles[0] + trust[1] * middles[1]) / (trust[0] + trust[1] + 0.08)
    # One edge alone says little of the axis: how a finger tapers differs.
    turn = (atan(right.slope) - atan(left.slope)) / 2.0 * both**2 / (both**2 + 0.08)
    return Outline(at, width, shift, min(max(turn, -LARGEST_TURN), LARGEST_TURN), both)


def _contour_spread(confidence: float) -> float:
    """Of the logarithm of a contour's width."""
    return CONTOUR_SPREAD + 0.25 * (1.0 - confidence) ** 2


def place_ring(
    pose: HandPose,
    finger: Finger,
    outline: Outline,
    intrinsics: Intrinsics,
    inner_diameter: float,
) -> FingerAnchor:
    """Put a ring of `inner_diameter` (metres) around the finger seen in the image.

    The finger fills the ring, so the ring's size in the image gives its distance.
    """
    center_px, axis_px = outline_in_image(pose.landmarks.points_px, finger, outline)
    depth = sqrt(intrinsics.fx * intrinsics.fy) * inner_diameter / outline.width_px
    center = intrinsics.unproject(center_px, depth)
    view = unit(center)
    rotation = _towards(finger_rotation(pose, finger), view, axis_px, intrinsics)
    return FingerAnchor(
        finger,
        pose.landmarks.hand,
        _side(pose, rotation, view),
        RigidTransform(rotation, center),
        center_px,
        axis_px,
        outline.width_px,
        inner_diameter,
        _confidence(pose, finger, abs(float(rotation[:, 1] @ view)), outline),
    )


def outline_in_image(points: Array, finger: Finger, outline: Outline) -> tuple[Array, Array]:
    """Centre and axis (2,) of a ring in the image."""
    (start_x, start_y), (end_x, end_y) = points[list(PROXIMAL[finger])].tolist()
    run_x, run_y = end_x - start_x, end_y - start_y
    length = max(hypot(run_x, run_y), 1e-12)
    x, y = run_x / length, run_y / length  # its right is (-y, x)
    along, aside = cos(outline.turn), sin(outline.turn)
    center = (
        start_x + outline.at * run_x - outline.shift_px * y,
        start_y + outline.at * run_y + outline.shift_px * x,
    )
    return np.array(center), np.array([along * x - aside * y, along * y + aside * x])


def _towards(rotation: Array, ray: Array, axis_px: Array, intrinsics: Intrinsics) -> Array:
    """Turn a frame about the unit `ray` until its +Y runs along `axis_px` in the image."""
    has = perpendicular(rotation[:, 1], ray)
    if has @ has < 1e-6:  # it points at the camera: no direction to correct
        return rotation
    x, y = axis_px.tolist()
    wanted = perpendicular(np.array([x / intrinsics.fx, y / intrinsics.fy, 0.0]), ray)
    return turn_about(ray, atan2(ray @ cross(has, wanted), has @ wanted)) @ rotation


def _side(pose: HandPose, rotation: Array, view: Array) -> Side:
    """The side of the hand that the camera sees, by the palm and the finger together."""
    facing = -(pose.dorsal @ view) - 0.7 * (rotation[:, 2] @ view)
    return Side.DORSAL if facing > 0.0 else Side.PALMAR


def _confidence(pose: HandPose, finger: Finger, tilt: float, outline: Outline) -> float:
    """How sure it is that a ring is seen there: 0..1.

    Args:
        tilt: cosine of the angle between the finger and the line of sight, unsigned.
    """
    confidence = (
        outline.presence
        * evidence.seen_sideways(tilt)
        * evidence.detected(pose.landmarks.score)
        * evidence.large_enough(outline.width_px)
    )
    if pose.landmarks.spread_px is not None:
        spread = float(pose.landmarks.spread_px[list(PROXIMAL[finger])].max())
        confidence *= evidence.agreement(spread / outline.width_px)
    return confidence
