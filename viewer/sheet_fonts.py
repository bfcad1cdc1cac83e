"""The house's typefaces for printed sheets, out of the files that set-up installed."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont as PdfFont

from viewer.errors import MissingTypeface

FOLDER = Path(__file__).parent.parent / "node_modules" / "@fontsource"
TITLE, TEXT, STRONG = "ParureTitle", "ParureText", "ParureStrong"
FILES = {
    TITLE: "cormorant-garamond/files/cormorant-garamond-latin-500-normal.woff2",
    TEXT: "figtree/files/figtree-latin-400-normal.woff2",
    STRONG: "figtree/files/figtree-latin-500-normal.woff2",
}


@cache
def true_type(name: str) -> bytes:
    """A typeface as plain TrueType, which PDF and pictures take.

    Raises:
        MissingTypeface: set-up has not installed it.
    """
    path = FOLDER / FILES[name]
    if not path.is_file():
        raise MissingTypeface(f"The typeface {path.name} is not installed: run `make setup`.")
    font = TTFont(path)
    font.flavor = None
    plain = io.BytesIO()
    font.save(plain)
    return plain.getvalue()


@cache
def register() -> frozenset[int]:
    """Make the typefaces known to reportlab, once.

    Returns:
        The code points that all of them can write.
    Raises:
        MissingTypeface: set-up has not installed them.
    """
    known = []
    for name in FILES:
        pdfmetrics.registerFont(PdfFont(name, io.BytesIO(true_type(name))))
        known.append(frozenset(TTFont(io.BytesIO(true_type(name))).getBestCmap()))
    return frozenset.intersection(*known)
