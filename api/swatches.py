"""Views of what helps to choose: swatches of metals and stones, cuts, lines of engraving."""

from __future__ import annotations

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from api.openapi import Operation, documented
from api.products import services, unchanging
from models3d.engraving.typefaces import TYPEFACES
from models3d.gems import GEMS
from models3d.metals import FINISHES, METALS
from models3d.stones.cuts import CUTS
from viewer.cut_icon import cut_icon
from viewer.encoding import FORMATS
from viewer.engraving_preview import engraving_preview
from viewer.errors import InvalidOption
from viewer.swatch import SIDE_PX, metal_swatch, stone_swatch

SWATCH_FORMATS = ("webp", "avif")
SVG = "image/svg+xml"
LONGEST = 64  # characters of an engraving

views = Blueprint("swatches", __name__)

PICTURES = {FORMATS[name].media_type: None for name in SWATCH_FORMATS}


@views.get("/api/v1/swatches/metals/<metal_id>/<finish_id>.<picture_format>")
@documented(
    Operation(
        f"A ball of a metal with a finish, {SIDE_PX} pixels square, on nothing",
        PICTURES,
        problems=(404, 503),
    )
)
def metal(metal_id: str, finish_id: str, picture_format: str) -> Response:
    """A metal as the pieces show it."""
    if metal_id not in METALS or finish_id not in FINISHES:
        raise NotFound("There is no such metal or finish.")
    _check(picture_format)
    data = metal_swatch(services().bakery, metal_id, finish_id, picture_format)
    return unchanging(data, FORMATS[picture_format].media_type)


@views.get("/api/v1/swatches/stones/<gem_id>.<picture_format>")
@documented(
    Operation(f"A cut stone, {SIDE_PX} pixels square, on nothing", PICTURES, problems=(404, 503))
)
def stone(gem_id: str, picture_format: str) -> Response:
    """A stone as the pieces show it."""
    if gem_id not in GEMS:
        raise NotFound("There is no such stone.")
    _check(picture_format)
    data = stone_swatch(services().bakery, gem_id, picture_format)
    return unchanging(data, FORMATS[picture_format].media_type)


@views.get("/api/v1/cuts/<cut_id>.svg")
@documented(Operation("A cut from above: girdle and crown facets", {SVG: None}, problems=(404,)))
def cut_drawing(cut_id: str) -> Response:
    """The facets of a cut, drawn from the stone that the pieces hold."""
    if cut_id not in CUTS:
        raise NotFound("There is no such cut.")
    return unchanging(cut_icon(cut_id).encode(), SVG)


@views.get("/api/v1/engravings/<typeface_id>.svg")
@documented(
    Operation(
        "A line as the engraver cuts it",
        {SVG: None},
        problems=(404, 422),
        query={"text": {"type": "string", "maxLength": LONGEST}},
    )
)
def engraving(typeface_id: str) -> Response:
    """The outlines of a line; it is neither kept nor logged."""
    if typeface_id not in TYPEFACES:
        raise NotFound("There is no such typeface.")
    text = request.args.get("text", "").strip()
    if len(text) > LONGEST:
        raise InvalidOption(f"An engraving has at most {LONGEST} characters, not {len(text)}.")
    response = Response(engraving_preview(text, typeface_id), mimetype=SVG)
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def _check(picture_format: str) -> None:
    if picture_format not in SWATCH_FORMATS:
        raise NotFound(f"Swatches come as {' and '.join(SWATCH_FORMATS)}.")
