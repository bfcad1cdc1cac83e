"""The view that measures a finger or a wrist; the photo stays in memory and is never logged."""

from __future__ import annotations

from typing import Literal

from flask import Blueprint, Response, jsonify, request
from pydantic import Field
from werkzeug.exceptions import BadRequest

from api.documents import Document
from api.openapi import Operation, documented
from api.products import services
from api.tryon import uploaded_photo
from tryon.sizing.references import reference
from tryon.sizing.report import size_record
from tryon.sizing.take import measure_photo
from tryon.types import Finger, Hand

views = Blueprint("sizing", __name__)


class SizeForm(Document):
    """The fields of a multipart request."""

    photo: str = Field(json_schema_extra={"format": "binary"})
    reference: str = Field("card", description="card, coin:EUR1 …")
    finger: Finger = Finger.RING
    wrist: bool = Field(False, description="Measure the wrist instead of a finger.")
    hand: Hand | Literal["any"] = "any"


class IntervalDocument(Document):
    """A length and the bounds between which it lies in 95 of 100 cases, millimetres."""

    value: float
    low: float
    high: float


class SizeInSystem(Document):
    """A size and those at the ends of the interval."""

    nearest: str
    least: str
    greatest: str


class SizeDocument(Document):
    """What a photo says about a finger or a wrist: the very fields of `parure size --json`."""

    hand: str
    finger: str | None
    breadth_mm: IntervalDocument
    circumference_mm: IntervalDocument
    sizes: dict[str, SizeInSystem]
    reference: str
    reference_px: list[list[float]]
    edges_px: list[list[float]]
    tilt_deg: float


@views.post("/api/v1/size")
@documented(
    Operation(
        "Measure a finger or a wrist in a photo, beside a bank card or a coin",
        {"application/json": SizeDocument},
        takes=("multipart/form-data", SizeForm),
        problems=(400, 413, 415, 422, 429),
    )
)
def size() -> Response:
    """Girth and sizes with their interval, or 422 with what to change in the photo."""
    upload = request.files.get("photo")
    if upload is None:
        raise BadRequest('Send the photo as the multipart field "photo".')
    form = request.form
    asked = SizeForm.model_validate(
        {"photo": "", **{key: form[key] for key in SizeForm.model_fields if key in form}}
    )
    with services().photos.place():
        measured = measure_photo(
            uploaded_photo(upload),
            reference(asked.reference),
            finger=None if asked.wrist else asked.finger,
            hand=None if asked.hand == "any" else asked.hand,
        )
    answer = jsonify(size_record(measured))
    answer.headers["Cache-Control"] = "no-store"
    return answer
