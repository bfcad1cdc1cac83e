"""The pages: showroom and product, and the built files they need."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from flask import Blueprint, Response, current_app, make_response, render_template, request
from werkzeug.datastructures import LanguageAccept
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

from api.documents import Answer, Operation, documented
from api.products import IMMUTABLE, addresses, configuration_document, services
from api.wearing import WEARING
from models3d.sizes import parse_ring_size, ring_sizes, size_systems
from viewer.angles import VIEWS
from viewer.bake import PAGE_SIZES_PX
from viewer.catalogue import PRODUCTS
from viewer.catalogue import product as product_of
from viewer.configuration import Configuration
from viewer.facts import description
from viewer.options import Option, Product
from viewer.words import gem_swatch, gem_words, metal_swatch, metal_words

STATIC = Path(__file__).parent.parent / "static"
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
FEATURED = {
    "metal": (
        "platinum_950", "gold_18k_yellow_3N", "gold_18k_rose_5N", "gold_18k_white_rhodium",
    ),
    "gem": ("diamond", "diamond_lab", "sapphire_blue", "ruby", "emerald", "aquamarine"),
}  # fmt: skip
SIZE_SYSTEM_OF_REGION = {
    "US": "US", "CA": "US", "JP": "JP",
    "GB": "UK", "IE": "UK", "AU": "UK", "NZ": "UK", "ZA": "UK",
}  # fmt: skip
SIZE_SYSTEM_OF_LANGUAGE = {"en": "US", "ja": "JP"}  # where the browser names no region
FAMILIES: Mapping[str, str] = MappingProxyType(
    {
        "ring": "Rings",
        "necklace": "Necklaces",
        "earring": "Earrings",
        "bracelet": "Bracelets",
        "watch": "Watches",
    }
)
HTML: dict[str, Answer] = {"text/html": None}

views = Blueprint("pages", __name__)


@dataclass(frozen=True, slots=True)
class ShownChoice:
    """A choice as the page shows it."""

    id: str
    name: str
    note: str
    swatch: str | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class ShownOption:
    """An option as the page shows it."""

    id: str
    label: str
    control: str  # list, size, number or text
    value: str
    choices: tuple[ShownChoice, ...]  # the featured ones first
    featured: int
    option: Option


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
    return _page("showroom.html", families=families)


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
    document = _document(configuration)
    return _page(
        "product.html",
        product=item,
        configuration=document,
        brief={key: document[key] for key in ("product", "options", "hash", "urls")},
        options=[
            _shown(option, configuration)
            for option in item.options
            if option.id not in document["idle"]
        ],
        wearing=WEARING[item.anchor],
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


def _page(template: str, **values: Any) -> Response:
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


def _document(configuration: Configuration) -> dict[str, Any]:
    return configuration_document(configuration).model_dump()


def _shown(option: Option, configuration: Configuration) -> ShownOption:
    value = configuration.options[option.id]
    if option.kind == "number":
        return ShownOption(option.id, option.label, "number", value, (), 0, option)
    if option.kind == "text":
        return ShownOption(option.id, option.label, "text", value, (), 0, option)
    if option.notation == "ring_size":
        choices = _sizes(option, value, local_size_system(request.accept_languages))
        return ShownOption(option.id, option.label, "size", value, choices, 0, option)
    order = [*FEATURED.get(option.id, ()), *(choice.id for choice in option.choices)]
    labels = {choice.id: choice.label for choice in option.choices}
    choices = tuple(
        _choice(option.id, key, labels[key], key == value)
        for key in dict.fromkeys(order)
        if key in labels
    )
    featured = len(FEATURED.get(option.id, choices))
    return ShownOption(option.id, option.label, "list", value, choices, featured, option)


def _choice(option_id: str, key: str, label: str, chosen: bool) -> ShownChoice:
    if option_id == "metal":
        return ShownChoice(key, metal_words(key), "", metal_swatch(key), chosen)
    if option_id == "gem":
        return ShownChoice(key, gem_words(key), "", gem_swatch(key), chosen)
    name, _, note = label.partition(": ")
    return ShownChoice(key, name, note, None, chosen)


def local_size_system(languages: LanguageAccept) -> str:
    """The ring sizes of the visitor's country, by the languages that the browser names."""
    for tag in languages.values():
        language, _, region = tag.replace("_", "-").partition("-")
        if region.upper() in SIZE_SYSTEM_OF_REGION:
            return SIZE_SYSTEM_OF_REGION[region.upper()]
        if not region and language in SIZE_SYSTEM_OF_LANGUAGE:
            return SIZE_SYSTEM_OF_LANGUAGE[language]
        return "EU"
    return "EU"


def _sizes(option: Option, value: str, system_id: str) -> tuple[ShownChoice, ...]:
    """The sizes on offer, the local system's first, the chosen one among them."""
    system = size_systems()[system_id]
    offered = {choice.id: parse_ring_size(choice.id) for choice in option.choices}
    if system_id != "EU":
        span = [size.inner_diameter_mm for size in offered.values()]
        half = max(system.step * 2 if system_id == "US" else system.step, system.step)
        local, last = system.nearest(min(span)), system.nearest(max(span))
        offered = {}
        while local <= last:
            if local % half == 0:
                size = parse_ring_size(system.text(local))
                offered[str(size)] = size
            local += system.step
    offered[value] = parse_ring_size(value)
    chosen = _size_words(value, system_id)
    ordered = sorted(offered, key=lambda key: offered[key].inner_diameter_mm)
    words = {key: _size_words(key, system_id) for key in ordered}
    return tuple(
        ShownChoice(key, words[key], "", None, key == value)
        for key in ordered
        if key == value or words[key] != chosen  # the same ring under another system's name
    )


def _size_words(size: str, system_id: str) -> str:
    """`US 7 · EU 54½ …`: the local size first; the size itself stands for its own system."""
    parsed = parse_ring_size(size)
    names = ring_sizes(parsed.inner_diameter) | {parsed.system: str(parsed)}
    first = names.pop(system_id)
    other = "US" if system_id == "EU" else "EU"
    return " · ".join(dict.fromkeys([first, names.get(other, first)]))
