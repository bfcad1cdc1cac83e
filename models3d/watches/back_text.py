"""Words round the case back. Millimetres; seen from below, as the back is read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models3d.bill import EngravingLot
from models3d.engraving.cut import ENGRAVED_UV, engrave_circle
from models3d.engraving.limits import FIGURES, fitted
from models3d.frames import Array
from models3d.watches.shells import Shell, from_solid

DEPTH = 0.12
RING_SHARE = 0.82  # of the width of the ring that letters take
FIELDS = ("engraving", "typeface")
# Seen from below with 12 o'clock up, x runs the other way: the disc is turned about y.
BACK_FROM_DISC = np.diag([-1.0, 1.0, -1.0, 1.0])


def engraved_back(
    back: Shell, text: str, typeface: str, inner: float, outer: float
) -> tuple[Shell, EngravingLot]:
    """Cut a text into the flat ring of a case back, reading clockwise from below.

    Args:
        inner, outer: radii of the ring.
    Raises:
        Unbuildable: it is too long, or a character has no glyph; says what would fit.
    """
    radius, room = (inner + outer) / 2.0, RING_SHARE * (outer - inner)
    length = 2.0 * np.pi * radius * FIGURES["usable_circumference"]
    height = letter_height(room)
    line = fitted(text, typeface, height, length, outer - inner, "round the case back", FIELDS)
    body = engrave_circle(back.solid(), line, BACK_FROM_DISC, radius, DEPTH)
    return from_solid(body), EngravingLot(text, typeface, "case_back", height, DEPTH)


def letter_height(room: float) -> float:
    """Capitals that leave room for what hangs below the line."""
    return round(0.72 * room, 2)


def only_cut_uvs(shell: Shell) -> Shell:
    """Texture coordinates of the finish everywhere but where a letter was cut."""
    cut: Array = np.all(np.abs(shell.uvs - ENGRAVED_UV) < 1e-6, axis=1)
    return replace(shell, uvs=np.where(cut[:, None], shell.uvs, 0.0))
