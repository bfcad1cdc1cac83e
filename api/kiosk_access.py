"""Who may use the mirror: its own screen, devices that the staff have paired, and nobody else."""

from __future__ import annotations

from urllib.parse import urlsplit

import segno
from flask import current_app, request

from api.discovery import site
from api.services import LOOPBACK, guest
from kiosk.errors import KioskError, NotPaired
from kiosk.kiosk import Kiosk
from kiosk.pairing import Role

PAIRED_COOKIE, STAFF_COOKIE = "parure_paired", "parure_staff"
OWN_HOSTS = ("127.0.0.1", "localhost", "[::1]")


class NoKiosk(KioskError):
    """This service runs no mirror."""


def kiosk() -> Kiosk:
    """The mirror that this service runs.

    Raises:
        NoKiosk: none.
    """
    found: Kiosk | None = current_app.config.get("KIOSK")
    if found is None:
        raise NoKiosk("This service runs no mirror: start one with `parure kiosk`.")
    return found


def is_own() -> bool:
    """Whether the mirror's own screen asks: from this machine, by this machine's name.

    The name matters: a page from elsewhere can have its own name lead here.
    """
    host = request.host.rpartition(":")[0] or request.host
    return guest() in LOOPBACK and host in OWN_HOSTS and _same_origin()


def check_may(wanted: Role) -> None:
    """Whether the device that asks may be what it wants to be.

    Raises:
        NotPaired: it may not.
    """
    if wanted is Role.DISPLAY and is_own():
        return
    if not _same_origin():
        raise NotPaired("Another site's page may not use the mirror.")
    if kiosk().pairing.device(request.cookies.get(PAIRED_COOKIE)).role is not wanted:
        raise NotPaired("This device is paired for another page.")


def check_own_page() -> None:
    """Only this service's own pages may change something here."""
    if not _same_origin():
        raise NotPaired("Another site's page may not use the mirror.")


def _same_origin() -> bool:
    """Browsers say whose page it is; programs say nothing."""
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def reached() -> str:
    """Where phones and tablets reach this service."""
    address: str | None = current_app.config.get("KIOSK_ADDRESS")
    return address or site()


def qr_code(link: str) -> str:
    """A link as a QR code: a data URL of an SVG."""
    return str(segno.make(link, micro=False).svg_data_uri(border=2, scale=8))
