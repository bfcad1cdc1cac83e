"""Views of what can be bought: products, configurations and models."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request, url_for
from werkzeug.exceptions import NotFound

from api.documents import (
    Addresses,
    ConfigurationDocument,
    ConfigurationRequest,
    FactDocument,
    PriceDocument,
    PriceLineDocument,
    ProductDocument,
)
from api.language import currency_asked
from api.openapi import Operation, documented
from api.services import Services
from models3d.bill import Bill
from models3d.errors import ModelError
from viewer.addresses import page_query
from viewer.bake import PACKERS, edition
from viewer.catalogue import catalogue_json
from viewer.catalogue import product as product_of
from viewer.configuration import Configuration, idle_options
from viewer.errors import InvalidOption, PriceUnknown
from viewer.exports import KINDS, NOT_WRITTEN
from viewer.facts import description, facts
from viewer.hurried import PACKERS as HURRIED_PACKERS
from viewer.hurried import like_one
from viewer.language import spoken
from viewer.price import quote
from viewer.price_file import prices
from viewer.schema import product_schema

IMMUTABLE = "public, max-age=31536000, immutable"
# of a GLB, and the files they are
PROFILES = {"ar": "ar.glb", "viewer": "viewer.glb", "skin": "skin.glb"}
SCHEMA_TYPE = "application/schema+json"

views = Blueprint("products", __name__)


def services() -> Services:
    """What stands behind this application's views."""
    found: Services = current_app.extensions["parure"]
    return found


@views.get("/api/v1/products")
@documented(Operation("Every product with its options", {"application/json": [ProductDocument]}))
def products() -> Response:
    """The catalogue, as `parure products --json` gives it."""
    return jsonify(catalogue_json())


@views.get("/api/v1/products/<product_id>/schema")
@documented(Operation("A product's options as JSON Schema", {SCHEMA_TYPE: None}, problems=(404,)))
def schema(product_id: str) -> Response:
    """What the options of a configuration may be."""
    response = jsonify(product_schema(product_of(product_id)))
    response.mimetype = SCHEMA_TYPE
    return response


@views.post("/api/v1/configurations")
@documented(
    Operation(
        "Decide every option: one canonical text, one hash, the addresses of everything",
        {"application/json": ConfigurationDocument},
        takes=("application/json", ConfigurationRequest),
        problems=(400, 404, 415, 422, 503),
    )
)
def configurations() -> Response:
    """The configuration of a product and options."""
    asked = ConfigurationRequest.model_validate(request.get_json())
    configuration = services().configured(asked.product, asked.options)
    currency = asked.currency or currency_asked()
    document = configuration_document(configuration, currency)
    like = _like(configuration, asked.like)
    if like is not None:
        services().hurried.begin(configuration, like, _hurried_coding())
    return jsonify(document.model_dump())


@views.get("/api/v1/models/<configuration_hash>.<extension>")
@documented(
    Operation(
        f"The piece as a file: {', '.join(sorted(set(KINDS) - set(PROFILES.values())))}",
        {kind.media_type: None for kind in KINDS.values()},
        problems=(404, 416, 422, 503),
        query={
            "profile": {
                "type": "string",
                "enum": ["web", *PROFILES],
                "default": "web",
                "description": "Of a GLB: packed for pages, plain for phones, baked for "
                "this service's own viewer, or what that is to know of a wearer's skin.",
            },
            "like": {
                "type": "string",
                "description": "Of the viewer's file: the hash of a piece of the same design "
                "whose file is there. Where this one's is not, it is made in a hurry, lit as the "
                "other one is; its extras say `hurried`, and nobody may keep it.",
            },
        },
    )
)
def model(configuration_hash: str, extension: str) -> Response:
    """A configuration as a file, for ever the same, or made in a hurry until it is there."""
    profile = request.args.get("profile", "web")
    name = PROFILES.get(profile, extension) if extension == "glb" else extension
    if extension in NOT_WRITTEN:
        raise NotFound(NOT_WRITTEN[extension])
    if extension not in KINDS or profile not in ("web", *PROFILES):
        raise NotFound(f"Models are files that end in {', '.join(KINDS)}.")
    configuration = services().store.configuration(configuration_hash)
    kind, bakery = KINDS[name], services().bakery
    coding = coding_taken() if kind.media_type.startswith("model/") and name != "usdz" else None
    shown = request.args.get("like") if name == PROFILES["viewer"] else None
    like = _like(configuration, shown)
    if like is not None:
        coding = _hurried_coding()
        data = services().hurried.file(configuration, like, coding)
        response = Response(data, mimetype=kind.media_type)
        response.headers["Cache-Control"] = "no-store"
    else:
        if coding is None:
            data = bakery.file(configuration, name)
        else:
            data = bakery.packed_file(configuration, name, coding)
        response = unchanging(data, kind.media_type, in_parts=coding is None)
    response.headers["Content-Disposition"] = (
        f'inline; filename="{configuration.product}-{configuration_hash[:8]}.{extension}"'
    )
    response.vary.add("Accept-Encoding")
    if coding is not None and response.status_code != 304:
        response.headers["Content-Encoding"] = coding
    return response


def _like(configuration: Configuration, shown: str | None) -> bytes | None:
    """The file of a piece that this one may be lit as until its own is there.

    Args:
        shown: hash of the piece that the page shows, where it says so.
    """
    return None if shown is None else like_one(services().store, configuration, shown)


def _hurried_coding() -> str | None:
    """How a file made in a hurry goes to this client."""
    coding = coding_taken()
    return coding if coding in HURRIED_PACKERS else None


def coding_taken() -> str | None:
    """The best content coding that the client takes."""
    taken = (coding for coding in PACKERS if request.accept_encodings.quality(coding) > 0)
    return next(taken, None)


def unchanging(data: bytes, media_type: str, *, in_parts: bool = True) -> Response:
    """A response that caches may keep for ever; 304 where the client already has it.

    Args:
        in_parts: whether a client may ask for a range of it, as players of films do.
    """
    response = Response(data, mimetype=media_type)
    response.headers["Cache-Control"] = IMMUTABLE
    response.set_etag(hashlib.sha256(data).hexdigest()[:32])
    if in_parts:
        response.make_conditional(request, accept_ranges=True, complete_length=len(data))
    else:
        response.make_conditional(request)
    return response


def configuration_document(
    configuration: Configuration, currency: str | None = None
) -> ConfigurationDocument:
    """A configuration as it goes over HTTP.

    Raises:
        InvalidOption: the options are each allowed, but not together.
        PriceUnknown: there is no price in the currency.
    """
    try:
        bill = services().bakery.bill(configuration)
    except ModelError as error:
        raise InvalidOption(str(error)) from error
    return ConfigurationDocument(
        product=configuration.product,
        options=dict(configuration.options),
        idle=list(idle_options(configuration)),
        canonical=configuration.canonical(),
        hash=configuration.hash,
        description=description(configuration),
        facts=[FactDocument(label=line.label, value=line.value) for line in facts(bill)],
        price=price_document(configuration, bill, currency),
        urls=addresses(configuration),
    )


def addresses(configuration: Configuration) -> Addresses:
    """Where everything about a configuration is found."""
    key = configuration.hash
    renders = url_for("renders.picture", configuration_hash=key, view=0, picture_format="webp")
    return Addresses(
        page=page_address(configuration),
        options=url_for("products.schema", product_id=configuration.product),
        model=url_for("products.model", configuration_hash=key, extension="glb"),
        picture=f"{renders.removesuffix('0.webp')}{{view}}.{{format}}?w={{size}}&v={edition()}",
        spin=url_for("renders.spin", configuration_hash=key),
    )


def configure_address(configuration: Configuration) -> str:
    """The configurator of a configuration; its query is that of the page."""
    return page_address(configuration).replace("/p/", "/configure/", 1)


def price_document(
    configuration: Configuration, bill: Bill, currency: str | None
) -> PriceDocument | None:
    """The price of a configuration; None where the house names it on request.

    Raises:
        PriceUnknown: there is no price in the currency.
    """
    try:
        offer = quote(configuration, bill, prices(), currency)
    except PriceUnknown:
        if currency is not None:
            raise
        return None

    def line(kind: str, label: str, amount: Decimal) -> PriceLineDocument:
        words = offer.formatted(amount, spoken().place)
        return PriceLineDocument(kind=kind, label=label, amount=str(amount), words=words)

    return PriceDocument(
        currency=offer.currency,
        lines=[line(item.kind, item.label, item.amount) for item in offer.lines],
        tax=line("tax", offer.tax_label, offer.tax),
        total=str(offer.total),
        words=offer.formatted(offer.total, spoken().place),
        edition=offer.edition,
        demonstration=offer.demonstration,
    )


def page_address(configuration: Configuration) -> str:
    """The page of a configuration: only what differs from the defaults is in the query."""
    query: dict[str, Any] = dict(page_query(configuration))
    return url_for("pages.product", product_id=configuration.product, **query)
