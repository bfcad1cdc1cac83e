"""A line of engraving before it is cut: the engraver's own outlines as SVG."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np

from models3d.engraving.text import lettering

LETTER: Final = 100.0  # units of the drawing for the height of a capital
MARGIN: Final = 6.0
KEPT: Final = 256


@lru_cache(maxsize=KEPT)
def engraving_preview(text: str, typeface_id: str) -> str:
    """The line as SVG in the colour of the text around it; its drawing has the id `line`.

    Raises:
        Unbuildable: the text is empty, too long, or has a character that cannot be engraved.
        ModelError: no such typeface.
    """
    line = lettering(text, typeface_id, 1.0)
    x0, y0, x1, y1 = (LETTER * side for side in line.bounds_mm)
    path = "".join(
        "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in _placed(polygon)) + "Z"
        for polygon in line.cross_section.to_polygons()
    )
    box = (x0 - MARGIN, -y1 - MARGIN, x1 - x0 + 2.0 * MARGIN, y1 - y0 + 2.0 * MARGIN)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="{" ".join(f"{side:.1f}" for side in box)}">'
        f'<path id="line" fill="currentColor" fill-rule="evenodd" d="{path}"/></svg>'
    )


def _placed(polygon: object) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Down the page, as SVG counts."""
    return np.asarray(polygon, np.float64) * (LETTER, -LETTER)
