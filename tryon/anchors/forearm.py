"""Where the forearm runs from the wrist, and its two edges there.

Three witnesses, in the order of their trust: the body's elbow and wrist where they agree with the
hand; the forearm's own outline, skin or sleeve; the hand, from which the forearm goes on unless
the wrist is bent. The outline is looked for all round the wrist on a small picture of it: along
each direction the two lines that together look most like an arm, by the change of colour at them,
by what lies between them being alike row by row, and by how wide and how straight arms are. The
best is measured again in the image itself (tryon.anchors.contour).

Lengths are in palms: the palm as long as it would be seen parallel to the image.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt

import cv2
import numpy as np

from models3d.frames import Array, Image
from tryon.anchors.arm_guess import AT as AT
from tryon.anchors.arm_guess import (
    USUAL_TAPER,
    Guess,
    from_body,
    from_hand,
    palm_seen,
    usual_breadth,
)
from tryon.anchors.arm_person import as_wide_as_the_person
from tryon.anchors.arm_search import Found, search_arm
from tryon.anchors.contour import HALF_SPAN, Edge, Phalanx, find_contour
from tryon.anchors.evidence import smoothstep
from tryon.anchors.hand_frame import WRIST, HandPose, unit
from tryon.covers.tones import SkinTone
from tryon.types import BodyLandmarks, PersonMask

FINE_PX = 48.0  # of an arm's breadth, that tell its edges to a fraction of a pixel
UNSEEN = 0.3  # confidence of an edge below which the person's outline may tell it
STRAIGHT, BENT = np.radians(20.0), np.radians(60.0)


@dataclass(frozen=True, slots=True, eq=False)
class Forearm:
    """The forearm at the wrist, as the image shows it."""

    start_px: Array  # (2,) its middle beside the hand's wrist landmark
    towards_hand: Array  # (2,) unit, along its middle
    breadth_palms: float  # of what is seen at `AT`: skin, or a sleeve
    aside_palms: float  # of its middle there to the right of the wrist landmark
    taper: float  # growth of that width per length, away from the hand
    rise: float  # -1..1: sine of its tilt away from the camera, going towards the hand
    outlined: float  # 0..1, that both edges are seen
    found: float  # 0..1, that what was found about the wrist looks like an arm
    confidence: float  # 0..1, that the direction is right
    palm_px: float  # palm length as if parallel to the image


def find_forearm(
    image: Image,
    pose: HandPose,
    bodies: Sequence[BodyLandmarks] = (),
    remembered: Forearm | None = None,
    tone: SkinTone | None = None,
    *,
    anew: bool = True,
    measured: bool = True,
    person: PersonMask | None = None,
) -> Forearm:
    """The forearm of one hand.

    Args:
        image: (h, w, 3) RGB.
        bodies: joints seen in this frame or a little before.
        remembered: the forearm a frame ago: only near its direction another is looked for.
        anew: look for it; otherwise the one remembered is only measured again.
        measured: that it is; otherwise it goes with the hand.
        person: where people are in this very frame, if known.
        tone: of the hand's skin, which bare arms share.
    """
    palm = palm_seen(pose)
    if remembered is not None and not anew and not measured:
        return _carried(remembered, pose, palm)
    hand, body = from_hand(pose, palm), from_body(pose, palm, bodies)
    guesses = [hand] if body is None else [hand, body]
    broad = usual_breadth(pose, body or hand)
    if remembered is None or anew:
        near_to = None if remembered is None else -remembered.towards_hand
        found = search_arm(image, pose, palm, guesses, broad, near_to, tone)
    else:
        found = _as_before(remembered)
    return _measured(image, pose, palm, found, guesses, broad, person)


def _carried(forearm: Forearm, pose: HandPose, palm: float) -> Forearm:
    """The forearm a frame ago, at the place where its hand is now."""
    towards = forearm.towards_hand
    aside = palm * forearm.aside_palms * np.array([-towards[1], towards[0]])
    return replace(forearm, start_px=pose.landmarks.points_px[WRIST] + aside, palm_px=palm)


def _as_before(forearm: Forearm) -> Found:
    """What was found a frame ago; the landmark and the arm keep their places to each other."""
    half = 0.5 * forearm.breadth_palms
    return Found(
        -forearm.towards_hand,
        half - forearm.aside_palms,
        half + forearm.aside_palms,
        forearm.found,
    )


def arm_edges(image: Image, far: Array, near: Array, width: float) -> tuple[Edge, Edge]:
    """Both edges of the arm, seen as finely as they need and no finer.

    Args:
        far, near: (2,) pixels on its middle, 1.1 palms apart; offsets count `AT` from `near`.
        width: expected, pixels.
    """
    factor = max(int(width / FINE_PX), 1)
    limits = image.shape[1::-1]
    reach = HALF_SPAN * width + 4.0 * factor
    low = np.clip(np.floor(np.minimum(far, near) - reach), 0, np.array(limits) - 2).astype(int)
    high = np.clip(np.ceil(np.maximum(far, near) + reach), low + 2, limits).astype(int)
    size = (high - low) // factor
    if factor > 1 and size.min() > 1:
        high = low + size * factor
        window = image[low[1] : high[1], low[0] : high[0]]
        image = np.asarray(cv2.resize(window, size, interpolation=cv2.INTER_AREA), np.uint8)
        far, near = (far - low) / factor, (near - low) / factor
    else:
        factor = 1
    bone = Phalanx(
        far, near, 0.65 / 1.1, first=0.15, last=0.95, width_px=width / factor, on_shadow=True
    )
    contour = find_contour(image, bone)
    left, right = (
        replace(edge, offset_px=factor * edge.offset_px, spread_px=factor * edge.spread_px)
        for edge in (contour.left, contour.right)
    )
    return left, right


def _measured(
    image: Image,
    pose: HandPose,
    palm: float,
    found: Found,
    guesses: Sequence[Guess],
    broad: float,
    person: PersonMask | None,
) -> Forearm:
    """The edges found, measured in the image, and weighed against the guesses."""
    wrist = pose.landmarks.points_px[WRIST]
    away = found.away
    right = np.array([away[1], -away[0]])
    at = wrist + palm * (AT * away + 0.5 * (found.right - found.left) * right)
    near, far = at - 0.45 * palm * away, at + 0.65 * palm * away
    width = (found.left + found.right) * palm
    left, right_edge = arm_edges(image, far, near, width)
    if person is not None:
        unseen = left.confidence < UNSEEN, right_edge.confidence < UNSEEN
        size = (image.shape[1], image.shape[0])
        wider = as_wide_as_the_person(found, unseen, person, size, wrist, palm, broad)
        if wider is not found:
            return _measured(image, pose, palm, wider, guesses, broad, None)
    half = 0.5 * width
    clear_left, clear_right = (smoothstep(0.1, 0.6, each.confidence) for each in (left, right_edge))
    clear = sqrt(clear_left * clear_right)
    to_left = half + clear_left * (max(left.offset_px, 0.1 * half) - half)
    to_right = half + clear_right * (max(right_edge.offset_px, 0.1 * half) - half)
    width = to_left + to_right
    shift = 0.5 * (to_right - to_left)
    slope_left, slope_right = clear_left * left.slope, clear_right * right_edge.slope
    turn = 0.5 * (np.arctan(slope_right) - np.arctan(slope_left))
    towards = unit(-away + turn * np.array([away[1], -away[0]]))
    at = at + shift * np.array([away[1], -away[0]])
    sure = found.sure * (0.6 + 0.4 * clear)
    hand, body = guesses[0], guesses[1] if len(guesses) > 1 else None
    weights = [(towards, sure**2 * 1.5), (-hand.away_px, 0.06 * max(hand.confidence, 0.01))]
    if body is not None:
        weights.append((-body.away_px, 0.5 * body.confidence**2))
    towards = unit(sum((weight * way for way, weight in weights), np.zeros(2)))
    bent = float(np.arccos(np.clip(-(hand.away_px @ towards), -1.0, 1.0)))
    straight = hand.confidence * (1.0 - smoothstep(STRAIGHT, BENT, bent))
    spoken = body.confidence if body is not None else 0.0
    # an elbow alone does not place a wrist whose hand points at the camera
    told = spoken * (0.4 + 0.4 * max(clear, hand.confidence))
    confidence = 1.0 - (1.0 - sure) * (1.0 - told) * (1.0 - 0.55 * straight)
    rise = hand.rise
    if body is not None:
        rise = (1.0 - 0.7 * spoken) * rise + 0.7 * spoken * body.rise
    unclear = 1.0 - 0.5 * (clear_left + clear_right)
    taper = unclear * USUAL_TAPER - slope_left - slope_right
    return Forearm(
        at + AT * palm * towards,
        towards,
        width / palm,
        float((at - wrist) @ np.array([-towards[1], towards[0]])) / palm,
        float(np.clip(taper, -0.1, 0.45)),
        float(np.clip(rise, -0.95, 0.95)),
        clear,
        found.sure,
        float(confidence),
        palm,
    )
