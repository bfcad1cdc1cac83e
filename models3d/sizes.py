"""Ring sizes: what EU, US, UK and JP sizes mean in millimetres, read forgivingly.

Formulas and their sources stand in data/ring_size_systems.csv: inner circumference or diameter
= zero + unit * value. British letters count A = 0, A½ = 0.5 … Z = 25, Z+1 = 26.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import MappingProxyType

from models3d.errors import ModelError

DATA = Path(__file__).parent / "data" / "ring_size_systems.csv"
LONGEST_TEXT = 24
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FRACTIONS = {"¼": "1/4", "½": "1/2", "¾": "3/4"}
FRACTION_GLYPHS = {Decimal("0.25"): "¼", Decimal("0.5"): "½", Decimal("0.75"): "¾"}
# Other names by which a system goes; the international standard was French usage first.
ALIASES = {
    "EU": "EU", "ISO": "EU", "FR": "EU", "DE": "EU", "EUR": "EU",
    "US": "US", "USA": "US", "CA": "US",
    "UK": "UK", "GB": "UK", "IE": "UK", "AU": "UK",
    "JP": "JP", "JPN": "JP", "JIS": "JP",
}  # fmt: skip

_NUMBER = re.compile(r"(?:(?P<whole>\d+(?:[.,]\d+)?))?\s*(?P<part>\d+/\d+)?")
_LETTER = re.compile(r"(?P<letter>[A-Z])\s*(?:\+\s*(?P<plus>\d+))?\s*(?P<half>1/2|[.,]5)?")


@dataclass(frozen=True, slots=True)
class SizeSystem:
    """One country's way to number ring sizes."""

    id: str
    name: str
    measures: str  # circumference or diameter
    zero_mm: Fraction
    unit_mm: Fraction
    step: Decimal
    least: Decimal
    greatest: Decimal

    def diameter_mm(self, value: Decimal) -> float:
        """Inner diameter of a size of this system."""
        length = float(self.zero_mm + self.unit_mm * Fraction(value))
        return length / math.pi if self.measures == "circumference" else length

    def nearest(self, diameter_mm: float) -> Decimal:
        """The size closest to an inner diameter, held within the system's range."""
        length = diameter_mm * math.pi if self.measures == "circumference" else diameter_mm
        value = Decimal((length - float(self.zero_mm)) / float(self.unit_mm))
        return self.on_grid(value)

    def on_grid(self, value: Decimal) -> Decimal:
        """`value` rounded to the system's step and held within its range."""
        held = min(max(value, self.least), self.greatest)
        return (held / self.step).quantize(Decimal(1), ROUND_HALF_UP) * self.step

    def text(self, value: Decimal) -> str:
        """How the size is written: `EU 54`, `US 6.5`, `UK N½`, `JP 14`."""
        if self.id != "UK":
            return f"{self.id} {value.normalize():f}"
        whole, half = divmod(value, 1)
        letter = LETTERS[min(int(whole), 25)]
        plus = f"+{int(whole) - 25}" if whole > 25 else ""
        return f"{self.id} {letter}{plus}{FRACTION_GLYPHS.get(half, '')}"


@dataclass(frozen=True, slots=True)
class RingSize:
    """A ring size as its wearer says it."""

    system: str  # EU, US, UK or JP
    value: Decimal  # of the system; British letters count A = 0

    @property
    def inner_diameter_mm(self) -> float:
        """Diameter of the finger hole at its narrowest."""
        return size_systems()[self.system].diameter_mm(self.value)

    @property
    def inner_diameter(self) -> float:
        """Diameter of the finger hole at its narrowest, metres."""
        return self.inner_diameter_mm * 1e-3

    def __str__(self) -> str:
        return size_systems()[self.system].text(self.value)


@cache
def size_systems() -> Mapping[str, SizeSystem]:
    """The four systems by id, from the data table."""
    with DATA.open(encoding="utf-8", newline="") as table:
        systems = [
            SizeSystem(
                id=row["system"],
                name=row["name"],
                measures=row["measures"],
                zero_mm=Fraction(row["zero_mm"]),
                unit_mm=Fraction(row["unit_mm"]),
                step=Decimal(row["step"]),
                least=Decimal(row["least"]),
                greatest=Decimal(row["greatest"]),
            )
            for row in csv.DictReader(table)
        ]
    return MappingProxyType({system.id: system for system in systems})


def parse_ring_size(text: str) -> RingSize:
    """Read a size as people write it.

    Takes `54`, `EU54`, `US 6 1/2`, `us 6,5`, `6½ US`, `uk n½`, `N 1/2`, `Z+1`, `JP 14`. A bare
    number of 38 or more is European, a bare letter British.

    Raises:
        ModelError: not a size, or none that exists; the message says the range and the nearest.
    """
    given = text.strip()
    if len(given) > LONGEST_TEXT:
        raise ModelError(f'"{given[:LONGEST_TEXT]}…" is too long for a ring size such as "EU 54".')
    system_id, rest = _split_system(given)
    system = size_systems()[system_id]
    value = _letter_value(rest) if system_id == "UK" else _number_value(rest)
    if value is None:
        raise ModelError(f'"{given}" is not a ring size: {_range_sentence(system)}.')
    nearest = system.on_grid(value)
    if value != nearest:
        raise ModelError(
            f'There is no ring size "{given}": {_range_sentence(system)}. '
            f"The nearest is {system.text(nearest)}."
        )
    return RingSize(system_id, nearest)


def ring_sizes(diameter: float) -> dict[str, str]:
    """The nearest size in each system, by system id.

    Args:
        diameter: of the finger hole, metres.
    """
    return {
        system.id: system.text(system.nearest(diameter * 1e3)) for system in size_systems().values()
    }


def _split_system(given: str) -> tuple[str, str]:
    """The system's id and what is left of the text, upper case, vulgar fractions spelled out."""
    spelled = given.upper().replace("#", " ").replace("SIZE", " ")
    for glyph, fraction in FRACTIONS.items():
        spelled = spelled.replace(glyph, f" {fraction}")
    words = re.findall(r"[A-Z]{2,}", spelled)
    rest = re.sub(r"[A-Z]{2,}", " ", spelled).strip()
    if len(words) == 1 and words[0] in ALIASES:
        return ALIASES[words[0]], rest
    if not words and (value := _number_value(rest)) is not None:
        if value >= size_systems()["EU"].least:
            return "EU", rest
        raise ModelError(
            f'Ring size "{given}" is ambiguous: write "US {given}" or "JP {given}", '
            'or a European size such as "EU 54".'
        )
    if not words and _letter_value(rest) is not None:
        return "UK", rest
    known = ", ".join(_range_sentence(system) for system in size_systems().values())
    raise ModelError(f'"{given}" is not a ring size: {known}.')


def _number_value(text: str) -> Decimal | None:
    match = _NUMBER.fullmatch(text)
    if match is None or not text:
        return None
    value = Decimal((match["whole"] or "0").replace(",", "."))
    if match["part"]:
        numerator, denominator = map(int, match["part"].split("/"))
        if denominator == 0:
            return None
        value += Decimal(numerator) / Decimal(denominator)
    return value


def _letter_value(text: str) -> Decimal | None:
    match = _LETTER.fullmatch(text)
    if match is None or (match["plus"] and match["letter"] != "Z"):
        return None
    value = Decimal(LETTERS.index(match["letter"]) + int(match["plus"] or 0))
    return value + Decimal("0.5") if match["half"] else value


def _range_sentence(system: SizeSystem) -> str:
    steps = {"0.25": "in quarters", "0.5": "in halves"}.get(str(system.step), "in whole sizes")
    return f"{system.text(system.least)} to {system.text(system.greatest)} {steps}"
