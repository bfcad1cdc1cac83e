"""The specification sheet: one A4 page that client and workshop sign; everything is measured."""

from __future__ import annotations

import io
from collections.abc import Sequence
from xml.sax.saxutils import escape

import segno
from PIL import Image as Pillow
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)
from reportlab.platypus import (
    Image as PdfImage,
)

from models3d.bill import Bill
from models3d.frames import Image
from models3d.workshop import Verdict, WorkshopReport, workshop_report
from viewer.catalogue import product
from viewer.configuration import Configuration, idle_options
from viewer.facts import Fact, description, facts
from viewer.price import Quote
from viewer.sheet_fonts import STRONG, TEXT, TITLE, register

INK, SOFT, LINE = HexColor("#1d1b19"), HexColor("#6d675f"), HexColor("#d9d4cc")
MARGIN = 18 * mm
QR_SIDE = 24 * mm
PICTURE_QUALITY = 90
VERDICTS = {Verdict.GOOD: "Good", Verdict.DELICATE: "Delicate", Verdict.TOO_THIN: "Too thin"}

_TITLE = ParagraphStyle("title", fontName=TITLE, fontSize=26, leading=30, textColor=INK)
_HEADING = ParagraphStyle("heading", fontName=TITLE, fontSize=14, leading=20, textColor=INK)
_TEXT = ParagraphStyle("text", fontName=TEXT, fontSize=8.5, leading=11.5, textColor=INK)
_SOFT = ParagraphStyle("soft", parent=_TEXT, textColor=SOFT)
_STRONG = ParagraphStyle("strong", parent=_TEXT, fontName=STRONG)
_RIGHT = ParagraphStyle("right", parent=_TEXT, alignment=2)
_STRONG_RIGHT = ParagraphStyle("strong right", parent=_STRONG, alignment=2)


def specification_pdf(
    configuration: Configuration,
    bill: Bill,
    pictures: Sequence[Image],
    offer: Quote | None,
    address: str,
    locale: str = "en_GB",
) -> bytes:
    """The sheet of a configuration; the same input gives the same bytes.

    Args:
        bill: of its piece.
        pictures: one to three square views (h, w, 3), the most telling first.
        offer: None leaves the price out, as for the workshop.
        address: what the QR code opens: the page of this configuration.
    Raises:
        MissingTypeface: set-up has not installed the house's typefaces.
    """
    register()
    item = product(configuration.product)
    width = A4[0] - 2 * MARGIN
    story: list[Flowable] = [
        Paragraph(_safe(item.name), _TITLE),
        Spacer(0, 1 * mm),
        Paragraph(_safe(description(configuration)), _SOFT),
        Spacer(0, 5 * mm),
        _pictures(pictures, width),
        Spacer(0, 5 * mm),
        _two_columns(_options(configuration), list(facts(bill)), width),
    ]
    story += _workshop(workshop_report(bill), width)
    if offer is not None:
        story += _price(offer, locale, width)
    out = io.BytesIO()
    document = BaseDocTemplate(
        out,
        pagesize=A4,
        title=f"{item.name} {configuration.hash[:8]}",
        author="Parure",
        subject=configuration.canonical(),
        invariant=1,
    )
    frame = Frame(MARGIN, MARGIN + 30 * mm, width, A4[1] - 1.6 * MARGIN - 30 * mm, 0, 0, 0, 0)
    document.addPageTemplates(
        PageTemplate(frames=[frame], onPage=lambda c, _: _foot(c, configuration, address))
    )
    document.build(story)
    return out.getvalue()


def _pictures(pictures: Sequence[Image], width: float) -> Table:
    side = min(width / len(pictures), 46 * mm)
    row = []
    for picture in pictures:
        data = io.BytesIO()
        Pillow.fromarray(picture).save(data, "JPEG", quality=PICTURE_QUALITY)
        data.seek(0)
        row.append(PdfImage(data, side - 2 * mm, side - 2 * mm))
    return Table(
        [row],
        colWidths=[width / len(pictures)] * len(pictures),
        style=[("ALIGN", (0, 0), (-1, -1), "CENTER"), *_bare()],
    )


def _options(configuration: Configuration) -> list[Fact]:
    """What was chosen, in the words of the configurator."""
    idle = idle_options(configuration)
    lines = []
    for option in product(configuration.product).options:
        value = configuration.options[option.id]
        if option.id in idle or not value:
            continue
        words = next((c.label for c in option.choices if c.id == value), value)
        unit = f" {option.unit}" if option.unit else ""
        lines.append(Fact(option.label, words.partition(":")[0] + unit))
    return lines


def _two_columns(chosen: list[Fact], measured: list[Fact], width: float) -> Table:
    half = width / 2 - 4 * mm
    left = [Paragraph("As chosen", _HEADING), _facts_table(chosen, half)]
    right = [Paragraph("As measured", _HEADING), _facts_table(measured, half)]
    return Table(
        [[left, "", right]],
        colWidths=[half, 8 * mm, half],
        style=[("VALIGN", (0, 0), (-1, -1), "TOP"), *_bare()],
    )


def _facts_table(lines: list[Fact], width: float) -> Table:
    rows = [[Paragraph(_safe(f.label), _SOFT), Paragraph(_safe(f.value), _TEXT)] for f in lines]
    return Table(rows, colWidths=[0.36 * width, 0.64 * width], style=_ruled())


def _workshop(report: WorkshopReport, width: float) -> list[Flowable]:
    rows = [
        [
            Paragraph(_safe(check.place.capitalize()), _TEXT),
            Paragraph(f"{check.mm:.2f} mm", _TEXT),
            Paragraph(f"at least {check.least_mm:g}, better {check.advised_mm:g} mm", _SOFT),
            Paragraph(_safe(f"{VERDICTS[check.verdict]}. {check.remark}".strip()), _TEXT),
        ]
        for check in report.checks
    ]
    if not rows:
        return []
    shares = (0.26, 0.12, 0.27, 0.35)
    table = Table(rows, colWidths=[share * width for share in shares], style=_ruled())
    told: list[Flowable] = [Paragraph("For the workshop", _HEADING), table]
    if report.resizing:
        told += [Spacer(0, 1.5 * mm), Paragraph(_safe(report.resizing), _SOFT)]
    return [Spacer(0, 4 * mm), KeepTogether(told)]


def _price(offer: Quote, locale: str, width: float) -> list[Flowable]:
    def row(label: str, amount: str, strong: bool = False) -> list[Paragraph]:
        left, right = (_STRONG, _STRONG_RIGHT) if strong else (_TEXT, _RIGHT)
        return [Paragraph(_safe(label), left), Paragraph(_safe(amount), right)]

    rows = [row(line.label, offer.formatted(line.amount, locale)) for line in offer.lines]
    rows.append(row(offer.tax_label, offer.formatted(offer.tax, locale)))
    rows.append(row("Total", offer.formatted(offer.total, locale), strong=True))
    note = f"Prices: {offer.edition}."
    if offer.demonstration:
        note += " A demonstration's figures, no offer."
    table = Table(rows, colWidths=[0.75 * width, 0.25 * width], style=_ruled())
    told = [Paragraph("Price", _HEADING), table, Spacer(0, 1.5 * mm), Paragraph(note, _SOFT)]
    return [Spacer(0, 4 * mm), KeepTogether(told)]


def _foot(canvas: Canvas, configuration: Configuration, address: str) -> None:
    """The QR code and the hash, on every page."""
    matrix = [list(line) for line in segno.make(address, error="m", micro=False).matrix]
    module = QR_SIDE / len(matrix)
    canvas.saveState()
    canvas.setFillColor(INK)
    for row, line in enumerate(matrix):
        for column, dark in enumerate(line):
            if dark:
                x, y = MARGIN + column * module, MARGIN + QR_SIDE - (row + 1) * module
                canvas.rect(x, y, module, module, stroke=0, fill=1)
    left = MARGIN + QR_SIDE + 5 * mm
    canvas.setFont(TEXT, 7.5)
    canvas.setFillColor(SOFT)
    canvas.drawString(left, MARGIN + 15 * mm, "This design, for client and workshop alike:")
    canvas.drawString(left, MARGIN + 11 * mm, configuration.hash[:32])
    canvas.drawString(left, MARGIN + 8 * mm, configuration.hash[32:])
    canvas.drawString(left, MARGIN + 3 * mm, "Approved, with date and name:")
    canvas.setStrokeColor(LINE)
    canvas.line(left + 42 * mm, MARGIN + 2 * mm, A4[0] - MARGIN, MARGIN + 2 * mm)
    canvas.restoreState()


def _bare() -> list[tuple[object, ...]]:
    edges = ("LEFTPADDING", "RIGHTPADDING", "TOPPADDING", "BOTTOMPADDING")
    return [(edge, (0, 0), (-1, -1), 0) for edge in edges]


def _ruled() -> TableStyle:
    return TableStyle(
        [
            ("LINEABOVE", (0, 0), (-1, -1), 0.4, LINE),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-2, -1), 2 * mm),
            ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 2.2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2.2),
        ]
    )


def _safe(text: str) -> str:
    """Escaped for reportlab; what the sheet's typefaces lack is told by its code point."""
    known = register()
    return escape("".join(c if ord(c) in known else f"[U+{ord(c):04X}]" for c in text))
