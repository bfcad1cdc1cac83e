"""What stands behind the views: the store, two renderers, and the rooms where jewels are tried on.

Pictures and try-on draw on renderers of their own, so that a turntable being drawn does not hold
up a mirror.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from flask import has_request_context, request

from api.hurrying import HurriedFiles
from api.queueing import HouseFull, Line
from api.rooms import Room
from kiosk.discretion import DiscreetStore
from models3d.errors import ParureError
from tryon.pipeline import Pipeline
from tryon.types import Wearable
from viewer.bake import BILL, FILM, SWIFT_PACKERS, Bakery, edition
from viewer.configuration import Configuration, RawValue, configure
from viewer.render.environment import Environment
from viewer.render.measured import load_hdri
from viewer.render.worker import RenderWorker
from viewer.signing import signing_key
from viewer.store import Store, store_location

BUILT_AT_ONCE = DRAWN_AT_ONCE = 2  # one model is built while another is drawn
TO_BUILD = TO_DRAW = 48  # more than this at once are refused
WAITING = 128  # requests that wait for builds at most, and as many for drawings
FILMS = 3
FILMS_WAITING = 8
PATIENCE_S = 45.0  # that they wait; a proxy gives up after 60
FILM_PATIENCE_S = 600.0
IMPORTED_PICTURES_AT_ONCE = 8
WAITING_AT_MOST = 2 * WAITING + FILMS_WAITING  # threads that may be taken up by waiting
PHOTOS_AT_ONCE = 2  # each takes some hundred megabytes
IMPORTS_AT_ONCE = 2  # each may take a gigabyte
PHOTO_PATIENCE_S = 20.0
UPLOADS_WAITING = 8  # photos for a place, and as many models
STREAMS_AT_ONCE = 10  # unless PARURE_STREAMS says otherwise; each has a tracker of its own
MOST_STREAMS = 200
GIVE_WAY_S = 4.0  # that a picture waits at most while somebody stands before a mirror
MIRROR_QUIET_S = 1.0
LAST_STEP_S = 10.0  # that the end waits for what is being built or drawn
FACTS = "worn-facts"  # names of assets that nothing is drawn for begin so
LOOPBACK = ("127.0.0.1", "::1")


def streams_at_once() -> int:
    """How many live streams are served together: `PARURE_STREAMS`, or ten.

    Raises:
        ParureError: the setting is no number of streams.
    """
    said = os.environ.get("PARURE_STREAMS", str(STREAMS_AT_ONCE))
    if not said.isdecimal() or not 1 <= int(said) <= MOST_STREAMS:
        raise ParureError(f'PARURE_STREAMS must be from 1 to {MOST_STREAMS}, got "{said}".')
    return int(said)


def room_light() -> Environment | None:
    """The light before the mirror as it was measured, from the file `PARURE_LIGHT` names.

    Raises:
        UnusablePanorama: it is no panorama of high dynamic range.
    """
    said = os.environ.get("PARURE_LIGHT")
    return load_hdri(Path(said)) if said else None


def guest() -> str:
    """Who asks: the address that a request comes from, as a proxy on this machine tells it."""
    if not has_request_context():
        return ""
    address = request.remote_addr or ""
    told = request.headers.get("X-Forwarded-For", "").rsplit(",", 1)[-1].strip()
    return told if told and address in LOOPBACK else address


class Services:
    """Everything that views share; renderers start when they are first needed.

    Args:
        config: STORE (a folder or an address), STREAMS_AT_ONCE and PIPELINE (called as
            `tryon.Pipeline` is).
    """

    def __init__(self, config: Mapping[str, Any]) -> None:
        make_store = DiscreetStore if config.get("KIOSK") else Store
        self.store: Store = make_store(config.get("STORE") or store_location(), edition())
        self.pictures = Room(
            IMPORTED_PICTURES_AT_ONCE,
            "Many pictures are being drawn; ask again in a moment.",
            refusal=HouseFull,
        )
        self._builds = Line(
            BUILT_AT_ONCE,
            TO_BUILD,
            WAITING,
            PATIENCE_S,
            "Many pieces are being made up at the moment; ask again shortly.",
            guest,
        )
        self.hurried = HurriedFiles(self._builds)
        self._drawings = Line(
            DRAWN_AT_ONCE,
            TO_DRAW,
            WAITING,
            PATIENCE_S,
            "Many pieces are being drawn at the moment; ask again shortly.",
            guest,
        )
        self._films = Line(
            1,
            FILMS,
            FILMS_WAITING,
            FILM_PATIENCE_S,
            "Films are being drawn; ask for yours in some minutes.",
            guest,
        )
        self.imports = Room(
            IMPORTS_AT_ONCE,
            "Many models are being imported; send it again shortly.",
            10.0,
            UPLOADS_WAITING,
        )
        self.photos = Room(
            PHOTOS_AT_ONCE,
            "Many photos are being tried on; send it again shortly.",
            PHOTO_PATIENCE_S,
            UPLOADS_WAITING,
        )
        self.streams = Room(
            config.get("STREAMS_AT_ONCE") or streams_at_once(),
            "Every mirror is taken at the moment; please try again in a minute.",
        )
        self.room = room_light()
        self._make_pipeline: Callable[..., Pipeline] = config.get("PIPELINE", Pipeline)
        self._starting = threading.Lock()
        self._workers: dict[str, RenderWorker] = {}
        self._closed = False
        self._beside: list[threading.Thread] = []
        self._mirror_used = -MIRROR_QUIET_S  # on the monotonic clock
        self._ended: Callable[[], bool] = lambda: False

    @property
    def studio(self) -> RenderWorker:
        """Draws posters and turntables, which can wait."""
        return self._worker("studio")

    @property
    def mirror(self) -> RenderWorker:
        """Draws try-on, for people who wait."""
        return self._worker("mirror")

    @property
    def bakery(self) -> Bakery:
        """Bakes with the studio's renderer, everything in its turn."""
        return Bakery(self.store, self.studio, self._made, SWIFT_PACKERS)

    @property
    def signing_key(self) -> bytes:
        """What signs the house's links.

        Raises:
            WeakKey: the one that was given can be guessed.
        """
        return signing_key(self.store)

    @property
    def closing(self) -> bool:
        """Whether streams should end."""
        return self._closed or self._ended()

    def end_when(self, ended: Callable[[], bool]) -> None:
        """Streams end soon after `ended` says so."""
        self._ended = ended

    def wait_for(self, thread: threading.Thread) -> None:
        """A thread that looks at `closing` and that the end waits for a while."""
        self._beside.append(thread)

    def mirror_in_use(self) -> None:
        """Somebody is moving before a mirror now."""
        self._mirror_used = monotonic()

    def give_way(self) -> None:
        """Wait a little while mirrors are in use: drawing a picture would take their time."""
        until = monotonic() + GIVE_WAY_S
        while monotonic() < until and monotonic() - self._mirror_used < MIRROR_QUIET_S:
            sleep(0.1)

    def configured(self, product: str, options: Mapping[str, RawValue]) -> Configuration:
        """A configuration whose hash is known from now on."""
        configuration = configure(product, options)
        self.store.remember(configuration)
        return configuration

    def pipeline(self, worn: Sequence[Wearable], *, streaming: bool, **options: Any) -> Pipeline:
        """A try-on of one set; the caller closes it."""
        return self._make_pipeline(worn, streaming=streaming, renderer=self.mirror, **options)

    def close(self) -> None:
        """End streams, renderers and what was started beside them. Twice does no harm."""
        self._closed = True
        lines = (self._builds, self._drawings, self._films)
        for line in lines:
            line.close()
        for thread in self._beside:  # ends after the step it is at
            thread.join(LAST_STEP_S)
        with self._starting:
            for worker in self._workers.values():
                worker.close()
        for line in lines:  # what had begun finds no renderer any more
            line.join()

    def _made(self, piece: str, name: str, work: Callable[[], bytes]) -> bytes:
        """An asset of a piece, made when its turn comes."""
        if name == BILL or name.startswith(FACTS):
            return self._builds.done(piece, name, work)

        def drawn() -> bytes:
            self.give_way()
            return work()

        line = self._films if name == f"model.{FILM}" else self._drawings
        return line.done(piece, name, drawn)

    def renew_studio(self) -> None:
        """What draws pictures has lost its graphics: whoever asks next gets another."""
        with self._starting:
            broken = self._workers.pop("studio", None)
        if broken is not None:  # it may hang
            threading.Thread(target=broken.close, name="parure-end", daemon=True).start()

    def _worker(self, name: str) -> RenderWorker:
        with self._starting:
            if name not in self._workers:
                self._workers[name] = RenderWorker(patient=name == "studio")
            return self._workers[name]
