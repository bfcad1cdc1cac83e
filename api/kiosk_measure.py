"""The service before which both ways of working on a mirror's frames are measured, then it ends.

Its page sees the mirror as always (socket, JPEG, glass), then, with the mirror closed, works on the
same hand itself; it tells how many frames it saw, and how late.
"""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, current_app, jsonify, request, url_for
from pydantic import Field
from werkzeug.exceptions import NotFound

from api.documents import Document
from api.kiosk import private
from api.kiosk_access import is_own, kiosk
from api.openapi import Operation, documented
from api.pages import HTML, page
from api.products import services
from kiosk.deciding import Measured, decide, keep
from kiosk.probe import HAND

PIECE = "solitaire"

views = Blueprint("kiosk_measure", __name__)


class MeasuredRequest(Document):
    """What the page saw; without figures it could not."""

    frames_a_second: float | None = Field(None, ge=0.0, le=1000.0)
    delay_ms: float | None = Field(None, ge=0.0, le=60_000.0)
    side_px: int = Field(0, ge=0, le=8192)

    def measured(self) -> Measured | None:
        """As it is decided by."""
        if not self.frames_a_second or self.delay_ms is None:
            return None
        return Measured(self.frames_a_second, self.delay_ms, self.side_px)


@views.get("/kiosk/measure")
@documented(Operation("Measures where a mirror's frames are worked on", HTML, problems=(404,)))
def measure_page() -> Response:
    """Opened by `parure kiosk` alone, before the mirror starts."""
    _measuring()
    configuration = services().configured(PIECE, {})
    hand = url_for("kiosk_measure.hand")
    return private(page("kiosk-measure.html", hand=hand, product=PIECE, hash=configuration.hash))


@views.get("/kiosk/measure/hand.jpg")
@documented(Operation("The hand that is measured by", {"image/jpeg": None}, problems=(404,)))
def hand() -> Response:
    """Drawn; nobody's."""
    _measuring()
    return private(Response(HAND.read_bytes(), mimetype="image/jpeg"))


@views.post("/api/v1/kiosk/measured/service")
@documented(
    Operation(
        "What the page saw of the service's mirror, which ends",
        {"application/json": None},
        takes=("application/json", MeasuredRequest),
        problems=(400, 404, 415, 422),
    )
)
def service_measured() -> Response:
    """The delay is the mirror's own figure: from the camera to the page's answer."""
    _measuring()
    asked = MeasuredRequest.model_validate(request.get_json())
    behind = kiosk()
    told = asked.model_copy(update={"delay_ms": behind.vitals.glass_ms})
    current_app.config["KIOSK_MEASURED"] = told.measured()
    behind.close()  # what it took is free for the page
    return private(jsonify({"next": "device"}))


@views.post("/api/v1/kiosk/measured/device")
@documented(
    Operation(
        "What the page saw of its own mirror",
        {"application/json": None},
        takes=("application/json", MeasuredRequest),
        problems=(400, 404, 415, 422),
    )
)
def device_measured() -> Response:
    """The end of the measurement."""
    _measuring()
    device = MeasuredRequest.model_validate(request.get_json()).measured()
    found = decide(current_app.config.get("KIOSK_MEASURED"), device)
    keep(found, Path(current_app.config["KIOSK_MEASURE"]), "")
    return private(jsonify({"on_device": found.on_device}))


def _measuring() -> None:
    """Only while it is measured, and for this machine's own browser."""
    if "KIOSK_MEASURE" not in current_app.config or not is_own():
        raise NotFound("Nothing is measured here.")
