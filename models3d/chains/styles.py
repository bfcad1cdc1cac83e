"""How the links of each kind of chain are proportioned, from `models3d/data/chain_styles.csv`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from models3d.tables import rows


class LinkStyle(StrEnum):
    """Chains by the trade's names."""

    CABLE = "cable"
    CURB = "curb"
    FIGARO = "figaro"
    ROLO = "rolo"
    PAPERCLIP = "paperclip"
    ROPE = "rope"
    BOX = "box"


@dataclass(frozen=True, slots=True)
class StyleTable:
    """One kind of chain; lengths are in wire thicknesses."""

    name: str
    inner_length: float
    inner_width: float
    twist_deg: float  # from one end of the link to the other
    cut: float  # ground off each face
    long_per_short: float  # inner length of figaro's long link over that of a short one
    wire_mm: tuple[float, float]  # least and greatest gauge
    default_wire_mm: float
    source: str


def _read() -> dict[LinkStyle, StyleTable]:
    return {
        LinkStyle(row["id"]): StyleTable(
            row["name"],
            float(row["inner_length_per_wire"]),
            float(row["inner_width_per_wire"]),
            float(row["twist_deg"]),
            float(row["cut_per_wire"]),
            float(row["long_per_short"]),
            (float(row["wire_least_mm"]), float(row["wire_greatest_mm"])),
            float(row["wire_default_mm"]),
            row["source"],
        )
        for row in rows("chain_styles")
    }


STYLES: Mapping[LinkStyle, StyleTable] = MappingProxyType(_read())
