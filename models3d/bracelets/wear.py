"""How long a bracelet is for a wrist."""

from __future__ import annotations

from models3d.errors import ModelError

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
