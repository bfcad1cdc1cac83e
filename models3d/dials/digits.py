"""Figures of one stroke width, as printed on dials, drawn as centre lines.

Height 1, feet at y = 0; the caller scales them.
"""

from __future__ import annotations

from functools import cache

import manifold3d
import numpy as np

from models3d.dials.strokes import STROKE, arc, line, loop

WIDTH, SPACE = 0.58, 0.17
NARROW = {"1": 0.36}


def figures(text: str, space: float = SPACE) -> manifold3d.CrossSection:
    """A number as a region, centred on x = 0, y from 0 to 1.

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
            round_top = arc((middle, high - r), r, 0.0, 180.0)
            round_foot = arc((middle, low + r), r, 180.0, 360.0)
            return loop(np.concatenate([round_top, round_foot]))
        case "1":
            stem = NARROW["1"] - half
            return line([(stem, 0.0), (stem, 1.0)]) + line([(0.0, 0.73), (stem, 0.925)])
        case "2":
            hook = arc((middle, high - r), r, 165.0, -38.0)
            return line([*hook, (left + 0.02, low)]) + line([(left - half, low), (WIDTH, low)])
        case "3":
            return line(arc((middle - 0.01, high - 0.205), 0.205, 150.0, -95.0)) + line(
                arc((middle - 0.01, low + 0.245), 0.245, 95.0, -150.0)
            )
        case "4":
            stem = right - 0.08
            return line([(stem, 0.0), (stem, 1.0)]) + line(
                [(stem, 0.93), (left, 0.27), (WIDTH, 0.27)]
            )
        case "5":
            bowl = arc((middle - 0.02, low + 0.255), 0.255, 128.0, -152.0)
            return line([(right, high), (left + 0.06, high), *bowl])
        case "6":
            bowl = loop(arc((middle, low + 0.235), 0.235, 0.0, 360.0)[:-1])
            rise = arc((right + 0.14, low + 0.235), np.array([0.61, 0.655]), 180.0, 99.0)
            return bowl + line(rise)
        case "7":
            return line([(left - half, high), (right, high), (left + 0.13, 0.0)])
        case "8":
            return loop(arc((middle, high - 0.195), 0.195, 0.0, 360.0)[:-1]) + loop(
                arc((middle, low + 0.24), 0.24, 0.0, 360.0)[:-1]
            )
        case "9":
            return _figure("6").rotate(180.0).translate((WIDTH, 1.0))
        case _:
            raise ValueError(f"expected a digit, got {digit!r}")
