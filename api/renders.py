"""Views of pictures: posters, sides and details, cut-outs, the 36 steps of a turn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, request, url_for
from pydantic import Field
from werkzeug.exceptions import Forbidden, NotFound

from api.documents import Document
from api.openapi import Operation, documented
from api.products import services, unchanging
from viewer.angles import SIDES, VIEW_NAMES, VIEWS
from viewer.bake import PAGE_SIZES_PX, edition
from viewer.configuration import Configuration
from viewer.encoding import FORMATS
from viewer.errors import InvalidOption
from viewer.facts import description
from viewer.look import SHOW_LABEL, Look
from viewer.picture_order import (
    LARGEST_OPEN_PX,
    LARGEST_PX,
    LEAST_PX,
    RATIOS,
    WIDTHS_PX,
    PictureOrder,
)
from viewer.signing import is_signed

DEFAULT_WIDTH_PX: Final = 960
SPIN_WIDTH_PX: Final = 720
SWITCH: Final = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
FORMATS_IN_WORDS: Final = ", ".join(FORMATS)

views = Blueprint("renders", __name__)

SIZE_QUERY: Final[dict[str, dict[str, Any]]] = {
    "w": {
        "type": "integer",
        "default": DEFAULT_WIDTH_PX,
        "minimum": LEAST_PX,
        "maximum": LARGEST_PX,
        "description": (
            f"Width in pixels of the page: {', '.join(map(str, WIDTHS_PX))}, or any width with a "
            "signature."
        ),
    },
    "dpr": {
        "type": "integer",
        "enum": list(RATIOS),
        "default": 1,
        "description": (
            "Pixels of the screen for one of the page; w x dpr is at most "
            f"{LARGEST_OPEN_PX} without a signature."
        ),
    },
    "look": {
        "type": "string",
        "enum": list(Look),
        "default": Look.TRUE.value,
        "description": "true: as the light goes. show: stones with more fire and colour than "
        "nature gives; the file says so in its description.",
    },
    "transparent": {
        "type": "boolean",
        "default": False,
        "description": "The piece on nothing, without ground and shadow. Not as JPEG.",
    },
}


class FrameOfSpin(Document):
    """One step of a turn."""

    view: int
    azimuth_deg: float = Field(description="That the piece has turned, seen from above.")
    url: str


class SpinDocument(Document):
    """A turn in pictures."""

    product: str
    hash: str
    description: str
    look: Look
    label: str | None = Field(description="What a page says beside the pictures; null: nothing.")
    width: int = Field(description="Pixels of each picture.")
    height: int
    format: str
    frames: list[FrameOfSpin]
    sides: dict[str, str] = Field(description="Other views of the piece by name.")
    film: str = Field(description="The same turn as MP4.")


@views.get("/api/v1/renders/<configuration_hash>/<view>.<picture_format>")
@documented(
    Operation(
        f"A picture: one of {VIEWS} steps of a turntable (0 is the poster), or a side by name "
        f"({', '.join(SIDES)}), as {FORMATS_IN_WORDS}",
        {form.media_type: None for form in FORMATS.values()},
        problems=(403, 404, 422, 503),
        query={
            **SIZE_QUERY,
            "h": {
                "type": "integer",
                "minimum": LEAST_PX,
                "maximum": LARGEST_PX,
                "description": "Height, where it is not the width; needs a signature.",
            },
            "size": {
                "type": "integer",
                "enum": list(PAGE_SIZES_PX),
                "description": "An older name of w.",
                "deprecated": True,
            },
            "sig": {
                "type": "string",
                "description": "The house's signature (`parure sign`) for what is not on the list.",
            },
            "v": {"type": "string", "description": "The edition; only tells caches apart."},
        },
    )
)
def picture(configuration_hash: str, view: str, picture_format: str) -> Response:
    """A picture, drawn now if nobody asked for it before."""
    order = picture_order(view, picture_format, request.args)
    configuration = services().store.configuration(configuration_hash)
    if not order.is_open:
        _check_signature(configuration_hash, order)
    response = unchanging(
        services().bakery.picture(configuration, order), FORMATS[picture_format].media_type
    )
    look = "" if order.look is Look.TRUE else f"-{order.look}"
    name = f"{configuration.product}-{configuration_hash[:8]}-{view}{look}.{picture_format}"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


@views.get("/api/v1/renders/<configuration_hash>/spin.json")
@documented(
    Operation(
        "The addresses of all pictures of a turn",
        {"application/json": SpinDocument},
        problems=(404, 422),
        query={
            **SIZE_QUERY,
            "w": {**SIZE_QUERY["w"], "default": SPIN_WIDTH_PX, "enum": list(WIDTHS_PX)},
            "format": {"type": "string", "enum": list(FORMATS), "default": "webp"},
        },
    )
)
def spin(configuration_hash: str) -> Response:
    """What a page needs to turn a piece without WebGL; nothing is drawn for it."""
    picture_format = request.args.get("format", "webp")
    asked = {"w": str(SPIN_WIDTH_PX), **request.args.to_dict()}
    order = picture_order("0", picture_format, asked)
    if not order.is_open:
        raise InvalidOption(f"A turn's pictures have a w of {_widths()}, without h.")
    configuration = services().store.configuration(configuration_hash)
    addresses = {name: picture_address(configuration, name, order) for name in VIEW_NAMES}
    document = SpinDocument(
        product=configuration.product,
        hash=configuration_hash,
        description=description(configuration),
        look=order.look,
        label=SHOW_LABEL if order.look is Look.SHOW else None,
        width=order.width,
        height=order.height,
        format=picture_format,
        frames=[
            FrameOfSpin(view=view, azimuth_deg=360.0 * view / VIEWS, url=addresses[str(view)])
            for view in range(VIEWS)
        ],
        sides={name: addresses[name] for name in SIDES},
        film=url_for("products.model", configuration_hash=configuration_hash, extension="mp4"),
    )
    response = jsonify(document.model_dump(mode="json"))
    response.headers["Cache-Control"] = "no-cache"  # a later edition has other addresses
    response.add_etag()
    response.make_conditional(request)
    return response


def picture_order(view: str, picture_format: str, query: Mapping[str, str]) -> PictureOrder:
    """What an address asks for.

    Raises:
        NotFound: there is no such view or format.
        InvalidOption: a parameter is not what it should be.
    """
    if view not in VIEW_NAMES:
        raise NotFound(f"There is no such view: it is 0 to {VIEWS - 1}, or {', '.join(SIDES)}.")
    if picture_format not in FORMATS:
        raise NotFound(f"Pictures come as {FORMATS_IN_WORDS}.")
    ratio = _number(query, "dpr", 1)
    if ratio not in RATIOS:
        raise InvalidOption(f"dpr must be one of {', '.join(map(str, RATIOS))}.")
    width = _number(query, "w", _number(query, "size", DEFAULT_WIDTH_PX))
    height = _number(query, "h", width)
    look, transparent = query.get("look", Look.TRUE), query.get("transparent", "0").lower()
    if look not in list(Look):
        raise InvalidOption(f"look must be one of {', '.join(Look)}.")
    if transparent not in SWITCH:
        raise InvalidOption("transparent must be true or false.")
    return PictureOrder(
        view, width * ratio, height * ratio, picture_format, Look(look), SWITCH[transparent]
    )


def picture_address(configuration: Configuration, view: str, order: PictureOrder) -> str:
    """Where a picture like `order` is found, of another view."""
    query = {"w": str(order.width), "v": edition()}
    if order.look is not Look.TRUE:
        query["look"] = order.look
    if order.transparent:
        query["transparent"] = "1"
    path = url_for(
        "renders.picture",
        configuration_hash=configuration.hash,
        view=view,
        picture_format=order.picture_format,
    )
    return f"{path}?{urlencode(query)}"


def _check_signature(configuration_hash: str, order: PictureOrder) -> None:
    """Refuse what is not on the list and not the house's own wish.

    Raises:
        InvalidOption: there is no signature.
        Forbidden: it is another picture's, or nobody's.
    """
    given = request.args.get("sig")
    size = f"{order.width} x {order.height} pixels"
    if given is None:
        raise InvalidOption(
            f"Pictures of {size} are drawn for signed addresses only (see `parure sign`); without "
            f"one w is {_widths()}, times dpr at most {LARGEST_OPEN_PX}, and there is no h."
        )
    if not is_signed(services().signing_key, configuration_hash, order, given):
        raise Forbidden("The signature of this address is not for this picture; sign it anew.")


def _number(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) < 6):
        raise InvalidOption(f'{name} must be a whole number; got "{text[:20]}".')
    return int(text)


def _widths() -> str:
    return f"{', '.join(map(str, WIDTHS_PX[:-1]))} or {WIDTHS_PX[-1]}"
