"""A ring sizer to print: circles for a ring that fits, a strip for the finger, rulers that tell
whether the printer kept to size. Everything lies where A4 and Letter sheets overlap."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from models3d.sizes import parse_ring_size, ring_sizes
from viewer.language import gettext, spoken
from viewer.sheet_fonts import STRONG, TEXT, TITLE, register

INK, SOFT, LINE = HexColor("#1d1b19"), HexColor("#6d675f"), HexColor("#8c857a")
HAIR: Final = 0.25 * mm
LEFT, RIGHT, TOP = 15.0, 201.0, 280.0  # millimetres from the lower left: inside both sheets
BOTTOM: Final = 26.0
CARD_MM: Final = (85.60, 53.98)  # ISO/IEC 7810 ID-1: every bank card
RULER_MM: Final = 100
CIRCLES_EU: Final = range(44, 72, 2)
IN_A_ROW: Final = 7
ROW_MM: Final = 33.0
STRIP_EU: Final = (41, 76)
STRIP_TEXT_MM: Final = 176.0
TEXT_PT: Final = 8.5
LINE_MM: Final = 4.6
STRIP_MM: Final = (92.0, 14.0)  # beyond the slit it holds the largest size
Say = Callable[[str], str]


def ring_sizer_pdf() -> bytes:
    """The sheet in the language spoken; the same bytes each time.

    Raises:
        MissingTypeface: set-up has not installed the house's typefaces.
    """
    return _sheet(spoken().language)


@lru_cache(maxsize=8)
def _sheet(language: str) -> bytes:
    known = register()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1, initialFontName=TEXT)
    canvas.setTitle("Parure")
    canvas.setLineWidth(HAIR)

    def _(message: str) -> str:
        said = gettext(message)
        return said if all(ord(letter) in known for letter in said) else message  # Latin faces

    _text(canvas, LEFT, TOP - 10, _("Ring sizer"), TITLE, 24)
    _text(
        canvas, LEFT, TOP - 17,
        _("Print at 100 %, not fitted to the page. Then check both measures below."), TEXT, TEXT_PT,
    )  # fmt: skip
    _ruler(canvas, LEFT, TOP - 32, _("This line is 100 mm long: lay a ruler on it."))
    _card(canvas, RIGHT - CARD_MM[0], TOP - 44 - CARD_MM[1], _)
    _text(canvas, LEFT, TOP - 74, _("A ring that fits"), TITLE, 15)
    _lines(
        canvas, LEFT, TOP - 80, RIGHT - CARD_MM[0] - LEFT - 5.0,
        _("Lay it on the circles. Its inner edge just covers the line of your size; "
          "between two sizes take the larger."),
    )  # fmt: skip
    _circles(canvas, TOP - 104)
    _strip(canvas, BOTTOM + 32, _)
    _tips(canvas, _)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _text(
    canvas: Canvas, x: float, y: float, said: str, face: str, size: float, middle: bool = False
) -> None:
    canvas.setFillColor(INK if face != TEXT else SOFT)
    canvas.setFont(face, size)
    (canvas.drawCentredString if middle else canvas.drawString)(x * mm, y * mm, said)


def _lines(canvas: Canvas, x: float, y: float, width: float, said: str) -> None:
    for row, line in enumerate(simpleSplit(said, TEXT, TEXT_PT, width * mm)):
        _text(canvas, x, y - LINE_MM * row, line, TEXT, TEXT_PT)


def _ruler(canvas: Canvas, x: float, y: float, said: str) -> None:
    canvas.setStrokeColor(INK)
    canvas.line(x * mm, y * mm, (x + RULER_MM) * mm, y * mm)
    for step in range(RULER_MM + 1):
        tall = 4.0 if step % 10 == 0 else 2.8 if step % 5 == 0 else 1.6
        canvas.line((x + step) * mm, y * mm, (x + step) * mm, (y + tall) * mm)
    for ten in range(0, RULER_MM + 1, 10):
        _text(canvas, x + ten, y - 3.4, str(ten), TEXT, 6, middle=True)
    _text(canvas, x, y - 8.5, said, TEXT, TEXT_PT)


def _card(canvas: Canvas, x: float, y: float, _: Say) -> None:
    canvas.setStrokeColor(LINE)
    canvas.roundRect(x * mm, y * mm, CARD_MM[0] * mm, CARD_MM[1] * mm, 3.18 * mm)
    _text(canvas, x + 5, y + 8, _("A bank card fills this frame exactly."), TEXT, TEXT_PT)


def _circles(canvas: Canvas, top: float) -> None:
    width = (RIGHT - LEFT) / IN_A_ROW
    canvas.setStrokeColor(INK)
    for at, eu in enumerate(CIRCLES_EU):
        size = parse_ring_size(f"EU {eu}")
        x = LEFT + width * (at % IN_A_ROW + 0.5)
        y = top - ROW_MM * (at // IN_A_ROW) - 13.0
        canvas.circle(x * mm, y * mm, size.inner_diameter_mm / 2.0 * mm)
        names = ring_sizes(size.inner_diameter)
        _text(canvas, x, y - 1.2, str(eu), STRONG, 10, middle=True)
        _text(
            canvas, x, y - 15.5, f"{names['US']} · {names['UK']} · {names['JP']}", TEXT, 6.2, True
        )


def _strip(canvas: Canvas, y: float, _: Say) -> None:
    """A strip to cut out: its end goes through the slit, which points at the size."""
    _text(canvas, LEFT, y + 31, _("A finger"), TITLE, 15)
    _lines(
        canvas, LEFT, y + 25, STRIP_TEXT_MM,
        _("Cut the strip out and its slit open. Wind it about the finger, figures outside, "
          "put its point through the slit and pull: the figure at the slit is your size."),
    )  # fmt: skip
    length, height = STRIP_MM
    canvas.setStrokeColor(INK)
    path = canvas.beginPath()
    corners: Sequence[tuple[float, float]] = (
        (0.0, 0.0), (length, 0.0), (length + 12.0, height / 2.0), (length, height), (0.0, height),
    )  # fmt: skip
    for at, (dx, dy) in enumerate(corners):
        (path.lineTo if at else path.moveTo)((LEFT + dx) * mm, (y + dy) * mm)
    path.close()
    canvas.drawPath(path)
    slit = LEFT + 8.0
    canvas.setLineWidth(2 * HAIR)
    canvas.line(slit * mm, (y + 1.5) * mm, slit * mm, (y + height - 1.5) * mm)
    canvas.setLineWidth(HAIR)
    _text(canvas, slit + 2.0, y + height / 2.0 - 1.0, _("Slit"), TEXT, 7)
    for eu in range(STRIP_EU[0], STRIP_EU[1] + 1):
        around = math.pi * parse_ring_size(f"EU {eu}").inner_diameter_mm
        x = slit + around  # wound once, the mark lies on the slit
        tall = 5.0 if eu % 5 == 0 else 3.0
        canvas.line(x * mm, y * mm, x * mm, (y + tall) * mm)
        if eu % 5 == 0:
            _text(canvas, x, y + 6.4, str(eu), STRONG, 7, middle=True)


def _tips(canvas: Canvas, _: Say) -> None:
    tips = (
        _("Fingers are widest in the evening and when it is warm: measure twice, on two days."),
        _("The knuckle has to pass: if it is much broader, take a size between the two."),
        _("Rings broader than 6 mm sit closer: take half a size to a size more."),
    )
    for row, tip in enumerate(tips):
        _text(canvas, LEFT, BOTTOM + 18 - LINE_MM * row, tip, TEXT, TEXT_PT)
