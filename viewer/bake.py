"""Assets baked from a configuration and kept: its files, the pictures of its turntable."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

import brotli

from models3d.bill import Bill
from viewer.bills import bill_bytes, bill_of, read_bill
from viewer.configuration import Configuration, build_model
from viewer.exports import KINDS, Studio
from viewer.picture_order import PictureOrder
from viewer.render.renderer import Renderer
from viewer.render.worker import RenderWorker
from viewer.store import Store

Result = TypeVar("Result")
Made = Callable[[str, str, Callable[[], bytes]], bytes]

PAGE_SIZES_PX = (480, 720, 960, 1440)  # square: what pages show a piece at
POSTER_FORMATS = ("avif", "webp")  # best first
BILL = "bill.json"
COMMON = "common"  # instead of a hash: what belongs to no configuration
FILM = "mp4"
BAKING_CODE = (
    "models3d/**/*.py",
    "models3d/data/*",
    "viewer/*.py",
    "viewer/render/*.py",
    "viewer/web/*.py",
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


def _brotli(data: bytes, quality: int = 11) -> bytes:
    return bytes(brotli.compress(data, quality=quality))


def _gzip(data: bytes) -> bytes:
    return gzip.compress(data, 9, mtime=0)


Packers = Mapping[str, Callable[[bytes], bytes]]
PACKERS: Packers = {"br": _brotli, "gzip": _gzip}  # best first
# while somebody waits: three parts in a hundred larger, in a twentieth of the time
SWIFT_PACKERS: Packers = {**PACKERS, "br": partial(_brotli, quality=9)}


class _WorkerStudio:
    """The studio of `viewer.exports`, drawn by a worker that others share."""

    def __init__(self, worker: RenderWorker) -> None:
        self._worker = worker

    def draw(self, work: Callable[[Renderer], Result]) -> Result:
        """What `work` makes with the worker's renderer, when its turn comes."""
        return self._worker.run(work).result()

    def progress(self, done: int, total: int) -> None:
        """Nobody watches."""


def at_once(piece: str, name: str, work: Callable[[], bytes]) -> bytes:
    """What `work` makes, without waiting for a turn."""
    return work()


class Bakery:
    """Bakes what is asked for once and finds it again in the store.

    Args:
        studio: draws the pictures; shared with others, closed by its owner.
        made: does the work for an asset of a piece, when its turn comes; no asset's work asks for
            another turn.
        packers: by content coding, of what is not packed yet.
    """

    def __init__(
        self,
        store: Store,
        studio: RenderWorker,
        made: Made = at_once,
        packers: Packers = PACKERS,
    ) -> None:
        self._packers = packers
        self._store = store
        self._studio = studio
        self._made = made

    def bill(self, configuration: Configuration) -> Bill:
        """What the piece is made of; builds nothing where it is known."""
        return read_bill(
            self._kept(configuration, BILL, lambda: bill_bytes(bill_of(configuration)))
        )

    def file(self, configuration: Configuration, kind: str) -> bytes:
        """One of the files of `viewer.exports.KINDS`.

        Raises:
            ModelError: this piece cannot be written so.
        """
        return self.written(
            configuration, f"model.{kind}", partial(KINDS[kind].write, configuration)
        )

    def packed_file(self, configuration: Configuration, kind: str, encoding: str) -> bytes:
        """The same in a content coding, compressed once for all who take it.

        Args:
            encoding: br or gzip.
        """
        write = partial(KINDS[kind].write, configuration)
        return self.written(configuration, f"model.{kind}", write, encoding)

    def written(
        self,
        configuration: Configuration,
        name: str,
        write: Callable[[Studio], bytes],
        encoding: str | None = None,
    ) -> bytes:
        """A file of a configuration that `write` makes, kept under its name as all others are.

        Args:
            encoding: br or gzip; None: as it is.
        """

        def whole() -> bytes:
            return write(_WorkerStudio(self._studio))

        if encoding is None:
            return self._kept(configuration, name, whole)

        def packed() -> bytes:
            return self._packers[encoding](self._store.asset(configuration, name, whole))

        return self._kept(configuration, f"{name}.{encoding}", packed)

    def picture(self, configuration: Configuration, order: PictureOrder) -> bytes:
        """A picture as a file."""
        return self._kept(
            configuration,
            order.name,
            lambda: order.made(
                build_model(configuration), lambda work: self._studio.run(work).result()
            ),
        )

    def common_picture(self, name: str, draw: Callable[[Renderer], bytes]) -> bytes:
        """A picture that belongs to no configuration, such as a swatch, under its own name."""
        found = self._store.kept(None, name)
        if found is not None:
            return found

        def bake() -> bytes:
            return self._studio.run(draw).result()

        return self._made(COMMON, name, lambda: self._store.asset(None, name, bake))

    def _kept(self, configuration: Configuration, name: str, bake: Callable[[], bytes]) -> bytes:
        """An asset out of the store, made in its turn where it is not there."""
        found = self._store.kept(configuration, name)
        if found is not None:
            return found
        return self._made(
            configuration.hash, name, lambda: self._store.asset(configuration, name, bake)
        )
