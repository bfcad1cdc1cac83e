"""Checks for values of a JSON document: each takes a value, where it stands, and how many of each
thing the document has; it returns the value or raises ModelError saying what was expected.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from models3d.errors import ModelError

Sizes = Mapping[str, int]  # how many meshes, accessors … the document has
Check = Callable[[Any, str, Sizes], Any]  # value, where it stands → the value, checked
LARGEST_COUNT = 2**31 - 1


def wrong(where: str, expected: str, value: object) -> ModelError:
    """The error for a value that is not what the document must have there."""
    got = {dict: "an object", list: "a list", type(None): "null"}.get(type(value))
    return ModelError(f"{where}: expected {expected}, got {got or repr(value)[:60]}")


def whole(least: int = 0, most: int = LARGEST_COUNT) -> Check:
    """A whole number in this range; 3.0 is one too, as JSON does not tell them apart."""

    def check(value: Any, where: str, sizes: Sizes) -> int:
        integral = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        if isinstance(value, bool) or not integral or not least <= value <= most:
            raise wrong(where, f"a whole number from {least} to {most}", value)
        return int(value)

    return check


def number(least: float = -math.inf, most: float = math.inf) -> Check:
    """A number in this range, and in that of single precision."""

    def check(value: Any, where: str, sizes: Sizes) -> float:
        real = isinstance(value, int | float) and not isinstance(value, bool)
        if not real or not least <= value <= most or abs(value) > 1e38:
            bounded = (least, most) != (-math.inf, math.inf)
            raise wrong(where, "a number" + f" from {least:g} to {most:g}" * bounded, value)
        return float(value)

    return check


def text(value: Any, where: str, sizes: Sizes) -> str:
    """Text."""
    if not isinstance(value, str):
        raise wrong(where, "text", value)
    return value


def flag(value: Any, where: str, sizes: Sizes) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise wrong(where, "true or false", value)
    return value


def one_of(*values: int | str) -> Check:
    """One of these values."""

    def check(value: Any, where: str, sizes: Sizes) -> Any:
        if isinstance(value, bool) or value not in values:
            raise wrong(where, f"one of {', '.join(map(str, values))}", value)
        return value

    return check


def reference(kind: str) -> Check:
    """The number of a mesh, an accessor …: of an entry in the document's list of that kind."""

    def check(value: Any, where: str, sizes: Sizes) -> int:
        size = sizes.get(kind, 0)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < size:
            raise wrong(where, f"the number of one of {size} {kind}", value)
        return value

    return check


def several(check_one: Check, least: int = 0, exactly: int | None = None) -> Check:
    """A list whose entries pass the check; at least or exactly so many."""

    def check(value: Any, where: str, sizes: Sizes) -> list[Any]:
        if not isinstance(value, list):
            raise wrong(where, "a list", value)
        if len(value) < least or (exactly is not None and len(value) != exactly):
            wanted = f"exactly {exactly}" if exactly is not None else f"at least {least}"
            raise ModelError(f"{where}: expected {wanted} entries, got {len(value)}")
        return [check_one(entry, f"{where}[{k}]", sizes) for k, entry in enumerate(value)]

    return check


def numbers(count: int, least: float = -math.inf, most: float = math.inf) -> Check:
    """A list of exactly so many numbers."""
    return several(number(least, most), exactly=count)
