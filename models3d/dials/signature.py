"""The name printed on a dial: spaced capitals of one stroke width."""

from __future__ import annotations

from models3d.dials.capitals import capitals
from models3d.dials.relief import PRINT_HEIGHT_MM, flat
from models3d.errors import Unbuildable
from models3d.mesh import Mesh

NAME = "PARURE"
LONGEST = 12
WIDENED = 1.12


def check_signature(text: str) -> None:
    """Refuse what cannot be printed.

    Raises:
        Unbuildable: it is too long or has other characters than A to Z and spaces.
    """
    if len(text) > LONGEST:
        raise Unbuildable(
            f"The signature is {len(text)} characters long: {LONGEST} fit on a dial.",
            ("signature",),
        )
    if not all(letter == " " or (letter.isascii() and letter.isalpha()) for letter in text):
        raise Unbuildable("A signature is printed in the letters A to Z.", ("signature",))


def signed(text: str, height_mm: float, widest_mm: float, middle_mm: float) -> Mesh:
    """The name centred on x = 0 in the dial frame.

    Args:
        height_mm: of a capital, less where the name would be wider than `widest_mm`.
        middle_mm: y of the letters' middle.
    """
    region = capitals(text.strip().upper()).translate((0.0, -0.5))
    low, _, high, _ = region.bounds()
    size = min(height_mm, widest_mm / (WIDENED * float(high - low)))
    return flat(region.scale((WIDENED * size, size)).translate((0.0, middle_mm)), PRINT_HEIGHT_MM)
