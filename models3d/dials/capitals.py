"""Capitals of one stroke width, as printed on dials, drawn as centre lines.

Height 1, feet at y = 0; the caller scales them.
"""

from __future__ import annotations

from functools import cache

import manifold3d
import numpy as np

from models3d.dials.strokes import STROKE, arc, line, loop
from models3d.frames import Array

WIDTH, SPACE = 0.58, 0.34
WIDTHS = {" ": 0.22, "I": STROKE, "J": 0.46, "M": 0.74, "W": 0.86, "O": 0.66, "Q": 0.66, "L": 0.5}
HALF = STROKE / 2.0
LOW, HIGH, LEFT = HALF, 1.0 - HALF, HALF
WAIST = 0.46
OVER = 0.1  # slanting strokes run on beyond cap line and foot, which then cut them straight

Points = list[tuple[float, float]]


def capitals(text: str) -> manifold3d.CrossSection:
    """A word as a region, centred on x = 0, y from 0 to 1; Q hangs a little lower.

    Raises:
        ValueError: a character is not drawn here.
    """
    advance = [WIDTHS.get(letter, WIDTH) for letter in text]
    x = -(sum(advance) + SPACE * (len(text) - 1)) / 2.0
    drawn = []
    for letter, width in zip(text, advance, strict=True):
        if letter != " ":
            drawn.append(_capital(letter).translate((x, 0.0)))
        x += width + SPACE
    return manifold3d.CrossSection.batch_boolean(drawn, manifold3d.OpType.Add)


@cache
def _capital(letter: str) -> manifold3d.CrossSection:
    width = WIDTHS.get(letter, WIDTH)
    strokes = [line(points) for points in _lines(letter, width - HALF, width / 2.0)]
    if letter in "OQ":
        strokes.append(_oval(width))
    body = manifold3d.CrossSection.batch_boolean(strokes, manifold3d.OpType.Add)
    foot = -0.08 if letter == "Q" else 0.0
    band = manifold3d.CrossSection.square((width + 2.0, 1.0 - foot)).translate((-1.0, foot))
    return body ^ band


def _oval(width: float) -> manifold3d.CrossSection:
    radii = np.array([width / 2.0 - HALF, 0.5 - HALF])
    turn = np.radians(np.arange(0.0, 360.0, 9.0))
    return loop(np.stack([np.cos(turn), np.sin(turn)], -1) * radii + (width / 2.0, 0.5))


def _lines(letter: str, right: float, middle: float) -> list[Points | Array]:
    """Centre lines; a stroke's flat ends reach cap line and foot."""
    stem: Points = [(LEFT, 0.0), (LEFT, 1.0)]
    other: Points = [(right, 0.0), (right, 1.0)]
    top: Points = [(0.0, HIGH), (right + HALF, HIGH)]
    foot: Points = [(0.0, LOW), (right + HALF, LOW)]
    open_round = np.array([right - middle, 0.5 - HALF])
    match letter:
        case "A":
            sides = _wedge(LEFT - 0.04, right + 0.04, -OVER, 1.0)
            return [*sides, [(LEFT + 0.05, 0.27), (right - 0.05, 0.27)]]
        case "B":
            return [stem, _bowl(right - 0.03, WAIST + 0.06, HIGH), _bowl(right, LOW, WAIST + 0.06)]
        case "C":
            return [arc((middle, 0.5), open_round, 48.0, 312.0)]
        case "D":
            side = arc((right - 0.27, 0.5), np.array([0.27, 0.5 - HALF]), 90.0, -90.0)
            return [stem, [(LEFT, HIGH), *_pairs(side), (LEFT, LOW)]]
        case "E" | "F":
            bars: list[Points | Array] = [[(0.0, HIGH), (right, HIGH)], [(0.0, 0.5), (0.46, 0.5)]]
            return [stem, *bars, [(0.0, LOW), (right, LOW)]] if letter == "E" else [stem, *bars]
        case "G":
            turn = arc((middle, 0.5), open_round, 48.0, 360.0)
            return [[*_pairs(turn), (right, 0.52)], [(middle + 0.02, 0.45), (right + HALF, 0.45)]]
        case "H":
            return [stem, other, [(LEFT, 0.5), (right, 0.5)]]
        case "I":
            return [stem]
        case "J":
            hook = arc((right - 0.17, LOW + 0.19), np.array([0.17, 0.19]), 0.0, -160.0)
            return [[(right, 1.0), *_pairs(hook)]]
        case "K":
            arm = [(right + 0.04, 1.0 + OVER), (LEFT, 0.36)]
            return [stem, arm, [(0.21, 0.56), (right + 0.06, -OVER)]]
        case "L":
            return [stem, foot]
        case "M":
            return [stem, other, [(LEFT, 0.93), (middle, 0.22), (right, 0.93)]]
        case "N":
            return [stem, other, [(LEFT, 1.0), (right, 0.0)]]
        case "O":
            return []
        case "P":
            return [stem, _bowl(right, WAIST, HIGH)]
        case "Q":
            return [[(middle + 0.07, 0.26), (right + 0.06, -OVER)]]
        case "R":
            return [stem, _bowl(right, WAIST, HIGH), [(0.26, WAIST), (right + 0.02, -OVER)]]
        case "S":
            upper = arc((middle, 0.72), np.array([0.205, 0.215]), 32.0, 270.0)
            lower = arc((middle, 0.285), np.array([0.22, 0.22]), 90.0, -150.0)
            return [np.concatenate([upper, lower[1:]])]
        case "T":
            return [top, [(middle, 0.0), (middle, 1.0)]]
        case "U":
            turn = arc((middle, LOW + right - middle), right - middle, 180.0, 360.0)
            return [[(LEFT, 1.0), *_pairs(turn), (right, 1.0)]]
        case "V":
            return _wedge(LEFT - 0.04, right + 0.04, 1.0 + OVER, 0.0)
        case "W":
            left = _wedge(LEFT - 0.04, middle + 0.03, 1.0 + OVER, 0.0)
            return left + _wedge(middle - 0.03, right + 0.04, 1.0 + OVER, 0.0)
        case "X":
            rising = [(LEFT - 0.06, -OVER), (right + 0.06, 1.0 + OVER)]
            return [rising, [(LEFT - 0.06, 1.0 + OVER), (right + 0.06, -OVER)]]
        case "Y":
            arms = [(LEFT - 0.07, 1.0 + OVER), (middle, 0.45), (right + 0.07, 1.0 + OVER)]
            return [arms, [(middle, 0.0), (middle, 0.5)]]
        case "Z":
            return [top, foot, [(right, 1.0), (LEFT, 0.0)]]
        case _:
            raise ValueError(f"expected a capital, got {letter!r}")


def _wedge(left: float, right: float, wide_y: float, tip_y: float) -> list[Points | Array]:
    """Two strokes that meet in the middle and are cut straight there."""
    middle, beyond = (left + right) / 2.0, tip_y + np.copysign(0.05, tip_y - wide_y)
    return [[(left, wide_y), (middle + 0.02, beyond)], [(right, wide_y), (middle - 0.02, beyond)]]


def _bowl(right: float, low: float, high: float) -> Points:
    """From the stem round and back to it."""
    radius = (high - low) / 2.0
    turn = arc((right - radius, low + radius), radius, 90.0, -90.0)
    return [(LEFT, high), *_pairs(turn), (LEFT, low)]


def _pairs(points: Array) -> Points:
    return [(float(x), float(y)) for x, y in points]
