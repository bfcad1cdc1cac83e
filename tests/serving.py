"""What the tests of the service share: an application, a server for it, photographs of hands."""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from flask import Flask
from PIL import Image as Pillow
from werkzeug.serving import make_server

import api
from models3d.frames import Image, Intrinsics
from tryon.pipeline import TryOnOptions
from tryon.types import FrameResult

ROOT = Path(__file__).parent.parent
PHOTO = ROOT / "node_modules/@vladmandic/face-api/demo/sample5.jpg"  # one hand, MIT
FACE_BOX, WRIST_BOX = (664, 96, 1056, 537), (1210, 1030, 1530, 1390)  # 8:9
HAND_BOX = (1030, 1098, 1510, 1368)  # the hand and its surroundings, 16:9


def hand_photo() -> bytes:
    """A photograph of several people, one hand in it."""
    return PHOTO.read_bytes()


def hand_frame(width: int = 960) -> Image:
    """What a camera before that hand would see, (h, w, 3) RGB."""
    with Pillow.open(PHOTO) as picture:
        near = picture.convert("RGB").crop(HAND_BOX)
        return np.asarray(near.resize((width, width * 9 // 16), Pillow.Resampling.LANCZOS))


def person_frame(width: int = 1280) -> Image:
    """A face with bare neck and ear beside a hand with its wrist, 16:9, (h, w, 3) RGB."""
    half, height = width // 2, width * 9 // 16
    with Pillow.open(PHOTO) as picture:
        parts = [
            np.asarray(picture.convert("RGB").crop(box).resize((half, height)))
            for box in (FACE_BOX, WRIST_BOX)
        ]
    return np.hstack(parts)


def jpeg(image: Image, quality: int = 90) -> bytes:
    """(h, w, 3) RGB as JPEG."""
    out = io.BytesIO()
    Pillow.fromarray(image).save(out, "JPEG", quality=quality)
    return out.getvalue()


def pixels(data: bytes) -> Image:
    """An encoded picture as (h, w, 3) RGB."""
    with Pillow.open(io.BytesIO(data)) as picture:
        return np.asarray(picture.convert("RGB"))


@contextmanager
def application(folder: Path, **config: Any) -> Iterator[Flask]:
    """An application with a store of its own, closed at the end."""
    app = api.create_app({"STORE": folder, "TESTING": True, **config})
    try:
        yield app
    finally:
        app.extensions["parure"].close()


@contextmanager
def listening(app: Flask, port: int = 0) -> Iterator[str]:
    """The application behind a real socket, at any port that is free; gives host:port."""
    server = make_server("127.0.0.1", port, app, threaded=True)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        app.extensions["parure"].close()
        server.shutdown()
        thread.join()
        server.server_close()


class Echo:
    """A pipeline without hands: frames come back as they are; the tests watch and hold it."""

    def __init__(
        self, wearables: Any, *, streaming: bool, options: TryOnOptions | None = None, **_: Any
    ) -> None:
        self.wearables = wearables
        self.options = options or TryOnOptions()
        self.seen: list[int] = []  # the mean grey of each frame
        self.closed = threading.Event()
        self.begun = threading.Event()
        self.go = threading.Event()
        self.go.set()
        MADE.append(self)

    def process(self, image: Image, time_ms: float, intrinsics: Any = None) -> FrameResult:
        """The frame unchanged, once the test lets it go."""
        self.begun.set()
        assert self.go.wait(60)
        self.seen.append(round(float(image.mean())))
        timings = dict.fromkeys(("track", "solve", "render", "composite", "total"), 0.0)
        return FrameResult(image, (), intrinsics or Intrinsics(1.0, 1.0, 0.0, 0.0), timings)

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed.set()

    def __enter__(self) -> "Echo":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


MADE: list[Echo] = []
