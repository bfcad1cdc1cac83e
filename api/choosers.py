"""The form of options, folded: a page tells what is chosen, what there is to choose comes after it.

The choosers of a product in a language are one file for ever, so that the product page and the
configurator share it. A page without scripts opens one panel at a time, by its address.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from babel import Locale
from flask import Blueprint, Response, render_template, request, url_for
from werkzeug.exceptions import NotFound

from api.controls import local_size_system, shown, size_table
from api.documents import ConfigurationDocument, Document
from api.openapi import Operation, documented
from api.products import coding_taken, configure_address, services, unchanging
from models3d.frames import Anchor
from models3d.sizes import size_systems
from viewer.addresses import page_query
from viewer.bake import PACKERS, edition
from viewer.catalogue import PRODUCTS
from viewer.catalogue import product as product_of
from viewer.configuration import Configuration, configure
from viewer.language import speaking, spoken
from viewer.options import Option
from viewer.quantities import typeset

OPEN = "open-option"  # no option's id has a hyphen
LANGUAGES_KEPT = 1000  # files of choosers: a product in a language, a country, a system of sizes

views = Blueprint("choosers", __name__)


class StoneDocument(Document):
    """The stone in the middle as it is now; its measures go with the third root of its weight."""

    carat: float
    length_mm: float
    width_mm: float
    depth_mm: float


@views.get("/configure/<product_id>/choosers-<choosers_edition>.html")
@documented(
    Operation(
        "What each option of a product can be, as the parts of a form",
        {"text/html": None},
        problems=(404,),
        query={
            "lang": {"type": "string"},
            "sizes": {"type": "string", "enum": [*size_systems()], "default": "EU"},
        },
    )
)
def file(product_id: str, choosers_edition: str) -> Response:
    """For ever the same under its address."""
    sizes = request.args.get("sizes", "EU")
    if sizes not in size_systems():
        raise NotFound("There is no such file.")
    data, known = choosers(product_of(product_id).id, spoken().language, spoken().place, sizes)
    if choosers_edition != known:
        raise NotFound("There is no such file.")
    coding = coding_taken()
    response = unchanging(PACKERS[coding](data) if coding else data, "text/html", in_parts=False)
    if coding and response.status_code != 304:
        response.headers["Content-Encoding"] = coding
    response.vary.add("Accept-Encoding")
    return response


@lru_cache(maxsize=LANGUAGES_KEPT)
def choosers(product_id: str, language: str, place: str, sizes: str) -> tuple[bytes, str]:
    """The choosers of a product as its defaults have them, and their edition."""
    item, plain = PRODUCTS[product_id], configure(product_id)
    with speaking(language, place):
        text = render_template(
            "choosers.html",
            options=[shown(option, plain, sizes) for option in item.options],
            systems=size_table() if item.anchor is Anchor.FINGER else (),
            edition=edition(),
        )
    data = text.encode()
    return data, hashlib.sha256(data).hexdigest()[:10]


def form(
    configuration: Configuration, document: ConfigurationDocument, options: Sequence[Option]
) -> dict[str, Any]:
    """What a page needs of a configuration whose options it offers, the idle ones left out.

    The panel that the address names is unfolded, or the first.
    """
    options = [option for option in options if option.id not in document.idle]
    sizes, stone = local_size_system(request.accept_languages), stone_of(configuration)
    ids = [option.id for option in options]
    asked = request.args.get(OPEN)
    way = configure_address(configuration)
    told = document.model_dump()
    return {
        "configuration": told,
        "brief": {
            name: told[name] for name in ("product", "options", "idle", "hash", "description")
        }
        | {"urls": {name: told["urls"][name] for name in ("page", "model", "picture")}}
        | {"stone": stone and stone.model_dump()},
        "options": [shown(option, configuration, sizes) for option in options],
        "unfolded": asked if asked in ids else next(iter(ids), ""),
        "choosers": _address(configuration.product, sizes),
        "differs": page_query(configuration),
        "design": way,
        "way": f"{way}{'&' if '?' in way else '?'}",
        "edition": edition(),
    }


def stone_of(configuration: Configuration) -> StoneDocument | None:
    """The one stone in the middle; None where there is none, or several."""
    lots = services().bakery.bill(configuration).stones
    centre = next((lot for lot in lots if lot.role == "centre" and lot.count == 1), None)
    if centre is None:
        return None
    return StoneDocument(
        carat=centre.carat,
        length_mm=centre.length_mm,
        width_mm=centre.width_mm,
        depth_mm=centre.depth_mm,
    )


views.add_app_template_filter(typeset)


@views.app_template_global()
def ring_sizer() -> str:
    """The address of the ring sizer in the language spoken."""
    return f"/ring-sizer.pdf?lang={spoken().language}"


def _address(product_id: str, sizes: str) -> str:
    tongue = spoken()
    _, known = choosers(product_id, tongue.language, tongue.place, sizes)
    return url_for(
        "choosers.file",
        product_id=product_id,
        choosers_edition=known,
        lang=f"{tongue.language}-{Locale.parse(tongue.place).territory}",
        sizes=sizes,
    )
