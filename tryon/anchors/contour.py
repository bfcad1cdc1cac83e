"""The two edges of a finger in the image, to a fraction of a pixel.

The phalanx is unrolled into a small patch: rows lie across the finger, one after the other from
the hand to the tip. In it the finger's edges are two nearly upright lines. Each side is searched
for the line along which the colour changes on most rows, the innermost first: what lies between
it and the finger's middle must look like the finger. Then each row finds its own edge beside
that line, and a line is fitted to those that agree.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models3d.frames import Array, Image

Patch = NDArray[np.float32]

ROWS = 28
HALF_SPAN = 1.15  # expected widths that the patch reaches to either side of the middle
SAMPLES_PER_WIDTH = 40
FINEST_STEP_PX = 0.25
SLOPES = np.linspace(-0.24, 0.24, 13)  # of an edge against the bone: a finger tapers, bones err
NARROWEST, WIDEST = 0.22, 0.95  # distance of an edge from the landmarks' line, expected widths
WIDTH_SPREAD = 0.17  # of the logarithm of the width about the expected one
MIDDLE_SPREAD = 0.14  # of the finger's middle about the landmarks' line, expected widths
SLOPE_SPREAD = 0.10  # of an edge against the bone
OUTSIDE_WEIGHT = 0.45  # of strange colour just beyond an edge, against the edge's own mark of 1
INSIDE_WEIGHT = 1.1  # of strange colour between the finger's middle and the edge
LIKELIHOOD_WEIGHT = 0.12  # of anatomy against what is seen
CREASE_SHARE = 0.13  # how far beyond the edge a crease can be deepest, expected widths
CREASE_RISE = 0.5  # how far it must rise again, against its fall
LIGHTNESS_WEIGHT = 0.6  # shading changes lightness within a finger more than it changes hue


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
    half = max(int(np.ceil(HALF_SPAN * phalanx.width_px / step)), 8)
    along = np.linspace(phalanx.first, phalanx.last, ROWS) * length
    patch = _unroll(image, phalanx.start_px, axis, along, step, half)
    change = _colour_change(patch, max(0.8 / step, 0.035 * phalanx.width_px / step))
    strange = _strangeness(patch, half, round(0.22 * phalanx.width_px / step))
    from_at = (along - phalanx.at * length) / step
    sides = [
        _Side(
            c[:, half:], s[:, half:], p[:, half:, 0], from_at, phalanx.width_px / step, limit / step
        )
        for c, s, p, limit in (
            (change[:, ::-1], strange[:, ::-1], patch[:, ::-1], phalanx.left_limit_px),
            (change, strange, patch, phalanx.right_limit_px),
        )
    ]
    left, right = _best_pair(sides[0], sides[1])
    return Contour(sides[0].refined(left, step), sides[1].refined(right, step))


def _unroll(image: Image, start: Array, axis: Array, along: Array, step: float, half: int) -> Patch:
    """(rows, 2 half + 1, 3) CIE Lab across the bone; column `half` lies on it."""
    across = np.arange(-half, half + 1) * step
    right = np.array([-axis[1], axis[0]])  # an upward axis (0, -1) has its right at (1, 0)
    grid = start + along[:, None, None] * axis + across[None, :, None] * right
    low = np.floor(grid.reshape(-1, 2).min(axis=0)).astype(int) - 2
    high = np.ceil(grid.reshape(-1, 2).max(axis=0)).astype(int) + 3
    low = np.clip(low, 0, [image.shape[1] - 1, image.shape[0] - 1])
    high = np.clip(high, low + 1, [image.shape[1], image.shape[0]])
    window = image[low[1] : high[1], low[0] : high[0]]
    if step > 1.0:  # do not skip pixels between samples
        window = np.asarray(cv2.GaussianBlur(window, (0, 0), 0.5 * step), np.uint8)
    local = (grid - low).astype(np.float32)
    patch = cv2.remap(
        window, local[..., 0], local[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
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
    colour = cv2.GaussianBlur(
        np.median(inside, axis=1, keepdims=True), (0, 0), sigmaX=0.1, sigmaY=3.0
    )
    usual = np.median(np.abs(inside - colour))
    distance = np.sqrt(((patch - colour) ** 2).sum(axis=2))
    return np.asarray(distance**2 / (distance**2 + (6.0 + 4.0 * usual) ** 2), np.float32)


class _Side:
    """One half of the patch, columns counted outwards from the bone."""

    def __init__(
        self,
        change: Patch,
        strange: Patch,
        lightness: Patch,
        from_at: Array,
        width: float,
        limit: float,
    ) -> None:
        self.change = change
        self.lightness = lightness
        self.from_at = from_at
        self.width = width
        columns = change.shape[1]
        quiet = float(np.median(change[:, : max(int(0.25 * width), 3)]))
        self.level = 1.2 + 2.5 * quiet
        marked = change**2 / (change**2 + self.level**2)
        self.offsets = np.arange(int(NARROWEST * width), min(int(WIDEST * width), columns - 1))
        # (slopes, rows, offsets) columns of every candidate line
        shift = SLOPES[:, None] * from_at[None, :]
        at = np.rint(self.offsets + shift[..., None]).astype(int)
        valid = (at >= 0) & (at < columns)
        at = np.clip(at, 0, columns - 1)
        rows = np.arange(len(from_at))[None, :, None]
        reach = max(int(0.12 * width), 2)
        gap = max(int(0.05 * width), 1)
        total = np.cumsum(np.pad(strange, ((0, 0), (1, 0))), axis=1)
        inner = np.clip(at - gap, 1, columns)
        outer_start = np.clip(at + gap, 0, columns - 1)
        outer_end = np.clip(at + gap + reach, 1, columns)
        inside = total[rows, inner] / inner
        outside = (total[rows, outer_end] - total[rows, outer_start]) / np.maximum(
            outer_end - outer_start, 1
        )
        edge = np.where(valid, marked[rows, at], 0.0)
        score = edge.mean(axis=1) + OUTSIDE_WEIGHT * outside.mean(axis=1)
        score = score - INSIDE_WEIGHT * inside.mean(axis=1)
        score = score - 0.5 * LIKELIHOOD_WEIGHT * (SLOPES[:, None] / SLOPE_SPREAD) ** 2
        score = np.where(self.offsets[None, :] > limit, -2.0, score)
        self.best_slope = score.argmax(axis=0)
        self.score = score.max(axis=0)
        self.edge = np.take_along_axis(edge.mean(axis=1), self.best_slope[None], axis=0)[0]

    def refined(self, index: int, step: float) -> Edge:
        """The line through the rows' own edges near candidate `index`."""
        offset, slope = float(self.offsets[index]), float(SLOPES[self.best_slope[index]])
        reach = max(int(0.07 * self.width), 2)
        columns = self.change.shape[1]
        expected = offset + slope * self.from_at
        at = np.rint(expected).astype(int)[:, None] + np.arange(-reach, reach + 1)
        at = np.clip(at, 1, columns - 2)
        rows = np.arange(len(at))
        peak = at[rows, self.change[rows[:, None], at].argmax(axis=1)]
        before, here, after = (self.change[rows, peak + k] for k in (-1, 0, 1))
        curve = before - 2.0 * here + after
        nudge = np.where(curve < -1e-9, 0.5 * (before - after) / np.minimum(curve, -1e-9), 0.0)
        found = peak + np.clip(nudge, -0.5, 0.5)
        strength = here**2 / (here**2 + self.level**2)
        strength = strength * ((here >= before) & (here >= after))
        scale = max(0.03 * self.width, 1.0)
        line = np.array([offset, slope])
        basis = np.stack([np.ones_like(self.from_at), self.from_at], axis=1)
        weight = strength
        for _ in range(4):
            residual = found - basis @ line
            weight = strength / (1.0 + (residual / scale) ** 2) ** 2
            pull = np.array([1e-3, 1e-3 * np.ptp(self.from_at) ** 2])  # a lone row sets no slope
            normal = basis.T @ (basis * weight[:, None]) + np.diag(pull)
            line = np.linalg.solve(
                normal, basis.T @ (found * weight) + pull * np.array([offset, slope])
            )
        spread = np.sqrt((weight * (found - basis @ line) ** 2).sum() / max(weight.sum(), 1e-6))
        agree = weight.mean()  # rows with a clear edge on the line
        confidence = float(np.clip((agree - 0.15) / 0.4, 0.0, 1.0))
        line[0] += self._crease(line)
        return Edge(float(line[0] * step), float(line[1]), float(spread * step), confidence)

    def _crease(self, line: Array) -> float:
        """Columns from a line to the bottom of the dark crease outside it; 0 without one.

        Where fingers touch, the change of colour marks the crease's near wall.
        """
        reach = max(int(CREASE_SHARE * self.width), 2)
        expected = line[0] + line[1] * self.from_at
        columns = self.lightness.shape[1]
        at = np.clip(expected[:, None] + np.arange(-reach, 2 * reach + 1), 0, columns - 1.001)
        left = at.astype(int)
        rows = np.arange(len(at))[:, None]
        share = at - left
        profile = (
            (1 - share) * self.lightness[rows, left] + share * self.lightness[rows, left + 1]
        ).mean(axis=0)
        outside = profile[reach : 2 * reach + 1]
        bottom = int(outside.argmin())
        if bottom in (0, len(outside) - 1):
            return 0.0
        fall = float(profile[: reach + 1].max() - outside[bottom])
        rise = float(profile[reach + bottom :].max() - outside[bottom])
        if fall < 1.0 or rise < CREASE_RISE * fall:
            return 0.0
        before, here, after = outside[bottom - 1 : bottom + 2]
        curve = float(before - 2.0 * here + after)
        nudge = 0.5 * float(before - after) / curve if curve > 1e-9 else 0.0
        return bottom + float(np.clip(nudge, -0.5, 0.5))


def _best_pair(left: _Side, right: _Side) -> tuple[int, int]:
    """The offsets' indices that together look most like one finger."""
    width = left.offsets[:, None] + right.offsets[None, :]
    middle = (right.offsets[None, :] - left.offsets[:, None]) / 2.0
    unlikely = (np.log(width / left.width) / WIDTH_SPREAD) ** 2
    unlikely = unlikely + (middle / (MIDDLE_SPREAD * left.width)) ** 2
    taper = SLOPES[left.best_slope][:, None] + SLOPES[right.best_slope][None, :]
    unlikely = unlikely + ((taper + 0.05) / 0.15) ** 2
    score = left.score[:, None] + right.score[None, :] - 0.5 * LIKELIHOOD_WEIGHT * unlikely
    best = np.unravel_index(int(score.argmax()), score.shape)
    return int(best[0]), int(best[1])
