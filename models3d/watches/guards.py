"""Crown guards: two shoulders of the mid-case either side of the crown. Millimetres."""

from __future__ import annotations

import numpy as np

from models3d.watches.form import RoundForm
from models3d.watches.outlines import BRUSHED, Corner, rounded
from models3d.watches.shells import Shell, extruded

ROOM = 0.30  # between crown and guard


def crown_guards(form: RoundForm, reach: float) -> tuple[Shell, Shell]:
    """Both guards at 3 o'clock.

    Args:
        reach: how far they stand out over the flank.
    """
    inner, r = form.crown_radius + ROOM, form.radius
    root = inner + 4.4
    outline = rounded(
        [
            Corner(0.80 * r, inner, 0.3),
            Corner(r + reach, inner, 0.45),
            Corner(r + reach - 0.15, inner + 1.35, 1.2),
            Corner(float(np.sqrt(r**2 - root**2)) + 0.02, root, 0.6),
            Corner(0.80 * r, root, 0.3),
        ],
        closed=True,
    )
    half = 0.86 * min(form.crown_z - form.flank_bottom, form.flank_top - form.crown_z)
    profile = rounded(
        [
            Corner(-0.30, form.crown_z - half),
            Corner(-0.24, form.crown_z - half, 0.05),
            Corner(0.0, form.crown_z - half + 0.24, 0.06, BRUSHED),
            Corner(0.0, form.crown_z + half - 0.24, 0.06),
            Corner(-0.24, form.crown_z + half, 0.05),
            Corner(-0.30, form.crown_z + half),
        ],
        closed=False,
    )
    upper = extruded(outline, profile, caps=(0.0, BRUSHED))
    return upper, upper.turned(np.diag([1.0, -1.0, 1.0]))
