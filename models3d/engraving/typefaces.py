"""The typefaces that can be engraved: open licences, their files fetched at set-up.

Each is an npm package `@fontsource/…` in `node_modules` beside the code, or in the folder that
`$PARURE_TYPEFACES` names. A package splits its typeface into files by ranges of characters, a few
for Latin, about a hundred for Japanese; only those that a text needs are opened. The WOFF files
are read, not the smaller WOFF2: their tables are only deflated, and open thirty times as fast.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import uharfbuzz as harfbuzz

from models3d.engraving.woff import opentype
from models3d.errors import ModelError
from models3d.tables import find, rows

BESIDE_THE_CODE = Path(__file__).parents[2] / "node_modules" / "@fontsource"


@dataclass(frozen=True, slots=True)
class Typeface:
    """One typeface in one weight."""

    id: str
    name: str
    style: str  # words
    scripts: tuple[str, ...]  # words, the main one first
    package: str
    variant: str  # weight and style in the file's name
    letter: str  # whose height above the baseline is the letter height
    tracking_em: float  # space between letters that do not join
    bolder: float  # hairlines widened on each side, of the letter height: a graver's least cut
    licence: str
    source: str


@dataclass(frozen=True, slots=True, eq=False)
class FontFile:
    """One opened file of a typeface."""

    font: harfbuzz.Font
    characters: frozenset[int]
    units_per_em: int
    typeface: str  # id of the typeface it belongs to

    def has(self, text: str) -> bool:
        """Whether every character has a glyph here."""
        return all(ord(character) in self.characters for character in text)


def typeface(typeface_id: str) -> Typeface:
    """The typeface of this id.

    Raises:
        ModelError: no typeface has this id; names those that look like it.
    """
    return find("typeface", typeface_id, TYPEFACES)


def files_with(face: Typeface, character: str) -> list[Path]:
    """The files of a typeface whose range holds the character; whether they draw it, they say.

    Raises:
        ModelError: the typeface's files are missing.
    """
    code = ord(character)
    return [
        path
        for path, ranges in _files(face.package, face.variant, _folder())
        if any(low <= code <= high for low, high in ranges)
    ]


@lru_cache(maxsize=256)
def opened(path: Path, typeface_id: str) -> FontFile:
    """A file made ready for shaping; the same object each time.

    Raises:
        ModelError: the file is missing or not a font.
    """
    try:
        data = opentype(path.read_bytes())
    except (OSError, ValueError) as error:
        raise _missing(path) from error
    face = harfbuzz.Face(data)
    return FontFile(harfbuzz.Font(face), frozenset(face.unicodes), face.upem, typeface_id)


def _folder() -> Path:
    return Path(os.environ.get("PARURE_TYPEFACES") or BESIDE_THE_CODE)


@lru_cache(maxsize=64)
def _files(
    package: str, variant: str, folder: Path
) -> tuple[tuple[Path, tuple[tuple[int, int], ...]], ...]:
    """Each file of a package with the ranges of characters that it is meant for."""
    listing = folder / package / "unicode.json"
    try:
        subsets: dict[str, str] = json.loads(listing.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise _missing(listing) from error
    return tuple(
        (
            folder / package / "files" / f"{package}-{subset.strip('[]')}-{variant}.woff",
            tuple(_range(item) for item in ranges.split(",")),
        )
        for subset, ranges in subsets.items()
    )


def _range(text: str) -> tuple[int, int]:
    """`U+0020-007F` or `U+0131` as first and last code."""
    first, _, last = text.strip().removeprefix("U+").partition("-")
    return int(first, 16), int(last or first, 16)


def _missing(path: Path) -> ModelError:
    return ModelError(
        f"the typeface file {path.name} is missing or damaged in {path.parent}: "
        "run `make setup`, or name the folder of the typefaces in $PARURE_TYPEFACES"
    )


def _read_typefaces() -> dict[str, Typeface]:
    return {
        row["id"]: Typeface(
            id=row["id"],
            name=row["name"],
            style=row["style"],
            scripts=tuple(row["scripts"].split()),
            package=row["package"],
            variant=row["variant"],
            letter=row["letter"],
            tracking_em=float(row["tracking_em"]),
            bolder=float(row["bolder"]),
            licence=row["licence"],
            source=row["source"],
        )
        for row in rows("typefaces")
    }


TYPEFACES: Mapping[str, Typeface] = MappingProxyType(_read_typefaces())
