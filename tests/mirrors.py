"""A mirror for tests: a camera, a pipeline and a renderer that only wait, and can be killed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from time import monotonic, sleep
from typing import Any

import numpy as np

from kiosk.cameras import CameraFrame
from models3d.frames import Image, Intrinsics
from tryon.errors import NoCamera
from tryon.pipeline import DrawnFrame, SolvedFrame
from tryon.types import FrameResult, Seen, Wearable

CAMERA = Intrinsics(50.0, 50.0, 32.0, 24.0)
EVERY_S = 0.01
LOOK_EVERY_S = 0.005
LONGEST_LOOK_S = 0.02  # what takes longer is the machine's doing
PATIENCE_S = 60.0  # of what a test holds until it says so
MOST_S = 300.0  # by the clock, however long each look takes
BLUE, BLUE_EACH = 80, 40  # of a frame without pieces, and more for each piece


class FakeCamera:
    """Frames numbered by their grey level; unplugged or stuck when a test says so."""

    def __init__(self) -> None:
        self.plugged = True
        self.stuck = threading.Event()
        self.released = threading.Event()
        self.opened = 0
        self.frames_given = 0

    def __call__(self) -> FakeCamera:
        return self

    def frames(self) -> Iterator[CameraFrame]:
        if not self.plugged:
            raise NoCamera("No camera answers at index 0.")
        self.opened += 1
        while self.plugged:
            if self.stuck.is_set():
                self.stuck.clear()
                assert self.released.wait(PATIENCE_S)
            self.frames_given += 1
            image = np.full((48, 64, 3), 60 + self.frames_given % 100, np.uint8)
            yield CameraFrame(image, monotonic(), 0.0)
            sleep(EVERY_S)
        raise NoCamera("The camera at index 0 was unplugged.")


class FakeRenderer:
    """Takes up work at once, unless a test has it hang or break."""

    def __init__(self) -> None:
        self.hanging = threading.Event()
        self.released = threading.Event()
        self.broken = False
        self.closed = False

    def _work(self) -> None:
        if self.hanging.is_set():
            assert self.released.wait(PATIENCE_S)
        if self.broken:
            raise RuntimeError("the context is lost")

    def run(self, action: Callable[[Any], Any]) -> Future[Any]:
        done: Future[Any] = Future()
        if not self.hanging.is_set():
            done.set_result(action(self))
        return done

    def render_all(self, shots: Sequence[Any]) -> Future[Any]:
        self._work()
        done: Future[Any] = Future()
        done.set_result(())
        return done

    def close(self) -> None:
        if self.hanging.is_set():
            assert self.released.wait(PATIENCE_S)
        self.closed = True


class FakePipeline:
    """Marks each frame with how many pieces are worn; hangs or breaks when a test says so."""

    def __init__(self, worn: Sequence[Wearable], renderer: FakeRenderer, seen: Seen) -> None:
        self.worn, self.renderer, self.seen = tuple(worn), renderer, seen
        self.overlapped = False
        self.hanging = threading.Event()
        self.released = threading.Event()
        self.broken = False
        self.closed = False

    def solve(self, image: Image, time_ms: float, intrinsics: Intrinsics | None) -> SolvedFrame:
        if self.hanging.is_set():
            assert self.released.wait(PATIENCE_S)
        if self.broken:
            raise ValueError("solve broke")
        return SolvedFrame(image, time_ms, CAMERA, (), (), (), (), {}, None, self.seen)

    def draw(self, solved: SolvedFrame) -> DrawnFrame:
        self.renderer._work()
        return DrawnFrame(solved, (), {})

    def compose(self, drawn: DrawnFrame) -> FrameResult:
        image = drawn.solved.image.copy()
        image[:, :, 2] = BLUE + BLUE_EACH * len(self.worn)
        timings = dict.fromkeys(("track", "solve", "render", "composite", "total"), 0.0)
        return FrameResult(image, (), CAMERA, timings, None, self.seen)

    def close(self) -> None:
        self.closed, self.worn = True, ()


class Workshop:
    """Makes the parts of a mirror and remembers them."""

    def __init__(self) -> None:
        self.camera = FakeCamera()
        self.pipelines: list[FakePipeline] = []
        self.renderers: list[FakeRenderer] = []
        self.seen = Seen()

    def pipeline(self, worn: Sequence[Wearable], renderer: FakeRenderer) -> FakePipeline:
        self.pipelines.append(FakePipeline(worn, renderer, self.seen))
        return self.pipelines[-1]

    def renderer(self) -> FakeRenderer:
        self.renderers.append(FakeRenderer())
        return self.renderers[-1]

    def release(self) -> None:
        """Let everything that hangs go on, so that its threads can end."""
        for part in (self.camera, *self.pipelines, *self.renderers):
            part.released.set()


def within(seconds: float, holds: Callable[[], bool], what: str = "") -> float:
    """Wait until something holds; gives how long it took.

    What counts is the time in which this machine let us look: one that stops us for a second has
    stopped whoever we wait for as well.

    Args:
        seconds: at most, of such time.
    Raises:
        AssertionError: it did not in time.
    """
    took, before = 0.0, monotonic()
    end = before + MOST_S
    while not holds():
        assert took < seconds, f"not in {seconds} s: {what or holds}"
        assert before < end, f"not in {MOST_S} s by the clock: {what or holds}"
        sleep(LOOK_EVERY_S)
        now = monotonic()
        took, before = took + min(now - before, LONGEST_LOOK_S), now
    return took
