"""The mirror's two sockets: frames and state out, commands in.

    server → text    {"type": "state" | "done" | "design" | "error", …}, to tablets also "price"; to
                     the page that works on frames itself also "eye" and, for each frame, "notes"
    server → binary  4 bytes of length (big-endian), that much JSON, a JPEG: "frame" or "still"; a
                     "still" of no bytes: it was put away
    client → text    a command of kiosk/commands.py
    client → binary  from the page that works on frames itself, when "notes" asked for it or a
                     picture was taken: the same form, "frame", "plain" or "still"

A frame follows when the page has said that it has drawn the one before ("shown"), so nothing ever
queues. Pictures of people go to the mirror itself and, while somebody uses it, to devices that the
staff have paired; none is written or logged.
"""

from __future__ import annotations

import json
import struct
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from time import monotonic
from typing import Any

from flask import Blueprint, request
from flask_sock import Sock
from pydantic import ValidationError
from simple_websocket import ConnectionClosed, Server

from api.kiosk_access import PAIRED_COOKIE, check_may, is_own, kiosk, qr_code, reached
from api.kiosk_eye import TOLD_BY_PAGE, answer_page, know_pieces, take_picture
from api.openapi import Operation, documented
from api.products import services
from api.tryon import validation_sentence
from kiosk import commands
from kiosk.errors import KioskError, NotPaired
from kiosk.kiosk import Kiosk
from kiosk.pairing import Role
from kiosk.pictures import STILL_QUALITY, encoded
from models3d.errors import ParureError
from viewer.configuration import build_model
from viewer.designs import keep_design
from viewer.errors import PriceUnknown
from viewer.language import spoken
from viewer.price import Quote, quote
from viewer.price_file import prices
from viewer.refusals import translated

WAKE_S = 0.02
UNANSWERED_S = 2.0  # a page that says nothing of a frame for so long gets the next
IN_FLIGHT = {Role.DISPLAY: 2, Role.REMOTE: 1}  # frames sent and not yet drawn
POLICY_VIOLATION = 1008

views = Blueprint("kiosk_socket", __name__)
sock = Sock()


@sock.route("/api/v1/kiosk/mirror", bp=views)  # type: ignore[untyped-decorator]
@documented(Operation("The mirror's frames and state over a WebSocket", {"websocket": None}))
def mirror_socket(socket: Server) -> None:
    """For the mirror's own screen and for paired ones."""
    _serve(socket, Role.DISPLAY)


@sock.route("/api/v1/kiosk/remote", bp=views)  # type: ignore[untyped-decorator]
@documented(Operation("The tablet's frames, state and prices", {"websocket": None}))
def remote_socket(socket: Server) -> None:
    """For paired tablets."""
    _serve(socket, Role.REMOTE)


def _serve(socket: Server, wanted: Role) -> None:
    try:
        behind = kiosk()
        check_may(wanted)
        with closing(Client(socket, behind, wanted)) as client:
            client.serve()
    except KioskError as error:
        socket.send(json.dumps(_error(error, None)))
        socket.close(POLICY_VIOLATION, str(error)[:100])
    except ConnectionClosed:
        return


@dataclass(frozen=True, slots=True)
class _OnItsWay:
    """A frame that was sent and is not drawn yet."""

    number: int
    sent_s: float
    captured_s: float


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A picture that is to be taken."""

    command: int | None  # that asked for it
    session: int  # whose client it is of: nobody else's


class Client:
    """One socket: what it is told, and what it asks for."""

    def __init__(self, socket: Server, behind: Kiosk, role: Role) -> None:
        self._socket = socket
        self._kiosk = behind
        self._role = role
        self._token = request.cookies.get(PAIRED_COOKIE)
        self._own = role is Role.DISPLAY and is_own()
        self._states = behind.states.listen()
        self._frames = behind.mirror.frames.listen()
        self._stills = behind.stills.listen()
        self._looks = False  # at a picture that was taken
        self._unshown: list[_OnItsWay] = []
        self._still: _Wanted | None = None  # the picture that is waited for
        self._priced: tuple[str, ...] | None = None

    def serve(self) -> None:
        """Until the client leaves, its pairing ends, or the service does.

        Raises:
            ConnectionClosed: the client has left.
            NotPaired: its pairing has ended.
        """
        while not services().closing:
            if not self._own:
                self._kiosk.pairing.device(self._token)
            state = self._states.take(0.0)
            if state is not None:
                if self._kiosk.page is not None:
                    know_pieces(self._kiosk.pieces)
                self._socket.send(json.dumps(_told(state)))
                self._tell_price(state)
            self._send_still()
            if not self._sees_itself:
                self._send_frame()
            self._obey()

    def close(self) -> None:
        """The client has left."""
        if self._kiosk.page is not None:
            self._kiosk.page.close_eye(self)

    @property
    def _sees_itself(self) -> bool:
        """Whether it works on the mirror's frames, and needs none."""
        return self._kiosk.page is not None and self._kiosk.page.is_eye(self)

    def _send_frame(self) -> None:
        """The newest frame, unless earlier ones are still on their way."""
        now = monotonic()
        self._unshown = [each for each in self._unshown if now - each.sent_s < UNANSWERED_S]
        if len(self._unshown) >= IN_FLIGHT[self._role]:
            return
        if self._kiosk.page is not None and not self._kiosk.is_idle:
            self._kiosk.page.want()
        frame = self._frames.take(WAKE_S)
        if frame is None or (self._role is Role.REMOTE and self._kiosk.is_idle):
            return  # who passes by is no business of a tablet's
        still, self._still = self._still, None
        if still is not None and still.session == self._kiosk.session and not self._kiosk.is_idle:
            told = {"type": "still", "id": still.command, "frame": frame.number}
            self._socket.send(packed(told, encoded(frame.image, STILL_QUALITY)))
            self._kiosk.look_at(frame)
        if not self._kiosk.is_idle:
            services().mirror_in_use()  # pictures that are drawn meanwhile give way
        picture = frame.encoding.jpeg()
        sent = monotonic()
        header = {"type": "frame", **frame.record}
        header["age_ms"] = round(1e3 * (sent - frame.captured_s), 2)
        self._socket.send(packed(header, picture))
        self._unshown.append(_OnItsWay(frame.number, sent, frame.captured_s))

    def _send_still(self) -> None:
        """The picture that the client looks at, to tablets; nothing once it is put away."""
        if self._role is not Role.REMOTE:
            return
        number, still = self._stills.number, self._stills.take(0.0)
        if self._stills.number == number or (still is None and not self._looks):
            return
        self._looks = still is not None
        header = {"type": "still", "frame": still.number if still else None}
        picture = b"" if still is None else encoded(still.image, STILL_QUALITY)
        self._socket.send(packed(header, picture))

    def _obey(self) -> None:
        """Everything that the client has said meanwhile."""
        busy = self._sees_itself or len(self._unshown) >= IN_FLIGHT[self._role]
        waiting = WAKE_S if busy else 0
        text = self._socket.receive(timeout=waiting)
        while text is not None:
            self._take(text)
            text = self._socket.receive(timeout=0)

    def _take(self, text: str | bytes) -> None:
        number: int | None = None
        if self._own:
            self._kiosk.vitals.page_lives()
        try:
            if isinstance(text, bytes):
                take_picture(self._kiosk, self, text)
                return
            command = commands.command_of(text)
            number = command.id
            if isinstance(command, TOLD_BY_PAGE):
                answer = answer_page(self._kiosk, self, command, own=self._own, role=self._role)
            else:
                answer = self._answer(command)
        except ValidationError as error:
            answer = {"type": "error", "error": "InvalidRequest", "id": number}
            answer["message"] = validation_sentence(error)
        except ParureError as error:
            answer = _error(error, number)
        if answer is not None:
            self._socket.send(json.dumps(answer))

    def _answer(self, command: commands.Command) -> dict[str, Any] | None:
        if isinstance(command, commands.Shown):
            drawn = [each for each in self._unshown if each.number <= command.frame]
            self._unshown = [each for each in self._unshown if each.number > command.frame]
            if drawn and self._own:
                self._kiosk.vitals.page_drew(1e3 * (monotonic() - drawn[-1].captured_s))
            return None
        if isinstance(command, commands.Alive):
            return None
        if isinstance(command, commands.Still):
            if self._role is not Role.DISPLAY:
                raise NotPaired("Pictures are taken at the mirror itself.")
            self._still = _Wanted(command.id, self._kiosk.session)
            return None
        if isinstance(command, commands.KeepDesign):
            return self._design(command.id)
        self._kiosk.obey(command)
        return {"type": "done", "id": command.id}

    def _design(self, number: int | None) -> dict[str, Any]:
        """What is on, under a short code that the client takes along."""
        pieces = [piece.configuration for piece in self._kiosk.pieces]
        behind = services()
        for configuration in pieces:
            behind.store.remember(configuration)
        code = keep_design(behind.store, behind.signing_key, pieces)
        self._kiosk.counted("design")
        link = f"{reached()}/d/{code}"
        return {"type": "design", "id": number, "code": code, "link": link, "qr": qr_code(link)}

    def _tell_price(self, state: dict[str, Any]) -> None:
        """What the pieces cost, to tablets alone."""
        pieces = self._kiosk.pieces
        hashes = tuple(piece.configuration.hash for piece in pieces)
        if self._role is not Role.REMOTE or hashes == self._priced:
            return
        self._priced = hashes
        locale = spoken().place
        lines: list[dict[str, Any]] = []
        quotes: list[Quote] = []
        for piece in pieces:
            line: dict[str, Any] = {"product": piece.product, "price": None, "message": None}
            bill = build_model(piece.configuration).bill
            try:
                if bill is not None:
                    asked = quote(piece.configuration, bill, prices())
                    line["price"] = asked.formatted(asked.total, locale)
                    quotes.append(asked)
            except PriceUnknown as error:
                line["message"] = translated(str(error))
            lines.append(line)
        together = sum((each.total for each in quotes), Decimal(0))
        total = quotes[0].formatted(together, locale) if 1 < len(quotes) == len(pieces) else None
        self._socket.send(json.dumps({"type": "price", "pieces": lines, "total": total}))


def packed(header: dict[str, Any], picture: bytes) -> bytes:
    """A picture and what is known of it as one message, so that they stay together."""
    text = json.dumps(header, separators=(",", ":")).encode()
    return struct.pack(">I", len(text)) + text + picture


def _told(state: dict[str, Any]) -> dict[str, Any]:
    """The state in the words of this page."""
    refusal, problem = state["refusal"], state["camera_problem"]
    told = None if refusal is None else {**refusal, "message": translated(refusal["message"])}
    return {
        **state,
        "refusal": told,
        "camera_problem": None if problem is None else translated(problem),
    }


def _error(error: ParureError, number: int | None) -> dict[str, Any]:
    said = translated(str(error))
    return {"type": "error", "error": type(error).__name__, "message": said, "id": number}
