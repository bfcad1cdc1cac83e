"""A watch's strap closed on its wearer: as it is worn, not as it lies in its box.

A strap is made with ease, a finger's tip, and its model stands off the wrist by a share of that all
round. On an arm a strap is drawn tight enough to hold the case: it lies on the skin at both sides
and below, and soft skin gives way under it. What is near the lugs and the case stay as they are.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from models3d.frames import Array, IntArray
from models3d.mesh import Model, Part
from tryon.anchors.wrist import Section

PRESSED = 1.2e-3  # metres that skin gives way under a strap (general knowledge: one to two)
LUGS, SIDES = np.radians(50.0), np.radians(15.0)  # the ellipse's own angle above its breadth
BINS = 72  # round the wrist
FARTHEST = 6e-3  # metres off the skin: what stands farther is not the strap's inside
RIGID = 2  # places of a mesh, at least, for it to be a link or a stitch that keeps its shape


@lru_cache(maxsize=32)
def closed_on(model: Model, section: Section) -> Model:
    """The model with its strap against the skin; made once for each.

    Args:
        section: of the wrist it is made for.
    """
    points = np.concatenate([part.world_mesh().positions for part in model.parts])
    angle, height, _ = _about(points, section)
    stands = np.full(BINS, np.inf)
    near = np.abs(height) < FARTHEST
    np.minimum.at(stands, _bin(angle[near]), height[near])
    known = np.flatnonzero(np.isfinite(stands))
    if len(known) < BINS // 2:  # no band goes round
        return model
    stands = np.interp(np.arange(BINS), known, stands[known], period=BINS)
    smooth = np.mean([np.roll(stands, k) for k in range(-3, 4)], axis=0)
    parts = tuple(_moved(part, section, np.maximum(smooth, 0.0) + PRESSED) for part in model.parts)
    return replace(model, parts=parts)


def _moved(part: Part, section: Section, depth: Array) -> Part:
    """A part on its way to the skin.

    Args:
        depth: (BINS,) metres, by the angle round the wrist.
    """
    if len(part.model_from_part) >= RIGID:
        middle = part.mesh.positions.mean(axis=0)
        matrices = part.model_from_part.copy()
        matrices[:, :3, 3] += _inwards(
            matrices[:, :3, :3] @ middle + matrices[:, :3, 3], section, depth
        )
        return replace(part, model_from_part=matrices)
    matrix = part.model_from_part[0]
    linear = matrix[:3, :3]
    way = _inwards(part.mesh.positions @ linear.T + matrix[:3, 3], section, depth)
    if not way.any():
        return part
    positions = part.mesh.positions + way @ np.linalg.inv(linear).T
    return replace(part, mesh=replace(part.mesh, positions=positions))


def _inwards(points: Array, section: Section, depth: Array) -> Array:
    """(n, 3) how far and where each of (n, 3) points goes."""
    angle, _, outward = _about(points, section)
    above = np.arcsin(np.sin(angle))  # -90..90 degrees
    share = np.clip((LUGS - above) / (LUGS - SIDES), 0.0, 1.0)
    share = share * share * (3.0 - 2.0 * share)
    there = np.interp(angle / (2.0 * np.pi) * BINS, np.arange(BINS), depth, period=BINS)
    return np.asarray(-(share * there)[:, None] * outward)


def _about(points: Array, section: Section) -> tuple[Array, Array, Array]:
    """The ellipse's angle (n,) of each point, from +x by +z; metres off it; and outwards (n, 3)."""
    a, b = section.half_breadth, section.half_depth
    angle = np.arctan2(points[:, 2] / b, points[:, 0] / a)
    for _ in range(3):  # towards the foot of the perpendicular
        x, z = a * np.cos(angle), b * np.sin(angle)
        apart = (points[:, 0] - x) * -a * np.sin(angle) + (points[:, 2] - z) * b * np.cos(angle)
        angle = angle + apart / ((a * np.sin(angle)) ** 2 + (b * np.cos(angle)) ** 2)
    normal = np.stack([b * np.cos(angle), 0.0 * angle, a * np.sin(angle)], axis=1)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    skin = np.stack([a * np.cos(angle), points[:, 1], b * np.sin(angle)], axis=1)
    return angle, np.sum((points - skin) * normal, axis=1), normal


def _bin(angle: Array) -> IntArray:
    return np.asarray(np.rint(angle / (2.0 * np.pi) * BINS), np.int32) % BINS
