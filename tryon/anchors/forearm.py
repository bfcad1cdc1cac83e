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
from dataclasses import dataclass
from math import pi

import cv2
import numpy as np
from numpy.typing import NDArray

from models3d.frames import Array, Image
from tryon.anchors.contour import Phalanx, find_contour
from tryon.anchors.evidence import smoothstep
from tryon.anchors.hand_frame import KNUCKLES, WRIST, HandPose, unit
from tryon.tones import SkinTone, apart
from tryon.types import BodyLandmarks

Patch = NDArray[np.float32]

REACH = 1.9  # palms about the wrist that are looked at
SIDE = 112  # pixels of that picture
DIRECTIONS = 60  # all round
FIRST_ROW, LAST_ROW, ROWS = 0.12, 1.40, 13  # palms from the wrist
HALF_SPAN, COLUMN = 1.0, 1.0 / 30.0  # palms to either side, and between samples
AT = 0.45  # palms from the wrist, where a width counts: there a watch sits
SLOPES = np.array([-0.12, 0.0, 0.1, 0.2, 0.32])  # outwards along the arm, away from the hand
NARROWEST, WIDEST = 0.18, 0.72  # palms from the middle to an edge
# 155 and 176 mm round (ANSUR II), an ellipse 1.15 times as broad as a round wrist, on hands whose
# palm measures 82 and 93 mm: breadth 0.69 palms. A sleeve is wider.
USUAL_BREADTH, DEPTH_SHARE = 0.69, 0.74
WIDTH_SPREAD = 0.17  # of its natural logarithm
MIDDLE_SPREAD = 0.14  # palms, of the arm's middle at the wrist about the landmark
USUAL_TAPER, TAPER_SPREAD = 0.16, 0.22  # growth of the width, away from the hand
BENT_SPREAD = np.radians(42.0)  # of the arm's direction against the hand's, seen flat
BODY_SPREAD = np.radians(9.0)  # against the body's joints
OUTSIDE_WEIGHT, INSIDE_WEIGHT, LIKELIHOOD_WEIGHT = 0.45, 1.1, 0.12
STRANGE = 11.0  # Lab units at which a colour is half strange
LIGHTNESS_WEIGHT = 0.6
UNEVEN_WEIGHT, BANDS = 1.2, 2  # of colours that change along the arm; that often they may
SKIN_WEIGHT, SKIN = 0.5, 2.4  # of the hand's own colours; spreads at which one is half strange
BEYOND, BESIDE = 0.15, 0.35  # palms along and beside a direction from which the hand covers it
OVER_HAND = 12.0  # against such a direction, squared spreads
HAND_BREADTH = 0.718  # palms between the outer knuckles, as tryon.anchors.hand_frame has it
LIFTED_SHARE = 0.2
FLAT, STEEP = 0.35, 0.8  # share of the hand seen lengthwise below and above which it points well
STRAIGHT, BENT = np.radians(20.0), np.radians(60.0)
TILT_SHARE = 0.6  # of the hand's tilt that the forearm shares on average: wrists bend
ARM_LENGTH = 2.9  # palms from wrist to elbow
ELBOW, BODY_WRIST = (13, 14), (15, 16)
AGREES, DISAGREES = 0.35, 0.8  # palms between the body's wrist and the hand's


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
        for elbow, joint in zip(ELBOW, BODY_WRIST, strict=True):
            apart = float(np.linalg.norm(body.points_px[joint] - wrist)) / palm
            agrees = 1.0 - smoothstep(AGREES, DISAGREES, apart)
            sure = agrees * float(min(body.visibility[joint], body.visibility[elbow]))
            away = body.points_px[elbow] - wrist
            seen = float(np.linalg.norm(away)) / palm
            sure *= smoothstep(0.4, 1.2, seen)  # a foreshortened arm points anywhere
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


def find_forearm(
    image: Image,
    pose: HandPose,
    bodies: Sequence[BodyLandmarks] = (),
    remembered: Forearm | None = None,
    tone: SkinTone | None = None,
    *,
    anew: bool = True,
) -> Forearm:
    """The forearm of one hand.

    Args:
        image: (h, w, 3) RGB.
        bodies: joints seen in this frame or a little before.
        remembered: the forearm a frame ago: only near its direction another is looked for.
        anew: look for it; otherwise the one remembered is only measured again.
        tone: of the hand's skin, which bare arms share.
    """
    palm = palm_seen(pose)
    hand, body = from_hand(pose, palm), from_body(pose, palm, bodies)
    guesses = [hand] if body is None else [hand, body]
    broad = _usual_breadth(pose, body or hand)
    if remembered is None or anew:
        found = _search(image, pose, palm, guesses, broad, remembered, tone)
    else:
        found = _as_before(remembered)
    return _measured(image, pose, palm, found, guesses)


def _usual_breadth(pose: HandPose, guess: Guess) -> float:
    """How broad the wrist should be seen, palms: it is an ellipse, and turns."""
    across = np.array([-guess.away_px[1], guess.away_px[0], 0.0])
    flat = float(pose.hinge @ across) ** 2  # 1: the breadth is seen, 0: the depth
    return USUAL_BREADTH * float(np.sqrt(flat + (1.0 - flat) * DEPTH_SHARE**2))


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """The best pair of lines on the small picture."""

    away: Array  # (2,) unit
    left: float  # palms from the middle at `AT`
    right: float
    sure: float  # 0..1, that it is an arm, and no other direction as good


@dataclass(frozen=True, slots=True, eq=False)
class _Fan:
    """Where rows across the arm lie on the small picture, for every direction."""

    x: Patch  # (directions, rows, columns) pixels
    y: Patch
    away: Array  # (directions, 2)


def _fan() -> _Fan:
    angle = np.arange(DIRECTIONS) * (2.0 * pi / DIRECTIONS)
    away = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    right = np.stack([away[:, 1], -away[:, 0]], axis=1)  # of somebody who looks towards the hand
    columns = np.arange(-round(HALF_SPAN / COLUMN), round(HALF_SPAN / COLUMN) + 1) * COLUMN
    rows = np.linspace(FIRST_ROW, LAST_ROW, ROWS)
    spots = rows[:, None, None] * away[:, None, None] + columns[:, None] * right[:, None, None]
    pixels = (spots * (0.5 * SIDE / REACH) + 0.5 * SIDE - 0.5).astype(np.float32)
    return _Fan(np.ascontiguousarray(pixels[..., 0]), np.ascontiguousarray(pixels[..., 1]), away)


_FAN = _fan()
_ROWS = np.linspace(FIRST_ROW, LAST_ROW, ROWS)
_ROW_WEIGHT = 1.0 - 0.6 * np.clip((_ROWS - 0.9) / 0.5, 0.0, 1.0)
_MIDDLE = round(HALF_SPAN / COLUMN)
_OFFSETS = np.arange(round(NARROWEST / COLUMN), round(WIDEST / COLUMN) + 1)
_LINES = np.clip(  # (slopes, offsets, rows) column of each line in each row
    np.rint(_OFFSETS[None, :, None] + SLOPES[:, None, None] * ((_ROWS - AT) / COLUMN)),
    1,
    _MIDDLE - 2,
).astype(np.intp)


def _search(
    image: Image,
    pose: HandPose,
    palm: float,
    guesses: Sequence[Guess],
    broad: float,
    remembered: Forearm | None,
    tone: SkinTone | None,
) -> _Found:
    """The direction and the lines that look most like an arm."""
    prior = np.zeros(DIRECTIONS)
    for guess in guesses:
        bent = np.arccos(np.clip(_FAN.away @ guess.away_px, -1.0, 1.0))
        prior += np.minimum((bent / guess.spread) ** 2, 12.0)
    prior += OVER_HAND * _over_hand(pose, palm)
    near = prior < 14.0
    if remembered is not None:
        near &= _FAN.away @ -remembered.towards_hand > np.cos(np.radians(20.0))
    if not near.any():
        near = prior <= prior.min() + 1e-9
    chosen = np.flatnonzero(near)
    patch, inside = _unrolled(image, pose, palm, chosen)
    worth, seen, core = _worth(patch, inside)
    side, row = np.arange(2)[:, None, None, None], np.arange(ROWS)
    weight = seen[:, :, None, None] * _ROW_WEIGHT  # (k, 2, 1, 1, rows)
    lines = (worth[:, side, row, _LINES] * weight).sum(axis=-1)
    lines /= np.maximum(weight.sum(axis=-1), 0.25 * _ROW_WEIGHT.sum())
    best = lines.argmax(axis=2)  # (k, 2, offsets)
    value = np.take_along_axis(lines, best[:, :, None], axis=2)[:, :, 0]
    slope = SLOPES[best]
    offset = _OFFSETS * COLUMN
    width = offset[:, None] + offset[None]
    middle = 0.5 * (offset[None] - offset[:, None])
    start = middle - 0.5 * AT * (slope[:, 1, None] - slope[:, 0, :, None])
    taper = slope[:, 1, None] + slope[:, 0, :, None]
    unlikely = (np.log(width / broad) / WIDTH_SPREAD) ** 2 + (start / MIDDLE_SPREAD) ** 2
    unlikely = unlikely + ((taper - USUAL_TAPER) / TAPER_SPREAD) ** 2 + prior[chosen, None, None]
    score = value[:, 0, :, None] + value[:, 1, None] - 0.5 * LIKELIHOOD_WEIGHT * unlikely
    score += _inner_likeness(core, tone)[:, None, None]
    each = score.reshape(len(chosen), -1)
    k = int(each.max(axis=1).argmax())
    i, j = np.unravel_index(int(each[k].argmax()), score.shape[1:])
    away = _FAN.away[chosen[k]]
    turn = 0.5 * (slope[k, 1, j] - slope[k, 0, i])  # of the middle line, to the right
    right = np.array([away[1], -away[0]])
    others = each.max(axis=1)[_FAN.away[chosen] @ away < np.cos(np.radians(28.0))]
    gap = float(each[k].max() - others.max()) if len(others) else 0.3
    doubt = 1.0 - smoothstep(0.0, 0.2, gap)
    return _Found(
        unit(away + turn * right),
        float(offset[i]),
        float(offset[j]),
        smoothstep(0.15, 0.75, float(each[k].max())) * (1.0 - 0.6 * doubt),
    )


def _over_hand(pose: HandPose, palm: float) -> Array:
    """(DIRECTIONS,) 0..1: whether the palm or the fingers go that way; there no arm is seen."""
    points = pose.landmarks.points_px
    hand = (points[list(KNUCKLES)].mean(axis=0) - points[WRIST]) / palm
    fingers = (points[KNUCKLES[0] :] - points[WRIST]) / palm
    along = _FAN.away @ fingers.T
    aside = np.abs(_FAN.away[:, :1] * fingers[:, 1] - _FAN.away[:, 1:] * fingers[:, 0])
    crossed = ((along > 3.0 * BEYOND) & (aside < BESIDE)).any(axis=1)
    over = np.clip((_FAN.away @ hand - BEYOND) / BEYOND, 0.0, 1.0)
    return np.asarray(np.maximum(over, crossed), np.float64)


def _unrolled(
    image: Image, pose: HandPose, palm: float, chosen: NDArray[np.intp]
) -> tuple[Patch, Patch]:
    """Rows across the arm: (k, rows, columns, 3) weighted Lab; and where the image is, 0 or 1."""
    center = pose.landmarks.points_px[WRIST]
    half = REACH * palm
    scale = 0.5 * SIDE / half
    height, width = image.shape[:2]
    low = np.clip(np.floor(center - half).astype(int), 0, (width - 2, height - 2))
    high = np.clip(np.ceil(center + half).astype(int), low + 2, (width, height))
    factor = max(int(1.0 / scale), 1)  # a whole one is quick to average over
    high = low + np.maximum((high - low) // factor, 1) * factor
    window = image[low[1] : high[1], low[0] : high[0]]
    if factor > 1 and min(window.shape[:2]) >= factor:
        size = (window.shape[1] // factor, window.shape[0] // factor)
        window = np.asarray(cv2.resize(window, size, interpolation=cv2.INTER_AREA), np.uint8)
    sizes = np.array(window.shape[1::-1]) / (high - low)
    lab = cv2.cvtColor(window.astype(np.float32) / 255.0, cv2.COLOR_RGB2Lab)
    lab *= np.array([LIGHTNESS_WEIGHT, 1.0, 1.0], np.float32)
    # small picture -> image -> window
    origin = (center - half - low) * sizes
    x = (_FAN.x[chosen] + 0.5) * np.float32(sizes[0] / scale) + np.float32(origin[0] - 0.5)
    y = (_FAN.y[chosen] + 0.5) * np.float32(sizes[1] / scale) + np.float32(origin[1] - 0.5)
    flat = (-1, x.shape[-1])
    patch = cv2.remap(
        lab, x.reshape(flat), y.reshape(flat), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    inside = (x > -1) & (y > -1) & (x < window.shape[1]) & (y < window.shape[0])
    return np.asarray(patch.reshape(*x.shape, 3), np.float32), inside.astype(np.float32)


def _worth(patch: Patch, inside: Patch) -> tuple[Patch, Patch, Patch]:
    """How much each sample looks like an arm's edge: (k, 2, rows, columns), outwards.

    And (k, 2, rows) how much of the row on either side is inside the image, and (k, rows, 3) the
    colour in the middle of each row.
    """
    change = np.zeros(patch.shape[:3], np.float32)
    step = patch[:, :, 2:] - patch[:, :, :-2]
    change[:, :, 1:-1] = np.sqrt((step * step).sum(axis=3))
    core = patch[:, :, _MIDDLE - 4 : _MIDDLE + 5]
    colour = np.partition(core, 4, axis=2)[:, :, 4]
    apart = ((patch - colour[:, :, None]) ** 2).sum(axis=3)
    strange = apart / (apart + STRANGE**2)
    level = 3.0 + 2.0 * np.median(change[:, :, _MIDDLE - 6 : _MIDDLE + 7], axis=(1, 2))
    marked = change**2 / (change**2 + level[:, None, None] ** 2)
    strange = _outwards(np.asarray(strange, np.float32))
    total = np.cumsum(np.pad(strange, ((0, 0), (0, 0), (0, 0), (1, 0))), axis=3)
    columns = strange.shape[3]
    column = np.arange(columns)
    inner = np.maximum(column - 1, 1)
    start, end = np.minimum(column + 2, columns - 1), np.minimum(column + 6, columns)
    beneath = total[..., inner] / inner
    beyond = (total[..., end] - total[..., start]) / (end - start)
    worth = (
        _outwards(np.asarray(marked, np.float32))
        + OUTSIDE_WEIGHT * beyond
        - INSIDE_WEIGHT * beneath
    )
    seen = _outwards(inside)[..., : round(0.5 / COLUMN)].mean(axis=3)
    return np.asarray(worth, np.float32), np.asarray(seen, np.float32), colour


def _inner_likeness(core: Patch, tone: SkinTone | None) -> Patch:
    """(k,) how much the middle of each band looks like one limb, and like this hand's.

    Args:
        core: (k, rows, 3) weighted Lab.
    """
    step = ((core[:, 1:] - core[:, :-1]) ** 2).sum(axis=2)
    uneven = np.sort(step / (step + STRANGE**2), axis=1)[:, :-BANDS]  # of a watch, or a cuff
    likeness = -UNEVEN_WEIGHT * uneven.mean(axis=1)
    if tone is not None and tone.trust > 0.0:
        light = core[..., :1] / np.float32(LIGHTNESS_WEIGHT) + np.float32(16.0)
        seen = np.concatenate([np.log(light), core[..., 1:] / light], axis=2)
        far = apart(seen, tone)
        bare = (SKIN**2 / (far + SKIN**2) * _ROW_WEIGHT).sum(axis=1) / _ROW_WEIGHT.sum()
        likeness = likeness + SKIN_WEIGHT * tone.trust * bare
    return np.asarray(likeness, np.float32)


def _outwards(values: Patch) -> Patch:
    return np.stack([values[:, :, _MIDDLE::-1], values[:, :, _MIDDLE:]], axis=1)


def _as_before(forearm: Forearm) -> _Found:
    """What was found a frame ago; the landmark and the arm keep their places to each other."""
    half = 0.5 * forearm.breadth_palms
    return _Found(
        -forearm.towards_hand,
        half - forearm.aside_palms,
        half + forearm.aside_palms,
        forearm.found,
    )


def _measured(
    image: Image, pose: HandPose, palm: float, found: _Found, guesses: Sequence[Guess]
) -> Forearm:
    """The edges found, measured in the image, and weighed against the guesses."""
    wrist = pose.landmarks.points_px[WRIST]
    away = found.away
    right = np.array([away[1], -away[0]])
    at = wrist + palm * (AT * away + 0.5 * (found.right - found.left) * right)
    near, far = at - 0.45 * palm * away, at + 0.65 * palm * away
    width = (found.left + found.right) * palm
    contour = find_contour(
        image, Phalanx(far, near, at=0.65 / 1.1, first=0.15, last=0.95, width_px=width)
    )
    left, right_edge = contour.left, contour.right
    outlined = min(left.confidence, right_edge.confidence)
    clear = smoothstep(0.1, 0.6, outlined)
    measured = left.offset_px + right_edge.offset_px
    width = float(np.exp((1.0 - clear) * np.log(width) + clear * np.log(measured)))
    shift = 0.5 * clear * (right_edge.offset_px - left.offset_px)
    turn = 0.5 * clear * (np.arctan(right_edge.slope) - np.arctan(left.slope))
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
    taper = -clear * (left.slope + right_edge.slope) + (1.0 - clear) * USUAL_TAPER
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
