"""Designs beside each other: two compared, or a few worn together under one price."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from babel.numbers import format_currency
from flask import Blueprint, Response, request

from api.language import currency_asked
from api.openapi import Operation, documented
from api.pages import HTML, page
from api.products import addresses, configuration_document, configure_address, services
from viewer.catalogue import PRODUCTS, product
from viewer.configuration import Configuration, idle_options
from viewer.designs import MOST_PIECES
from viewer.errors import InvalidOption
from viewer.facts import description
from viewer.language import gettext as _
from viewer.language import spoken
from viewer.options import Option
from viewer.quantities import quantity
from viewer.words import choice_words

COMPANIONS = 8  # pieces for the same place on the body that are proposed
STACKED = ("ring", "bracelet")  # families of which one is worn beside another just like it
HERE = "this"  # in the address of a design: its own place among the pieces it is worn with
PIECES_QUERY: dict[str, dict[str, Any]] = {
    "piece": {
        "type": "array",
        "items": {"type": "string"},
        "description": "Hashes of configurations; the parameter is given once for each.",
    }
}

views = Blueprint("sets", __name__)


@views.get("/compare")
@documented(
    Operation("Two designs side by side", HTML, problems=(404, 422, 503), query=PIECES_QUERY)
)
def compare() -> Response:
    """What is the same is told once, what differs stands side by side."""
    pieces = _pieces()
    if len(pieces) != 2:
        raise InvalidOption(_("Two designs are compared, no more and no fewer."))
    told = [_told(piece) for piece in pieces]
    return page("compare.html", pieces=told, rows=_rows(*pieces), facts=_facts(*told))


@views.get("/together")
@documented(
    Operation(
        "Pieces that are worn together, in one price list",
        HTML,
        problems=(404, 422, 503),
        query=PIECES_QUERY,
    )
)
def together() -> Response:
    """A stack of rings, a pendant and a chain: whatever a client puts beside each other."""
    pieces = _pieces()
    if not 1 <= len(pieces) <= MOST_PIECES:
        raise InvalidOption(_("One to {count} pieces are shown together.", count=MOST_PIECES))
    told = [_told(piece) for piece in pieces]
    hashes = [piece.hash for piece in pieces]
    for at, one in enumerate(told):
        if len(pieces) > 1:
            one["configure"] = _changing(pieces[at], [*hashes[:at], HERE, *hashes[at + 1 :]])
        one["without"] = _address([*hashes[:at], *hashes[at + 1 :]]) if len(pieces) > 1 else None
    return page(
        "together.html",
        pieces=told,
        hashes=hashes,
        worn=[{key: one[key] for key in ("product", "options", "hash")} for one in told],
        total=_total(told),
        companions=_companions(pieces) if len(pieces) < MOST_PIECES else [],
    )


def _pieces() -> list[Configuration]:
    asked = request.args.getlist("piece")[: MOST_PIECES + 1]
    return [services().store.configuration(piece) for piece in asked]


def _told(piece: Configuration) -> dict[str, Any]:
    """A piece as the pages of several show it."""
    document = configuration_document(piece, currency_asked()).model_dump()
    return document | {
        "name": _(product(piece.product).name),
        "configure": configure_address(piece),
    }


def _rows(first: Configuration, second: Configuration) -> list[tuple[str, str, str]]:
    """Options that differ: label and both values."""
    rows = []
    options = {o.id: o for piece in (second, first) for o in product(piece.product).options}
    for option_id, option in options.items():
        values = [_value(piece, option_id) for piece in (first, second)]
        if values[0] != values[1]:
            rows.append((_(option.label), *values))
    return [(label, a, b) for label, a, b in rows]


def _value(piece: Configuration, option_id: str) -> str:
    option = product(piece.product).option(option_id)
    if option is None or option_id in idle_options(piece):
        return "–"
    return _words(option, piece.options[option_id]) or "–"


def _words(option: Option, value: str) -> str:
    if option.kind == "number":
        return quantity(Decimal(value), option.unit)
    if option.kind == "text" or option.notation is not None:
        return value
    return choice_words(option, value).partition(":")[0].strip()


def _facts(first: dict[str, Any], second: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Figures that differ, by their labels."""
    labels: dict[str, list[str]] = {}
    for at, document in enumerate((first, second)):
        for fact in document["facts"]:
            labels.setdefault(fact["label"], ["–", "–"])[at] = fact["value"]
    return [(label, a, b) for label, (a, b) in labels.items() if a != b]


def _total(told: list[dict[str, Any]]) -> str | None:
    """What all pieces cost, tax included; None where one is on request."""
    prices = [one["price"] for one in told]
    if None in prices or len({price["currency"] for price in prices}) != 1:
        return None
    amount = sum((Decimal(price["total"]) for price in prices), Decimal(0))
    return str(format_currency(amount, prices[0]["currency"], locale=spoken().place))


def _companions(pieces: list[Configuration]) -> list[dict[str, Any]]:
    """Pieces of the same place on the body first, then one of each other family; none is built."""
    own = product(pieces[0].product)
    taken = {piece.product for piece in pieces} - ({own.id} if own.family in STACKED else set())
    free = sorted(
        (item for item in PRODUCTS.values() if item.id not in taken),
        key=lambda item: (item.family != own.family, item is own, item.order),
    )
    here = [item for item in free if item.anchor is own.anchor][:COMPANIONS]
    elsewhere = {item.family: item for item in reversed(free) if item.anchor is not own.anchor}
    found = []
    for item in (*here, *sorted(elsewhere.values(), key=lambda item: item.order)):
        again = item is own
        configuration = (
            pieces[0] if again else services().configured(item.id, _like(pieces[0], item.id))
        )
        found.append(
            {
                "name": _("{name}, once more", name=_(item.name)) if again else _(item.name),
                "description": description(configuration),
                "urls": addresses(configuration).model_dump(),
                "address": _address([*(piece.hash for piece in pieces), configuration.hash]),
            }
        )
    return found


def _changing(piece: Configuration, places: list[str]) -> str:
    """The configurator of a piece that is worn with others, which leads back to them."""
    way = configure_address(piece)
    return f"{way}{'&' if '?' in way else '?'}{urlencode([('with', one) for one in places])}"


def _like(piece: Configuration, product_id: str) -> dict[str, str]:
    """The metal of the piece it is worn with, where the other is made in it."""
    metal = piece.options.get("metal")
    option = product(product_id).option("metal")
    if metal is None or option is None or metal not in {choice.id for choice in option.choices}:
        return {}
    return {"metal": metal}


def _address(hashes: list[str]) -> str:
    kept = [(name, request.args[name]) for name in ("lang", "currency") if name in request.args]
    return f"/together?{urlencode([('piece', piece) for piece in hashes] + kept)}"
