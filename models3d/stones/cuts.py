"""The cuts on offer: names, facets, ratios, weights in the trade, and how each is built."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from models3d.brilliant import DIAMOND_DENSITY_G_CM3, GIRDLE_SEGMENTS, RoundBrilliant
from models3d.errors import ModelError
from models3d.stones.domes import briolette, cabochon, pearl, rose_cut
from models3d.stones.mixed import MixedPlan, mixed_cut
from models3d.stones.outline import (
    Outline,
    cushion,
    half_heart,
    marquise,
    oval,
    pear,
    trillion,
)
from models3d.stones.outlined import BrilliantPlan, brilliant_on, heart_on
from models3d.stones.rounds import MELEE_SEGMENTS, OLD_EUROPEAN, round_stone, single_cut
from models3d.stones.solid import UnitStone
from models3d.stones.steps import StepPlan, step_cut
from models3d.tables import find, rows

BAY_SIDES: Final = 6  # of the girdle's polygon between two mains
MELEE_BAY_SIDES: Final = 2

TAPER: Final = 0.75  # a tapered baguette's narrow end over its wide one

# Proportions in the ranges of the trade, chosen so that a stone of given measures weighs what the
# trade's formulas say.
BRILLIANTS: Final[Mapping[str, tuple[Callable[[float], Outline], BrilliantPlan]]] = {
    "oval": (
        oval,
        BrilliantPlan(
            table_pct=59.5,
            crown_angle_deg=35.3,
            pavilion_angle_deg=40.4,
            girdle_pct=3.7,
            lower_half_pct=67.0,
            bulge=(0.034,),
            table_spread=0.45,
        ),
    ),
    "pear": (
        pear,
        BrilliantPlan(
            table_pct=60.0,
            crown_angle_deg=36.5,
            pavilion_angle_deg=40.0,
            girdle_pct=4.0,
            lower_half_pct=60.0,
            bulge=(0.05,),
            table_spread=0.35,
            center_y=-0.5,
        ),
    ),
    "marquise": (
        marquise,
        BrilliantPlan(
            table_pct=59.7,
            crown_angle_deg=36.2,
            pavilion_angle_deg=40.4,
            girdle_pct=3.8,
            lower_half_pct=68.0,
            bulge=(0.03,),
            table_spread=0.37,
        ),
    ),
    "cushion": (
        cushion,
        BrilliantPlan(
            table_pct=61.2,
            crown_angle_deg=34.5,
            pavilion_angle_deg=39.9,
            girdle_pct=4.2,
            lower_half_pct=76.5,
            bulge=(0.205, 0.135),  # sides, corners
            table_spread=0.46,
            belt=(0.124, 0.279),
        ),
    ),
    "trillion": (
        trillion,
        BrilliantPlan(
            table_pct=55.8,
            crown_angle_deg=35.5,
            pavilion_angle_deg=40.0,
            girdle_pct=3.7,
            lower_half_pct=72.0,
            bulge=(0.026,),
            table_spread=0.53,
            center_y=-0.307,
        ),
    ),
}
HEART: Final = BrilliantPlan(
    table_pct=58.0,
    crown_angle_deg=36.4,
    pavilion_angle_deg=41.6,
    girdle_pct=4.2,
    star_length_pct=54.0,
    lower_half_pct=59.0,
    bulge=(0.08,),
    table_spread=0.62,
    center_y=0.185,
    cleft_turn_deg=9.5,
    cleft_table=0.505,
)
STEPS: Final[Mapping[str, StepPlan]] = {
    "emerald": StepPlan(
        65.0, (46.0, 36.0, 26.0), (0.28, 0.34, 0.38), (52.0, 44.0, 38.2), (0.25, 0.30, 0.45),
        corner_pct=15.0,
    ),
    "asscher": StepPlan(
        60.7, (46.0, 35.5, 26.0), (0.27, 0.34, 0.39), (59.7, 43.8, 36.7), (0.22, 0.31, 0.47),
        corner_pct=26.0, culet_pct=1.0,
    ),
    "baguette": StepPlan(65.7, (38.0, 29.5), (0.5, 0.5), (46.0, 42.0), (0.39, 0.61)),
    "tapered_baguette": StepPlan(
        65.7, (38.0, 29.5), (0.5, 0.5), (46.0, 42.0), (0.39, 0.61), taper=TAPER
    ),
}  # fmt: skip
MIXED: Final[Mapping[str, MixedPlan]] = {
    "princess": MixedPlan(
        67.2, 10.0, 27.0, 75.0, 40.0, 59.4,
        ((0.104, 0.19), (0.265, 0.414), (0.495, 0.654), (0.723, 0.847)),
    ),
    "radiant": MixedPlan(
        64.5, 13.0, 27.0, 70.0, 35.0, 50.0, ((0.13, 0.2145), (0.34, 0.4665), (0.60, 0.7083)),
        corner_pct=13.0, corner_step_pct=30.0, culet_pct=1.0,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cut:
    """A way to cut a stone."""

    id: str
    name: str
    facets: int  # as the trade counts them: a step cut's and a radiant's girdle flats too
    ratio: float  # length over width, the classic one
    least_ratio: float
    greatest_ratio: float
    trade_factor: float | None  # carats of diamond per cubic millimetre, see `trade_carat`
    factor_of: str  # box, mean_diameter or mean_width
    source: str

    def trade_carat(
        self,
        length_mm: float,
        width_mm: float,
        depth_mm: float,
        density_g_cm3: float = DIAMOND_DENSITY_G_CM3,
    ) -> float:
        """What the trade's rule of thumb says that a stone of these measures weighs.

        Raises:
            ModelError: the trade has no rule for this cut.
        """
        if self.trade_factor is None:
            raise ModelError(f"the trade has no weight formula for a {self.name.lower()}")
        face = {
            "box": length_mm * width_mm,
            "mean_diameter": ((length_mm + width_mm) / 2.0) ** 2,
            "mean_width": length_mm * width_mm * (1.0 + TAPER) / 2.0,
        }[self.factor_of]
        return self.trade_factor * face * depth_mm * density_g_cm3 / DIAMOND_DENSITY_G_CM3

    def checked(self, ratio: float | None) -> float:
        """The ratio to cut to; None: the classic one.

        Raises:
            ModelError: the cut is not made so long or so short.
        """
        if ratio is None:
            return self.ratio
        if not self.least_ratio <= ratio <= self.greatest_ratio:
            raise ModelError(
                f"a {self.name.lower()} is {self.least_ratio:g} to {self.greatest_ratio:g} times "
                f"as long as wide, got {ratio!r}"
            )
        return ratio


def cut(cut_id: str) -> Cut:
    """The cut of this id.

    Raises:
        ModelError: no cut has this id; names those that look like it.
    """
    return find("cut", cut_id, CUTS)


@lru_cache(maxsize=256)
def unit_stone(cut_id: str, ratio: float, melee: bool = False) -> UnitStone:
    """The stone at half-width 1.

    Args:
        ratio: length over width, in the cut's range.
        melee: a lighter mesh of the same stone and weight, for many small ones.
    """
    unit = build_unit(cut_id, ratio, melee)
    return replace(unit, volume=unit_stone(cut_id, ratio).volume) if melee else unit


def build_unit(cut_id: str, ratio: float, melee: bool = False) -> UnitStone:
    """Build what `unit_stone` keeps."""
    sides = MELEE_BAY_SIDES if melee else BAY_SIDES
    if cut_id in BRILLIANTS:
        outline, plan = BRILLIANTS[cut_id]
        return brilliant_on(outline(ratio), plan, sides)
    if cut_id in STEPS:
        return step_cut(ratio, STEPS[cut_id])
    if cut_id in MIXED:
        return mixed_cut(ratio, MIXED[cut_id])
    segments = MELEE_SEGMENTS if melee else GIRDLE_SEGMENTS
    others: dict[str, Callable[[], UnitStone]] = {
        "round_brilliant": lambda: round_stone(RoundBrilliant(), segments),
        "old_european": lambda: round_stone(OLD_EUROPEAN, segments),
        "single_cut": single_cut,
        "heart": lambda: heart_on(half_heart(ratio), HEART, sides),
        "rose_cut": lambda: rose_cut(ratio),
        "briolette": lambda: briolette(ratio),
        "cabochon": lambda: cabochon(ratio),
        "pearl": lambda: pearl(ratio),
    }
    return others[cut_id]()


def _read() -> dict[str, Cut]:
    return {
        row["id"]: Cut(
            id=row["id"],
            name=row["name"],
            facets=int(row["facets"]),
            ratio=float(row["ratio"]),
            least_ratio=float(row["ratio_min"]),
            greatest_ratio=float(row["ratio_max"]),
            trade_factor=float(row["trade_factor"]) if row["trade_factor"] else None,
            factor_of=row["factor_of"],
            source=row["source"],
        )
        for row in rows("cuts")
    }


CUTS: Mapping[str, Cut] = MappingProxyType(_read())
