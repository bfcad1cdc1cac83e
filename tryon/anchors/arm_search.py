"""The two lines about a wrist that look most like an arm, on a small picture of its surroundings.

Along each direction the colour must change at both lines; what lies between them must be alike row
by row, or nearly, and like the hand's skin if it is bare; and arms are so wide and so straight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi

import cv2
import numpy as np
from numpy.typing import NDArray

from models3d.frames import Array, Image
from tryon.anchors.arm_guess import AT, USUAL_TAPER, Guess
from tryon.anchors.evidence import smoothstep
from tryon.anchors.hand_frame import KNUCKLES, WRIST, HandPose, unit
from tryon.covers.tones import SkinTone, apart

Patch = NDArray[np.float32]

REACH = 1.9  # palms about the wrist that are looked at
SIDE = 112  # pixels of that picture
DIRECTIONS = 60  # all round
FIRST_ROW, LAST_ROW, ROWS = 0.12, 1.40, 13  # palms from the wrist
HALF_SPAN, COLUMN = 1.0, 1.0 / 30.0  # palms to either side, and between samples
SLOPES = np.array([-0.12, 0.0, 0.1, 0.2, 0.32])  # outwards along the arm, away from the hand
NARROWEST, WIDEST = 0.18, 0.72  # palms from the middle to an edge
WIDTH_SPREAD = 0.17  # of its natural logarithm
MIDDLE_SPREAD = 0.14  # palms, of the arm's middle at the wrist about the landmark
TAPER_SPREAD = 0.22  # of the growth of the width, away from the hand
OUTSIDE_WEIGHT, INSIDE_WEIGHT, LIKELIHOOD_WEIGHT = 0.45, 1.1, 0.12
STRANGE = 11.0  # Lab units at which a colour is half strange
LIGHTNESS_WEIGHT = 0.6
UNEVEN_WEIGHT, BANDS = 1.2, 2  # of colours that change along the arm; that often they may
SKIN_WEIGHT, SKIN = 0.5, 2.4  # of the hand's own colours; spreads at which one is half strange
BEYOND, BESIDE = 0.15, 0.35  # palms along and beside a direction from which the hand covers it
OVER_HAND = 12.0  # against such a direction, squared spreads


@dataclass(frozen=True, slots=True, eq=False)
class Found:
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


def search_arm(
    image: Image,
    pose: HandPose,
    palm: float,
    guesses: Sequence[Guess],
    broad: float,
    near_to: Array | None,
    tone: SkinTone | None,
) -> Found:
    """The direction and the lines that look most like an arm."""
    prior = np.zeros(DIRECTIONS)
    for guess in guesses:
        bent = np.arccos(np.clip(_FAN.away @ guess.away_px, -1.0, 1.0))
        prior += np.minimum((bent / guess.spread) ** 2, 12.0)
    prior += OVER_HAND * _over_hand(pose, palm)
    near = prior < 14.0
    if near_to is not None:
        near &= _FAN.away @ near_to > np.cos(np.radians(20.0))
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
    return Found(
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
