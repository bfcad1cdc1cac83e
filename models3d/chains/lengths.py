"""Necklace lengths by the trade's names, from `models3d/data/necklace_lengths.csv`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from models3d.tables import find, rows

OWN_LENGTH = "custom"
LENGTHS_CM = (33.0, 92.0)

NAMED_LENGTHS_MM: Mapping[str, float] = MappingProxyType(
    {row["id"]: float(row["length_mm"]) for row in rows("necklace_lengths")}
)


def necklace_length(name: str, length_cm: float) -> float:
    """Metres of a named length, or of `length_cm` when the name is "custom".

    Raises:
        ModelError: no length is called so.
    """
    if name == OWN_LENGTH:
        return length_cm * 1e-2
    return find("necklace length", name, NAMED_LENGTHS_MM) * 1e-3
