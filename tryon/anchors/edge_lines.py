"""Two lines through an unrolled finger that look most like its edges, and the rows' own edges.

Rows lie across the finger, one after the other from the hand to the tip. Each side is searched for
the line along which the colour changes on most rows, weighed by anatomy; then each row finds its
own edge beside that line, and a line is fitted to those that agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from models3d.frames import Array, IntArray

Patch = NDArray[np.float32]

ROWS = 28
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
_ROW = np.arange(ROWS)
_BOTH_ROWS = np.arange(2 * ROWS).reshape(2, ROWS)
_AROUND = np.array([-1, 0, 1])
_UNLIKELY_SLOPES = np.float32(0.5 * LIKELIHOOD_WEIGHT) * (SLOPES[:, None] / SLOPE_SPREAD) ** 2


@dataclass(frozen=True, slots=True, eq=False)
class Edge:
    """One side of the finger, a line in the phalanx's own coordinates."""

    offset_px: float  # distance from the bone at `at`, positive outwards
    slope: float  # growth of that distance along the bone
    spread_px: float  # of the rows about the line
    confidence: float  # 0..1


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """Both halves of a patch, the left one first, columns counted outwards from the bone."""

    change: Patch  # (2, rows, columns)
    strange: Patch
    lightness: Patch
    from_at: Array  # (rows,) distance along the bone from where the width is wanted, columns
    width: float  # expected, columns

    level: Patch  # (2,) what counts as a change of colour: more where the finger itself is uneven


def search(sides: Sides, limits: tuple[float, float]) -> tuple[Array, Array]:
    """Offsets (2,) and slopes (2,) of the two lines that together look most like a finger."""
    width, columns = sides.width, sides.change.shape[2]
    strength = sides.change * sides.change
    level = (sides.level * sides.level)[:, None, None]
    worth = np.asarray(strength / (strength + level), np.float32)
    total = np.zeros((2, ROWS, columns + 1), np.float32)
    np.cumsum(sides.strange, axis=2, out=total[:, :, 1:])
    inner, start, end, beyond = _sums(width, columns)
    worth += (OUTSIDE_WEIGHT * (total.take(end, axis=2) - total.take(start, axis=2))) / beyond
    worth -= INSIDE_WEIGHT * (total.take(inner, axis=2) / inner.astype(np.float32))
    offsets, unlikely = _anatomy(width, columns)
    lines = _mean_along(worth, offsets, sides.from_at)  # (2, slopes, offsets)
    lines -= _UNLIKELY_SLOPES
    slopes = SLOPES[lines.argmax(axis=1)]  # (2, offsets)
    best = lines.max(axis=1)
    for side in (0, 1):
        best[side, offsets > limits[side]] = -2.0
    taper = ((slopes[0] - USUAL_TAPER)[:, None] + slopes[1][None, :]) * (1.0 / TAPER_SPREAD)
    score = best[0][:, None] + best[1][None, :]
    score -= 0.5 * LIKELIHOOD_WEIGHT * (unlikely + taper * taper)
    chosen = np.array(divmod(int(score.argmax()), len(offsets)))
    return offsets[chosen].astype(np.float64), slopes[[0, 1], chosen]


def _mean_along(worth: Patch, offsets: IntArray, from_at: Array) -> Patch:
    """(2, slopes, offsets): the mean of `worth` (2, rows, columns) along each line.

    A line moves from row to row by whole columns; beyond the patch its last column goes on.
    """
    moved = np.rint(SLOPES[:, None] * from_at).astype(np.intp)
    margin, columns = int(np.abs(moved).max()), worth.shape[2]
    wide = np.zeros((2, ROWS, columns + 2 * margin), np.float32)
    wide[:, :, margin : margin + columns] = worth
    wide[:, :, :margin] = worth[:, :, :1]
    wide[:, :, margin + columns :] = worth[:, :, -1:]
    count = len(offsets)  # which follow one another
    shape = 2, ROWS, wide.shape[2] - count + 1, count
    runs = as_strided(wide, shape, (*wide.strides, wide.strides[2]), writeable=False)
    rows = runs[:, _ROW, moved + (margin + int(offsets[0]))]  # (2, slopes, rows, offsets)
    return np.asarray(np.add.reduce(rows, axis=2) * np.float32(1.0 / ROWS), np.float32)


@lru_cache(maxsize=16)
def _sums(width: float, columns: int) -> tuple[IntArray, IntArray, IntArray, Patch]:
    """Of each column: the ends of what is summed inside and outside an edge, and the latter's size.

    Args:
        width: expected, columns; the same for every finger wider than a few pixels.
    """
    column = np.arange(columns)
    gap, reach = max(int(0.05 * width), 1), max(int(0.12 * width), 2)
    start, end = np.minimum(column + gap, columns - 1), np.minimum(column + gap + reach, columns)
    return np.maximum(column - gap, 1), start, end, (end - start).astype(np.float32)


@lru_cache(maxsize=16)
def _anatomy(width: float, columns: int) -> tuple[IntArray, Array]:
    """The offsets searched (n,) and how unlikely each pair of them is (n, n), squared sigmas."""
    offsets = np.arange(int(NARROWEST * width), min(int(WIDEST * width), columns - 1))
    wide = (offsets[:, None] + offsets[None, :]) / width
    aside = (offsets[None, :] - offsets[:, None]) / (2.0 * width)
    unlikely = (np.log(wide) / WIDTH_SPREAD) ** 2 + (aside / MIDDLE_SPREAD) ** 2
    return offsets.astype(np.int32), np.asarray(unlikely, np.float64)


def refine(sides: Sides, offsets: Array, slopes: Array, step: float) -> list[Edge]:
    """The lines through the rows' own edges near the lines found."""
    columns = sides.change.shape[2]
    reach = max(int(0.07 * sides.width), 2)
    expected = offsets[:, None] + slopes[:, None] * sides.from_at
    at = np.rint(expected).astype(np.intp)[..., None] + np.arange(-reach, reach + 1)
    np.minimum(np.maximum(at, 1, out=at), columns - 2, out=at)
    at += _firsts(columns)
    change = sides.change.ravel()
    peak = change.take(at).argmax(axis=2)
    place = at.ravel().take(peak + at.shape[2] * _BOTH_ROWS)
    before, here, after = change.take(place + _AROUND[:, None, None])
    peak = place % columns
    found = peak + _vertex(before, here, after)
    strength = here * here
    strength = strength / (strength + (sides.level * sides.level)[:, None])
    strength *= (here >= before) & (here >= after)
    scale = max(0.03 * sides.width, 1.0)
    # deviations from the line searched; a lone row sets no slope
    deviation = found - expected
    run = sides.from_at
    basis = np.ones((2, ROWS))
    basis[1] = run
    moments = np.ones((2, ROWS, 5))
    moments[:, :, 1], moments[:, :, 2] = run, run * run
    moments[:, :, 3], moments[:, :, 4] = deviation, deviation * run
    keep_offset, keep_slope = 1e-3, 1e-3 * float(run[-1] - run[0]) ** 2
    lines = np.zeros((2, 2))  # of each side: shift and turn
    weight, squared = strength, deviation
    for _ in range(3):
        squared = deviation - lines @ basis
        squared *= squared
        near = squared * (1.0 / scale**2)
        near += 1.0
        near *= near
        weight = strength / near
        solved = []
        for w0, w1, w2, d0, d1 in (weight[:, None] @ moments)[:, 0].tolist():
            w0, w2 = w0 + keep_offset, w2 + keep_slope
            determinant = w0 * w2 - w1 * w1
            solved.append(((d0 * w2 - d1 * w1) / determinant, (d1 * w0 - d0 * w1) / determinant))
        lines = np.array(solved)
    total = np.add.reduce(weight, axis=1)
    apart = np.add.reduce(weight * squared, axis=1)
    # further off it would be another edge
    offsets = offsets + np.minimum(np.maximum(lines[:, 0], -reach), reach)
    slopes = slopes + lines[:, 1]
    edges = []
    for offset, slope, all_squared, marked in zip(
        offsets.tolist(), slopes.tolist(), apart.tolist(), total.tolist(), strict=True
    ):
        spread = sqrt(all_squared / max(marked, 1e-6))
        edges.append(Edge(offset * step, slope, spread * step, confidence_of(marked / ROWS)))
    return edges


def confidence_of(share: float) -> float:
    """How sure an edge is that such a share of the rows shows."""
    return min(max((share - 0.15) / 0.4, 0.0), 1.0)


def _firsts(columns: int) -> NDArray[np.intp]:
    """(2, rows, 1) where each row of both sides begins when all are one."""
    return (columns * _BOTH_ROWS)[..., None]


def _vertex(before: Patch, here: Patch, after: Patch) -> Array:
    """Where between samples the parabola through three peaks or dips: -0.5 .. 0.5."""
    curve = before - 2.0 * here + after
    flat = np.abs(curve) <= 1e-9
    moved = np.asarray(0.5 * (before - after) / (curve + flat), np.float64)
    moved[flat] = 0.0
    return np.minimum(np.maximum(moved, -0.5, out=moved), 0.5, out=moved)


def creases(sides: Sides, lines: Array) -> list[float]:
    """Columns from each line to the bottom of the dark crease outside it; 0 without one.

    Where fingers touch, the change of colour marks the crease's near wall.

    Args:
        lines: (2, rows) columns of the edges.
    """
    reach, columns = max(int(CREASE_SHARE * sides.width), 2), sides.lightness.shape[2]
    at = lines[..., None] + np.arange(-reach, 2 * reach + 1)
    np.minimum(np.maximum(at, 0.0, out=at), columns - 1.001, out=at)
    left = at.astype(np.intp)
    share = at - left
    left += _firsts(columns)
    lightness = sides.lightness.ravel()
    profiles = (1.0 - share) * lightness.take(left) + share * lightness.take(left + 1)
    means = np.add.reduce(profiles, axis=1) / ROWS
    return [_bottom(profile, reach) for profile in means.tolist()]


def _bottom(profile: list[float], reach: int) -> float:
    """Where a crease is deepest, in samples from `reach`, the edge, outwards; 0 without one."""
    outside = profile[reach : 2 * reach + 1]
    deepest = min(outside)
    bottom = outside.index(deepest)
    if bottom in (0, len(outside) - 1):
        return 0.0
    fall = max(profile[: reach + 1]) - deepest
    rise = max(profile[reach + bottom :]) - deepest
    if fall < 1.0 or rise < CREASE_RISE * fall:
        return 0.0
    before, here, after = outside[bottom - 1 : bottom + 2]
    curve = before - 2.0 * here + after
    moved = 0.5 * (before - after) / curve if abs(curve) > 1e-9 else 0.0
    return bottom + min(max(moved, -0.5), 0.5)
