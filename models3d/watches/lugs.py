"""Lugs: horns that leave the flank, curve down and taper, with a polished chamfer. Millimetres.

They are milled from the side: an outline in the y-z plane carried along x, its outer edge broken.
Case frame: 12 o'clock at +Y, z = 0 under the case back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from models3d.frames import Array
from models3d.watches.outlines import BRUSHED, Corner, Outline, rounded
from models3d.watches.shells import Shell, extruded

BAR_FROM_TIP = 1.75
BAR_RADIUS = 0.75
UNDER_CHAMFER = 0.3  # of the chamfer above
X_FROM_OUTLINE = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])  # (y, z, x) to xyz
QUARTERS = tuple(np.diag([x, y, 1.0]) for x in (1.0, -1.0) for y in (1.0, -1.0))


@dataclass(frozen=True, slots=True)
class LugForm:
    """One lug of four, the one at +X +Y."""

    inner_x: float  # half the lug width
    root_width: float
    tip_width: float
    knee_y: float  # where root's and tip's directions would meet; the top is an arc round it
    tip_y: float  # half the length from lug to lug
    root_top: float  # height of the top where it starts
    root_bottom: float
    tip_top: float
    tip_bottom: float
    chamfer: float
    flare: float = 1.6  # how the width falls: 1 straight, more hollow

    @property
    def start_y(self) -> float:
        """Deep inside the case, so that the arc has room."""
        return 2.0 * self.knee_y - self.tip_y - 1.0

    @property
    def flare_y(self) -> float:
        """Where the lug begins to narrow."""
        return self.knee_y - 3.0

    @property
    def bend(self) -> float:
        """Radius of the arc by which the top turns down."""
        return 0.84 * (self.tip_y - self.knee_y) / float(np.tan(self.slope / 2.0))

    @property
    def slope(self) -> float:
        """Radians below horizontal of the top at the bar."""
        return float(np.arctan2(self.root_top - self.tip_top, self.tip_y - self.knee_y))

    @property
    def bar_y(self) -> float:
        return self.tip_y - BAR_FROM_TIP

    @property
    def bar_z(self) -> float:
        """The bar runs in the middle of the lug's height there."""
        rise = (self.root_bottom - self.tip_bottom) / (self.tip_y - self.knee_y - 1.0)
        return 0.5 * (self.top_at_bar + self.tip_bottom + BAR_FROM_TIP * rise) - 0.1

    @property
    def top_at_bar(self) -> float:
        return self.tip_top + BAR_FROM_TIP * float(np.tan(self.slope))


def lugs(form: LugForm) -> Sequence[Shell]:
    """All four, the same from quarter to quarter."""
    one = _lug(form)
    return [one.turned(quarter) for quarter in QUARTERS]


def _lug(form: LugForm) -> Shell:
    side = _side(form, form.tip_y)
    # the tip is round: it is let out by what the rounding took
    side = _side(form, 2.0 * form.tip_y - float(side.points[:, 0].max()))
    top = side.normals[:, 1] > np.cos(form.slope) - 1e-6
    side = replace(side, finish=np.where(top, BRUSHED, 0.0))
    outer = form.inner_x + form.root_width
    edge = rounded(
        [
            Corner(-0.3, form.inner_x),
            Corner(0.0, form.inner_x, 0.14, BRUSHED),
            Corner(0.0, outer - form.chamfer, 0.05),
            Corner(-form.chamfer, outer, 0.05),
            Corner(-form.chamfer - 0.12, outer),
        ],
        closed=False,
    )
    spread = UNDER_CHAMFER + (1.0 - UNDER_CHAMFER) * (0.5 + 0.5 * side.normals[:, 1])
    straight = extruded(side, edge, (0.0, BRUSHED), spread).turned(X_FROM_OUTLINE)
    return _tapered(straight, form).grained(1)


def _side(form: LugForm, tip_y: float) -> Outline:
    """The lug from the side: y to the right, z up."""
    lean = 0.35 * form.slope  # the end face leans under the top
    height = form.tip_top - form.tip_bottom
    round_tip = 0.40 * height
    return rounded(
        [
            Corner(form.start_y, form.root_bottom, 0.3),
            Corner(form.knee_y + 1.0, form.root_bottom, 5.0),
            Corner(tip_y - height * np.tan(lean), form.tip_bottom, round_tip),
            Corner(tip_y, form.tip_top, round_tip, BRUSHED),
            Corner(form.knee_y, form.root_top, form.bend, BRUSHED),
            Corner(form.start_y, form.root_top, 0.3),
        ],
        closed=True,
    )


def _tapered(shell: Shell, form: LugForm) -> Shell:
    """Narrowed towards the tip from outside: x measured from the inner face shrinks with y."""
    share, slope = _width_share(shell.points[:, 1], form)
    depth = shell.points[:, 0] - form.inner_x
    points = shell.points.copy()
    points[:, 0] = form.inner_x + depth * share
    normals = shell.normals.copy()
    normals[:, 0] /= share
    normals[:, 1] -= normals[:, 0] * depth * slope
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    return replace(shell, points=points, normals=normals)


def _width_share(y: Array, form: LugForm) -> tuple[Array, Array]:
    """Width at `y` as a share of the root's, and its slope."""
    length = form.tip_y - form.flare_y
    left = np.clip((form.tip_y - y) / length, 0.0, 1.0)
    tip = form.tip_width / form.root_width
    share = tip + (1.0 - tip) * left**form.flare
    return share, -(1.0 - tip) * form.flare * left ** (form.flare - 1.0) / length
