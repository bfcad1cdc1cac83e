"""How long a bracelet is for a wrist, and how it lies there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models3d.chains.body import Wrist
from models3d.errors import ModelError
from models3d.wrists import Wears, worn_on

WRISTS_MM = (130.0, 210.0)
EASES_MM = (10.0, 30.0)


def check_wrist(wrist_mm: float, ease_mm: float) -> None:
    """Refuse a wrist or an ease that bracelets are not made for.

    Raises:
        ModelError: a measure is out of the range.
    """
    for name, value, (least, greatest) in (
        ("wrist_mm", wrist_mm, WRISTS_MM),
        ("ease_mm", ease_mm, EASES_MM),
    ):
        if not least <= value <= greatest:
            raise ModelError(f"{name} must be from {least:g} to {greatest:g}, got {value!r}")


def draped_on(wrist_mm: float) -> Mapping[str, Any]:
    """What try-on is told of a chain round this wrist."""
    wrist = Wrist(wrist_mm * 1e-3)
    return worn_on(wrist.half_breadth, wrist.half_depth, Wears.DRAPES)
