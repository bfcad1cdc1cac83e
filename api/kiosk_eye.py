"""What the mirror's page tells where it works on frames itself: landmarks, and what it lacks."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from typing import Any, assert_never, get_args

from flask import Blueprint, Response, request
from flask.sansio.blueprints import BlueprintSetupState

from api.products import services
from kiosk import commands
from kiosk.choice import Piece
from kiosk.discretion import DiscreetStore
from kiosk.errors import KioskError, NotPaired
from kiosk.kiosk import Kiosk
from kiosk.pairing import Role
from tryon.media.photo import read_photo

Told = commands.Watched | commands.CameraTold | commands.Recovered | commands.Unshown | commands.Eye
TOLD_BY_PAGE = get_args(Told)
KINDS = (SHOWN, PLAIN, TAKEN) = ("frame", "plain", "still")
LENGTH = struct.Struct(">I")
LONGEST_HEADER = 1000
WHY = {
    "unplugged": "the camera was unplugged",
    "silent": "the camera gave no frame",
    "stalled": "what works on frames gave none back",
    "broken": "what works on frames in the page has ended",
}

views = Blueprint("kiosk_eye", __name__)


def answer_page(
    behind: Kiosk,
    page: object,
    told: Told,
    *,
    own: bool,
    role: Role,
) -> dict[str, Any] | None:
    """What a page that has a camera is told.

    Raises:
        NotPaired: it is no mirror.
        KioskError: the service works on frames, or another page does.
    """
    mirror = behind.page
    if role is not Role.DISPLAY:
        raise NotPaired("Pictures are taken at the mirror itself.")
    if mirror is None:
        raise KioskError("The mirror has a camera of its own: send it no pictures.")
    if isinstance(told, commands.Eye):
        return {"type": "eye", "yours": mirror.open_eye(page, own=own)}
    if isinstance(told, commands.Watched):
        noted = behind.watched(told, page)
        behind.vitals.page_drew(told.delay_ms)
        if not behind.is_idle:
            services().mirror_in_use()  # pictures that are drawn meanwhile give way
        return {"type": "notes", **noted.document(), "send": mirror.picture_due()}
    if isinstance(told, commands.CameraTold):
        if mirror.is_eye(page) or mirror.is_blind:
            mirror.lacks(told.problem)
        return None
    if isinstance(told, commands.Recovered):
        if mirror.is_eye(page):
            mirror.recovered(told.part)
            behind.recovered(told.part, WHY[told.why])
        return None
    if isinstance(told, commands.Unshown):
        if mirror.is_eye(page):
            behind.unshown(told.hash)
        return None
    assert_never(told)


def know_pieces(pieces: Sequence[Piece]) -> None:
    """What is on, known by its hash, so that the page can fetch it."""
    store = services().store
    for piece in pieces:
        if isinstance(store, DiscreetStore):
            store.remember_for_client(piece.configuration)


def take_picture(behind: Kiosk, page: object, message: bytes) -> None:
    """A picture of the page: for tablets, for the staff's check, or one that the client has taken.

    Raises:
        KioskError: this page is not the mirror's eye, or the message has another form.
        UnusablePhoto: it is no picture.
    """
    mirror = behind.page
    if mirror is None or not mirror.is_eye(page):
        raise KioskError("The mirror has a camera of its own: send it no pictures.")
    kind, jpeg = _unpacked(message)
    session = behind.session
    if kind not in KINDS:
        raise KioskError("A picture has another form than this.")
    if kind != PLAIN and behind.is_idle:
        return  # its client was forgotten meanwhile
    image = read_photo(jpeg).image
    if kind == PLAIN:
        mirror.show_plain(image)
    else:
        behind.pictured(image, session, taken=kind == TAKEN)


@views.record_once
def _forgetting(state: BlueprintSetupState) -> None:
    behind: Kiosk | None = state.app.config.get("KIOSK")
    store = state.app.extensions["parure"].store
    if behind is not None and isinstance(store, DiscreetStore):
        behind.forgetting.also.append(store.forget)


@views.after_app_request
def discreet(response: Response) -> Response:
    """What tells of a client's own words is kept by nobody."""
    store = services().store
    if isinstance(store, DiscreetStore) and store.hides(request.path):
        response.headers["Cache-Control"] = "no-store"
    return response


def _unpacked(message: bytes) -> tuple[str, bytes]:
    """The kind of a picture and its JPEG.

    Raises:
        KioskError: the message has another form.
    """
    try:
        (length,) = LENGTH.unpack_from(message)
        if length > LONGEST_HEADER:
            raise KioskError("A picture's header is longer than it can be.")
        kind = json.loads(message[LENGTH.size : LENGTH.size + length])["type"]
    except (struct.error, ValueError, KeyError, TypeError) as error:
        raise KioskError("A picture has another form than this.") from error
    return str(kind), message[LENGTH.size + length :]
