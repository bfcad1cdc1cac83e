"""The collection on one sheet: every piece's poster with its name, as a catalogue shows it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from models3d.frames import Image
from viewer.bake import Bakery, edition
from viewer.catalogue import product
from viewer.configuration import Configuration
from viewer.facts import description
from viewer.picture_order import square
from viewer.render.worker import RenderWorker
from viewer.sheet_fonts import TEXT, TITLE, true_type
from viewer.store import Store

GROUND, INK, SOFT = (247, 245, 242), (29, 27, 25), (109, 103, 95)
CAPTION = 0.17  # of a picture's side, under it
MARGIN = 0.10
NAME_SIZE, NOTE_SIZE = 0.062, 0.036
POSTER_PX = 480


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """One piece of the sheet."""

    name: str
    note: str  # metal and stone
    picture: Image  # (h, w, 3), square


def collection_sheet(
    configurations: Sequence[Configuration], location: str | Path, columns: int
) -> Image:
    """The sheet of these pieces, from the posters in a store; what is missing there is drawn.

    Args:
        location: of the store.
    Returns:
        (h, w, 3) sRGB.
    """
    studio = RenderWorker()
    try:
        bakery, poster = Bakery(Store(location, edition()), studio), square("0", POSTER_PX, "webp")
        posters = [bakery.picture(each, poster) for each in configurations]
    finally:
        studio.close()
    shown = [
        Shown(
            product(each.product).name,
            description(each),
            np.asarray(Pillow.open(io.BytesIO(poster)).convert("RGB")),
        )
        for each, poster in zip(configurations, posters, strict=True)
    ]
    return contact_sheet(shown, columns, POSTER_PX)


def contact_sheet(pieces: Sequence[Shown], columns: int, side_px: int) -> Image:
    """Pictures side by side, each with its name under it.

    Args:
        side_px: of one picture.
    Returns:
        (h, w, 3) sRGB.
    Raises:
        MissingTypeface: set-up has not installed the house's typefaces.
    """
    rows = -(-len(pieces) // columns)
    margin, step = round(MARGIN * side_px), round((1.0 + CAPTION) * side_px)
    sheet = Pillow.new("RGB", (2 * margin + columns * side_px, 2 * margin + rows * step), GROUND)
    draw = ImageDraw.Draw(sheet)
    name_font = _font(TITLE, round(NAME_SIZE * side_px))
    note_font = _font(TEXT, round(NOTE_SIZE * side_px))
    for index, piece in enumerate(pieces):
        x = margin + index % columns * side_px
        y = margin + index // columns * step
        picture = Pillow.fromarray(piece.picture).resize(
            (side_px, side_px), Pillow.Resampling.LANCZOS
        )
        sheet.paste(picture, (x, y))
        middle = x + side_px / 2
        draw.text((middle, y + 1.02 * side_px), piece.name, INK, name_font, anchor="ma")
        draw.text((middle, y + 1.10 * side_px), piece.note, SOFT, note_font, anchor="ma")
    return np.asarray(sheet)


def _font(name: str, size_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(io.BytesIO(true_type(name)), size_px)
