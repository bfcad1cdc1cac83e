"""The mirror whose own page has the camera and works on its frames.

    page:  camera ─▶ tracking, solving, drawing ─▶ its glass
              └─ landmarks of each frame ─▶ presence, gestures, session     here

Landmarks come here, never pictures, but for two that somebody asks for: what a paired tablet looks
at, a few frames a second while a client is there, and what the staff's camera check measures.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic

from kiosk.broadcast import Broadcast, Listener
from kiosk.figures import Figures, Rate
from kiosk.pictures import Encoding, MirrorFrame
from models3d.frames import Image
from tryon.types import Wearable
from viewer.language import later

Building = Callable[[], Sequence[Wearable]]

WANTED_S = 1.0  # a picture that nobody has asked for again in this time is not wanted
RELAY_S = 0.1  # between two pictures that tablets see
SILENT_S = 3.0  # a page that tells of no frame for so long has no camera to speak of
NO_PAGE = later("No page has a camera: open the mirror's page on the machine that has it.")
PROBLEMS = {
    "denied": later("The browser may not use the camera: allow it for the mirror's page."),
    "no-camera": later("The browser finds no camera: see to its cable."),
    "in-use": later("Another program has the camera: close it."),
    "insecure": later(
        "The browser lends its camera to secure pages alone: open the mirror on the kiosk's own "
        "machine, or through HTTPS."
    ),
    "unsupported": later(
        "This browser cannot work on frames itself: use a current Chromium, or start the kiosk "
        "with --on-service."
    ),
    "unplugged": later("The camera was unplugged: see to its cable."),
    "broken": later("What works on frames in the page stops again and again."),
}


class PageMirror:
    """Holds what the page tells; safe to use from many threads."""

    def __init__(self) -> None:
        self.frames: Broadcast[MirrorFrame] = Broadcast()
        self._plain: Broadcast[Image] = Broadcast()  # for the staff's check alone
        self._checks = 0  # that look at plain pictures now
        self.pace_s = 0.0  # least time between two frames that the page works on
        self.left_behind = 0  # no thread here can be stuck
        self._guard = threading.Lock()
        self._dressing = ThreadPoolExecutor(1, thread_name_prefix="kiosk-dress")
        self._worn: tuple[Wearable, ...] = ()
        self._wanted = 0  # number of the set that was asked for last
        self._eye: object | None = None  # the page whose camera it is
        self._eye_is_own = False
        self._eyes = 0
        self._picture: tuple[str, float] = ("", -WANTED_S)  # that somebody wants, and asked when
        self._sent_s = -RELAY_S
        self._problem: str | None = None
        self._camera_rate: float | None = None
        self._rate = Rate()
        self._frames = 0
        self._drawn_s = self._began_s = monotonic()
        self._delay_ms = 0.0
        self._starts = {"camera": 0, "stream": 0, "renderer": 0}

    def start(self) -> None:
        """Nothing is to be opened here."""

    def close(self) -> None:
        """Nothing more is taken. Twice does no harm."""
        self._dressing.shutdown(wait=True, cancel_futures=True)
        self.frames.close()
        self._plain.close()

    @property
    def worn(self) -> tuple[Wearable, ...]:
        """What can be worn now: the page is told by the state."""
        return self._worn

    def wear(self, build: Building) -> Future[bool]:
        """See whether a set can be worn, beside whatever else is done.

        Returns:
            Whether it is the one that is wanted still. Errors of what it needs come out of it.
        """
        with self._guard:
            self._wanted += 1
            return self._dressing.submit(self._dress, build, self._wanted)

    def forget(self, *, thoroughly: bool = False) -> Future[bool]:
        """Hold nothing of what was worn or seen; the page is begun anew by itself."""
        self.frames.forget()
        with self._guard:
            self._picture = ("", -WANTED_S)
            self._worn = ()
        return self.wear(tuple)

    def prepare(self, builds: Sequence[Building], go_on: Callable[[], bool]) -> Future[bool]:
        """Build sets beforehand; what draws them is in the page."""
        return self._dressing.submit(lambda: all(go_on() and build() for build in builds))

    def open_eye(self, page: object, *, own: bool) -> bool:
        """Whether a page's camera is the mirror's: the first one's, or the kiosk's own."""
        with self._guard:
            if self._eye is None or (own and not self._eye_is_own):
                self._eye, self._eye_is_own = page, own
                self._eyes += 1
                self._problem = None
            return self._eye is page

    def close_eye(self, page: object) -> None:
        """A page has gone."""
        with self._guard:
            if self._eye is page:
                self._eye, self._problem = None, None

    @property
    def is_blind(self) -> bool:
        """Whether no page has a camera."""
        return self._eye is None

    def is_eye(self, page: object) -> bool:
        """Whether it is this page's camera."""
        return self._eye is page

    def drew(self, delay_ms: float, camera_rate: float | None) -> None:
        """The page has drawn a frame, so long after its camera gave it."""
        now = monotonic()
        self._frames += 1
        self._drawn_s, self._delay_ms, self._problem = now, delay_ms, None
        self._camera_rate = camera_rate if camera_rate is not None else self._camera_rate
        self._rate.note(now)

    def lacks(self, problem: str | None) -> None:
        """Why the page's camera gives no picture; None: it gives one."""
        self._problem = problem and PROBLEMS[problem]

    def recovered(self, part: str) -> None:
        """The page has started a part of it anew."""
        self._starts[part] += 1

    def want(self, kind: str = "frame") -> None:
        """Somebody looks: a "frame" as it is shown, or a "plain" one as the camera gives it."""
        wanted, asked_s = self._picture
        if kind == "plain" or wanted != "plain" or monotonic() - asked_s > WANTED_S:
            self._picture = (kind, monotonic())

    def picture_due(self) -> str | None:
        """The kind of picture that the page should send now; None: nobody looks."""
        kind, asked_s = self._picture
        now = monotonic()
        if not kind or now - asked_s > WANTED_S or now - self._sent_s < RELAY_S:
            return None
        self._sent_s = now
        return kind

    def show(self, image: Image) -> MirrorFrame:
        """A picture has come from the page; whoever looks gets it.

        Args:
            image: (h, w, 3) RGB with the jewels.
        """
        now, number = monotonic(), self._frames
        frame = MirrorFrame(number, image, now, now, {"frame": number}, Encoding(image))
        self.frames.publish(frame)
        return frame

    @contextmanager
    def checked(self) -> Iterator[Listener[Image]]:
        """The camera's pictures without jewels, as `want` asks for them; none is held afterwards.

        Yields:
            a listener: (h, w, 3) RGB.
        """
        with self._guard:
            self._checks += 1
        try:
            yield self._plain.listen()
        finally:
            with self._guard:
                self._checks -= 1
                if not self._checks:
                    self._plain.forget()

    def show_plain(self, image: Image) -> None:
        """A picture without jewels has come from the page; nobody but a check gets it.

        Args:
            image: (h, w, 3) RGB.
        """
        with self._guard:
            if self._checks:
                self._plain.publish(image)

    def figures(self) -> Figures:
        """How it does."""
        now = monotonic()
        silent_s = now - self._drawn_s
        problem = self._problem
        if problem is None and self._eye is None and now - self._began_s > SILENT_S:
            problem = NO_PAGE if silent_s > SILENT_S else None
        return Figures(
            self._frames,
            self._rate.a_second(now) or 0.0,
            self._camera_rate,
            round(self._delay_ms, 1),
            round(silent_s, 2),
            round(silent_s, 2),
            round(silent_s, 2),
            problem,
            self._starts["camera"] + self._eyes,
            self._starts["stream"] + self._eyes,
            self._starts["renderer"] + self._eyes,
        )

    def _dress(self, build: Building, number: int) -> bool:
        worn = tuple(build())
        with self._guard:
            if number != self._wanted:
                return False
            self._worn = worn
            return True
