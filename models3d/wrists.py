"""What a wrist piece tells try-on: the wrist that it was made for, and how it is worn."""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class Wears(StrEnum):
    """How a piece keeps its place on the wrist."""

    SITS = "sits"  # a watch, a cuff: it holds
    DRAPES = "drapes"  # a chain: it lies loosely and gives way
    HANGS = "hangs"  # a bangle: stiff and wider than the wrist


def worn_on(half_breadth: float, half_depth: float, wears: Wears) -> dict[str, Any]:
    """Entries of a model's `extras.parure`.

    Args:
        half_breadth, half_depth: metres, of the wrist's section where it is worn.
    """
    section_mm = [round(1e3 * half_breadth, 3), round(1e3 * half_depth, 3)]
    return {"section_mm": section_mm, "wears": str(wears)}
