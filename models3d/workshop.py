"""Whether a piece can be made: its measures against what the alloy allows, and its resizing."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from models3d.bill import Bill, Measure
from models3d.sizes import RingSize, parse_ring_size
from models3d.tables import rows

ROUNDING_MM = 0.005  # a measure that reads like the limit meets it
EU_SIZE_STEP = 1.0  # millimetres of circumference


class Verdict(StrEnum):
    """What the bench says of a measure."""

    GOOD = "good"
    DELICATE = "delicate"  # can be made; the remark says what to know
    TOO_THIN = "too_thin"  # cannot be made so


@dataclass(frozen=True, slots=True)
class Check:
    """One measure beside its limits."""

    kind: str
    place: str
    mm: float
    least_mm: float
    advised_mm: float
    verdict: Verdict
    remark: str  # empty when good


@dataclass(frozen=True, slots=True)
class WorkshopReport:
    """Every check, and how far a ring can be resized."""

    checks: tuple[Check, ...]
    resizing: str  # a sentence; empty: not a ring

    @property
    def can_be_made(self) -> bool:
        return all(check.verdict is not Verdict.TOO_THIN for check in self.checks)


@dataclass(frozen=True, slots=True)
class _Limit:
    least_mm: float
    advised_mm: float
    remark: str


def workshop_report(bill: Bill) -> WorkshopReport:
    """Check a piece.

    Raises:
        KeyError: a measure is of a kind that the table of limits does not know.
    """
    silver = any(lot.metal.startswith("silver") for lot in bill.metals)
    return WorkshopReport(
        tuple(_check(measure, silver) for measure in bill.measures), _resizing(bill)
    )


def _check(measure: Measure, silver: bool) -> Check:
    limits = _limits()
    limit = limits.get((measure.kind, "silver")) if silver else None
    limit = limit or limits[measure.kind, "any"]
    verdict, remark = Verdict.GOOD, ""
    if measure.mm < limit.least_mm - ROUNDING_MM:
        verdict = Verdict.TOO_THIN
        remark = f"At least {limit.least_mm:g} mm are needed."
    elif measure.mm < limit.advised_mm - ROUNDING_MM:
        verdict, remark = Verdict.DELICATE, limit.remark
    return Check(
        measure.kind,
        measure.place,
        measure.mm,
        limit.least_mm,
        limit.advised_mm,
        verdict,
        remark,
    )


def _resizing(bill: Bill) -> str:
    if bill.size is None:
        return ""
    down, up = bill.resizable or (0.0, 0.0)
    if down == up == 0.0:
        return "It cannot be resized: order the right size."
    smallest, largest = (_eu(bill.size, change) for change in (down, up))
    return f"It can be resized from {smallest} to {largest}."


def _eu(size: RingSize, change: float) -> str:
    """The EU size nearest to this many EU sizes away, within what the system has."""
    inner_mm = size.inner_diameter_mm
    circumference = round(2.0 * (math.pi * inner_mm + change * EU_SIZE_STEP)) / 2.0
    return str(parse_ring_size(f"EU {min(max(circumference, 38.0), 77.0):g}"))


@cache
def _limits() -> dict[tuple[str, str], _Limit]:
    """By kind of measure and alloys."""
    return {
        (row["kind"], row["alloys"]): _Limit(
            float(row["least_mm"]), float(row["advised_mm"]), row["remark"]
        )
        for row in rows("workshop_limits")
    }
