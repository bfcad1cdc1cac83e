"""How the mirror is looked after: the staff's camera check and restart."""

from __future__ import annotations

from time import monotonic

from flask import Blueprint, Response, jsonify, request

from api.documents import Document
from api.kiosk import private, staff
from api.kiosk_access import STAFF_COOKIE, check_own_page, kiosk
from api.openapi import Operation, documented
from kiosk.calibration import findings
from kiosk.errors import KioskError
from models3d.frames import Image
from viewer.refusals import translated

LOOKED_AT, LOOK_S = 8, 4.0  # frames of a camera check, and how long they may take
TAKE_S = 0.5  # between two of them at most

views = Blueprint("kiosk_care", __name__)


class FindingDocument(Document):
    """One thing that the camera's pictures say."""

    name: str
    value: str
    good: bool
    advice: str


class CheckDocument(Document):
    """A camera check."""

    findings: list[FindingDocument]


@views.post("/api/v1/kiosk/camera")
@documented(
    Operation(
        "Check the camera: light, colour, sharpness, pace; a grey card in the middle helps",
        {"application/json": CheckDocument},
        problems=(403, 422, 501),
    )
)
def camera() -> Response:
    """Figures alone: no picture of anybody leaves."""
    behind = staff()
    rate = behind.mirror.figures().camera_rate
    images = _seen()
    if not images:
        raise KioskError("The camera gives no frames: see to its cable, then check again.")
    found = [
        FindingDocument(
            name=translated(each.name),
            value=each.value,
            good=each.good,
            advice=translated(each.advice) if each.advice else "",
        )
        for each in findings(images, rate)
    ]
    return private(jsonify(CheckDocument(findings=found).model_dump()))


@views.post("/api/v1/kiosk/restart")
@documented(Operation("Start the mirror anew", {"application/json": None}, problems=(403, 501)))
def restart() -> Response:
    """The process ends and is started again within seconds; nothing of anybody remains."""
    staff().restart("The staff asked for it.")
    return private(jsonify({"restarting": True}))


@views.post("/api/v1/kiosk/leave")
@documented(Operation("Leave the staff's page", {"application/json": None}, problems=(403, 501)))
def leave() -> Response:
    """The PIN is asked for again."""
    check_own_page()
    kiosk().staff.leave(request.cookies.get(STAFF_COOKIE))
    return private(jsonify({"inside": False}))


def _seen() -> list[Image]:
    """The next frames as the mirror's page gets them, or as its own camera gives them."""
    behind = kiosk()
    page, until = behind.page, monotonic() + LOOK_S
    images: list[Image] = []
    if page is None:
        frames = behind.mirror.frames.listen()
        while len(images) < LOOKED_AT and monotonic() < until:
            frame = frames.take(TAKE_S)
            images += [] if frame is None else [frame.image]
        return images
    with page.checked() as plain:
        while len(images) < LOOKED_AT and monotonic() < until:
            page.want("plain")
            image = plain.take(TAKE_S)
            images += [] if image is None else [image]
    return images
