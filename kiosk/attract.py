"""Films of the collection for when nobody is there, drawn one after the other while nobody is.

A turn takes eighteen seconds, so that stones have time to flash. A film is drawn once for each
edition of the code and kept with the other pictures; until it is there its piece is shown in
stills. Whatever breaks on the way, a lost OpenGL context say, is told, and drawing goes on with
another studio.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from models3d.errors import ParureError
from models3d.frames import Image
from models3d.mesh import Model
from viewer.configuration import Configuration, build_model, configure
from viewer.film import FRAMES_PER_SECOND, turntable_film
from viewer.picture import turntable
from viewer.render.renderer import Renderer
from viewer.render.worker import RenderWorker
from viewer.store import Store

SECONDS = 18
FRAMES = SECONDS * FRAMES_PER_SECOND
SIDE_PX = 960
SUPERSAMPLING = 2
NAME = f"attract-{SIDE_PX}-{SECONDS}s.mp4"
CALM_S = 30.0  # that nobody has been there, so that whoever comes back finds a quick mirror
EVERY_S = 1.0
TRIES = 3  # at a film whose drawing breaks


class Ended(Exception):
    """The service ends before a film is done."""


class Films:
    """Draws the films of a tray on a thread of its own, whenever the mirror is idle.

    Args:
        store: keeps them.
        studio: draws when nobody else needs the processor.
        idle: whether nobody is before the mirror.
        first: done before each film, while nobody is there.
        broke: told what broke; from then on `studio` is another one.
    """

    def __init__(
        self,
        tray: Sequence[str],
        store: Store,
        studio: Callable[[], RenderWorker],
        idle: Callable[[], bool],
        first: Callable[[], None] = lambda: None,
        broke: Callable[[BaseException], None] = lambda _: None,
        frames: int = FRAMES,
    ) -> None:
        self._tray = tuple(tray)
        self._store = store
        self._studio = studio
        self._idle = idle
        self._first = first
        self._broke = broke
        self._frames = frames
        self._tries: Counter[str] = Counter()  # in vain; those that have had TRIES are left
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="kiosk-films", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """Stop after the picture that is being drawn."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def film(self, product: str) -> bytes | None:
        """A piece's film; None: not drawn yet."""
        return self._store.kept(configure(product), NAME)

    def has(self, product: str) -> bool:
        """Whether a piece's film is there."""
        return self._store.has_asset(configure(product), NAME)

    def _run(self) -> None:
        with ThreadPoolExecutor(1, thread_name_prefix="kiosk-films") as steps:
            while not self._ended.is_set():
                failure = steps.submit(self._step).exception()
                if failure is not None and not isinstance(failure, Ended):
                    self._broke(failure)

    def _step(self) -> None:
        """Once it is calm, what comes first and the next film.

        Raises:
            Ended: the service ends.
            BaseException: whatever a driver that has lost its graphics makes of it.
        """
        self._wait(CALM_S)
        self._first()
        undrawn = [each for each in self._tray if self._tries[each] < TRIES and not self.has(each)]
        if undrawn:
            self._draw(undrawn[0])

    def _draw(self, product: str) -> None:
        configuration = configure(product)
        self._tries[product] += 1
        try:
            self._store.asset(configuration, NAME, lambda: self._drawn(configuration))
        except ParureError:  # the disk is full, say: its stills are shown
            self._tries[product] = TRIES
        else:
            self._tries[product] = 0

    def _drawn(self, configuration: Configuration) -> bytes:
        model, studio = build_model(configuration), self._studio()

        def draw(number: int) -> Image:
            self._wait(0.0 if self._idle() else CALM_S)
            return studio.run(lambda r: picture(r, model, number, self._frames)).result()

        return turntable_film(draw, self._frames)

    def _wait(self, calm_s: float) -> None:
        """Until nobody has been there for so long.

        Raises:
            Ended: the service ends.
        """
        calm = 0.0
        while not self._ended.is_set():
            calm = calm + EVERY_S if self._idle() else 0.0
            if calm >= calm_s:
                return
            self._ended.wait(EVERY_S)
        raise Ended


def picture(renderer: Renderer, model: Model, number: int, frames: int) -> Image:
    """(SIDE_PX, SIDE_PX, 3) sRGB: one picture of a film."""
    return turntable(renderer, model, SIDE_PX, SIDE_PX, number, frames, supersampling=SUPERSAMPLING)
