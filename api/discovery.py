"""What search engines, other sites and phones learn of a piece: data, oEmbed, AR and its code."""

from __future__ import annotations

import io
import os
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import segno
from flask import Blueprint, Response, jsonify, make_response, request, url_for
from markupsafe import Markup
from werkzeug import exceptions
from werkzeug.exceptions import BadRequest, NotFound

from api.documents import Document
from api.openapi import Operation, documented
from api.pages import HTML, page
from api.products import addresses, configuration_document, services
from viewer.addresses import page_query
from viewer.catalogue import product as product_of
from viewer.configuration import Configuration
from viewer.facts import description
from viewer.language import gettext as _
from viewer.merchants import merchants, origin_of
from viewer.options import Product
from viewer.theme import theme
from viewer.words import metal_words

FRAME_PX = (640, 960)  # of an oEmbed: the piece is square, its options stand below
LEAST_FRAME_PX = 200
THUMBNAIL_PX = 480
CARD_PX = 1440  # the picture that other sites show
SHOWN_BY = ("p", "configure", "embed", "ar")  # pages of a product
KEPT = ("key", "lang", "currency", "features", "theme")
QR_QUIET = 2  # modules of margin; the page gives the rest

views = Blueprint("discovery", __name__)


class OEmbedDocument(Document):
    """A piece as oEmbed 1.0 describes rich content."""

    type: str
    version: str
    title: str
    provider_name: str
    provider_url: str
    cache_age: int
    html: str
    width: int
    height: int
    thumbnail_url: str
    thumbnail_width: int
    thumbnail_height: int


def site() -> str:
    """Where the public finds the service: `$PARURE_URL`, else where it was asked."""
    return os.environ.get("PARURE_URL", request.host_url).rstrip("/")


@views.get("/oembed")
@documented(
    Operation(
        "How another site shows a piece (oEmbed 1.0)",
        {"application/json": OEmbedDocument},
        problems=(400, 403, 404, 422, 501),
        query={
            "url": {"type": "string", "description": "A page of a product."},
            "maxwidth": {"type": "integer"},
            "maxheight": {"type": "integer"},
            "format": {"type": "string", "enum": ["json"]},
        },
    )
)
def oembed() -> Response:
    """An iframe of the piece; the key in the address says who may frame it."""
    if request.args.get("format", "json") != "json":
        raise exceptions.NotImplemented("Only JSON is spoken here: ask with format=json.")
    item, configuration, kept = _of_address(request.args.get("url", ""))
    key = kept.get("key", "")
    if key:
        merchants().of(key)
    width = _bounded("maxwidth", FRAME_PX[0])
    height = _bounded("maxheight", FRAME_PX[1])
    query = urlencode({**page_query(configuration), **kept})
    source = f"{site()}/embed/{item.id}{'?' if query else ''}{query}"
    title = f"{_(item.name)}: {description(configuration)}"
    html = Markup(
        '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy" '
        'allow="camera; fullscreen; web-share; xr-spatial-tracking" frameborder="0"></iframe>'
    ).format(source, title, width, height)
    picture = addresses(configuration).picture
    answer = OEmbedDocument(
        type="rich",
        version="1.0",
        title=title,
        provider_name=theme().name,
        provider_url=site(),
        cache_age=3600,
        html=str(html),
        width=width,
        height=height,
        thumbnail_url=_picture(picture, THUMBNAIL_PX),
        thumbnail_width=THUMBNAIL_PX,
        thumbnail_height=THUMBNAIL_PX,
    )
    return jsonify(answer.model_dump())


@views.get("/ar/<product_id>")
@documented(
    Operation("A piece in the visitor's own room", HTML, problems=(404, 422, 503)),
)
def room(product_id: str) -> Response:
    """One configuration, with the way into augmented reality that this device has."""
    item, configuration = _chosen(product_id)
    told = configuration_document(configuration).model_dump()
    return page("ar.html", product=item, configuration=told)


@views.get("/api/v1/qr/<product_id>.svg")
@documented(
    Operation(
        "A code that opens a configuration on a phone; the query holds its options",
        {"image/svg+xml": None},
        problems=(404, 422),
        query={"to": {"type": "string", "enum": ["ar", "page", "configure"], "default": "ar"}},
    )
)
def code(product_id: str) -> Response:
    """A QR code of one of the service's own addresses, and of no other."""
    item, configuration = _chosen(product_id)
    paths = {"ar": "ar", "page": "p", "configure": "configure"}
    path = paths.get(request.args.get("to", "ar"))
    if path is None:
        raise BadRequest(f"A code leads to one of {', '.join(paths)}.")
    query = urlencode(page_query(configuration))
    address = f"{site()}/{path}/{item.id}{'?' if query else ''}{query}"
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", border=QR_QUIET, light="#fff", omitsize=True, nl=False, svgclass=None,
        lineclass=None,
    )  # fmt: skip
    response = make_response(out.getvalue())
    response.mimetype = "image/svg+xml"
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


@views.app_template_global()
def absolute(path: str) -> str:
    """An address of the service as the public writes it."""
    return f"{site()}{path}"


@views.app_template_global()
def oembed_address(path: str) -> str:
    """Where other sites ask how to show a page."""
    return f"{site()}/oembed?{urlencode({'url': site() + path})}"


@views.app_template_global()
def card_picture(picture: str) -> str:
    """The picture that other sites show of a piece."""
    return _picture(picture, CARD_PX)


@views.app_template_global()
def structured_data(item: Product, told: dict[str, Any]) -> dict[str, Any]:
    """A piece as schema.org knows products, with the model that can be seen in 3D.

    Args:
        told: the ConfigurationDocument of the page, dumped.
    """
    configuration = services().configured(item.id, told["options"])
    bill = services().bakery.bill(configuration)
    urls, price = told["urls"], told["price"]
    address, model = absolute(urls["page"]), absolute(urls["model"])
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": _(item.name),
        "description": told["description"],
        "sku": told["hash"][:16],
        "url": address,
        "image": [card_picture(urls["picture"])],
        "brand": {"@type": "Brand", "name": theme().name},
        "material": ", ".join(dict.fromkeys(metal_words(lot.metal) for lot in bill.metals)),
        "weight": {
            "@type": "QuantitativeValue",
            "value": round(bill.mass_g, 2),
            "unitCode": "GRM",
        },
        "subjectOf": {
            "@type": "3DModel",
            "name": _(item.name),
            "encoding": [
                {
                    "@type": "MediaObject",
                    "contentUrl": f"{model}?profile=ar",
                    "encodingFormat": "model/gltf-binary",
                },
                {
                    "@type": "MediaObject",
                    "contentUrl": f"{model.removesuffix('.glb')}.usdz",
                    "encodingFormat": "model/vnd.usdz+zip",
                },
            ],
        },
    }
    if price is not None:
        amount = {"price": price["total"], "priceCurrency": price["currency"]}
        data["offers"] = {
            "@type": "Offer",
            **amount,
            "url": address,
            "availability": "https://schema.org/MadeToOrder",
            "itemCondition": "https://schema.org/NewCondition",
            "priceSpecification": {
                "@type": "UnitPriceSpecification",
                **amount,
                "valueAddedTaxIncluded": True,
            },
        }
        if price["demonstration"]:
            data["offers"]["description"] = _("A demonstration’s price, tax included")
    return data


def _picture(template: str, side_px: int) -> str:
    filled = template.replace("{view}", "0").replace("{format}", "jpg")
    return absolute(filled.replace("{size}", str(side_px)))


def _chosen(product_id: str) -> tuple[Product, Configuration]:
    """The product and the configuration of the query; other names of it are passed over."""
    item = product_of(product_id)
    chosen = {key: value for key, value in request.args.items() if item.option(key) is not None}
    return item, services().configured(product_id, chosen)


def _of_address(address: str) -> tuple[Product, Configuration, dict[str, str]]:
    """What a page of the service shows, and what else its query says.

    Raises:
        NotFound: it is no page of a product here.
    """
    parts = urlsplit(address)
    page_name, _slash, product_id = parts.path.strip("/").partition("/")
    here = {origin_of(site()), origin_of(request.host_url)}
    if origin_of(address) not in here or page_name not in SHOWN_BY:
        raise NotFound(
            f"This is no page of a piece here: they begin with {url_for('pages.showroom')}p/."
        )
    query = dict(parse_qsl(parts.query))
    item = product_of(product_id)
    chosen = {key: value for key, value in query.items() if item.option(key) is not None}
    kept = {key: query[key] for key in KEPT if key in query}
    return item, services().configured(product_id, chosen), kept


def _bounded(name: str, usual: int) -> int:
    """A side of the frame, no larger than the other site has room for."""
    text = request.args.get(name, str(usual))
    if not text.isdecimal() or int(text) < LEAST_FRAME_PX:
        raise BadRequest(f"{name} is a number of pixels from {LEAST_FRAME_PX} on.")
    return min(int(text), usual)
