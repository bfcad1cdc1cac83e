"""What can be engraved where: length, height, stroke and the wall that is left.

Every refusal says what would fit. Figures and their sources: `models3d/data/engraving.csv`.
"""

from __future__ import annotations

import numpy as np

from models3d.engraving.text import Lettering, lettering
from models3d.errors import ModelError, Unbuildable
from models3d.tables import rows

FIGURES = {row["id"]: float(row["value"]) for row in rows("engraving")}
LEAST_LETTER_MM = FIGURES["least_letter"]
STRONG_ALLOYS = ("gold_", "platinum_", "palladium_")


def inside_length_mm(radius_mm: float) -> float:
    """Of the line that fits round the hole of a ring, hallmarks spared."""
    share = FIGURES["usable_circumference"] - FIGURES["hallmarks"]
    return float(share * 2.0 * np.pi * radius_mm)


def outside_length_mm(radius_mm: float) -> float:
    """Of the line that fits round the outside of a hoop."""
    return float(FIGURES["usable_circumference"] * 2.0 * np.pi * radius_mm)


def fitted(
    text: str,
    typeface: str,
    letter_height_mm: float,
    length_mm: float,
    height_mm: float,
    where: str,
    fields: tuple[str, ...] = ("letter_height_mm", "engraving", "typeface"),
    *,
    mirrored: bool = False,
) -> Lettering:
    """The lettering, if the place has room for it.

    Args:
        length_mm: of the place along the line.
        height_mm: of the place across the line, for the ink with all that hangs below it.
        where: words for the refusal: "inside the band".
        fields: of the piece, that could give way.
    Raises:
        Unbuildable: it is too long, too high or too fine; says what would fit.
    """
    if letter_height_mm < LEAST_LETTER_MM:
        raise Unbuildable(
            f"Letters of {letter_height_mm:.2g} mm cannot be read: the least is "
            f"{LEAST_LETTER_MM:g} mm.",
            fields,
        )
    line = lettering(text, typeface, letter_height_mm, mirrored)
    least_stroke = FIGURES["least_stroke_ratio"] * LEAST_LETTER_MM
    finest_mm = max(letter_height_mm * least_stroke / line.stroke_mm, LEAST_LETTER_MM)
    room = min(length_mm / line.width_mm, height_mm / line.height_mm)
    fitting_mm = int(10.0 * letter_height_mm * room) / 10.0
    smaller = (
        f"letters of {fitting_mm:g} mm fit"
        if fitting_mm >= finest_mm
        else f"letters of {finest_mm + 0.049:.1f} mm, the least that can be cut, do not fit either"
    )
    if line.height_mm > height_mm:
        raise Unbuildable(
            f"“{line.text}” is {line.height_mm:.1f} mm high and there are {max(height_mm, 0.0):.1f}"
            f" mm for it {where}: {smaller}.",
            fields,
        )
    if line.width_mm > length_mm:
        raise Unbuildable(
            f"“{line.text}” is {line.width_mm:.1f} mm long and there are {length_mm:.1f} mm for it "
            f"{where}: {_letters_that_fit(line, length_mm)} letters of this height fit; {smaller}.",
            fields,
        )
    if line.stroke_mm < least_stroke:
        raise Unbuildable(
            f"The strokes of “{line.text}” are {line.stroke_mm:.2f} mm wide, too fine to engrave: "
            f"letters of {finest_mm + 0.049:.1f} mm have strokes of {least_stroke:.2f} mm.",
            fields,
        )
    return line


def least_wall_mm(metal: str) -> float:
    """What must be left under an engraving in this alloy."""
    strong = metal.startswith(STRONG_ALLOYS)
    return FIGURES["wall_gold_platinum" if strong else "wall_other"]


def check_wall(
    metal: str,
    wall_mm: float,
    depth_mm: float,
    where: str,
    fields: tuple[str, ...] = ("thickness_mm", "engraving"),
) -> None:
    """Refuse an engraving that leaves too little.

    Args:
        wall_mm: of the metal before the cut, where it is thinnest under the letters.
    Raises:
        Unbuildable: says what wall is needed.
    """
    least = least_wall_mm(metal)
    left = wall_mm - depth_mm
    if left < least - 1e-9:
        raise Unbuildable(
            f"An engraving {depth_mm:.2g} mm deep leaves {max(left, 0.0):.2f} mm of metal {where}; "
            f"this alloy needs {least:g} mm.",
            fields,
        )


def _letters_that_fit(line: Lettering, length_mm: float) -> int:
    """How many characters of the text the length has room for."""
    low, high = 0, len(line.text)
    while high - low > 1:
        middle = (low + high) // 2
        try:
            part = lettering(line.text[:middle], line.typeface, line.letter_height_mm)
            fits = part.width_mm <= length_mm
        except ModelError:  # blanks alone: nothing to measure, and they fit
            fits = True
        low, high = (middle, high) if fits else (low, middle)
    return low
