"""Trying on in the page: what it says and asks, and how its promise can be checked."""

from __future__ import annotations

import hashlib

from flask import Blueprint, Response, jsonify, request, url_for
from pydantic import Field
from werkzeug.exceptions import BadRequest

from api.documents import Document
from api.headers import SOURCES
from api.openapi import Operation, documented
from api.pages import HTML, page
from api.wearing import WEARING, Choice
from tryon.wearables import MOST_PIECES
from viewer.catalogue import product as product_of
from viewer.language import fitting_words, gettext, later, spoken
from viewer.theme import theme

CONSENT = later(
    "To place the piece, this page looks for the joints of your hand, or for the shape of your "
    "face and neck, in each picture of the camera. It does so on this device, picture by picture, "
    "and forgets each with what it found in it. No picture is sent anywhere, recorded or kept, and "
    "you can close the camera at any time."
)

views = Blueprint("fitting", __name__)


class ChoiceDocument(Document):
    """A question about where a piece is worn."""

    field: str = Field(description="finger, hand or ear")
    name: str
    values: list[tuple[str, str]] = Field(description="Value and words.")
    usual: str


class FittedPiece(Document):
    """What is said about trying one product on."""

    name: str
    anchor: str = Field(description="finger, wrist, neck or ear")
    title: str
    mirrored: str
    worn: str
    placing: str
    not_in_photo: str
    not_in_mirror: str
    choices: list[ChoiceDocument]
    references: list[tuple[str, str]] = Field(
        description="What may lie beside a hand in a photo that the service measures."
    )


class FittingDocument(Document):
    """What the page says before and while pieces are tried on, in the visitor's language."""

    house: str
    consent: str = Field(description="The house's own text, else ours.")
    agreement: str = Field(description="Changes with that text: who agreed to another is asked.")
    privacy: str | None = Field(description="The house's own policy.")
    pieces: dict[str, FittedPiece]
    words: dict[str, str | dict[str, str]] = Field(description="What the scripts say; not English.")


@views.get("/api/v1/fitting")
@documented(
    Operation(
        "What a page says and asks when pieces are tried on in it",
        {"application/json": FittingDocument},
        problems=(400, 404),
        query={
            "product": {
                "type": "array",
                "items": {"type": "string"},
                "description": "What is tried on; the parameter is given once for each.",
            }
        },
    )
)
def fitting() -> Response:
    """Words, consent and choices; nothing is built for it."""
    asked = list(dict.fromkeys(request.args.getlist("product")))
    if not 1 <= len(asked) <= MOST_PIECES:
        raise BadRequest(f"Name 1 to {MOST_PIECES} products to try on.")
    consent = theme().consent.get(spoken().language) or gettext(CONSENT)
    document = FittingDocument(
        house=theme().name,
        consent=consent,
        agreement=hashlib.sha256(consent.encode()).hexdigest()[:10],
        privacy=theme().privacy,
        pieces={product_id: _piece(product_id) for product_id in asked},
        words=fitting_words(spoken().language),
    )
    response = jsonify(document.model_dump())
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag(weak=True)
    response.make_conditional(request)
    return response


@views.get("/privacy/try-on")
@documented(Operation("How to check that the camera's pictures stay on the device", HTML))
def privacy() -> Response:
    """What happens to pictures, and three ways to see it."""
    return page(
        "fitting-privacy.html",
        consent=theme().consent.get(spoken().language) or gettext(CONSENT),
        policy=theme().privacy,
        sources=SOURCES["connect-src"],
    )


@views.app_template_global()
def fitting_privacy() -> str:
    """The address of that page, in the language that was chosen."""
    asked = request.args.get("lang")
    return url_for("fitting.privacy", lang=asked) if asked else url_for("fitting.privacy")


def _piece(product_id: str) -> FittedPiece:
    item = product_of(product_id)
    wearing = WEARING[item.anchor]
    return FittedPiece(
        name=gettext(item.name),
        anchor=item.anchor.value,
        title=gettext(wearing.title),
        mirrored=gettext(wearing.mirrored),
        worn=gettext(wearing.worn),
        placing=gettext(wearing.placing),
        not_in_photo=gettext(wearing.not_in_photo),
        not_in_mirror=gettext(wearing.not_in_mirror),
        choices=[_choice(choice) for choice in wearing.choices],
        references=[(value, gettext(words)) for value, words in wearing.references],
    )


def _choice(choice: Choice) -> ChoiceDocument:
    return ChoiceDocument(
        field=choice.field,
        name=gettext(choice.name),
        values=[(value, gettext(words)) for value, words in choice.values],
        usual=choice.usual,
    )
