"""A line of text as an engraver draws it: shaped by HarfBuzz, in millimetres.

Lettering frame: x along the line from its start on the left, y up from the baseline. Letters that
a typeface lacks are taken from the first other one that has them, at the same letter height.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import manifold3d
import numpy as np
import uharfbuzz as harfbuzz

from models3d.engraving.bidi import levels, visual_order
from models3d.engraving.outlines import glyph_polygons
from models3d.engraving.symbols import SYMBOLS, symbol
from models3d.engraving.typefaces import (
    TYPEFACES,
    FontFile,
    Typeface,
    files_with,
    opened,
    typeface,
)
from models3d.errors import Unbuildable
from models3d.frames import Array

LONGEST = 64  # characters
TOLERANCE_MM = 0.005  # between a curve and its chords
LARGE_MM, LARGEST_MM = 2.5, 8.0  # letter heights up to which that holds
JOINERS = ("\u200c", "\u200d")
PLAIN_STYLE = "\ufe0e\ufe0f"  # asks for a symbol as text or as a picture; engraved it is the same
REFUSED = {
    "Cc": "a control character",
    "Cf": "an invisible control character",
    "Cs": "half a character",
    "Co": "a private character",
    "Cn": "an unassigned character",
    "Zl": "a line break",
    "Zp": "a paragraph break",
}


@dataclass(frozen=True, slots=True, eq=False)
class Lettering:
    """One line, ready to be cut. Millimetres."""

    text: str
    typeface: str
    letter_height_mm: float  # of a capital, an alef, an ideograph
    advance_mm: float  # from the start of the line to its end
    cross_section: manifold3d.CrossSection  # the strokes, joined

    @property
    def bounds_mm(self) -> tuple[float, float, float, float]:
        """Of the ink: least x and y, greatest x and y."""
        x0, y0, x1, y1 = self.cross_section.bounds()
        return float(x0), float(y0), float(x1), float(y1)

    @property
    def width_mm(self) -> float:
        """Of the ink, along the line."""
        x0, _, x1, _ = self.bounds_mm
        return x1 - x0

    @property
    def height_mm(self) -> float:
        """Of the ink, with what hangs below and stands above the letters."""
        _, y0, _, y1 = self.bounds_mm
        return y1 - y0

    @property
    def area_mm2(self) -> float:
        return float(self.cross_section.area())

    @property
    def stroke_mm(self) -> float:
        """Mean width of a stroke: a long stroke's area over half its outline."""
        return _stroke(self)

    @property
    def corner_count(self) -> int:
        """Of all outlines: what the cut costs in triangles."""
        return int(self.cross_section.num_vert())

    def centered(self) -> manifold3d.CrossSection:
        """The strokes with the middle of their ink at the origin."""
        x0, y0, x1, y1 = self.bounds_mm
        return self.cross_section.translate((-(x0 + x1) / 2.0, -(y0 + y1) / 2.0))


@dataclass(frozen=True, slots=True)
class _Run:
    """Neighbouring characters of one direction from one file."""

    text: str
    level: int
    font: FontFile | None  # None: one of our own symbols
    scale: float  # letter heights per font unit; of a symbol, 1


@lru_cache(maxsize=1024)
def lettering(
    text: str, typeface_id: str, letter_height_mm: float, mirrored: bool = False
) -> Lettering:
    """Shape one line; the same object each time.

    Args:
        letter_height_mm: of a capital (an alef, an ideograph) above the baseline.
        mirrored: for a seal, which prints the other way round.
    Raises:
        Unbuildable: the text is empty, too long, or has a character that cannot be engraved.
        ModelError: no such typeface, or its files are missing.
    """
    line, advance, strokes = _shaped(text, typeface_id, letter_height_mm > LARGE_MM)
    size = -letter_height_mm if mirrored else letter_height_mm
    scaled = strokes.scale((size, letter_height_mm))
    if mirrored:
        scaled = scaled.translate((advance * letter_height_mm, 0.0))
    return Lettering(line, typeface_id, letter_height_mm, advance * letter_height_mm, scaled)


@lru_cache(maxsize=512)
def _shaped(text: str, typeface_id: str, large: bool) -> tuple[str, float, manifold3d.CrossSection]:
    """The cleaned line, its advance and its strokes at a letter height of 1."""
    face = typeface(typeface_id)
    line = _cleaned(text)
    runs = list(_runs(line, face))
    tolerance = TOLERANCE_MM / (LARGEST_MM if large else LARGE_MM)
    polygons: list[Array] = []
    x = 0.0
    for at in visual_order([run.level for run in runs]):
        x = _place(runs[at], x, tolerance, polygons)
    strokes = manifold3d.CrossSection(polygons, manifold3d.FillRule.NonZero)
    if face.bolder:
        strokes = strokes.offset(face.bolder, manifold3d.JoinType.Miter).simplify(tolerance / 8.0)
    if strokes.is_empty():
        raise Unbuildable("There is nothing to engrave but spaces.", ("engraving",))
    return line, x, strokes


def forget_lettering() -> None:
    """Let go of every line that is kept: what people have engraved is their own."""
    for kept in (lettering, _shaped, _stroke):
        kept.cache_clear()


def _cleaned(text: str) -> str:
    """Composed characters without what only a screen needs.

    Raises:
        Unbuildable: nothing is left, or something cannot be engraved.
    """
    if len(text) > LONGEST:
        raise Unbuildable(
            f"An engraving has at most {LONGEST} characters, not {len(text)}.", ("engraving",)
        )
    kept = "".join(character for character in text if character not in PLAIN_STYLE)
    for character in kept:
        kind = unicodedata.category(character)
        if kind in REFUSED and character not in JOINERS:
            raise Unbuildable(
                f"{REFUSED[kind].capitalize()} (U+{ord(character):04X}) cannot be engraved.",
                ("engraving",),
            )
    line = unicodedata.normalize("NFC", kept).strip()
    if not line.strip("".join(JOINERS) + " "):
        raise Unbuildable("There is nothing to engrave.", ("engraving",))
    return line


def _runs(line: str, face: Typeface) -> Iterator[_Run]:
    """Cut the line where the direction or the file changes."""
    level_of = levels(line)
    held: _Run | None = None
    for start, cluster in _clusters(line):
        level = level_of[start]
        chosen, font = _file_for(cluster, face, None if held is None else held.font)
        if held is not None and held.level == level and held.font is font:
            held = _Run(held.text + cluster, level, font, held.scale)
            continue
        if held is not None:
            yield held
        scale = 1.0 if font is None else 1.0 / _letter_units(chosen)
        held = _Run(cluster, level, font, scale)
    if held is not None:
        yield held


def _clusters(line: str) -> Iterator[tuple[int, str]]:
    """A character with the marks and joiners that follow it, and where it begins."""
    start = 0
    for at in range(1, len(line) + 1):
        if at == len(line) or not (
            unicodedata.category(line[at]).startswith("M") or line[at] in JOINERS
        ):
            yield start, line[start:at]
            start = at


def _file_for(
    cluster: str, face: Typeface, held: FontFile | None
) -> tuple[Typeface, FontFile | None]:
    """The file that draws a cluster, the one in use before all others.

    Raises:
        Unbuildable: no typeface has it.
    """
    drawn = "".join(character for character in cluster if character not in JOINERS) or " "
    if drawn in SYMBOLS:
        return face, None
    own = _file_of(face, drawn)
    if held is not None and held.has(drawn) and (drawn.isspace() or own is None):
        return typeface(held.typeface), held
    if own is not None:
        return face, own
    for other in TYPEFACES.values():
        found = _file_of(other, drawn)
        if found is not None:
            return other, found
    name = unicodedata.name(drawn[0], f"U+{ord(drawn[0]):04X}").lower()
    raise Unbuildable(
        f"No typeface here can engrave “{drawn}” ({name}).",
        ("engraving",),
    )


@lru_cache(maxsize=4096)
def _file_of(face: Typeface, drawn: str) -> FontFile | None:
    """The first file of a typeface with all these characters."""
    for path in files_with(face, drawn[0]):
        font = opened(path, face.id)
        if font.has(drawn):
            return font
    return None


@lru_cache(maxsize=64)
def _letter_units(face: Typeface) -> float:
    """Height of the typeface's standard letter above the baseline, font units."""
    font = _file_of(face, face.letter)
    if font is None:
        raise ValueError(f"{face.id} lacks its own letter {face.letter!r}")
    glyph = font.font.get_nominal_glyph(ord(face.letter))
    extents = None if glyph is None else font.font.get_glyph_extents(glyph)
    if extents is None:
        raise ValueError(f"{face.id} does not draw {face.letter!r}")
    return float(extents.y_bearing)


def _place(run: _Run, x: float, tolerance: float, polygons: list[Array]) -> float:
    """Append the outlines of a run that starts at x; the x where it ends."""
    if run.font is None:
        for character in run.text:
            drawn, advance = symbol(character)
            polygons += [(outline * run.scale + (x, 0.0)) for outline in drawn]
            x += advance * run.scale
        return x
    buffer = harfbuzz.Buffer()
    buffer.add_str(run.text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if run.level % 2 else "ltr"
    harfbuzz.shape(run.font.font, buffer, {"kern": True, "liga": True})
    tracking = typeface(run.font.typeface).tracking_em * run.font.units_per_em * run.scale
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        offset = (x + position.x_offset * run.scale, position.y_offset * run.scale)
        for outline in glyph_polygons(run.font, info.codepoint, tolerance / run.scale):
            polygons.append(outline * run.scale + offset)
        x += position.x_advance * run.scale
        if position.x_advance:
            x += tracking
    return x


@lru_cache(maxsize=1024)
def _stroke(line: Lettering) -> float:
    outline = sum(_length(np.asarray(polygon)) for polygon in line.cross_section.to_polygons())
    return 2.0 * line.area_mm2 / outline


def _length(polygon: Array) -> float:
    return float(np.linalg.norm(polygon - np.roll(polygon, 1, axis=0), axis=1).sum())
