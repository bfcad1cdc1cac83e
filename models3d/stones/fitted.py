"""A cut brought to a report's proportions: its table, girdle and total depth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models3d.errors import ModelError
from models3d.stones.cuts import BRILLIANTS, HEART, MIXED, STEPS, cut
from models3d.stones.mixed import MixedPlan, mixed_cut
from models3d.stones.outline import half_heart
from models3d.stones.outlined import BrilliantPlan, brilliant_on, heart_on
from models3d.stones.solid import UnitStone
from models3d.stones.steps import StepPlan, step_cut

STEEPEST_PAVILION_DEG = 60.0
FLATTEST_PAVILION_DEG = 25.0


def fitted(
    cut_id: str,
    ratio: float,
    table_pct: float,
    depth_pct: float,
    girdle_pct: float | None = None,
) -> UnitStone:
    """A fancy cut with this table and total depth, percentages of the width; the crown keeps the
    angles of its kind and the pavilion takes what depth is left.

    Args:
        girdle_pct: None: that of its kind.
    Raises:
        ModelError: the cut is not of a kind that reports give proportions of, or the pavilion
            would be too steep or too flat to be one.
    """
    if cut_id == "heart" or cut_id in BRILLIANTS:
        return _brilliant(cut_id, ratio, table_pct, depth_pct, girdle_pct)
    if cut_id in STEPS:
        return _steps(STEPS[cut_id], ratio, table_pct, depth_pct, girdle_pct)
    if cut_id in MIXED:
        return _mixed(MIXED[cut_id], ratio, table_pct, depth_pct, girdle_pct)
    raise ModelError(f"a {cut(cut_id).name.lower()} cannot be built from a report's proportions")


def _brilliant(
    cut_id: str, ratio: float, table_pct: float, depth_pct: float, girdle_pct: float | None
) -> UnitStone:
    def built(plan: BrilliantPlan) -> UnitStone:
        if cut_id == "heart":
            return heart_on(half_heart(ratio), plan)
        return brilliant_on(BRILLIANTS[cut_id][0](ratio), plan)

    kind = HEART if cut_id == "heart" else BRILLIANTS[cut_id][1]
    plan = replace(
        kind,
        table_pct=table_pct,
        girdle_pct=kind.girdle_pct if girdle_pct is None else girdle_pct,
    )
    first = built(plan)
    left = 2.0 * depth_pct / 100.0 - first.crown_height - first.girdle_height
    slope = np.tan(np.radians(plan.pavilion_angle_deg)) * left / first.pavilion_depth
    return built(replace(plan, pavilion_angle_deg=_pavilion_angle(slope, cut_id)))


def _steps(
    kind: StepPlan, ratio: float, table_pct: float, depth_pct: float, girdle_pct: float | None
) -> UnitStone:
    plan = replace(
        kind,
        table_pct=table_pct,
        girdle_pct=kind.girdle_pct if girdle_pct is None else girdle_pct,
    )
    first = step_cut(ratio, plan)
    left = 2.0 * depth_pct / 100.0 - first.crown_height - first.girdle_height
    slopes = np.tan(np.radians(plan.pavilion_angles_deg)) * left / first.pavilion_depth
    _pavilion_angle(float(np.min(slopes)), "step cut")
    return step_cut(
        ratio, replace(plan, pavilion_angles_deg=tuple(np.degrees(np.arctan(slopes)).tolist()))
    )


def _mixed(
    kind: MixedPlan, ratio: float, table_pct: float, depth_pct: float, girdle_pct: float | None
) -> UnitStone:
    girdle = kind.girdle_pct if girdle_pct is None else girdle_pct
    # the crown keeps its slopes: a wider table makes it lower
    crown = kind.crown_height_pct * (100.0 - table_pct) / (100.0 - kind.table_pct)
    first = mixed_cut(
        ratio, replace(kind, table_pct=table_pct, crown_height_pct=crown, girdle_pct=girdle)
    )
    extra = depth_pct - 50.0 * (first.crown_height + first.girdle_height + first.pavilion_depth)
    pavilion = kind.pavilion_pct + extra
    _pavilion_angle(pavilion / 50.0 * 0.72, "mixed cut")  # its mains are that much flatter
    return mixed_cut(
        ratio,
        replace(
            kind,
            table_pct=table_pct,
            crown_height_pct=crown,
            girdle_pct=girdle,
            pavilion_pct=pavilion,
        ),
    )


def _pavilion_angle(slope: float, what: str) -> float:
    """Degrees."""
    angle = float(np.degrees(np.arctan(slope)))
    if not FLATTEST_PAVILION_DEG <= angle <= STEEPEST_PAVILION_DEG:
        raise ModelError(
            f"table, girdle and depth leave the pavilion of this {what} an angle of {angle:.1f} "
            "degrees"
        )
    return angle
