"""The configurator: a page where every option of a product is decided, and what helps to decide."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request
from pydantic import Field
from werkzeug.exceptions import NotFound

from api.choosers import StoneDocument, form, stone_of
from api.documents import Document, FactDocument
from api.language import currency_asked
from api.openapi import Operation, documented
from api.pages import HTML, page
from api.products import configuration_document, services
from models3d.errors import ModelError
from viewer.catalogue import product as product_of
from viewer.compatibility import Conflict
from viewer.configuration import Configuration
from viewer.errors import InvalidOption
from viewer.language import gettext
from viewer.options import Product
from viewer.possible import conflict_with, possible
from viewer.provenance import delivery, materials
from viewer.ring_sizer import ring_sizer_pdf

ASKED_VALUE = "option-value"  # no option's id has a hyphen

views = Blueprint("configure", __name__)


class ChangeDocument(Document):
    """Another option that could give way."""

    option: str
    label: str
    value: str
    words: str


class ConflictDocument(Document):
    """Why a value does not go with the rest."""

    because: str
    changes: list[ChangeDocument] = Field(description="Any one of these makes it possible.")


class PossibleDocument(Document):
    """What one option can be beside the others."""

    option: str
    refused: dict[str, str] = Field(description="Choices that do not go, each with its reason.")
    least: str | None = Field(None, description="Of a number, now.")
    greatest: str | None = None
    below: str | None = Field(None, description="Why nothing less.")
    above: str | None = Field(None, description="Why nothing more.")
    conflict: ConflictDocument | None = Field(
        None, description=f"Of the value that `{ASKED_VALUE}` names; null: it goes."
    )


class AboutDocument(Document):
    """What a client asks before buying."""

    materials: list[FactDocument]
    delivery: str
    stone: StoneDocument | None


@views.get("/configure/<product_id>")
@documented(Operation("The configurator of a product", HTML, problems=(404, 422, 503)))
def configurator(product_id: str) -> Response:
    """One configuration with every option; the query holds what differs from the defaults."""
    item = product_of(product_id)
    configuration = services().configured(product_id, chosen(item))
    document = configuration_document(configuration, currency_asked())
    return page(
        "configure.html",
        product=item,
        about=_about(configuration).model_dump(),
        **form(configuration, document, item.options),
    )


@views.get("/api/v1/products/<product_id>/about")
@documented(
    Operation(
        "Materials, origin and delivery of a configuration, which the query gives",
        {"application/json": AboutDocument},
        problems=(404, 422, 503),
    )
)
def about(product_id: str) -> Response:
    """What is made of what, and when it is ready."""
    configuration = services().configured(product_id, chosen(product_of(product_id)))
    return jsonify(_about(configuration).model_dump())


@views.get("/ring-sizer.pdf")
@documented(Operation("A ring sizer to print at full size", {"application/pdf": None}))
def ring_sizer() -> Response:
    """Circles and a strip, with rulers that tell whether the printer kept to size."""
    response = Response(ring_sizer_pdf(), mimetype="application/pdf")
    response.headers["Cache-Control"] = "no-cache"
    response.vary.add("Accept-Language")
    response.add_etag()
    response.make_conditional(request)
    return response


@views.get("/api/v1/products/<product_id>/choices/<option_id>")
@documented(
    Operation(
        "What one option can be beside the others, which the query gives, and why not the rest",
        {"application/json": PossibleDocument},
        problems=(404, 422),
        query={
            ASKED_VALUE: {
                "type": "string",
                "description": "A value of the option: what would have to change for it.",
            }
        },
    )
)
def choices(product_id: str, option_id: str) -> Response:
    """The choices of one option that go now; nothing is built for it."""
    item = product_of(product_id)
    option = item.option(option_id)
    if option is None:
        raise NotFound(f'{item.name} has no option "{option_id[:40]}".')
    configuration = services().configured(product_id, chosen(item))
    found = possible(configuration, option)
    asked, against = request.args.get(ASKED_VALUE), None
    if asked is not None and asked in found.refused:
        against = conflict_with(configuration, option, asked)
    span: dict[str, Any] = {}
    if found.span is not None:
        names = ("least", "greatest", "below", "above")
        span = {name: getattr(found.span, name) for name in names}
    document = PossibleDocument(
        option=option_id,
        refused=dict(found.refused),
        conflict=_conflict(against, configuration) if against else None,
        **span,
    )
    return jsonify(document.model_dump())


def chosen(item: Product) -> dict[str, str]:
    """The options in the query; what else stands there is passed over."""
    return {key: value for key, value in request.args.items() if item.option(key) is not None}


def _about(configuration: Configuration) -> AboutDocument:
    try:
        bill = services().bakery.bill(configuration)
    except ModelError as error:
        raise InvalidOption(str(error)) from error
    return AboutDocument(
        materials=[FactDocument(label=f.label, value=f.value) for f in materials(bill)],
        delivery=delivery(configuration),
        stone=stone_of(configuration),
    )


def _conflict(found: Conflict, configuration: Configuration) -> ConflictDocument:
    return ConflictDocument(
        because=found.because,
        changes=[
            ChangeDocument(option=option.id, label=gettext(option.label), value=value, words=words)
            for option, value, words in found.changes()
        ],
    )
