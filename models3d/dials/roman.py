"""Roman numerals as engravers draw them for dials: thick and thin strokes on slab serifs.

Each numeral fills the height 1 (a unit square is scaled by the caller), feet at y = 0.
"""

from __future__ import annotations

import manifold3d
import numpy as np

from models3d.frames import Array

NUMERALS = ("XII", "I", "II", "III", "IIII", "V", "VI", "VII", "VIII", "IX", "X", "XI")
THICK, THIN, SLAB = 0.145, 0.045, 0.05
GAP = 0.055
_WIDTHS = {"I": 0.24, "V": 0.56, "X": 0.56}


def numeral(hour: int) -> manifold3d.CrossSection:
    """The numeral of an hour (12 is 0 or 12), centred on x = 0, y from 0 to 1; 4 is IIII."""
    letters = NUMERALS[hour % 12]
    advance = [_WIDTHS[letter] for letter in letters]
    total = sum(advance) + GAP * (len(letters) - 1)
    parts, x = [], -total / 2.0
    for letter, width in zip(letters, advance, strict=True):
        parts += [stroke + np.array([x, 0.0]) for stroke in _strokes(letter, width)]
        x += width + GAP
    return manifold3d.CrossSection(parts, manifold3d.FillRule.NonZero)


def _strokes(letter: str, width: float) -> list[Array]:
    top, bottom = 1.0 - SLAB, SLAB
    if letter == "I":
        left, right = (width - THICK) / 2.0, (width + THICK) / 2.0
        stem = _stroke(left, right, left, right, bottom, top)
        return [stem, _slab(0.0, width, 0.0), _slab(0.0, width, top)]
    if letter == "V":
        foot = 0.56 * width
        thick = _stroke(foot - THICK / 2.0, foot + THICK / 2.0, 0.08, 0.08 + THICK, 0.0, top)
        thin = _stroke(foot - THIN, foot + THIN / 2.0, width - 0.13, width - 0.13 + THIN, 0.0, top)
        return [thick, thin, _slab(0.01, 0.30, top), _slab(width - 0.22, width, top)]
    low, high = 0.06, width - 0.06
    thick = _stroke(high - THICK, high, low, low + THICK, bottom, top)
    thin = _stroke(low + 0.05, low + 0.05 + THIN, high - 0.05 - THIN, high - 0.05, bottom, top)
    serifs = [_slab(0.0, 0.25, top), _slab(width - 0.22, width, top)]
    feet = [_slab(0.0, 0.22, 0.0), _slab(width - 0.25, width, 0.0)]
    return [thick, thin, *serifs, *feet]


def _stroke(
    low_left: float, low_right: float, high_left: float, high_right: float, low: float, high: float
) -> Array:
    return np.array([[low_left, low], [low_right, low], [high_right, high], [high_left, high]])


def _slab(left: float, right: float, low: float) -> Array:
    return np.array([[left, low], [right, low], [right, low + SLAB], [left, low + SLAB]])
