"""Straps and chains closed on their wearer: as they are worn, not as they lie in their box.

A strap is made with ease, a finger's tip, and its model stands off the wrist by a share of that all
round. On an arm a strap is drawn tight enough to hold the case: it lies on the skin at both sides
and below, and soft skin gives way under it. What is near the lugs and the case stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from models3d.frames import Array, IntArray
from models3d.mesh import Model, Part
from tryon.anchors.wrist import Section

PRESSED = 1.2e-3  # metres that skin gives way under a strap (general knowledge: one to two)
LUGS, SIDES = np.radians(50.0), np.radians(15.0)  # the ellipse's own angle above its breadth
BINS = 72  # round the wrist
FARTHEST = 6e-3  # metres off the skin: what stands farther is not the strap's inside
FEWEST_LINKS = 12
LINE, SMOOTH = 720, 9  # points of a line round the wrist; over so many on either side it is smooth
WIDEST_GAP = 0.5  # radians between two links of a row
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


@lru_cache(maxsize=32)
def drawn_round(model: Model, section: Section) -> Model:
    """A chain that does not hang: with the same ease on every side of the wrist.

    As it is on a raised arm, where a chain slides until it touches all round. Each link goes with
    its place on the line, as a rigid piece, and keeps its distance to its neighbours. What carries
    charms, and what is no row of links, stays as it is.

    Args:
        section: of the wrist it is made for.
    """
    middles = np.concatenate([_middles(part) for part in model.parts])
    if len(middles) < FEWEST_LINKS or model.extras.get("hanging"):
        return model
    before = _line_through(middles[:, [0, 2]])
    if before is None:
        return model
    after = _even_line(section, before.length)
    parts = []
    for part in model.parts:
        here, turn = before.locate(_middles(part)[:, [0, 2]])
        there, turned = after.place(here)
        matrices = part.model_from_part.copy()
        angle = turned - turn
        for k, matrix in enumerate(part.model_from_part):
            c, s = np.cos(angle[k]), np.sin(angle[k])
            rotation = np.array([[c, 0.0, -s], [0.0, 1.0, 0.0], [s, 0.0, c]])
            middle = _middles(part)[k]
            goal = np.array([there[k, 0], middle[1], there[k, 1]])
            matrices[k, :3, :3] = rotation @ matrix[:3, :3]
            matrices[k, :3, 3] = goal + rotation @ (matrix[:3, 3] - middle)
        parts.append(replace(part, model_from_part=matrices))
    return replace(model, parts=tuple(parts))


def _middles(part: Part) -> Array:
    """(k, 3) of a part's places."""
    middle = 0.5 * (part.mesh.positions.min(axis=0) + part.mesh.positions.max(axis=0))
    matrices = part.model_from_part
    return np.asarray(matrices[:, :3, :3] @ middle + matrices[:, :3, 3])


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """A closed line about the wrist in x and z, at even steps from the middle of its back."""

    points: Array  # (LINE, 2)
    length: float

    @property
    def directions(self) -> Array:
        """(LINE,) radians of its tangents, unwrapped."""
        ahead = np.roll(self.points, -1, axis=0) - np.roll(self.points, 1, axis=0)
        return np.unwrap(np.arctan2(ahead[:, 1], ahead[:, 0]))

    def locate(self, places: Array) -> tuple[Array, Array]:
        """Of (n, 2) places: steps along the line and metres outside it (n, 2), its direction."""
        nearest = np.linalg.norm(self.points[None] - places[:, None], axis=2).argmin(axis=1)
        turn = self.directions[nearest]
        ahead = np.stack([np.cos(turn), np.sin(turn)], axis=1)
        apart = places - self.points[nearest]
        along = np.sum(apart * ahead, axis=1) / (self.length / LINE)
        outside = apart[:, 0] * ahead[:, 1] - apart[:, 1] * ahead[:, 0]
        return np.stack([nearest + along, outside], axis=1), turn

    def place(self, located: Array) -> tuple[Array, Array]:
        """Points (n, 2) and directions (n,) there."""
        at, period = np.mod(located[:, 0], LINE), np.arange(LINE + 1)
        turns = self.directions
        turn = np.interp(at, period, np.append(turns, turns[0] + 2.0 * np.pi))
        closed = np.concatenate([self.points, self.points[:1]])
        point = np.stack([np.interp(at, period, column) for column in closed.T], axis=1)
        outwards = np.stack([np.sin(turn), -np.cos(turn)], axis=1)
        return point + located[:, 1:] * outwards, turn


def _line_through(places: Array) -> _Line | None:
    """The line that a row of links follows; None where it does not go round.

    Args:
        places: (n, 2) x and z of their middles.
    """
    middle = 0.5 * (places.min(axis=0) + places.max(axis=0))
    apart = places - middle
    angle = np.arctan2(apart[:, 1], apart[:, 0])
    order = np.argsort(angle)
    gaps = np.diff(np.append(angle[order], angle[order[0]] + 2.0 * np.pi))
    if gaps.max() > WIDEST_GAP:
        return None
    even = np.arange(LINE) * (2.0 * np.pi / LINE)
    reach = np.linalg.norm(apart, axis=1)[order]
    reach = np.interp(even, angle[order], reach, period=2.0 * np.pi)
    smooth = np.mean([np.roll(reach, k) for k in range(-SMOOTH, SMOOTH + 1)], axis=0)
    return _stepped(middle + smooth[:, None] * np.stack([np.cos(even), np.sin(even)], axis=1))


def _even_line(section: Section, length: float) -> _Line:
    """Equally far from the skin all round, and so long."""
    turn = np.arange(LINE) * (2.0 * np.pi / LINE)
    a, b = section.half_breadth, section.half_depth
    ellipse = np.stack([a * np.cos(turn), b * np.sin(turn)], axis=1)
    normal = np.stack([b * np.cos(turn), a * np.sin(turn)], axis=1)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    girth = float(np.linalg.norm(ellipse - np.roll(ellipse, 1, axis=0), axis=1).sum())
    return _stepped(ellipse + (length - girth) / (2.0 * np.pi) * normal)


def _stepped(points: Array) -> _Line:
    """At even steps, anticlockwise in x and z, from where it crosses +z."""
    start = int(np.where(points[:, 1] > 0.0, np.abs(points[:, 0]), np.inf).argmin())
    closed = np.concatenate([points[start:], points[: start + 1]])
    walked = np.append(0.0, np.cumsum(np.linalg.norm(np.diff(closed, axis=0), axis=1)))
    even = np.arange(LINE) * (walked[-1] / LINE)
    return _Line(
        np.stack([np.interp(even, walked, column) for column in closed.T], axis=1),
        float(walked[-1]),
    )
