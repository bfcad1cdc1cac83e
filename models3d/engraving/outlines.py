"""Glyph outlines as polygons: curves flattened to a tolerance."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np
import uharfbuzz as harfbuzz

from models3d.engraving.typefaces import FontFile
from models3d.frames import Array

Point = tuple[float, float]


class _Pen:
    """Collects closed outlines; HarfBuzz calls it for each stroke of a glyph."""

    def __init__(self, tolerance: float) -> None:
        self.tolerance = tolerance
        self.outlines: list[list[Point]] = []

    def to(self, x: float, y: float) -> None:
        self.outlines[-1].append((x, y))

    def curve(self, *controls: Point) -> None:
        """A Bézier curve from the last point on.

        Chords of n equal steps stray from it by at most d / (8 n^2), d the greatest length of its
        second derivative.
        """
        points = np.array([self.outlines[-1][-1], *controls])
        degree = len(points) - 1
        bend = degree * (degree - 1) * np.linalg.norm(np.diff(points, 2, axis=0), axis=1).max()
        count = max(int(np.ceil(np.sqrt(bend / (8.0 * self.tolerance)))), 1)
        t = np.linspace(0.0, 1.0, count + 1)[1:, None]
        while len(points) > 1:  # de Casteljau, all steps at once
            points = np.stack([p * (1.0 - t) + q * t for p, q in pairwise(points)])
        self.outlines[-1] += [(float(x), float(y)) for x, y in points[0]]


def _draw_functions() -> harfbuzz.DrawFuncs:
    functions = harfbuzz.DrawFuncs()
    functions.set_move_to_func(lambda x, y, pen: pen.outlines.append([(x, y)]))
    functions.set_line_to_func(lambda x, y, pen: pen.to(x, y))
    functions.set_quadratic_to_func(lambda ax, ay, x, y, pen: pen.curve((ax, ay), (x, y)))
    functions.set_cubic_to_func(
        lambda ax, ay, bx, by, x, y, pen: pen.curve((ax, ay), (bx, by), (x, y))
    )
    functions.set_close_path_func(lambda pen: None)
    return functions


_DRAW = _draw_functions()


@lru_cache(maxsize=4096)
def glyph_polygons(font: FontFile, glyph: int, tolerance: float) -> tuple[Array, ...]:
    """The closed outlines of one glyph, (n, 2) font units each, wound as the font winds them.

    Args:
        tolerance: font units between a curve and its chords.
    """
    pen = _Pen(tolerance)
    font.font.draw_glyph(glyph, _DRAW, pen)
    return tuple(np.array(outline) for outline in pen.outlines if len(outline) > 2)
