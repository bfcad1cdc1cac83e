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
from reportlab.pdfgen.canvas import Canvas

from models3d.sizes import parse_ring_size, ring_sizes
from viewer.language import gettext as _
from viewer.language import spoken
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
STRIP_MM: Final = (92.0, 14.0)  # beyond the slit it holds the largest size
Say = Callable[..., str]


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

    def words(message: str, **values: object) -> str:
        said = _(message, **values)
        if any(ord(letter) not in known for letter in said):  # the sheet's faces are Latin
            said = message.format(**values) if values else message
        return said

    _text(canvas, LEFT, TOP - 10, words("Ring sizer"), TITLE, 24)
    _text(
        canvas, LEFT, TOP - 17,
        words("Print at 100 %, not fitted to the page. Then check both measures below."), TEXT, 8.5,
    )  # fmt: skip
    _ruler(canvas, LEFT, TOP - 32, words("This line is 100 mm long: lay a ruler on it."))
    _card(canvas, RIGHT - CARD_MM[0], TOP - 44 - CARD_MM[1], words)
    _text(canvas, LEFT, TOP - 74, words("A ring that fits"), TITLE, 15)
    lines = (
        words("Lay it on the circles. Its inner edge just covers the line of your size;"),
        words("between two sizes take the larger."),
    )
    for row, line in enumerate(lines):
        _text(canvas, LEFT, TOP - 80 - 4.5 * row, line, TEXT, 8.5)
    _circles(canvas, TOP - 104)
    _strip(canvas, BOTTOM + 32, words)
    _tips(canvas, words)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _text(
    canvas: Canvas, x: float, y: float, said: str, face: str, size: float, middle: bool = False
) -> None:
    canvas.setFillColor(INK if face != TEXT else SOFT)
    canvas.setFont(face, size)
    (canvas.drawCentredString if middle else canvas.drawString)(x * mm, y * mm, said)


def _ruler(canvas: Canvas, x: float, y: float, said: str) -> None:
    canvas.setStrokeColor(INK)
    canvas.line(x * mm, y * mm, (x + RULER_MM) * mm, y * mm)
    for step in range(RULER_MM + 1):
        tall = 4.0 if step % 10 == 0 else 2.8 if step % 5 == 0 else 1.6
        canvas.line((x + step) * mm, y * mm, (x + step) * mm, (y + tall) * mm)
    for ten in range(0, RULER_MM + 1, 10):
        _text(canvas, x + ten, y - 3.4, str(ten), TEXT, 6, middle=True)
    _text(canvas, x, y - 8.5, said, TEXT, 8.5)


def _card(canvas: Canvas, x: float, y: float, say: Say) -> None:
    canvas.setStrokeColor(LINE)
    canvas.roundRect(x * mm, y * mm, CARD_MM[0] * mm, CARD_MM[1] * mm, 3.18 * mm)
    _text(canvas, x + 5, y + 8, say("A bank card fills this frame exactly."), TEXT, 8.5)


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


def _strip(canvas: Canvas, y: float, say: Say) -> None:
    """A strip to cut out: its end goes through the slit, which points at the size."""
    _text(canvas, LEFT, y + 31, say("A finger"), TITLE, 15)
    told = (
        say("Cut the strip out and its slit open. Wind it about the finger, figures outside,"),
        say("put its point through the slit and pull: the figure at the slit is your size."),
    )
    for row, line in enumerate(told):
        _text(canvas, LEFT, y + 25 - 4.5 * row, line, TEXT, 8.5)
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
    _text(canvas, slit + 2.0, y + height / 2.0 - 1.0, say("Slit"), TEXT, 7)
    for eu in range(STRIP_EU[0], STRIP_EU[1] + 1):
        around = math.pi * parse_ring_size(f"EU {eu}").inner_diameter_mm
        x = slit + around  # wound once, the mark lies on the slit
        tall = 5.0 if eu % 5 == 0 else 3.0
        canvas.line(x * mm, y * mm, x * mm, (y + tall) * mm)
        if eu % 5 == 0:
            _text(canvas, x, y + 6.4, str(eu), STRONG, 7, middle=True)


def _tips(canvas: Canvas, say: Say) -> None:
    tips = (
        say("Fingers are widest in the evening and when it is warm: measure twice, on two days."),
        say("The knuckle has to pass: if it is much broader, take a size between the two."),
        say("Rings broader than 6 mm sit closer: take half a size to a size more."),
    )
    for row, tip in enumerate(tips):
        _text(canvas, LEFT, BOTTOM + 18 - 4.6 * row, tip, TEXT, 8.5)
