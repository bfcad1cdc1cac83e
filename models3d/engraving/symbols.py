"""Signs that lovers ask for and hardly a typeface has, drawn in units of the letter height."""

from __future__ import annotations

from functools import cache

import numpy as np

from models3d.frames import Array

STROKE = 0.12  # of the letter height: an engraver's stroke (models3d/data/engraving.csv)
SIDE_BEARING = 0.12
STEPS = 72


@cache
def symbol(character: str) -> tuple[tuple[Array, ...], float]:
    """Closed outlines (n, 2), counter-clockwise, holes clockwise, and the advance.

    Raises:
        KeyError: the character is none of `SYMBOLS`.
    """
    outlines = {"♥": _heart, "❤": _heart, "♡": _open_heart, "∞": _infinity}[character]()
    low = min(outline[:, 0].min() for outline in outlines)
    high = max(outline[:, 0].max() for outline in outlines)
    return (
        tuple(outline + np.array([SIDE_BEARING - low, 0.0]) for outline in outlines),
        float(high - low + 2.0 * SIDE_BEARING),
    )


SYMBOLS = frozenset("♥❤♡∞")


def _heart() -> tuple[Array, ...]:
    """Filled, standing on the baseline as high as a letter."""
    t = np.linspace(0.0, 2.0 * np.pi, STEPS, endpoint=False)
    x = 16.0 * np.sin(t) ** 3
    y = 13.0 * np.cos(t) - 5.0 * np.cos(2 * t) - 2.0 * np.cos(3 * t) - np.cos(4 * t)
    outline = np.stack([x, y], axis=-1)[::-1]
    outline = outline / np.ptp(outline[:, 1])
    return (outline - (0.0, outline[:, 1].min()),)


def _open_heart() -> tuple[Array, ...]:
    (outside,) = _heart()
    middle = np.array([0.0, 0.55])
    inside = (outside - middle) * (1.0 - 2.4 * STROKE) + middle
    return outside, inside[::-1]


def _infinity() -> tuple[Array, ...]:
    """A stroke along Gerono's lemniscate, as two loops of even width."""
    t = np.linspace(0.0, 2.0 * np.pi, 2 * STEPS, endpoint=False)
    line = np.stack([0.62 * np.cos(t), 0.62 * np.sin(t) * np.cos(t)], axis=-1)
    along = np.stack([-np.sin(t), np.cos(2 * t)], axis=-1)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    aside = np.stack([-along[:, 1], along[:, 0]], axis=-1) * STROKE / 2.0
    # a stroke in short pieces, each counter-clockwise: where they overlap they are one
    left, right = line + aside, line - aside
    following = np.roll(np.arange(len(line)), -1)
    pieces = np.stack([right, right[following], left[following], left], axis=1)
    return tuple(piece + np.array([0.0, 0.5]) for piece in pieces)
