"""The pages: showroom and product, and the built files they need."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from flask import Blueprint, Response, current_app, make_response, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

from api import headers
from api.choosers import form
from api.controls import main_options
from api.language import currency_asked
from api.openapi import Answer, Operation, documented
from api.products import IMMUTABLE, addresses, configuration_document, services
from api.wearing import WEARING
from viewer.angles import VIEWS
from viewer.bake import PAGE_SIZES_PX
from viewer.catalogue import PRODUCTS
from viewer.catalogue import product as product_of
from viewer.facts import description
from viewer.language import later
from viewer.options import Product

STATIC = Path(__file__).parent.parent / "static"
TRACKING = "tracking-worker.js"  # as the manifest names it
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
FAMILIES: Mapping[str, str] = MappingProxyType(
    {
        "ring": later("Rings"),
        "necklace": later("Necklaces"),
        "earring": later("Earrings"),
        "bracelet": later("Bracelets"),
        "watch": later("Watches"),
    }
)
HTML: dict[str, Answer] = {"text/html": None}

views = Blueprint("pages", __name__)


def load_manifest() -> dict[str, str]:
    """Names of the built files by the names the templates use.

    Raises:
        RuntimeError: the pages have not been built.
    """
    path = STATIC / "dist" / "manifest.json"
    if not path.is_file():
        raise RuntimeError("The pages are not built: run `make setup` (static/dist is missing).")
    manifest: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return manifest


@views.app_template_global()
def built(name: str) -> str:
    """The address of a built file."""
    return f"/static/{current_app.extensions['parure_manifest'][name]}"


@views.get("/")
@documented(Operation("The showroom", HTML))
def showroom() -> Response:
    """Every product, large, family after family."""
    families = []
    for family, name in FAMILIES.items():
        pieces = [
            {"product": item, "configuration": _shown_piece(item)}
            for item in PRODUCTS.values()
            if item.family == family
        ]
        if pieces:
            families.append((name, pieces))
    return page("showroom.html", families=families)


@views.get("/p/<product_id>")
@documented(
    Operation(
        "A product: seen from all sides, configured, tried on", HTML, problems=(404, 422, 503)
    )
)
def product(product_id: str) -> Response:
    """One configuration of a product; the query holds what differs from the defaults."""
    item = product_of(product_id)
    chosen = {key: value for key, value in request.args.items() if item.option(key) is not None}
    configuration = services().configured(product_id, chosen)
    document = configuration_document(configuration, currency_asked())
    return page(
        "product.html",
        product=item,
        wearing=WEARING[item.anchor],
        **form(configuration, document, main_options(item.options)),
    )


@views.get("/static/<path:name>")
@documented(
    Operation("A built file of the pages", {"application/octet-stream": None}, problems=(404,))
)
def static_file(name: str) -> Response:
    """A file of static/dist, compressed in advance; its name changes when it does."""
    path = safe_join(str(STATIC / "dist"), name)
    if path is None or not Path(path).is_file() or path.endswith((".br", ".gz", ".json")):
        raise NotFound("There is no such file.")
    if name == current_app.extensions["parure_manifest"].get(TRACKING):
        headers.allow(script_src="'wasm-unsafe-eval'")  # this worker alone runs WebAssembly
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    data, encoding = _compressed(Path(path))
    response = Response(data, mimetype=media_type)
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = IMMUTABLE
    response.add_etag()
    response.make_conditional(request)
    return response


def _compressed(path: Path) -> tuple[bytes, str | None]:
    """The file in the best encoding that the client takes and that was made at set-up."""
    for encoding, suffix in ENCODINGS:
        beside = path.with_name(path.name + suffix)
        if request.accept_encodings.quality(encoding) > 0 and beside.is_file():
            return beside.read_bytes(), encoding
    return path.read_bytes(), None


def page(template: str, **values: Any) -> Response:
    """A page of its own language, asked for anew each time."""
    response = make_response(render_template(template, views=VIEWS, sizes=PAGE_SIZES_PX, **values))
    response.headers["Cache-Control"] = "no-cache"
    response.vary.add("Accept-Language")
    response.add_etag(weak=True)
    response.make_conditional(request)
    return response


def _shown_piece(item: Product) -> dict[str, Any]:
    """What the showroom shows of a piece; nothing is built for it."""
    configuration = services().configured(item.id, {})
    return {
        "urls": addresses(configuration).model_dump(),
        "description": description(configuration),
    }
