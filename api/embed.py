"""The collection on other people's pages: the script they load, its document, a page to frame."""

from __future__ import annotations

import re
from collections.abc import Set
from functools import cache
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, current_app, jsonify, make_response, request
from pydantic import Field

from api.controls import ShownOption, local_size_system, shown
from api.discovery import site
from api.documents import ConfigurationDocument, Document
from api.headers import allow
from api.language import currency_asked, words_file
from api.openapi import Operation, documented
from api.pages import HTML, STATIC, page
from api.products import configuration_document, services
from api.renders import SIZE_QUERY, picture_order
from viewer.addresses import page_query
from viewer.catalogue import product as product_of
from viewer.configuration import Configuration
from viewer.encoding import FORMATS
from viewer.errors import InvalidOption
from viewer.language import gettext, spoken
from viewer.merchants import merchants, origin_of
from viewer.options import Product
from viewer.picture_order import WIDTHS_PX

SCRIPT_AGE_S = 300  # that a new version of the script, or of a poster, may go unseen
STATIC_IMPORT = re.compile(r'(?:\bfrom|\bimport)\s*"\./([\w-]+\.js)"')
# What a merchant may ask for beside the piece itself.
FEATURES = ("options", "price", "cart", "try-on", "ar")
# Names of the query that are no options of the piece.
RESERVED = frozenset({"key", "lang", "currency", "features", "choose", "theme"})
OF_A_PICTURE = frozenset(SIZE_QUERY) | {"h"}
QUERY: dict[str, dict[str, Any]] = {
    "key": {"type": "string", "description": "The merchant's; needless on the service's own pages."}
}

views = Blueprint("embed", __name__)


class EmbedChoice(Document):
    """A value that an option can take, in words."""

    id: str
    name: str
    note: str
    swatch: str | None = Field(description="A colour, #rrggbb.")


class EmbedOption(Document):
    """A control of the embedded configurator."""

    id: str
    label: str
    control: str = Field(description="list, size, number or text")
    value: str
    choices: list[EmbedChoice]
    min: float | None = None
    max: float | None = None
    step: float | None = None
    unit: str | None = None
    measure: str | None = Field(
        None, description="How the page's language writes a {number} with its unit."
    )
    words: str | None = Field(None, description="The value so written.")
    longest: int | None = None


class EmbedDocument(Document):
    """All that an embedded viewer says and shows of a configuration."""

    merchant: str | None
    name: str
    family: str
    language: str
    direction: str
    words: str | None = Field(description="Address of what scripts say; null in English.")
    configuration: ConfigurationDocument
    options: list[EmbedOption]


@views.get("/embed.js")
@documented(Operation("The script that other pages load", {"text/javascript": None}))
def script() -> Response:
    """A name that stays, for the built file whose name changes with its content.

    It names all that this file stands on, so that browsers ask for everything at once.
    """
    built = current_app.extensions["parure_manifest"]["embed.js"]
    lines = [f'import "./static/{name}";\n' for name in _needed(built)]
    response = make_response("".join([*lines, f'export * from "./static/{built}";\n']))
    response.mimetype = "text/javascript"
    response.headers["Cache-Control"] = f"public, max-age={SCRIPT_AGE_S}"
    response.add_etag()
    response.make_conditional(request)
    return response


@views.get("/api/v1/embed/<product_id>")
@documented(
    Operation(
        "What an embedded viewer shows; the rest of the query are options of the product",
        {"application/json": EmbedDocument},
        problems=(403, 404, 422, 503),
        query=QUERY,
    )
)
def document(product_id: str) -> Response:
    """A configuration for a merchant's page, if the merchant's key covers the page's origin."""
    merchant = _merchant_asking()
    item, configuration = _asked(product_id)
    told = configuration_document(configuration, currency_asked())
    sizes = local_size_system(request.accept_languages)
    answer = EmbedDocument(
        merchant=merchant,
        name=gettext(item.name),
        family=item.family,
        language=spoken().language,
        direction=spoken().direction,
        words=words_file() or None,
        configuration=told,
        options=[
            _option(shown(option, configuration, sizes))
            for option in item.options
            if option.id not in told.idle
        ],
    )
    response = jsonify(answer.model_dump())
    response.headers["Cache-Control"] = "no-cache"
    response.vary.add("Origin")
    return response


@views.get("/api/v1/embed/<product_id>/poster.<picture_format>")
@documented(
    Operation(
        "The picture that stands in a merchant's page before the script is there; the rest of the "
        "query are options of the product",
        {form.media_type: None for form in FORMATS.values()},
        problems=(403, 404, 422, 503),
        query=SIZE_QUERY,
    )
)
def poster(product_id: str, picture_format: str) -> Response:
    """The front of a configuration, under an address that needs no hash."""
    order = picture_order("0", picture_format, request.args)
    if not order.is_open:
        raise InvalidOption(f"A poster's w is one of {', '.join(map(str, WIDTHS_PX))}, without h.")
    _, configuration = _asked(product_id, RESERVED | OF_A_PICTURE)
    data = services().bakery.picture(configuration, order)
    response = Response(data, mimetype=FORMATS[picture_format].media_type)
    response.headers["Cache-Control"] = f"public, max-age={SCRIPT_AGE_S}"
    response.add_etag()
    response.make_conditional(request)
    return response


@views.get("/embed/<product_id>")
@documented(
    Operation(
        "A piece alone, to be framed by a merchant's page",
        HTML,
        problems=(403, 404, 422, 503),
        query=QUERY,
    )
)
def framed(product_id: str) -> Response:
    """A page that the merchant's origins may frame, and nobody else."""
    key = request.args.get("key", "")
    origins = merchants().of(key).origins if key else ()
    item, configuration = _asked(product_id)
    told = configuration_document(configuration, currency_asked()).model_dump()
    asked = request.args.get("features")
    wanted = FEATURES if asked is None else tuple(f for f in asked.split() if f in FEATURES)
    allow(frame_ancestors=" ".join(("'self'", *origins)))
    return page(
        "embed.html",
        product=item,
        configuration=told,
        features=wanted,
        offered=request.args.get("choose"),
        shade=request.args.get("theme") or None,
        partners=list(dict.fromkeys([origin_of(request.host_url), site_origin(), *origins])),
        key=key,
        chosen=urlencode(page_query(configuration)),
        language=request.args.get("lang"),
        currency=currency_asked(),
    )


@cache
def _needed(built: str) -> tuple[str, ...]:
    """The built files that one imports as it loads, those that they import included."""
    found: list[str] = []
    unread = [built]
    while unread:
        text = (STATIC / "dist" / unread.pop()).read_text(encoding="utf-8")
        fresh = [name for name in dict.fromkeys(STATIC_IMPORT.findall(text)) if name not in found]
        found += fresh
        unread += fresh
    return tuple(found)


def site_origin() -> str:
    """The service's own origin, as browsers write it."""
    return origin_of(site()) or origin_of(request.host_url) or ""


def _merchant_asking() -> str | None:
    """The name of the merchant whose page asks; None for the service's own.

    Raises:
        NotAllowed: it is another's page, and no key covers it.
    """
    key, origin = request.args.get("key", ""), request.headers.get("Origin")
    if origin is None or _is_own(origin):
        return merchants().of(key).name if key else None
    return merchants().check(key, origin).name


def _is_own(origin: str) -> bool:
    """Whether the page is the service's own: browsers say so, proxies or not."""
    if request.headers.get("Sec-Fetch-Site") == "same-origin":
        return True
    return urlsplit(origin).netloc == request.host or origin == site_origin()


def _asked(product_id: str, reserved: Set[str] = RESERVED) -> tuple[Product, Configuration]:
    """The product and the configuration of the query."""
    item = product_of(product_id)
    chosen = {key: value for key, value in request.args.items() if key not in reserved}
    return item, services().configured(product_id, chosen)


def _option(control: ShownOption) -> EmbedOption:
    option = control.option
    number = control.control == "number"
    return EmbedOption(
        id=control.id,
        label=control.label,
        control=control.control,
        value=control.value,
        choices=[
            EmbedChoice(id=one.id, name=one.name, note=one.note, swatch=one.swatch)
            for one in control.choices
        ],
        min=None if option.least is None else float(option.least),
        max=None if option.greatest is None else float(option.greatest),
        step=None if option.step is None else float(option.step),
        unit=option.unit if number else None,
        measure=control.unit if number else None,
        words=control.words if number else None,
        longest=option.longest if control.control == "text" else None,
    )
