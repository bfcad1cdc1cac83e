"""What is looked for in each frame: hands, faces, bodies and people, as far as a set needs them.

    frame ─┬─ hands ─┬─ Seen        every frame; faces on a thread beside the hands
           ├─ faces ─┘   ▲
           └─ bodies, person        every few frames of a stream, on a thread of their own; their
                                    newest answer goes with each frame

A photo is looked at by everything in turn.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from enum import StrEnum
from functools import partial
from typing import Protocol, Self

from models3d.frames import Image
from tryon.runtime import Runtime, chosen_runtime, face_source, hand_source
from tryon.types import FaceLandmarks, HandLandmarks, Seen
from tryon.working_size import checked
from viewer.manners import BESIDE_FRAMES, give_way

FRESH_MS = 1000.0  # bodies and outlines older than this say nothing of a frame
NO_LITERT = (
    "LiteRT is not in use: bodies and the outlines of people are not looked for. Jewels are placed "
    "by face and hand alone, and hair and clothes told from skin by their colour."
)


class Wanted(StrEnum):
    """What a jewel needs to be placed."""

    HANDS = "hands"
    FACES = "faces"
    BODIES = "bodies"
    PERSON = "person"


class _SlowNets(Protocol):
    notices: tuple[str, ...]

    def see(self, image: Image, faces: Sequence[FaceLandmarks], time_ms: float) -> Seen: ...

    def close(self) -> None: ...


class Tracker:
    """Finds what a set needs in one stream of unmirrored frames, or in single photos.

    Attributes:
        heavy_every: frames of a stream between two looks for bodies and people; it may change
            while the stream runs. With 1 they are looked for in step with each frame, as films
            want it; otherwise beside the frames, without holding any up.
        notices: sentences about what set-up could not obtain and is done without.

    Args:
        wanted: what to look for.
        streaming: frames follow one another.
    Raises:
        MissingLandmarkModel: a model without which nothing can be placed is missing.
    """

    def __init__(self, wanted: Set[Wanted], *, streaming: bool) -> None:
        self.heavy_every = 1
        self.notices: tuple[str, ...] = ()
        self._streaming = streaming
        self._closed = False
        hands, faces = Wanted.HANDS in wanted, Wanted.FACES in wanted
        # Side by side on two cores: hands on both and faces on one took 9 ms where one after the
        # other on both took 13; with one thread each, two hands took half as long again.
        beside = streaming and hands and faces
        with ExitStack() as opened:
            self._hands = self._faces = self._slow = self._beside_hands = self._beside = None
            if hands:
                source = hand_source(streaming=streaming, threads=2)
                self._hands = opened.enter_context(closing(source))
            if faces:
                face_finder = face_source(streaming=streaming, threads=1 if beside else 2)
                self._faces = opened.enter_context(closing(face_finder))
            if wanted & {Wanted.BODIES, Wanted.PERSON}:
                self._slow = self._slow_nets(wanted)
            if self._slow is not None:
                self.notices = self._slow.notices
                opened.enter_context(closing(self._slow))
            if beside:
                self._beside_hands = opened.enter_context(ThreadPoolExecutor(1, "faces"))
            if streaming and self._slow is not None:
                self._beside = opened.enter_context(closing(_Beside(self._slow)))
            self._opened = opened.pop_all()

    def detect(self, image: Image, time_ms: float) -> Seen:
        """Everything found in one frame.

        Args:
            image: (h, w, 3) RGB, unmirrored; it is not written into, and in streams must not be
                afterwards: it may still be looked at.
            time_ms: when it was taken.
        """
        if self._closed:
            raise ValueError("the tracker is closed")
        image = checked(image)
        hands, faces = self._hands_and_faces(image, time_ms)
        seen = self._slowly(image, faces, time_ms)
        return replace(seen, hands=hands, faces=faces)

    def close(self) -> None:
        """Stop the nets and their threads. Closing twice is fine."""
        self._closed = True
        self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _slow_nets(self, wanted: Set[Wanted]) -> _SlowNets | None:
        if chosen_runtime() is not Runtime.LITERT:
            self.notices = (NO_LITERT,)
            return None
        from tryon.nets.heavy import HeavyNets

        return HeavyNets(
            bodies=Wanted.BODIES in wanted,
            person=Wanted.PERSON in wanted,
            find_faces=Wanted.FACES not in wanted,
            streaming=self._streaming,
            threads=1 if self._streaming else 2,
        )

    def _hands_and_faces(
        self, image: Image, time_ms: float
    ) -> tuple[tuple[HandLandmarks, ...], tuple[FaceLandmarks, ...]]:
        pending: Future[tuple[FaceLandmarks, ...]] | None = None
        if self._beside_hands is not None and self._faces is not None:
            pending = self._beside_hands.submit(self._faces.detect, image, time_ms)
        hands = self._hands.detect(image, time_ms) if self._hands is not None else ()
        if pending is not None:
            return hands, pending.result()
        return hands, self._faces.detect(image, time_ms) if self._faces is not None else ()

    def _slowly(self, image: Image, faces: Sequence[FaceLandmarks], time_ms: float) -> Seen:
        """Bodies and people: of this very image in photos and films, else the newest known."""
        if self._slow is None:
            return Seen()
        if self._beside is None:
            return self._slow.see(image, faces, time_ms)
        if self.heavy_every <= 1:
            return self._beside.now(image, faces, time_ms)
        return self._beside.newest(image, faces, time_ms, self.heavy_every)


class _Beside:
    """Runs the slow nets beside a stream: at most one look at a time, none waited for."""

    def __init__(self, slow: _SlowNets) -> None:
        self._slow = slow
        self._thread = ThreadPoolExecutor(1, "bodies", initializer=partial(give_way, BESIDE_FRAMES))
        self._pending: Future[Seen] | None = None
        self._known = Seen()
        self._known_ms = 0.0
        self._pending_ms = 0.0
        self._frames_since: int | None = None  # the last look began; None: none has

    def newest(
        self, image: Image, faces: Sequence[FaceLandmarks], time_ms: float, every: int
    ) -> Seen:
        """The newest answer, and a new look if it is time and the last one is over."""
        if self._pending is not None and self._pending.done():
            self._known, self._known_ms = self._pending.result(), self._pending_ms
            self._pending = None
        if self._frames_since is not None:
            self._frames_since += 1
        due = self._frames_since is None or self._frames_since >= every
        if due and self._pending is None:
            self._pending = self._thread.submit(self._slow.see, image, faces, time_ms)
            self._pending_ms, self._frames_since = time_ms, 0
        return self._known if abs(time_ms - self._known_ms) <= FRESH_MS else Seen()

    def now(self, image: Image, faces: Sequence[FaceLandmarks], time_ms: float) -> Seen:
        """The answer for this very frame; waited for."""
        self._pending, self._frames_since = None, 0  # one thread: a look under way ends first
        self._known = self._thread.submit(self._slow.see, image, faces, time_ms).result()
        self._known_ms = time_ms
        return self._known

    def close(self) -> None:
        """Wait for the look that is under way, if any."""
        self._thread.shutdown(cancel_futures=True)
