"""What every ring shares: the size that is shown first, and how a measure is refused."""

from __future__ import annotations

from models3d.errors import ModelError
from models3d.sizes import parse_ring_size

DEFAULT_SIZE = parse_ring_size("EU 54")


def check_range(name: str, value: float, allowed: tuple[float, float]) -> None:
    """Refuse a measure that cannot be made.

    Raises:
        ModelError: it is out of the range.
    """
    low, high = allowed
    if not low <= value <= high:
        raise ModelError(f"{name} must be from {low:g} to {high:g}, got {value!r}")
