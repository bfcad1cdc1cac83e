"""Figures and a few capitals of one stroke width, as printed on dials, drawn as centre lines.

Height 1, feet at y = 0; the caller scales them.
"""

from __future__ import annotations

from functools import cache

import manifold3d
import numpy as np

from models3d.frames import Array

STROKE = 0.13
WIDTH, SPACE = 0.58, 0.17
NARROW = {"1": 0.36}
ARC_STEPS = 14


def figures(text: str, space: float = SPACE) -> manifold3d.CrossSection:
    """A number or the maker's name as a region, centred on x = 0, y from 0 to 1.

    Args:
        space: between characters, as a share of their height.
    Raises:
        ValueError: a character is not drawn here.
    """
    advance = [NARROW.get(digit, WIDTH) for digit in text]
    x = -(sum(advance) + space * (len(text) - 1)) / 2.0
    drawn = []
    for digit, width in zip(text, advance, strict=True):
        drawn.append(_figure(digit).translate((x, 0.0)))
        x += width + space
    return manifold3d.CrossSection.batch_boolean(drawn, manifold3d.OpType.Add)


@cache
def _figure(digit: str) -> manifold3d.CrossSection:
    half = STROKE / 2.0
    low, high, left, right = half, 1.0 - half, half, WIDTH - half
    middle, r = WIDTH / 2.0, WIDTH / 2.0 - half
    match digit:
        case "0":
            round_top = _arc((middle, high - r), r, 0.0, 180.0)
            round_foot = _arc((middle, low + r), r, 180.0, 360.0)
            return _loop(np.concatenate([round_top, round_foot]))
        case "1":
            stem = NARROW["1"] - half
            return _line([(stem, 0.0), (stem, 1.0)]) + _line([(0.0, 0.73), (stem, 0.925)])
        case "2":
            hook = _arc((middle, high - r), r, 165.0, -38.0)
            return _line([*hook, (left + 0.02, low)]) + _line([(left - half, low), (WIDTH, low)])
        case "3":
            return _line(_arc((middle - 0.01, high - 0.205), 0.205, 150.0, -95.0)) + _line(
                _arc((middle - 0.01, low + 0.245), 0.245, 95.0, -150.0)
            )
        case "4":
            stem = right - 0.08
            return _line([(stem, 0.0), (stem, 1.0)]) + _line(
                [(stem, 0.93), (left, 0.27), (WIDTH, 0.27)]
            )
        case "5":
            bowl = _arc((middle - 0.02, low + 0.255), 0.255, 128.0, -152.0)
            return _line([(right, high), (left + 0.06, high), *bowl])
        case "6":
            bowl = _loop(_arc((middle, low + 0.235), 0.235, 0.0, 360.0)[:-1])
            rise = _arc((right + 0.14, low + 0.235), np.array([0.61, 0.655]), 180.0, 99.0)
            return bowl + _line(rise)
        case "7":
            return _line([(left - half, high), (right, high), (left + 0.13, 0.0)])
        case "8":
            return _loop(_arc((middle, high - 0.195), 0.195, 0.0, 360.0)[:-1]) + _loop(
                _arc((middle, low + 0.24), 0.24, 0.0, 360.0)[:-1]
            )
        case "9":
            return _figure("6").rotate(180.0).translate((WIDTH, 1.0))
        case _:
            return _capital(digit)


def _capital(letter: str) -> manifold3d.CrossSection:
    half = STROKE / 2.0
    low, high, left, right = half, 1.0 - half, half, WIDTH - half
    stem = _line([(left, 0.0), (left, 1.0)])
    waist = 0.46
    match letter:
        case "A":
            apex = WIDTH / 2.0
            sides = _line([(left - 0.04, 0.0), (apex, 0.93), (right + 0.04, 0.0)])
            return sides + _line([(left + 0.05, 0.27), (right - 0.05, 0.27)])
        case "E":
            bars = [_line([(0.0, y), (WIDTH - s, y)]) for y, s in ((low, 0.06), (high, 0.06))]
            return stem + bars[0] + bars[1] + _line([(0.0, 0.5), (WIDTH - 0.12, 0.5)])
        case "P" | "R":
            radius = (high - waist) / 2.0
            turn = _arc((right - radius, waist + radius), radius, 90.0, -90.0)
            bowl = stem + _line([(left, high), *turn, (left, waist)])
            return bowl if letter == "P" else bowl + _line([(0.26, waist), (right, 0.0)])
        case "U":
            radius = (right - left) / 2.0
            turn = _arc((left + radius, low + radius), radius, 180.0, 360.0)
            return _line([(left, 1.0), *turn, (right, 1.0)])
        case _:
            raise ValueError(f"expected a digit or a letter of the name, got {letter!r}")


def _arc(
    center: tuple[float, float], radius: float | Array, start_deg: float, end_deg: float
) -> Array:
    angle = np.radians(np.linspace(start_deg, end_deg, ARC_STEPS + 1))
    return np.stack([np.cos(angle), np.sin(angle)], axis=-1) * radius + center


def _line(points: list[tuple[float, float]] | Array) -> manifold3d.CrossSection:
    """A stroke with flat ends and mitred corners along a centre line."""
    path = np.asarray(points, np.float64)
    along = np.diff(path, axis=0)
    side = np.stack([-along[:, 1], along[:, 0]], axis=-1)
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    before, after = np.vstack([side[:1], side]), np.vstack([side, side[-1:]])
    miter = before + after
    miter *= 2.0 / np.maximum((miter**2).sum(axis=1, keepdims=True), 0.5)
    offset = miter * (STROKE / 2.0)
    outline = np.concatenate([path + offset, (path - offset)[::-1]])
    return manifold3d.CrossSection([outline], manifold3d.FillRule.NonZero)


def _loop(points: Array) -> manifold3d.CrossSection:
    """A stroke along a closed convex centre line."""
    center = manifold3d.CrossSection([points], manifold3d.FillRule.NonZero)
    half = STROKE / 2.0
    join = manifold3d.JoinType.Round
    return center.offset(half, join, 2.0, 48) - center.offset(-half, join, 2.0, 48)
