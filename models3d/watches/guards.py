"""Crown guards: two shoulders of the mid-case either side of the crown. Millimetres."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from models3d.watches.form import RoundForm
from models3d.watches.outlines import BRUSHED, Corner, rounded
from models3d.watches.shells import KEPT, Shell, extruded

ROOM = 0.30  # between crown and guard
LENGTH = 6.0  # along the flank, in which they run out
TIP_RADIUS = 0.8
UPPER_CHAMFER = 0.38  # as the flank's


@lru_cache(maxsize=KEPT)
def crown_guards(form: RoundForm, reach: float) -> tuple[Shell, Shell]:
    """Both guards at 3 o'clock.

    Args:
        reach: how far they stand out over the flank.
    """
    inner, r = form.crown_radius + ROOM, form.radius
    root = inner + LENGTH
    outline = rounded(
        [
            Corner(0.76 * r, inner, TIP_RADIUS),
            Corner(r + reach, inner, TIP_RADIUS),
            Corner(r + reach - 0.3, inner + 2.2, 3.5),
            Corner(float(np.sqrt(r**2 - root**2)) + 0.02, root, TIP_RADIUS),
            Corner(0.76 * r, root, TIP_RADIUS),
        ],
        closed=True,
    )
    low, top = form.flank_bottom + 0.35, form.flank_top - 0.04
    inset = TIP_RADIUS - 0.05
    profile = rounded(
        [
            Corner(-inset, low),
            Corner(0.05 - inset, low, 0.10),
            Corner(0.0, low + 0.9, 0.60, BRUSHED),
            Corner(0.0, top - UPPER_CHAMFER, 0.10),
            Corner(-UPPER_CHAMFER, top, 0.08),
            Corner(-inset, top),
        ],
        closed=False,
    )
    upper = extruded(outline, profile, caps=(0.0, BRUSHED))
    return upper, upper.turned(np.diag([1.0, -1.0, 1.0]))
