"""Asking about a design, or for an appointment with it: handed over to the house, kept nowhere."""

from __future__ import annotations

import json
import os
import time
from typing import Any, Literal

from flask import Blueprint, Response, current_app, jsonify, request
from pydantic import Field, field_validator

from api.discovery import site
from api.documents import Document, PriceDocument
from api.openapi import Operation, documented
from api.products import configuration_document, services
from api.rates import Rate
from api.webhook import Hook, Messenger, webhook_setting
from models3d.errors import ParureError
from viewer.designs import MOST_PIECES, design_signature, keep_design

SENT_AT_MOST, SENT_WITHIN_S = 6, 600.0  # by one visitor
LONGEST_WISH = 2000  # characters

views = Blueprint("enquiries", __name__)


class NoWebhook(ParureError):
    """The house has not said where to send anything."""


class EnquiryRequest(Document):
    """What a client wants to say to the house about a design."""

    kind: Literal["question", "appointment"]
    pieces: list[str] = Field(min_length=1, max_length=MOST_PIECES)
    name: str = Field(min_length=1, max_length=100)
    contact: str = Field(min_length=3, max_length=200, description="E-mail or telephone.")
    wish: str = Field("", max_length=LONGEST_WISH)
    currency: str | None = None

    @field_validator("name", "contact", "wish")
    @classmethod
    def _plain(cls, text: str) -> str:
        return "".join(c for c in text if c.isprintable() or c == "\n").strip()


class HandedOver(Document):
    """That the house has it, or will within a minute."""

    code: str
    link: str = Field(description="Of the design; signed by this service.")


class PieceMessage(Document):
    """A piece as the merchant receives it."""

    product: str
    options: dict[str, str]
    hash: str
    description: str
    price: PriceDocument | None
    page: str
    model: str
    sheet: str


class EnquiryMessage(Document):
    """The body of the webhook's message."""

    version: Literal[1] = 1
    kind: str
    time: int = Field(description="Seconds since 1970, UTC.")
    code: str
    link: str
    pieces: list[PieceMessage]
    name: str
    contact: str
    wish: str


@views.record_once
def _with_messenger(state: Any) -> None:
    app = state.app
    hook: Hook | None = app.config.get("WEBHOOK") or webhook_setting()
    app.extensions["parure_asking"] = Rate(
        SENT_AT_MOST, SENT_WITHIN_S, "Several messages were sent from here; the house has them."
    )
    app.extensions["parure_messenger"] = None
    if hook is not None:
        behind = app.extensions["parure"]
        app.extensions["parure_messenger"] = Messenger(
            hook, lambda: behind.closing, behind.wait_for
        )


@views.app_template_global()
def takes_enquiries() -> bool:
    """Whether the house has a place for messages."""
    return current_app.extensions["parure_messenger"] is not None


@views.app_template_global()
def house_contact() -> str:
    """The house's own e-mail address, where it told one (`PARURE_CONTACT`)."""
    return os.environ.get("PARURE_CONTACT", "")


@views.post("/api/v1/enquiries")
@documented(
    Operation(
        "Hand a design and a wish over to the house; nothing of it is kept here",
        {"application/json": HandedOver},
        takes=("application/json", EnquiryRequest),
        problems=(400, 404, 415, 422, 429, 501),
    )
)
def enquire() -> Response:
    """The house gets it by its webhook; the client does not wait for that."""
    asked = EnquiryRequest.model_validate(request.get_json())
    messenger: Messenger | None = current_app.extensions["parure_messenger"]
    if messenger is None:
        raise NoWebhook("This house takes no messages here; send it the link of your design.")
    current_app.extensions["parure_asking"].count()
    store, key = services().store, services().signing_key
    pieces = [store.configuration(piece) for piece in asked.pieces]
    code, moment = keep_design(store, key, pieces), int(time.time())
    link = f"{site()}/d/{code}?at={moment}&sig={design_signature(key, f'{code}/{moment}')}"
    message = EnquiryMessage(
        kind=asked.kind,
        time=moment,
        code=code,
        link=link,
        pieces=[_piece(configuration_document(piece, asked.currency)) for piece in pieces],
        name=asked.name,
        contact=asked.contact,
        wish=asked.wish,
    )
    messenger.hand_over(json.dumps(message.model_dump(), ensure_ascii=False).encode())
    return jsonify(HandedOver(code=code, link=link).model_dump())


def _piece(document: Any) -> PieceMessage:
    sheet = document.urls.model.removesuffix("glb") + "pdf"
    return PieceMessage(
        product=document.product,
        options=document.options,
        hash=document.hash,
        description=document.description,
        price=document.price,
        page=site() + document.urls.page,
        model=site() + document.urls.model,
        sheet=site() + sheet,
    )
