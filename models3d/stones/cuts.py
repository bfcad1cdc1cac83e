"""The cuts on offer: names, facets, ratios, weights in the trade, and how each is built."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
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

BAY_SIDES: Final = 8  # of the girdle's polygon between two mains
MELEE_BAY_SIDES: Final = 4

TAPER: Final = 0.75  # a tapered baguette's narrow end over its wide one

BRILLIANTS: Final[Mapping[str, tuple[Callable[[float], Outline], BrilliantPlan]]] = {
    "oval": (oval, BrilliantPlan(table_pct=58.0)),
    "pear": (pear, BrilliantPlan(table_pct=59.0, center_y=-0.45)),
    "marquise": (marquise, BrilliantPlan(table_pct=58.0)),
    "cushion": (cushion, BrilliantPlan(table_pct=60.0, bulge=0.08)),
    "trillion": (trillion, BrilliantPlan(table_pct=50.0, center_y=-0.2)),
}
HEART: Final = BrilliantPlan(table_pct=58.0, girdle_pct=4.0, center_y=0.1)
STEPS: Final[Mapping[str, StepPlan]] = {
    "emerald": StepPlan(
        65.0, (46.0, 36.0, 26.0), (0.28, 0.34, 0.38), (52.0, 44.0, 38.0), (0.25, 0.30, 0.45),
        corner_pct=15.0,
    ),
    "asscher": StepPlan(
        58.0, (46.0, 36.0, 26.0), (0.28, 0.34, 0.38), (52.0, 44.0, 38.0), (0.25, 0.30, 0.45),
        corner_pct=27.0, culet_pct=1.0,
    ),
    "baguette": StepPlan(65.0, (40.0, 30.0), (0.5, 0.5), (50.0, 40.0), (0.4, 0.6)),
    "tapered_baguette": StepPlan(
        65.0, (40.0, 30.0), (0.5, 0.5), (50.0, 40.0), (0.4, 0.6), taper=TAPER
    ),
}  # fmt: skip
MIXED: Final[Mapping[str, MixedPlan]] = {
    "princess": MixedPlan(
        68.0, 10.0, 27.0, 75.0, 40.0, 59.5,
        ((0.10, 0.22), (0.26, 0.46), (0.48, 0.70), (0.72, 0.872)),
    ),
    "radiant": MixedPlan(
        65.0, 13.0, 27.0, 70.0, 35.0, 50.0, ((0.14, 0.26), (0.36, 0.54), (0.62, 0.78)),
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
        melee: a lighter mesh of the same stone, for many small ones.
    """
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
