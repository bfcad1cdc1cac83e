"""Assets baked from a configuration and kept: its files, the pictures of its turntable."""

from __future__ import annotations

import gzip
import hashlib
import io
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar

import brotli
from PIL import Image as Pillow

from models3d.bill import Bill
from models3d.frames import Image
from viewer.bills import bill_bytes, bill_of, read_bill
from viewer.configuration import Configuration, build_model
from viewer.exports import KINDS
from viewer.picture import jpeg_bytes, turntable
from viewer.render.renderer import Renderer
from viewer.render.worker import RenderWorker
from viewer.store import Store

Result = TypeVar("Result")

VIEWS = 36  # of a turntable: ten degrees each
PICTURE_SIZES_PX = (480, 720, 960, 1440)  # square
PICTURE_FORMATS = ("webp", "jpg")
JPEG_QUALITY = 88
WEBP_QUALITY = 86
BAKING_CODE = (
    "models3d/**/*.py",
    "models3d/data/*",
    "viewer/*.py",
    "viewer/render/*.py",
    "static/shaders/**/*.glsl",
)


@cache
def edition() -> str:
    """Names the code and data that bake: 16 hexadecimal digits of their SHA-256."""
    root = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for path in sorted({path for pattern in BAKING_CODE for path in root.glob(pattern)}):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _brotli(data: bytes) -> bytes:
    return bytes(brotli.compress(data, quality=11))


def _gzip(data: bytes) -> bytes:
    return gzip.compress(data, 9, mtime=0)


PACKERS = {"br": _brotli, "gzip": _gzip}  # best first


class _WorkerStudio:
    """The studio of `viewer.exports`, drawn by a worker that others share."""

    def __init__(self, worker: RenderWorker) -> None:
        self._worker = worker

    def draw(self, work: Callable[[Renderer], Result]) -> Result:
        """What `work` makes with the worker's renderer, when its turn comes."""
        return self._worker.run(work).result()

    def progress(self, done: int, total: int) -> None:
        """Nobody watches."""


class Bakery:
    """Bakes what is asked for once and finds it again in the store.

    Args:
        studio: draws the pictures; shared with others, closed by its owner.
    """

    def __init__(self, store: Store, studio: RenderWorker) -> None:
        self._store = store
        self._studio = studio

    def bill(self, configuration: Configuration) -> Bill:
        """What the piece is made of; builds nothing where it is known."""
        return read_bill(
            self._store.asset(
                configuration, "bill.json", lambda: bill_bytes(bill_of(configuration))
            )
        )

    def file(self, configuration: Configuration, kind: str) -> bytes:
        """One of the files of `viewer.exports.KINDS`.

        Raises:
            ModelError: this piece cannot be written so.
        """
        return self._store.asset(
            configuration,
            f"model.{kind}",
            lambda: KINDS[kind].write(configuration, _WorkerStudio(self._studio)),
        )

    def has_file(self, configuration: Configuration, kind: str) -> bool:
        """Whether a file is at hand without baking."""
        return self._store.has_asset(configuration, f"model.{kind}")

    def packed_file(self, configuration: Configuration, kind: str, encoding: str) -> bytes:
        """The same in a content coding, compressed once for all who take it.

        Args:
            encoding: br or gzip.
        """
        pack = PACKERS[encoding]
        return self._store.asset(
            configuration,
            f"model.{kind}.{encoding}",
            lambda: pack(self.file(configuration, kind)),
        )

    def picture(
        self, configuration: Configuration, view: int, size_px: int, picture_format: str
    ) -> bytes:
        """One view of the turntable, encoded.

        Args:
            view: 0..VIEWS - 1; 0 is the poster.
            size_px: one of PICTURE_SIZES_PX.
            picture_format: one of PICTURE_FORMATS.
        """

        def bake() -> bytes:
            model = build_model(configuration)
            drawing = self._studio.run(
                lambda renderer: turntable(renderer, model, size_px, size_px, view, VIEWS)
            )
            return _encoded(drawing.result(), picture_format)

        return self._store.asset(configuration, _name(view, size_px, picture_format), bake)

    def has_picture(
        self, configuration: Configuration, view: int, size_px: int, picture_format: str
    ) -> bool:
        """Whether a picture is at hand without drawing."""
        return self._store.has_asset(configuration, _name(view, size_px, picture_format))


def _name(view: int, size_px: int, picture_format: str) -> str:
    return f"{view:03d}-{size_px}.{picture_format}"


def _encoded(image: Image, picture_format: str) -> bytes:
    if picture_format == "jpg":
        return jpeg_bytes(image, JPEG_QUALITY)
    out = io.BytesIO()
    Pillow.fromarray(image).save(out, "WEBP", quality=WEBP_QUALITY, method=4)
    return out.getvalue()
