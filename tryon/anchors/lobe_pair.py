"""Both lobes of one head, looked for together: a head's nod moves them alike.

How high a lobe stands is what the net knows least of a head, dark or bearded faces above all; but
what it errs by, it errs by on both sides. So two lobes may lie farther off than one alone, as long
as they lie about as far.
"""

from __future__ import annotations

import numpy as np

from models3d.frames import Array
from tryon.anchors.lobe import FAR_REACH, LobeEvidence, Upright

# Spreads of both heights' mean and of half their difference, face heights: by the pairs of
# benchmarks/ear_labels.json, whose means lie up to 0.12 and half differences up to 0.025 off.
COMMON, APART = 0.09, 0.02
FARTHEST = 0.17  # face heights, of either
MARGIN = 0.05  # of a patch, that a lobe's rim takes


def together(left: LobeEvidence, right: LobeEvidence) -> tuple[Upright, Upright]:
    """Where the left and the right lobe are to be looked for.

    Args:
        left, right: both with the reach that a person mask allows.
    """
    up = left.up[:, 0].astype(np.float64)
    near = np.abs(up) <= min(FARTHEST, FAR_REACH - MARGIN)
    up = up[near]
    best = [_by_height(evidence)[near] for evidence in (left, right)]
    mean, half = 0.5 * (up[:, None] + up), 0.5 * (up[:, None] - up)
    score = best[0][:, None] + best[1] - 0.5 * ((mean / COMMON) ** 2 + (half / APART) ** 2)
    i, j = np.unravel_index(int(score.argmax()), score.shape)
    one, other = (Upright(float(up[k]), APART, FARTHEST) for k in (i, j))
    return one, other


def _by_height(evidence: LobeEvidence) -> Array:
    """(side,) the best score of each row."""
    return np.asarray(evidence.score.max(axis=1), np.float64)
