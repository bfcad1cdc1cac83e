"""Monograms: up to three initials composed to fill the table of a signet."""

from __future__ import annotations

from collections.abc import Callable

import manifold3d
import numpy as np

from models3d.engraving.bidi import levels
from models3d.engraving.limits import FIGURES
from models3d.engraving.text import Lettering, lettering
from models3d.errors import Unbuildable
from models3d.frames import Array

SIDE_LETTERS = 0.70  # height of the outer two of three, of the middle one's
GAP = 0.04  # between letters, of the letter height
NARROWED = {1: 1.0, 2: 0.94, 3: 0.86}  # of a letter's own width, by their count
LEAST_MM, GREATEST_MM = FIGURES["signet_letter_least"], FIGURES["signet_letter_greatest"]


def monogram(
    text: str,
    typeface: str,
    rim_mm: Callable[[Array], Array],
    margin_mm: float,
    *,
    mirrored: bool = False,
    fields: tuple[str, ...] = ("table_mm", "engraving"),
) -> Lettering:
    """The initials as large as the table allows, the middle one of three the tallest.

    Args:
        rim_mm: distance of the table's rim from its middle at each angle from x towards y.
        margin_mm: kept free along the rim.
        mirrored: for a seal.
    Raises:
        Unbuildable: the table is too small; says how large letters would come out.
    """
    unit = _composed(text, typeface)
    x0, y0, x1, y1 = unit.bounds()
    unit = unit.translate((-(x0 + x1) / 2.0, -(y0 + y1) / 2.0))
    points = np.concatenate([np.asarray(polygon) for polygon in unit.to_polygons()])
    distance = np.hypot(*points.T)
    room = rim_mm(np.arctan2(points[:, 1], points[:, 0])) - margin_mm
    tall = max(y1 - y0, 1.0)  # of what stands above or below a letter's nominal height
    height = min(float((room / np.maximum(distance, 1e-9)).min()), GREATEST_MM / tall)
    if height * tall < LEAST_MM:
        fitting = int(10.0 * max(height * tall, 0.0)) / 10.0
        raise Unbuildable(
            f"“{text}” fits this table only {fitting:.1f} mm high; a monogram needs "
            f"{LEAST_MM:g} mm.",
            fields,
        )
    strokes = unit.scale((-height if mirrored else height, height))
    x0, _, x1, _ = strokes.bounds()
    return Lettering(text, typeface, height, x1 - x0, strokes)


def _composed(text: str, typeface: str) -> manifold3d.CrossSection:
    """At a letter height of 1."""
    letters = [character for character in text if not character.isspace()]
    if len(letters) != len(text) or len(letters) == 1 or any(levels(text)):
        return lettering(text, typeface, 1.0).cross_section
    sizes = [1.0] * len(letters)
    if len(letters) == 3:
        sizes = [SIDE_LETTERS, 1.0, SIDE_LETTERS]
    x = 0.0
    placed = []
    for letter, size in zip(letters, sizes, strict=True):
        strokes = lettering(letter, typeface, size).cross_section
        strokes = strokes.scale((NARROWED[min(len(letters), 3)], 1.0))
        x0, y0, x1, y1 = strokes.bounds()
        placed.append(strokes.translate((x - x0, -(y0 + y1) / 2.0)))
        x += x1 - x0 + GAP
    return manifold3d.CrossSection.batch_boolean(placed, manifold3d.OpType.Add)
