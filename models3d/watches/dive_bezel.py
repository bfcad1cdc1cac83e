"""The diver's turning bezel: a knurled ring of 120 clicks with a ceramic 60-minute scale.

Millimetres; case frame.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import manifold3d
import numpy as np

from models3d.dials.digits import figures
from models3d.dials.relief import raised
from models3d.frames import Array, RigidTransform
from models3d.mesh import Mesh, merge
from models3d.solids import MM
from models3d.watches.fluting import fluted
from models3d.watches.form import PARTING, RoundForm
from models3d.watches.outlines import Corner, circle, rounded
from models3d.watches.round_case import AXIS
from models3d.watches.shells import KEPT, Shell, extruded
from models3d.watches.sizes import figure

OVERHANG = 0.35  # the grip stands out over the flank
RIM_WIDTH = 0.75  # of metal round the insert
INSERT_DROP = 0.55  # from its inner to its outer edge
INSERT_STANDS = 0.05
MARK_HEIGHT, MARK_SUNK = 0.03, 0.02  # platinum inlays stand out by a breath
FIGURE_OFF = 0.006  # by which a figure's outline may stray
SAMPLES = 3  # of a groove
FIRST_MINUTES = 15  # marked one by one


@dataclass(frozen=True, slots=True)
class InsertForm:
    """The ceramic ring's cone."""

    inner: float
    outer: float
    inner_z: float
    outer_z: float

    @property
    def lean(self) -> float:
        """Radians by which it falls outwards."""
        return float(np.arctan2(self.inner_z - self.outer_z, self.outer - self.inner))

    def place(self, minute: float, share: float) -> Array:
        """(4, 4) metres: a mark's frame, +Y outwards and +Z out of the ceramic.

        Args:
            share: 0 at the inner edge, 1 at the outer.
        """
        radius = self.inner + share * (self.outer - self.inner)
        z = self.inner_z + share * (self.outer_z - self.inner_z)
        tilt = RigidTransform.from_axis_angle((1, 0, 0), -self.lean)
        turn = RigidTransform.from_axis_angle((0, 0, 1), -2.0 * np.pi * minute / 60.0)
        move = RigidTransform.from_translation(np.array([0.0, radius, z]) * MM)
        return (turn @ move @ tilt).matrix


def insert_form(form: RoundForm) -> InsertForm:
    """The insert between the crystal's seat and the grip."""
    return InsertForm(
        form.crystal_radius + 0.30,
        form.radius + OVERHANG - RIM_WIDTH,
        form.bezel_top - 0.06,
        form.bezel_top - 0.06 - INSERT_DROP,
    )


@lru_cache(maxsize=KEPT)
def grip(form: RoundForm) -> Shell:
    """The ring that fingers turn: one groove for each click."""
    low = form.flank_top + PARTING
    outer, insert = form.radius + OVERHANG, insert_form(form)
    rim = insert.outer_z + 0.04
    clicks = int(figure("bezel", "dive", "clicks"))
    profile = rounded(
        [
            Corner(insert.outer - 0.35, low - PARTING + 0.01),
            Corner(outer - 1.0, low - PARTING + 0.01),
            Corner(outer - 0.30, low),
            Corner(outer, low + 0.30, 0.08),
            Corner(outer, rim - 0.34, 0.08),
            Corner(outer - 0.34, rim, 0.05),
            Corner(insert.outer + 0.02, rim),
            Corner(insert.outer + 0.02, rim - 0.55),
        ],
        closed=True,
    )
    across, height = profile.points.T
    depth = np.where((across > outer - 0.05) & (height < rim - 0.30), 0.24, 0.0)
    return fluted(profile, depth, clicks, SAMPLES)


@lru_cache(maxsize=KEPT)
def inner_ring(form: RoundForm) -> Shell:
    """The fixed ring that holds the crystal, a polished edge between it and the insert."""
    insert, inner = insert_form(form), form.crystal_radius + 0.05
    low = form.flank_top + 0.01
    return extruded(
        AXIS,
        rounded(
            [
                Corner(inner, low),
                Corner(insert.inner - 0.04, low),
                Corner(insert.inner - 0.04, form.bezel_top, 0.06),
                Corner(inner, form.bezel_top, 0.05),
            ],
            closed=True,
        ),
    )


@lru_cache(maxsize=KEPT)
def insert(form: RoundForm) -> Shell:
    """The ceramic."""
    ring = insert_form(form)
    foot = ring.outer_z - 0.5
    return extruded(
        AXIS,
        rounded(
            [
                Corner(ring.inner, foot),
                Corner(ring.outer, foot),
                Corner(ring.outer, ring.outer_z, 0.08),
                Corner(ring.inner, ring.inner_z, 0.08),
            ],
            closed=True,
        ),
    )


@lru_cache(maxsize=KEPT)
def scale(form: RoundForm) -> Mesh:
    """Bars, figures and minutes inlaid in the ceramic, metres, in the case frame."""
    ring = insert_form(form)
    width = ring.outer - ring.inner
    marks = [
        _placed(_figures(str(minute), 0.60 * width), ring.place(minute, 0.5))
        for minute in (10, 20, 30, 40, 50)
    ]
    bar = _inlay(_box(0.62, 0.60 * width))
    marks += [_placed(bar, ring.place(minute, 0.5)) for minute in range(5, 60, 10)]
    short = _inlay(_box(0.22, 0.26 * width))
    marks += [
        _placed(short, ring.place(minute, 0.66)) for minute in range(1, FIRST_MINUTES) if minute % 5
    ]
    marks.append(_placed(_inlay(_triangle(0.72 * width) - _pip_hole(width)), ring.place(0, 0.5)))
    return merge(marks)


@lru_cache(maxsize=KEPT)
def pip(form: RoundForm) -> Mesh:
    """The luminous pearl at zero, metres, in the case frame."""
    ring = insert_form(form)
    radius = 0.20 * (ring.outer - ring.inner)
    dome = extruded(
        circle(0.0, 28),
        rounded(
            [
                Corner(0.0, -0.1),
                Corner(radius, -0.1, 0.02),
                Corner(radius, 0.05, 0.03),
                Corner(0.5 * radius, 0.14, 0.4),
                Corner(0.0, 0.14),
            ],
            closed=False,
        ),
    )
    return _placed(dome.mesh(), ring.place(0, 0.5) @ _lifted(0.06 * (ring.outer - ring.inner)))


def _lifted(y: float) -> Array:
    matrix = np.eye(4)
    matrix[1, 3] = y * MM
    return matrix


def _pip_hole(width: float) -> manifold3d.CrossSection:
    return manifold3d.CrossSection.circle(0.20 * width + 0.03, 28).translate((0.0, 0.06 * width))


def _inlay(region: manifold3d.CrossSection) -> Mesh:
    return raised(region, MARK_HEIGHT, base_mm=-MARK_SUNK)


def _figures(text: str, height: float) -> Mesh:
    region = figures(text).translate((0.0, -0.5)).scale((height, height))
    return _inlay(region.simplify(FIGURE_OFF))


def _box(width: float, height: float) -> manifold3d.CrossSection:
    return manifold3d.CrossSection.square((width, height), True)


def _triangle(height: float) -> manifold3d.CrossSection:
    """Points to the centre of the watch."""
    half = 0.62 * height
    points = np.array([(0.0, -0.5 * height), (half, 0.5 * height), (-half, 0.5 * height)])
    return manifold3d.CrossSection([points], manifold3d.FillRule.NonZero)


def _placed(mesh: Mesh, model_from_mark: Array) -> Mesh:
    moved = mesh.transformed(RigidTransform.from_matrix(model_from_mark))
    return replace(moved, uvs=None)
