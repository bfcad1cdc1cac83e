"""A gap of light between a limb and the shadow that it throws beside itself.

The shadow of an arm that lies on something is as dark as the arm's own shaded side, and where both
all but meet, the outer wall of the strip of light between them looks like the arm's edge. A skin
that turns to the light grows lighter little by little; such a strip begins at once.
"""

from __future__ import annotations

import numpy as np

from models3d.frames import Array
from tryon.anchors.edge_lines import Patch

INSIDE, OUTSIDE = 0.20, 0.12  # expected widths about an edge where a gap is looked for
LIGHTER = 3.0  # than what lies on either side, at least, in weighed lightness
ALIKE = 0.7  # of the gap's distance from the limb's colour: how far the shadow's may be
STEEP = 0.3  # of its rise from the limb, between two samples at its wall
SHARE = 0.3  # of the rows that must show it
LEAST_BEYOND = 1.0  # columns: nearer, the edge found is that wall itself


def before_gap(half: Patch, lines: Array, width: float) -> tuple[float, float]:
    """How many columns an edge lies beyond the near wall of a gap, and on which share of the rows.

    Args:
        half: (rows, columns, 3) weighed Lab of one half of a patch, counted outwards.
        lines: (rows,) columns of the edge found.
        width: expected, columns.
    Returns:
        0 and 0 without a gap.
    """
    inside, outside = max(int(INSIDE * width), 4), max(int(OUTSIDE * width), 2)
    rows, columns = half.shape[:2]
    at = np.rint(lines).astype(np.intp)[:, None] + np.arange(-inside, outside + 1)
    seen = half[np.arange(rows)[:, None], np.clip(at, 0, columns - 1)]
    beyond = []
    for row in seen:
        light = row[:, 0]
        gap = 1 + int(light[1 : inside + 1].argmax())
        limb, shadow = int(light[:gap].argmin()), gap + int(light[gap:].argmin())
        rise, fall = float(light[gap] - light[limb]), float(light[gap] - light[shadow])
        steps = np.diff(light[: gap + 1])
        wall = int(steps.argmax())
        unlike = ALIKE * float(np.linalg.norm(row[gap] - row[limb]))
        if (
            min(rise, fall) > LIGHTER
            and steps[wall] > STEEP * rise
            and float(np.linalg.norm(row[shadow] - row[limb])) < unlike
        ):
            beyond.append(inside - wall - 0.5)
    share = len(beyond) / rows
    if share < SHARE or float(np.median(beyond)) < LEAST_BEYOND:
        return 0.0, 0.0
    return float(np.median(beyond)), share
