"""Charms: a star, a heart, a moon, a pearl and a disc for an initial, each with its eye.

Charm frame, metres: origin where the eye bears on the jump ring above it, +Y up, +Z forward.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import manifold3d
import numpy as np

from models3d.bill import EngravingLot
from models3d.bracelets.plaque import plaque
from models3d.chains.shapes import turned, turned_ball
from models3d.chains.wire import round_wire, stadium, volume
from models3d.engraving.cut import engrave_plane
from models3d.engraving.limits import fitted
from models3d.frames import Array, RigidTransform
from models3d.mesh import Mesh
from models3d.solids import skin, solid, union

EYE_WIRE_MM, EYE_INNER_MM = 0.75, 1.7
THICKNESS_MM = 1.5  # at the edge
DOME_MM = 0.28  # that either face rises in its middle
FILLET_MM = 0.55
DISC_RADIUS_MM = 5.2
PEARL_MM = 7.0
INITIAL_HEIGHT_MM = 5.0
INITIAL_DEPTH_MM = 0.3


class Charm(StrEnum):
    """What hangs from a charm bracelet."""

    HEART = "heart"
    STAR = "star"
    MOON = "moon"
    DISC = "disc"
    PEARL = "pearl"


@dataclass(frozen=True, slots=True, eq=False)
class CharmBody:
    """A charm's metal, and where its pearl sits if it has one."""

    mesh: Mesh
    pearl_y: float | None = None  # metres, of the pearl's middle
    engraving: EngravingLot | None = None

    @property
    def volume(self) -> float:
        """Cubic metres of metal."""
        return volume(self.mesh)


@lru_cache(maxsize=64)
def charm_body(kind: Charm, initial: str, typeface: str) -> CharmBody:
    """A charm.

    Args:
        initial: on a disc; empty: plain.
    Raises:
        Unbuildable: the initial cannot be engraved.
    """
    eye = round_wire(
        stadium(1e-3 * (EYE_INNER_MM + EYE_WIRE_MM), 1e-3 * (EYE_INNER_MM + EYE_WIRE_MM), 10),
        EYE_WIRE_MM * 1e-3,
        10,
    )
    ring = solid(eye).translate([0.0, -EYE_INNER_MM / 2.0, 0.0])
    foot = -EYE_INNER_MM - 0.85 * EYE_WIRE_MM  # y where the charm begins
    if kind is Charm.PEARL:
        return CharmBody(skin(union([ring, _pearl_cup(foot)])), 1e-3 * (foot - 0.5 * PEARL_MM))
    outline = _OUTLINES[kind]()
    plate = solid(plaque(outline, THICKNESS_MM, FILLET_MM, DOME_MM))
    plate = plate.translate([0.0, foot - _top_at_middle(outline) + 0.05, 0.0])
    if kind is not Charm.DISC or not initial:
        return CharmBody(skin(union([ring, plate])))
    line = fitted(
        initial, typeface, INITIAL_HEIGHT_MM, 7.0, 7.0, "on the disc",
        ("engraving", "typeface"),
    )  # fmt: skip
    place = np.eye(4)
    place[:3, 3] = [0.0, foot + 0.05 - _top_at_middle(outline), THICKNESS_MM / 2.0]
    flat = DISC_RADIUS_MM - FILLET_MM

    def height(x: Array, y: Array) -> Array:
        return np.asarray(DOME_MM * (1.0 - (x * x + y * y) / flat**2))

    cut = engrave_plane(union([ring, plate]), line, place, INITIAL_DEPTH_MM, height)
    lot = EngravingLot(initial, typeface, "disc", line.letter_height_mm, INITIAL_DEPTH_MM)
    return CharmBody(skin(cut), engraving=lot)


def _top_at_middle(outline: Array) -> float:
    """Greatest y of an outline near x = 0."""
    return float(outline[np.abs(outline[:, 0]) < 0.45][:, 1].max())


def _rounded(polygon: Array, outer: float, inner: float) -> Array:
    """A polygon whose points are rounded by `outer` and whose notches by `inner` millimetres."""
    section = manifold3d.CrossSection([polygon])
    join = manifold3d.JoinType.Round
    section = section.offset(-outer, join, 2.0, 48).offset(outer + inner, join, 2.0, 48)
    section = section.offset(-inner, join, 2.0, 48)
    return _resampled(np.asarray(section.to_polygons()[0], np.float64))


def _resampled(outline: Array, step_mm: float = 0.30) -> Array:
    """Points at even steps round an outline, starting at its top."""
    outline = np.roll(outline, -int(np.argmax(outline[:, 1])), axis=0)
    closed = np.concatenate([outline, outline[:1]])
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(closed, axis=0), axis=1))])
    s = np.linspace(0.0, along[-1], round(along[-1] / step_mm), endpoint=False)
    return np.stack([np.interp(s, along, closed[:, k]) for k in range(2)], axis=1)


def _heart() -> Array:
    t = np.linspace(0.0, 2.0 * np.pi, 160, endpoint=False)
    x = 16.0 * np.sin(t) ** 3
    y = 13.0 * np.cos(t) - 5.0 * np.cos(2 * t) - 2.0 * np.cos(3 * t) - np.cos(4 * t)
    return _rounded(np.stack([x, y], axis=1)[::-1] * 0.29, 0.6, 0.7)


def _star() -> Array:
    angle = np.pi / 2.0 + np.arange(10) * np.pi / 5.0
    radius = np.where(np.arange(10) % 2 == 0, 6.2, 2.9)
    points = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return _rounded(points, 0.62, 0.6)


def _moon() -> Array:
    disc = manifold3d.CrossSection.circle(5.2, 96)
    bite = manifold3d.CrossSection.circle(4.3, 96).translate((2.5, 0.6))
    crescent = (disc - bite).rotate(-62.0)
    return _rounded(np.asarray(crescent.to_polygons()[0], np.float64), 0.60, 0.5)


def _disc() -> Array:
    angle = np.arange(88) * (2.0 * np.pi / 88)
    return DISC_RADIUS_MM * np.stack([np.cos(angle), np.sin(angle)], axis=1)


_OUTLINES = {Charm.HEART: _heart, Charm.STAR: _star, Charm.MOON: _moon, Charm.DISC: _disc}


def _pearl_cup(foot: float) -> manifold3d.Manifold:
    """The cap on a pearl's top, with the peg that is glued into it; millimetres."""
    radius = PEARL_MM / 2.0
    center = foot - radius
    spread = np.linspace(0.0, np.radians(38.0), 7)
    rim = np.stack([np.sin(spread), np.cos(spread)], axis=1)
    thickness = 0.02 + 0.42 * np.sqrt(np.cos(spread / spread[-1] * np.pi / 2.0))[:, None]
    inner, outer = rim * (radius + 0.01), rim * (radius + 0.01 + thickness)
    cup = turned(np.concatenate([inner, outer[::-1]]) * 1e-3, 28)
    upright = RigidTransform.from_axis_angle((1, 0, 0), -np.pi / 2.0)
    place = RigidTransform.from_translation([0.0, center * 1e-3, 0.0])
    neck = turned_ball(0.55e-3, 12).transformed(
        RigidTransform.from_translation([0.0, foot * 1e-3 + 0.25e-3, 0.0])
    )
    return union([solid(cup.transformed(place @ upright)), solid(neck)])
