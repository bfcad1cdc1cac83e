"""Numbers with their units, as the language spoken writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from babel.numbers import format_decimal

from viewer.language import gettext, later, spoken

UNITS: Mapping[str, str] = MappingProxyType(
    {
        "mm": later("{number} mm"),
        "cm": later("{number} cm"),
        "g": later("{number} g"),
        "ct": later("{number} ct"),
        "%": later("{number} %"),
        "°": later("{number}°"),
        "deg": later("{number}°"),
        "": "{number}",
    }
)
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
_BEFORE_UNIT = re.compile(r"(?<=\d) (?=[^\W\d_]{1,2}(?!\w))")


def number(value: float | Decimal, decimals: int | None = None) -> str:
    """A number with so many decimals, or with those that it has."""
    if decimals is None:
        return str(format_decimal(value, locale=spoken().place, decimal_quantization=False))
    pattern = "#,##0." + "0" * decimals if decimals else "#,##0"
    return str(format_decimal(value, format=pattern, locale=spoken().place))


def quantity(value: float | Decimal, unit: str | None, decimals: int | None = None) -> str:
    """A number of a unit: 6.5 mm, 6,5 mm, 6.5 مم."""
    return unit_words(unit).replace("{number}", number(value, decimals))


def typeset(words: str) -> str:
    """Words as a page sets them: numbers stay with short units, apostrophes are raised commas."""
    return _APOSTROPHE.sub("\u2019", _BEFORE_UNIT.sub("\u00a0", words))


def unit_words(unit: str | None) -> str:
    """How a unit is written, with {number} where the number goes."""
    return gettext(UNITS[unit]) if unit in UNITS and unit else f"{{number}} {unit or ''}".strip()
