"""Round brilliants of given proportions, sized by weight: a stone chosen by its grading report."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from models3d.bill import GRAMS_PER_CARAT
from models3d.brilliant import RoundBrilliant
from models3d.gems import gem
from models3d.stones.rounds import round_stone
from models3d.stones.stone import Stone


@dataclass(frozen=True, slots=True)
class Proportions:
    """As a report gives them: percent of the diameter, degrees to the girdle plane."""

    table_pct: float = 57.0
    crown_angle_deg: float = 34.5
    pavilion_angle_deg: float = 40.75
    girdle_pct: float = 3.0
    star_length_pct: float = 55.0
    lower_half_pct: float = 77.0


@lru_cache(maxsize=64)
def round_by_carat(gem_id: str, carat: float, proportions: Proportions) -> Stone:
    """The round brilliant of this weight with these facets.

    Raises:
        ModelError: no such gem, or no stone has such proportions.
    """
    cut = RoundBrilliant(
        table_pct=proportions.table_pct,
        crown_angle_deg=proportions.crown_angle_deg,
        pavilion_angle_deg=proportions.pavilion_angle_deg,
        girdle_pct=proportions.girdle_pct,
        star_length_pct=proportions.star_length_pct,
        lower_half_pct=proportions.lower_half_pct,
    )
    unit = round_stone(cut)
    volume_mm3 = 1000.0 * carat * GRAMS_PER_CARAT / gem(gem_id).density_g_cm3
    scale = (volume_mm3 / unit.volume) ** (1.0 / 3.0) / 1000.0  # metres of the half width
    return Stone(
        gem_id,
        "round_brilliant",
        carat,
        replace(unit.mesh, positions=unit.mesh.positions * scale),
        unit.outline * scale,
        unit.crown_height * scale,
        unit.girdle_height * scale,
        unit.pavilion_depth * scale,
        unit.crown_angle,
        unit.pavilion_angle,
    )
