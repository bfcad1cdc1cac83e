"""Strokes of one width along centre lines: what figures and capitals are drawn with."""

from __future__ import annotations

import manifold3d
import numpy as np

from models3d.frames import Array

STROKE = 0.13  # of a character's height
ARC_STEPS = 14


def arc(
    center: tuple[float, float], radius: float | Array, start_deg: float, end_deg: float
) -> Array:
    """(n, 2): a circle's or, with two radii, an ellipse's arc, anticlockwise from +x."""
    angle = np.radians(np.linspace(start_deg, end_deg, ARC_STEPS + 1))
    return np.stack([np.cos(angle), np.sin(angle)], axis=-1) * radius + center


def line(points: list[tuple[float, float]] | Array) -> manifold3d.CrossSection:
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


def loop(points: Array) -> manifold3d.CrossSection:
    """A stroke along a closed convex centre line."""
    center = manifold3d.CrossSection([points], manifold3d.FillRule.NonZero)
    half = STROKE / 2.0
    join = manifold3d.JoinType.Round
    return center.offset(half, join, 2.0, 48) - center.offset(-half, join, 2.0, 48)
