"""Things of known size that lie beside the hand; the table names its sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from models3d.tables import rows
from tryon.errors import TryOnError


class Shape(StrEnum):
    """What a reference looks like."""

    CARD = "card"
    COIN = "coin"


@dataclass(frozen=True, slots=True)
class Reference:
    """A thing of known size."""

    id: str
    name: str
    shape: Shape
    width_mm: float  # a coin's diameter
    height_mm: float
    thickness_mm: float
    tolerance: float  # of its lengths, share


@cache
def references() -> Mapping[str, Reference]:
    """Every reference by the word that asks for it: `card`, `coin:EUR1` …"""
    found = {}
    for row in rows("measuring_references"):
        shape = Shape(row["shape"])
        word = row["id"] if shape is Shape.CARD else f"coin:{row['id']}"
        found[word] = Reference(
            word,
            row["name"],
            shape,
            float(row["width_mm"]),
            float(row["height_mm"]),
            float(row["thickness_mm"]),
            float(row["tolerance"]),
        )
    return MappingProxyType(found)


def reference(word: str) -> Reference:
    """The reference of this name.

    Raises:
        TryOnError: there is none; lists those that are known.
    """
    found = {known.lower(): each for known, each in references().items()}.get(word.lower())
    if found is None:
        raise TryOnError(f'"{word}" is no known reference: use {", ".join(references())}.')
    return found
