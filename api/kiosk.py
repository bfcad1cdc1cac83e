"""The boutique's mirror over HTTP: its pages, pairing, the staff's figures, pictures handed over.

What flows while the mirror runs goes over the sockets of kiosk_socket.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from time import monotonic

from flask import Blueprint, Response, jsonify, request
from pydantic import Field

from api.documents import Document
from api.headers import allow
from api.kiosk_access import (
    PAIRED_COOKIE,
    STAFF_COOKIE,
    NoKiosk,
    check_may,
    check_own_page,
    kiosk,
    qr_code,
    reached,
)
from api.openapi import Operation, documented
from api.pages import HTML, page
from api.problems import problem
from api.services import guest
from kiosk.deciding import sentences
from kiosk.errors import KioskError, NothingHere, NotPaired, TooManyTries
from kiosk.handover import LIFE_S
from kiosk.kiosk import Kiosk
from kiosk.pairing import Role
from kiosk.watchdog import health
from viewer.refusals import translated

views = Blueprint("kiosk", __name__)

STATUS: Mapping[type[KioskError], int] = {
    NoKiosk: 501,
    NotPaired: 403,
    TooManyTries: 429,
    NothingHere: 404,
    KioskError: 422,
}


@views.app_errorhandler(KioskError)
def refused(error: KioskError) -> Response:
    """A refusal of the mirror, whose message is meant for people."""
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    response = problem(status, type(error).__name__, translated(str(error)))
    if isinstance(error, TooManyTries):
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response


class PairRequest(Document):
    """A code that was typed, or the secret of a scanned link."""

    code: str = Field(max_length=100)


class PinRequest(Document):
    """The staff's PIN."""

    pin: str = Field(max_length=100)


class OfferRequest(Document):
    """What kind of device is to be paired."""

    role: Role = Role.REMOTE


class OfferDocument(Document):
    """A way in for one device."""

    code: str
    link: str
    qr: str = Field(description="A data URL of the link as an SVG QR code.")
    seconds: float


class RevokeRequest(Document):
    """A device that is to be let go."""

    name: str


class PlaceDocument(Document):
    """Where a closed picture waits."""

    link: str = Field(description="Append # and the key; the key is never sent here.")
    seconds: float


@views.get("/kiosk")
@documented(Operation("The mirror, full screen", HTML, problems=(403, 501)))
def mirror_page() -> Response:
    """The mirror's page; for its own screen, and for screens that are paired."""
    behind = kiosk()
    check_may(Role.DISPLAY)
    allow(media_src="'self'")
    settings = behind.settings
    return private(
        page(
            "kiosk.html",
            orientation=settings.orientation,
            gestures=settings.gestures,
            on_device=settings.on_device,
            camera=settings.camera,
            turned=settings.turned,
        )
    )


@views.get("/kiosk/remote")
@documented(
    Operation(
        "The associate's tablet",
        HTML,
        problems=(501,),
        query={"pair": {"type": "string", "description": "Of a scanned link."}},
    )
)
def remote_page() -> Response:
    """The tablet's page; it asks for a code until it is paired."""
    behind, token = kiosk(), request.cookies.get(PAIRED_COOKIE)
    paired = behind.pairing.holds(token, Role.REMOTE)
    return private(page("kiosk-remote.html", paired=paired))


@views.get("/kiosk/staff")
@documented(Operation("Health, use and pairing, behind the staff's PIN", HTML, problems=(501,)))
def staff_page() -> Response:
    """The staff's page."""
    inside = kiosk().staff.is_in(request.cookies.get(STAFF_COOKIE))
    return private(page("kiosk-staff.html", inside=inside))


@views.get("/kiosk/photo/<place>")
@documented(Operation("Fetches a picture once and opens it with the key in the link", HTML))
def photo_page(place: str) -> Response:
    """The page on the client's own phone; it holds nothing until its script fetches."""
    return private(page("kiosk-photo.html", place=place))


@views.post("/api/v1/kiosk/pair")
@documented(
    Operation(
        "Pair a tablet or a screen",
        {"application/json": None},
        takes=("application/json", PairRequest),
        problems=(400, 403, 415, 422, 429, 501),
    )
)
def pair() -> Response:
    """A cookie for the device that knows the code."""
    asked = PairRequest.model_validate(request.get_json())
    check_own_page()
    token = kiosk().pairing.pair(asked.code, guest())
    paired = kiosk().pairing.device(token)
    response = jsonify({"name": paired.name, "role": paired.role.value})
    return _with_cookie(private(response), PAIRED_COOKIE, token)


@views.post("/api/v1/kiosk/staff")
@documented(
    Operation(
        "Enter the staff's page",
        {"application/json": None},
        takes=("application/json", PinRequest),
        problems=(400, 403, 415, 422, 429, 501),
    )
)
def enter() -> Response:
    """A cookie for whoever knows the PIN."""
    asked = PinRequest.model_validate(request.get_json())
    check_own_page()
    token = kiosk().staff.enter(asked.pin, guest())
    return _with_cookie(private(jsonify({"inside": True})), STAFF_COOKIE, token)


@views.get("/api/v1/kiosk/health")
@documented(Operation("How the mirror does", {"application/json": None}, problems=(403, 501)))
def health_figures() -> Response:
    """For the staff."""
    behind = staff()
    devices = [{"name": each.name, "role": each.role.value} for each in behind.pairing.devices()]
    document = {
        **health(behind.mirror.figures(), behind.vitals.faults),
        "session": behind.state.value,
        "glass_ms": behind.vitals.glass_ms,
        "page_age_s": behind.vitals.page_age_s,
        "recovered": behind.vitals.recovered,
        "now": behind.now.isoformat(timespec="seconds"),
        "since": behind.vitals.started.isoformat(timespec="seconds"),
        "where": [translated(each) for each in sentences(behind.settings.decision)],
        "devices": devices,
        "use": behind.use.days(),
    }
    return private(jsonify(document))


@views.post("/api/v1/kiosk/offer")
@documented(
    Operation(
        "Offer to pair one device, by QR code or short code",
        {"application/json": OfferDocument},
        takes=("application/json", OfferRequest),
        problems=(400, 403, 415, 422, 501),
    )
)
def offer() -> Response:
    """An offer, for the staff to show."""
    behind = staff()
    asked = OfferRequest.model_validate(request.get_json())
    made = behind.pairing.offer(asked.role)
    link = f"{reached()}/kiosk/remote?pair={made.link_secret}"
    document = OfferDocument(
        code=made.code,
        link=link,
        qr=qr_code(link),
        seconds=round(made.ends_s - monotonic()),
    )
    return private(jsonify(document.model_dump()))


@views.post("/api/v1/kiosk/revoke")
@documented(
    Operation(
        "End a device's pairing",
        {"application/json": None},
        takes=("application/json", RevokeRequest),
        problems=(400, 403, 415, 422, 501),
    )
)
def revoke() -> Response:
    """The device sees and steers nothing from now on."""
    behind = staff()
    behind.pairing.revoke(RevokeRequest.model_validate(request.get_json()).name)
    return private(jsonify({"revoked": True}))


@views.post("/api/v1/kiosk/photos")
@documented(
    Operation(
        "Leave a closed picture for the client's phone",
        {"application/json": PlaceDocument},
        takes=("application/octet-stream", PlaceDocument),
        problems=(403, 413, 422, 501),
    )
)
def leave_photo() -> Response:
    """The mirror's own page leaves it; its key stays in that page."""
    behind = kiosk()
    check_may(Role.DISPLAY)
    if behind.is_idle:  # it was on its way when its client was forgotten
        raise KioskError("Nobody is at the mirror: this picture was let go.")
    place = behind.handover.leave(request.get_data(cache=False))
    behind.counted("picture")
    document = PlaceDocument(link=f"{reached()}/kiosk/photo/{place}", seconds=LIFE_S)
    return private(jsonify(document.model_dump()))


@views.post("/api/v1/kiosk/photos/<place>")
@documented(
    Operation(
        "Fetch a closed picture, once", {"application/octet-stream": None}, problems=(404, 501)
    )
)
def fetch_photo(place: str) -> Response:
    """By POST: what only looks at links fetches nothing."""
    closed = kiosk().handover.fetch(place)
    return private(Response(closed, mimetype="application/octet-stream"))


def staff() -> Kiosk:
    """The mirror, for the staff.

    Raises:
        NotPaired: somebody else asks.
    """
    check_own_page()
    if not kiosk().staff.is_in(request.cookies.get(STAFF_COOKIE)):
        raise NotPaired("This is for the staff: enter the PIN first.")
    return kiosk()


def private(response: Response) -> Response:
    """Kept by no cache, on no disk."""
    response.headers["Cache-Control"] = "no-store"
    return response


def _with_cookie(response: Response, name: str, token: str) -> Response:
    """A cookie that scripts cannot read and that other sites do not send."""
    response.set_cookie(
        name, token, httponly=True, samesite="Strict", secure=request.is_secure, path="/"
    )
    return response
