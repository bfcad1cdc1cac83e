"""The two edges of a finger in the image, to a fraction of a pixel.

The phalanx is unrolled into a small patch: rows lie across the finger, one after the other from
the hand to the tip. In it the finger's edges are two nearly upright lines. Each side is searched
for the line along which the colour changes on most rows, the innermost first: what lies between
it and the finger's middle must look like the finger. Then each row finds its own edge beside
that line, and a line is fitted to those that agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from models3d.frames import Array, Image, IntArray

Patch = NDArray[np.float32]

ROWS = 28
_ROW = np.arange(ROWS)
_AROUND = np.array([-1, 0, 1])
HALF_SPAN = 1.15  # expected widths that the patch reaches to either side of the middle
SAMPLES_PER_WIDTH = 40
FINEST_STEP_PX = 0.25
SLOPES = np.linspace(-0.24, 0.24, 13)  # of an edge against the bone: a finger tapers, bones err
NARROWEST, WIDEST = 0.22, 0.95  # distance of an edge from the landmarks' line, expected widths
WIDTH_SPREAD = 0.17  # of the logarithm of the width about the expected one
MIDDLE_SPREAD = 0.14  # of the finger's middle about the landmarks' line, expected widths
SLOPE_SPREAD = 0.10  # of an edge against the bone
USUAL_TAPER, TAPER_SPREAD = -0.05, 0.15  # growth of the width along the bone
OUTSIDE_WEIGHT = 0.45  # of strange colour just beyond an edge, against the edge's own mark of 1
INSIDE_WEIGHT = 1.1  # of strange colour between the finger's middle and the edge
LIKELIHOOD_WEIGHT = 0.12  # of anatomy against what is seen
CREASE_SHARE = 0.13  # how far beyond the edge a crease can be deepest, expected widths
CREASE_RISE = 0.5  # how far it must rise again, against its fall
LIGHTNESS_WEIGHT = 0.6  # shading changes lightness within a finger more than it changes hue
_UNLIKELY_SLOPES = np.float32(0.5 * LIKELIHOOD_WEIGHT) * (SLOPES[:, None] / SLOPE_SPREAD) ** 2


@dataclass(frozen=True, slots=True, eq=False)
class Phalanx:
    """Where to look: a bone in the image and how wide its finger should be."""

    start_px: Array  # (2,) the joint nearer the hand
    end_px: Array  # (2,) the joint nearer the tip
    at: float  # where the width is wanted, share of the way from start to end
    first: float  # the part of the bone to look at, same measure
    last: float
    width_px: float  # expected
    left_limit_px: float = np.inf  # how far the edges can lie from the bone: neighbours
    right_limit_px: float = np.inf


@dataclass(frozen=True, slots=True, eq=False)
class Edge:
    """One side of the finger, a line in the phalanx's own coordinates."""

    offset_px: float  # distance from the bone at `at`, positive outwards
    slope: float  # growth of that distance along the bone
    spread_px: float  # of the rows about the line
    confidence: float  # 0..1


@dataclass(frozen=True, slots=True, eq=False)
class Contour:
    """Both sides. Left is the side of (axis_y, -axis_x), where an upward finger has it."""

    left: Edge
    right: Edge


def find_contour(image: Image, phalanx: Phalanx) -> Contour:
    """Find the finger's edges.

    Args:
        image: (h, w, 3) RGB.
    """
    bone = phalanx.end_px - phalanx.start_px
    length = float(np.linalg.norm(bone))
    axis = bone / max(length, 1e-9)
    step = max(phalanx.width_px / SAMPLES_PER_WIDTH, FINEST_STEP_PX)
    width = phalanx.width_px / step
    half = max(int(np.ceil(HALF_SPAN * width)), 8)
    first = phalanx.first * length
    rise = (phalanx.last - phalanx.first) * length / (ROWS - 1)
    patch = _unroll(image, phalanx.start_px, axis, first, rise, step, half)
    along = first + rise * _ROW
    change = _outwards(_colour_change(patch, max(0.8 / step, 0.035 * width)), half)
    core = change[:, :, : max(int(0.25 * width), 3)].reshape(2, -1)
    sides = _Sides(
        change=change,
        strange=_outwards(_strangeness(patch, half, round(0.22 * width)), half),
        lightness=_outwards(patch[..., 0], half),
        from_at=np.asarray((along - phalanx.at * length) / step, np.float64),
        width=width,
        level=1.2 + 2.5 * _middle_value(core, 1),
    )
    limits = np.array([phalanx.left_limit_px, phalanx.right_limit_px]) / step
    offsets, slopes = _search(sides, limits)
    left, right = _refine(sides, offsets, slopes, step)
    return Contour(left, right)


@dataclass(frozen=True, slots=True, eq=False)
class _Sides:
    """Both halves of a patch, the left one first, columns counted outwards from the bone."""

    change: Patch  # (2, rows, columns)
    strange: Patch
    lightness: Patch
    from_at: Array  # (rows,) distance along the bone from where the width is wanted, columns
    width: float  # expected, columns

    level: Patch  # (2,) what counts as a change of colour: more where the finger itself is uneven


def _middle_value(values: Patch, axis: int) -> Patch:
    """The upper median along one axis, in a tenth of the time that numpy's own takes here."""
    half = values.shape[axis] // 2
    middle: Patch = np.partition(values, half, axis=axis).take(half, axis=axis)
    return middle


def _outwards(patch: Patch, middle: int) -> Patch:
    """(2, rows, columns): the left half mirrored, and the right."""
    return np.stack([patch[:, middle::-1], patch[:, middle:]])


def _unroll(
    image: Image, start: Array, axis: Array, first: float, rise: float, step: float, half: int
) -> Patch:
    """(ROWS, 2 half + 1, 3) CIE Lab across the bone; column `half` lies on it.

    Args:
        first: distance of the first row from `start` along `axis`, pixels.
        rise: from row to row.
    """
    right = np.array([-axis[1], axis[0]])  # an upward axis (0, -1) has its right at (1, 0)
    # pixel centres lie at halves, OpenCV counts from the first one's
    corner = start + first * axis - half * step * right - 0.5
    if step > 1.0:  # do not skip pixels between samples
        spans = np.array([(ROWS - 1) * rise * axis, 2 * half * step * right])
        low = np.floor(corner + np.minimum(spans, 0.0).sum(axis=0)).astype(int) - 2
        high = np.ceil(corner + np.maximum(spans, 0.0).sum(axis=0)).astype(int) + 3
        low = np.clip(low, 0, [image.shape[1] - 1, image.shape[0] - 1])
        high = np.clip(high, low + 1, [image.shape[1], image.shape[0]])
        image = np.asarray(
            cv2.GaussianBlur(image[low[1] : high[1], low[0] : high[0]], (0, 0), 0.5 * step),
            np.uint8,
        )
        corner = corner - low
    image_from_patch = np.column_stack((step * right, rise * axis, corner))
    patch = cv2.warpAffine(
        image,
        image_from_patch,
        (2 * half + 1, ROWS),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    lab = np.asarray(cv2.cvtColor(patch.astype(np.float32) / 255.0, cv2.COLOR_RGB2Lab), np.float32)
    lab[..., 0] *= LIGHTNESS_WEIGHT
    return lab


def _colour_change(patch: Patch, sigma: float) -> Patch:
    """(rows, columns): how much the colour changes across the finger, in Lab units per sigma."""
    soft = cv2.GaussianBlur(patch, (0, 0), sigmaX=sigma, sigmaY=0.8)
    change = cv2.Sobel(soft, cv2.CV_32F, 1, 0, ksize=1) * sigma
    return np.asarray(np.sqrt((change * change).sum(axis=2)), np.float32)


def _strangeness(patch: Patch, middle: int, core: int) -> Patch:
    """(rows, columns): how unlike the finger's core each sample is, 0 alike .. 1 strange."""
    inside = patch[:, middle - core : middle + core + 1]
    colour = cv2.GaussianBlur(_middle_value(inside, 1)[:, None], (0, 0), sigmaX=0.1, sigmaY=3.0)
    usual = _middle_value(np.abs(inside - colour).ravel(), 0)
    distance = np.sqrt(((patch - colour) ** 2).sum(axis=2))
    return np.asarray(distance**2 / (distance**2 + (6.0 + 4.0 * usual) ** 2), np.float32)


def _search(sides: _Sides, limits: Array) -> tuple[Array, Array]:
    """Offsets (2,) and slopes (2,) of the two lines that together look most like a finger."""
    width, columns = sides.width, sides.change.shape[2]
    strength = sides.change**2
    marked = strength / (strength + sides.level[:, None, None] ** 2)
    total = np.zeros((*sides.strange.shape[:2], columns + 1), np.float32)
    np.cumsum(sides.strange, axis=2, out=total[:, :, 1:])
    column = np.arange(columns)
    gap, reach = max(int(0.05 * width), 1), max(int(0.12 * width), 2)
    inner = np.maximum(column - gap, 1)
    start, end = np.minimum(column + gap, columns - 1), np.minimum(column + gap + reach, columns)
    inside = total[:, :, inner] / inner.astype(np.float32)
    outside = (total[:, :, end] - total[:, :, start]) / (end - start).astype(np.float32)
    worth = marked + OUTSIDE_WEIGHT * outside - INSIDE_WEIGHT * inside
    offsets, unlikely = _anatomy(width, columns)
    line = np.rint(offsets + (SLOPES[:, None] * sides.from_at)[..., None]).astype(np.intp)
    np.minimum(np.maximum(line, 0, out=line), columns - 1, out=line)
    line += columns * _ROW[:, None]
    lines = worth.reshape(2, -1).take(line, axis=1).mean(axis=2)  # (2, slopes, offsets)
    lines -= _UNLIKELY_SLOPES
    slopes = SLOPES[lines.argmax(axis=1)]  # (2, offsets)
    best = lines.max(axis=1)
    best[offsets[None, :] > limits[:, None]] = -2.0
    taper = ((slopes[0] - USUAL_TAPER)[:, None] + slopes[1][None, :]) * (1.0 / TAPER_SPREAD)
    score = best[0][:, None] + best[1][None, :]
    score -= 0.5 * LIKELIHOOD_WEIGHT * (unlikely + taper * taper)
    chosen = np.array(np.unravel_index(int(score.argmax()), score.shape))
    return offsets[chosen].astype(np.float64), slopes[[0, 1], chosen]


@lru_cache(maxsize=16)
def _anatomy(width: float, columns: int) -> tuple[IntArray, Array]:
    """The offsets searched (n,) and how unlikely each pair of them is (n, n), squared sigmas.

    Args:
        width: expected, columns; the same for every finger wider than a few pixels.
    """
    offsets = np.arange(int(NARROWEST * width), min(int(WIDEST * width), columns - 1))
    wide = (offsets[:, None] + offsets[None, :]) / width
    aside = (offsets[None, :] - offsets[:, None]) / (2.0 * width)
    unlikely = (np.log(wide) / WIDTH_SPREAD) ** 2 + (aside / MIDDLE_SPREAD) ** 2
    return offsets.astype(np.int32), np.asarray(unlikely, np.float64)


def _refine(sides: _Sides, offsets: Array, slopes: Array, step: float) -> list[Edge]:
    """The lines through the rows' own edges near the lines found."""
    columns = sides.change.shape[2]
    reach = max(int(0.07 * sides.width), 2)
    expected = offsets[:, None] + slopes[:, None] * sides.from_at
    at = np.rint(expected).astype(np.intp)[..., None] + np.arange(-reach, reach + 1)
    np.minimum(np.maximum(at, 1, out=at), columns - 2, out=at)
    line = columns * (_ROW + len(_ROW) * np.arange(2)[:, None])  # each row's first, all in one
    change = sides.change.ravel()
    peak = change.take(at + line[..., None]).argmax(axis=2)
    peak = at[np.arange(2)[:, None], _ROW, peak]
    before, here, after = change.take(peak + line + _AROUND[:, None, None])
    found = peak + _vertex(before, here, after)
    strength = here**2 / (here**2 + sides.level[:, None] ** 2)
    strength = strength * ((here >= before) & (here >= after))
    scale = max(0.03 * sides.width, 1.0)
    # deviations from the line searched; a lone row sets no slope
    deviation = found - expected
    run = sides.from_at
    squared = run * run
    keep_offset, keep_slope = 1e-3, 1e-3 * float(run[-1] - run[0]) ** 2
    shift, turn = np.zeros(2), np.zeros(2)
    weight, residual = strength, deviation
    for _ in range(3):
        residual = deviation - shift[:, None] - turn[:, None] * run
        near = 1.0 + (residual * (1.0 / scale)) ** 2
        weight = strength / (near * near)
        w0 = weight.sum(axis=1) + keep_offset
        w1 = weight @ run
        w2 = weight @ squared + keep_slope
        weighted = weight * deviation
        d0, d1 = weighted.sum(axis=1), weighted @ run
        determinant = w0 * w2 - w1 * w1
        shift, turn = (d0 * w2 - d1 * w1) / determinant, (d1 * w0 - d0 * w1) / determinant
    shift = np.minimum(np.maximum(shift, -reach), reach)  # further off it would be another edge
    spread = np.sqrt((weight * residual**2).sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-6))
    confidence = np.clip((weight.mean(axis=1) - 0.15) / 0.4, 0.0, 1.0)
    edges = []
    for k in (0, 1):
        offset, slope = float(offsets[k] + shift[k]), float(slopes[k] + turn[k])
        offset += _crease(sides.lightness[k], offset + slope * run, sides.width)
        edges.append(Edge(offset * step, slope, float(spread[k]) * step, float(confidence[k])))
    return edges


def _vertex(before: Patch, here: Patch, after: Patch) -> Array:
    """Where between samples the parabola through three peaks or dips: -0.5 .. 0.5."""
    curve = before - 2.0 * here + after
    curved = np.abs(curve) > 1e-9
    moved = np.where(curved, 0.5 * (before - after) / np.where(curved, curve, 1.0), 0.0)
    return np.clip(moved, -0.5, 0.5)


def _crease(lightness: Patch, line: Array, width: float) -> float:
    """Columns from a line to the bottom of the dark crease outside it; 0 without one.

    Where fingers touch, the change of colour marks the crease's near wall.

    Args:
        lightness: (rows, columns) of one side.
        line: (rows,) columns of the edge.
    """
    reach = max(int(CREASE_SHARE * width), 2)
    at = np.clip(line[:, None] + np.arange(-reach, 2 * reach + 1), 0, lightness.shape[1] - 1.001)
    left = at.astype(np.intp)
    row = np.arange(len(at))[:, None]
    share = at - left
    profile = (1.0 - share) * lightness[row, left] + share * lightness[row, left + 1]
    profile = profile.mean(axis=0)
    outside = profile[reach : 2 * reach + 1]
    bottom = int(outside.argmin())
    if bottom in (0, len(outside) - 1):
        return 0.0
    fall = float(profile[: reach + 1].max() - outside[bottom])
    rise = float(profile[reach + bottom :].max() - outside[bottom])
    if fall < 1.0 or rise < CREASE_RISE * fall:
        return 0.0
    return bottom + float(_vertex(*outside[bottom - 1 : bottom + 2]))
