"""Sizes of watches: what a case of a diameter measures, what a wrist can wear. Millimetres."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from models3d.errors import ModelError, Unbuildable
from models3d.tables import rows


@dataclass(frozen=True, slots=True)
class CaseSize:
    """What follows from a case's diameter."""

    diameter_mm: float
    lug_to_lug_mm: float
    lug_width_mm: float  # even, as straps are made
    thickness_mm: tuple[float, float]  # with the crystal


def _read() -> Mapping[tuple[str, str], Mapping[str, float]]:
    table: dict[tuple[str, str], dict[str, float]] = {}
    for row in rows("watches"):
        entry = table.setdefault((row["group"], row["id"]), {})
        entry[row["quantity"]] = float(row["value"])
    return MappingProxyType(table)


TABLE = _read()
CASES = {float(key[1]): row for key, row in TABLE.items() if key[0] == "case"}
WRISTS = {float(key[1]): row for key, row in TABLE.items() if key[0] == "wrist"}


def figure(group: str, row: str, quantity: str) -> float:
    """One number of the table.

    Raises:
        KeyError: there is none of this name.
    """
    return TABLE[group, row][quantity]


def case_size(diameter_mm: float) -> CaseSize:
    """Measures of a case, between the rows of the table in proportion.

    Raises:
        ModelError: no case is so small or so large.
    """
    known = sorted(CASES)
    if not known[0] <= diameter_mm <= known[-1]:
        raise ModelError(
            f"case_diameter_mm must be from {known[0]:g} to {known[-1]:g}, got {diameter_mm!r}"
        )
    lug_to_lug, least, greatest = (
        float(np.interp(diameter_mm, known, [CASES[d][name] for d in known]))
        for name in ("lug_to_lug", "thickness_least", "thickness_greatest")
    )
    below = max(d for d in known if d <= diameter_mm)
    return CaseSize(diameter_mm, lug_to_lug, CASES[below]["lug_width"], (least, greatest))


def check_wrist(wrist_mm: float, lug_to_lug_mm: float, field: str) -> None:
    """Refuse a watch whose lugs stand over the edges of the wrist.

    Args:
        field: what makes the watch as long as it is, for the refusal.
    Raises:
        Unbuildable: it is too large.
    """
    known = sorted(WRISTS)
    row = WRISTS[max([w for w in known if w <= wrist_mm], default=known[0])]
    longest = row["lug_to_lug_greatest"]
    if lug_to_lug_mm > longest + 1e-6:
        raise Unbuildable(
            f"A watch {lug_to_lug_mm:.3g} mm long from lug to lug is too large for a wrist of "
            f"{wrist_mm:g} mm: {longest:g} mm is the most that lies flat on it.",
            (field, "wrist_mm"),
        )
