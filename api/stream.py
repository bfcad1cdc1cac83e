"""The live stream: JPEG frames in, JPEG frames out, the newest only, nothing kept.

    client → text    settings (StreamRequest): product, options, place, also, report, smoothing
    client → binary  a JPEG frame
    server → binary  that frame with the jewel worn, or as it was when there is nobody in it
    server → text    {"placements": …} after each picture if `report` is set
    server → text    {"error": …, "message": …}

Frames that arrive while one is worked on give way to the newest. A bad frame or setting is answered
with an error and the stream goes on. A client that keeps one frame under way never waits in line.
"""

from __future__ import annotations

import io
import json
from contextlib import closing
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, request
from flask_sock import Sock
from PIL import Image as Pillow
from pydantic import ValidationError
from simple_websocket import Server

from api.documents import FrameDocument, StreamRequest
from api.openapi import Operation, documented
from api.products import services
from api.rooms import Busy
from api.services import Services
from api.tryon import check_size, validation_sentence, wearables_of
from models3d.errors import ParureError
from models3d.frames import Image
from tryon.errors import UnusablePhoto
from tryon.media.photo import read_photo
from tryon.pipeline import Pipeline, TryOnOptions
from tryon.report import frame_record

LARGEST_FRAME_BYTES = 2_000_000
LARGEST_FRAME_PX = 2_400_000  # 1920 x 1080 and a little
LARGEST_MESSAGE_BYTES = 4_000_000  # beyond it the connection is closed
IDLE_S = 30.0  # without a frame a place is given to someone else
WAKE_S = 1.0
TRY_AGAIN_LATER = 1013  # close codes of RFC 6455 and its registry
POLICY_VIOLATION = 1008
QUALITY = 86
SETTINGS = frozenset(StreamRequest.model_fields)

views = Blueprint("stream", __name__)
sock = Sock()


@sock.route("/api/v1/tryon/stream", bp=views)  # type: ignore[untyped-decorator]
@documented(
    Operation(
        "Live try-on over a WebSocket: JPEG frames and JSON settings in, JPEG frames out",
        {"websocket": FrameDocument},
        takes=("websocket", StreamRequest),
        query={
            "product": {"type": "string"},
            "finger": {"type": "string"},
            "hand": {"type": "string"},
        },
    )
)
def stream(socket: Server) -> None:
    """One mirror, until the client leaves or falls silent."""
    if not _same_origin():
        _refuse(socket, POLICY_VIOLATION, "ForeignOrigin", "This page may not use the mirror.")
        return
    try:
        with services().streams.place(), closing(Mirror(socket, services())) as mirror:
            mirror.serve(request.args.to_dict())
    except Busy as error:
        _refuse(socket, TRY_AGAIN_LATER, "Busy", str(error))


class Mirror:
    """One client's stream: its settings and its pipeline."""

    def __init__(self, socket: Server, behind: Services) -> None:
        self._socket = socket
        self._services = behind
        self._settings: dict[str, Any] = {}
        self._asked: StreamRequest | None = None
        self._pipeline: Pipeline | None = None
        self._started = monotonic()
        self._frames = 0

    def close(self) -> None:
        """Stop the tracker. Twice does no harm."""
        if self._pipeline is not None:
            self._pipeline.close()
            self._pipeline = None

    def serve(self, query: dict[str, Any]) -> None:
        """Answer frames until the service closes or no frame comes for long.

        Args:
            query: first settings, as in a message.
        Raises:
            ConnectionClosed: the client has left.
        """
        if query:
            self._set(query)
        last_ms = self._now_ms()
        while not self._services.closing and self._now_ms() - last_ms < 1e3 * IDLE_S:
            frame = self._newest_frame()
            if frame is not None:
                last_ms = self._now_ms()
                self._services.mirror_in_use()
                self._answer(frame, last_ms)

    def _newest_frame(self) -> bytes | None:
        """The last frame that has arrived; settings on the way are taken in their order."""
        newest = None
        message = self._socket.receive(timeout=WAKE_S)
        while message is not None:
            if isinstance(message, str):
                self._take_settings(message)
            else:
                newest = message
            message = self._socket.receive(timeout=0)
        return newest

    def _take_settings(self, text: str) -> None:
        try:
            settings = json.loads(text)
        except ValueError:
            self._complain("InvalidRequest", "Settings must be a JSON object.")
            return
        if not isinstance(settings, dict):
            self._complain("InvalidRequest", "Settings must be a JSON object.")
            return
        self._set(settings)

    def _set(self, settings: dict[str, Any]) -> None:
        """Lay new settings over the old ones; what cannot be is refused and changes nothing.

        As in a form, a key that is no setting is an option of the product.
        """
        loose = {key: value for key, value in settings.items() if key not in SETTINGS}
        merged = {**self._settings, **{key: settings[key] for key in settings.keys() & SETTINGS}}
        if loose:
            merged["options"] = {**merged.get("options", {}), **loose}
        for key, either in (("hand", "any"), ("ear", "both")):
            if merged.get(key) == either:
                merged[key] = None
        try:
            asked = StreamRequest.model_validate(merged)
            worn_anew = (
                self._asked is None
                or asked.model_copy(update={"report": self._asked.report}) != self._asked
            )
            if worn_anew:
                worn = wearables_of(asked)
                options = TryOnOptions(smoothing=asked.smoothing, room=self._services.room)
                pipeline = self._services.pipeline(worn, streaming=True, options=options)
                self.close()
                self._pipeline = pipeline
        except ValidationError as error:
            self._complain("InvalidRequest", validation_sentence(error))
        except ParureError as error:
            self._complain(type(error).__name__, str(error))
        else:
            self._settings, self._asked = merged, asked

    def _answer(self, data: bytes, time_ms: float) -> None:
        if self._pipeline is None or self._asked is None:
            self._complain("InvalidRequest", 'Say first what is worn: {"product": …}.')
            return
        try:
            image = read_frame(data)
        except UnusablePhoto as error:
            self._complain(type(error).__name__, str(error))
            return
        decode_ms = self._now_ms() - time_ms
        result = self._pipeline.process(image, time_ms)
        self._socket.send(encode_frame(result.image))
        if self._asked.report:
            record = frame_record("stream", self._frames, time_ms, result, decode_ms)
            self._socket.send(json.dumps(record))
        self._frames += 1

    def _complain(self, code: str, sentence: str) -> None:
        self._socket.send(json.dumps({"error": code, "message": sentence}))

    def _now_ms(self) -> float:
        return 1e3 * (monotonic() - self._started)


def read_frame(data: bytes) -> Image:
    """Decode a frame.

    Returns:
        (h, w, 3) RGB.
    Raises:
        UnusablePhoto: it is no JPEG, damaged or too large.
    """
    if not data.startswith(b"\xff\xd8\xff"):
        raise UnusablePhoto("A frame must be a JPEG picture.")
    if len(data) > LARGEST_FRAME_BYTES:
        limit = LARGEST_FRAME_BYTES // 1_000_000
        raise UnusablePhoto(f"A frame of {len(data)} bytes is too large: at most {limit} MB.")
    check_size(data, LARGEST_FRAME_PX)
    return read_photo(data).image


def encode_frame(image: Image) -> bytes:
    """(h, w, 3) RGB as JPEG, quickly."""
    out = io.BytesIO()
    Pillow.fromarray(image).save(out, "JPEG", quality=QUALITY, subsampling=1)
    return out.getvalue()


def _same_origin() -> bool:
    """Browsers say whose page it is; programs say nothing."""
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def _refuse(socket: Server, close_code: int, error: str, sentence: str) -> None:
    socket.send(json.dumps({"error": error, "message": sentence}))
    socket.close(close_code, sentence)
