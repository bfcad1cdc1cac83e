"""Outlines with a normal at every point: what bodies are turned and milled from. Millimetres.

A corner is given with its radius, so that no edge comes out sharp; an edge is given with the
finish of the face it becomes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from models3d.frames import Array

POLISHED, BRUSHED = 0.0, 1.0
SAGITTA = 0.004  # by which a fillet’s chords may be off
LEAST_FILLET_STEPS = 2  # a point within each fillet keeps two finishes apart


@dataclass(frozen=True, slots=True)
class Corner:
    """One corner of an outline and the straight edge that leaves it."""

    x: float
    y: float
    radius: float = 0.0  # 0: the outline starts or ends here
    finish: float = POLISHED  # of the edge from here to the next corner


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """A line with its material on the left: closed ones run counter-clockwise."""

    points: Array  # (k, 2)
    normals: Array  # (k, 2) unit, to the right of the way
    finish: Array  # (k,) BRUSHED where an edge of that finish begins or ends
    closed: bool


def rounded(corners: Sequence[Corner], *, closed: bool) -> Outline:
    """Straight edges joined by fillets.

    Args:
        corners: in order; an open outline's first and last are its ends.
    Raises:
        ValueError: a fillet is longer than its edges.
    """
    xy = np.array([(c.x, c.y) for c in corners], np.float64)
    count = len(corners)
    points, normals, finish = [], [], []
    ahead = np.roll(xy, -1, axis=0) - xy
    length = np.linalg.norm(ahead, axis=1)
    ahead /= np.maximum(length, 1e-12)[:, None]
    taken = np.zeros((count, 2))
    for k, corner in enumerate(corners):
        before, after = ahead[k - 1], ahead[k]
        arriving, leaving = corners[k - 1].finish, corner.finish
        if not closed and k in (0, count - 1):
            along, end_finish = (after, leaving) if k == 0 else (before, arriving)
            points.append(xy[k : k + 1])
            normals.append(np.array([[along[1], -along[0]]]))
            finish.append(np.array([end_finish]))
            continue
        turn = float(np.arctan2(before[0] * after[1] - before[1] * after[0], before @ after))
        reach = corner.radius * np.tan(abs(turn) / 2.0)
        taken[k] = reach
        step = 2.0 * np.arccos(1.0 - SAGITTA / max(corner.radius, 2.0 * SAGITTA))
        steps = max(LEAST_FILLET_STEPS, int(np.ceil(abs(turn) / step)))
        start = np.arctan2(-before[0], before[1])
        angle = start + np.linspace(0.0, turn, steps + 1)
        fan = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
        side = np.sign(turn) * corner.radius
        points.append(xy[k] - before * reach - fan[0] * side + fan * side)
        normals.append(fan)
        own = np.zeros(steps + 1)
        own[0], own[-1] = arriving, leaving
        finish.append(own)
    free = length - taken[:, 0] - np.roll(taken[:, 0], -1)
    if np.any(free[: count if closed else count - 1] < -1e-9):
        worst = int(np.argmin(free))
        raise ValueError(f"the fillets at corners {worst} and after it are longer than their edge")
    return Outline(np.concatenate(points), np.concatenate(normals), np.concatenate(finish), closed)


def circle(radius: float, segments: int) -> Outline:
    """A closed circle; radius 0 is the axis a profile is turned about."""
    angle = np.arange(segments) * (2.0 * np.pi / segments)
    fan = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    return Outline(radius * fan, fan, np.full(segments, BRUSHED), True)


def rectangle(width: float, height: float, radius: float, bow: float = 0.0) -> Outline:
    """A rectangle with round corners, its long sides bowed outwards.

    Args:
        radius: of the corners, smaller than half the shorter side.
        bow: how far the middles of the two sides x = ±width / 2 stand out.
    """
    x, y = width / 2.0, height / 2.0
    corners = [
        Corner(x, -y, radius),
        Corner(x, y, radius),
        Corner(-x, y, radius),
        Corner(-x, -y, radius),
    ]
    outline = rounded(corners, closed=True)
    outline = replace(outline, finish=np.full(len(outline.points), BRUSHED))
    if bow == 0.0:
        return outline
    return _bowed(_divided(outline, 1.0), y, bow)


def _divided(outline: Outline, longest: float) -> Outline:
    """The same outline with its straight edges in pieces no longer than this."""
    points, normals, finish = [], [], []
    following = np.roll(outline.points, -1, axis=0)
    for k, (a, b) in enumerate(zip(outline.points, following, strict=True)):
        pieces = max(1, int(np.ceil(np.linalg.norm(b - a) / longest)))
        share = np.arange(pieces)[:, None] / pieces
        points.append(a + (b - a) * share)
        normals.append(np.repeat(outline.normals[k : k + 1], pieces, axis=0))
        finish.append(np.repeat(outline.finish[k], pieces))
    return Outline(
        np.concatenate(points), np.concatenate(normals), np.concatenate(finish), outline.closed
    )


def _bowed(outline: Outline, half_height: float, bow: float) -> Outline:
    """Points pushed sideways by a parabola over y; normals follow (inverse transpose)."""
    x, y = outline.points.T
    side = np.sign(x) * np.minimum(np.abs(x) / np.abs(x).max(), 1.0)
    pushed = x + side * bow * (1.0 - (y / half_height) ** 2)
    slope = -2.0 * side * bow * y / half_height**2
    normals = np.stack(
        [outline.normals[:, 0], outline.normals[:, 1] - slope * outline.normals[:, 0]], -1
    )
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    return replace(outline, points=np.stack([pushed, y], -1), normals=normals)
