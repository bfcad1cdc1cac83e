"""Designs that are kept under short codes, and the address that opens one anywhere."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, jsonify, request
from pydantic import Field
from werkzeug.exceptions import Forbidden

from api.discovery import site
from api.documents import Document
from api.openapi import Operation, documented
from api.pages import HTML
from api.products import configure_address, services
from api.rates import Rate
from viewer.configuration import Configuration
from viewer.designs import MOST_PIECES, find_design, is_handed_over, keep_design, plain_code

SAVED_AT_MOST, SAVED_WITHIN_S = 40, 600.0  # by one visitor

views = Blueprint("designs", __name__)


class DesignRequest(Document):
    """A piece, or some that are worn together."""

    pieces: list[str] = Field(
        min_length=1, max_length=MOST_PIECES, description="Hashes of configurations."
    )


class DesignDocument(Document):
    """A design that is kept."""

    code: str = Field(description="Seven letters; how they are written does not matter.")
    link: str = Field(description="Opens it on any device.")
    pieces: list[str]


@views.record_once
def _with_rate(state: Any) -> None:
    state.app.extensions["parure_saving"] = Rate(
        SAVED_AT_MOST, SAVED_WITHIN_S, "Many designs were saved from here; save again in a minute."
    )


@views.post("/api/v1/designs")
@documented(
    Operation(
        "Keep a design under a short code; no account, nothing about anybody",
        {"application/json": DesignDocument},
        takes=("application/json", DesignRequest),
        problems=(400, 404, 415, 422, 429),
    )
)
def save() -> Response:
    """The same design has the same code."""
    asked = DesignRequest.model_validate(request.get_json())
    current_app.extensions["parure_saving"].count()
    store = services().store
    pieces = [store.configuration(piece) for piece in asked.pieces]
    code = keep_design(store, services().signing_key, pieces)
    return jsonify(_document(code, pieces).model_dump())


@views.get("/api/v1/designs/<code>")
@documented(
    Operation("A design by its code", {"application/json": DesignDocument}, problems=(404,))
)
def design(code: str) -> Response:
    """What a code stands for."""
    pieces = find_design(services().store, code)
    return jsonify(_document(plain_code(code), pieces).model_dump())


@views.get("/d/<code>")
@documented(
    Operation(
        "Opens a design in the configurator, or several pieces together",
        HTML,
        problems=(403, 404),
        query={
            "at": {"type": "string", "description": "When the house handed this link over."},
            "sig": {"type": "string", "description": "The house's signature of code and time."},
        },
    )
)
def opened(code: str) -> Response:
    """A link that was handed over proves where it comes from; any other opens all the same."""
    letters = plain_code(code)
    given = request.args.get("sig")
    if given is not None:
        text = f"{letters}/{request.args.get('at', '')}"
        if not is_handed_over(services().signing_key, text, given):
            raise Forbidden("This link was not handed over by this house, or was changed since.")
    pieces = find_design(services().store, code)
    return Response("", 302, {"Location": design_page(pieces), "Cache-Control": "no-cache"})


def design_page(pieces: tuple[Configuration, ...]) -> str:
    """The path of the page that shows a design."""
    if len(pieces) > 1:
        return f"/together?{urlencode([('piece', piece.hash) for piece in pieces])}"
    return configure_address(pieces[0])


def _document(code: str, pieces: list[Configuration] | tuple[Configuration, ...]) -> DesignDocument:
    return DesignDocument(
        code=code, link=f"{site()}/d/{code}", pieces=[piece.hash for piece in pieces]
    )
