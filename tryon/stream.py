"""The pipeline's steps side by side: while one frame is drawn, the next is tracked.

    submit ─▶[1]─ track and solve ─▶[1]─ draw ─▶[1]─ compose ─▶ results
              a thread                a thread        the caller's thread

Between the steps is room for one frame, so at most one frame waits before each step and the age of
what is shown stays bounded. A camera submits without waiting and the newest frame replaces the one
that waits: frames are dropped, never queued. A video waits for room instead: no frame is dropped,
the order stays. Either way each picture that comes out is the very frame that was solved.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, Self, TypeVar

from models3d.frames import Image, Intrinsics
from tryon.pipeline import DrawnFrame, Pipeline, SolvedFrame
from tryon.types import FrameResult

Value = TypeVar("Value")
Tag = TypeVar("Tag")


class Closed(Exception):
    """Nothing will come, or nobody will take it."""


class Slot(Generic[Value]):
    """Room for one value between two threads."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._values: list[Value] = []  # none or one
        self._finished = False
        self._closed = False

    def put(self, value: Value, *, wait: bool) -> bool:
        """Leave a value; `wait` for room, or else replace the value that waits.

        Returns:
            Whether a waiting value was dropped.
        Raises:
            Closed: nobody will take it.
        """
        with self._condition:
            while wait and self._values and not self._closed:
                self._condition.wait()
            if self._closed or self._finished:
                raise Closed
            dropped = bool(self._values)
            self._values[:] = [value]
            self._condition.notify_all()
            return dropped

    def take(self) -> Value:
        """Wait for a value and take it.

        Raises:
            Closed: none will come.
        """
        with self._condition:
            while not self._values and not self._closed and not self._finished:
                self._condition.wait()
            if self._closed or not self._values:
                raise Closed
            self._condition.notify_all()
            return self._values.pop()

    def finish(self) -> None:
        """No more values will be put; the one that waits can still be taken."""
        with self._condition:
            self._finished = True
            self._condition.notify_all()

    def close(self) -> None:
        """Wake everybody; what waits is lost."""
        with self._condition:
            self._closed = True
            self._values.clear()
            self._condition.notify_all()


@dataclass(frozen=True, slots=True, eq=False)
class StreamResult(Generic[Tag]):
    """A finished frame and what was submitted along with it."""

    tag: Tag
    frame: FrameResult


@dataclass(frozen=True, slots=True, eq=False)
class _Submitted(Generic[Tag]):
    tag: Tag
    image: Image
    time_ms: float
    intrinsics: Intrinsics | None


class StreamPipeline(Generic[Tag]):
    """Runs one streaming `Pipeline` with its steps overlapped; a context manager.

    One thread submits, one takes the results. Without `every_frame` they may be the same thread;
    with it they may not, because `submit` waits until results are taken.

    Args:
        pipeline: used by nothing else meanwhile; it stays open when the stream closes.
        every_frame: keep every frame, as for a video file, instead of the newest.
    """

    def __init__(self, pipeline: Pipeline, *, every_frame: bool = False) -> None:
        self._pipeline = pipeline
        pipeline.overlapped = True
        self._every_frame = every_frame
        self._submitted: Slot[_Submitted[Tag]] = Slot()
        self._solved: Slot[tuple[Tag, SolvedFrame]] = Slot()
        self._drawn: Slot[tuple[Tag, DrawnFrame]] = Slot()
        self._dropped = 0
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="tryon")
        self._steps = tuple(
            self._threads.submit(step) for step in (self._solve_all, self._draw_all)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def dropped(self) -> int:
        """How many submitted frames gave way to newer ones."""
        return self._dropped

    def submit(
        self, image: Image, time_ms: float, tag: Tag, intrinsics: Intrinsics | None = None
    ) -> bool:
        """Hand in a frame, as for `Pipeline.process`; `tag` comes back with its result.

        Returns:
            Whether it was taken: False once the stream is finished, closed or stopped by an error,
            which `results` raises.
        """
        frame = _Submitted(tag, image, time_ms, intrinsics)
        try:
            self._dropped += self._submitted.put(frame, wait=self._every_frame)
        except Closed:
            return False
        return True

    def finish(self) -> None:
        """No more frames will be submitted; `results` ends after the last one."""
        self._submitted.finish()

    def results(self) -> Iterator[StreamResult[Tag]]:
        """Finished frames as they come, until `finish` or `close`.

        Raises:
            whatever a step raised: the stream has stopped then.
        """
        while True:
            try:
                tag, drawn = self._drawn.take()
            except Closed:
                break
            yield StreamResult(tag, self._pipeline.compose(drawn))
        for step in self._steps:  # both have stopped or are about to
            step.result()

    def close(self) -> None:
        """Stop at once and wait for the threads; frames under way are lost. Twice is fine."""
        for slot in (self._submitted, self._solved, self._drawn):
            slot.close()
        self._threads.shutdown()

    def _solve_all(self) -> None:
        try:
            while True:
                frame = self._submitted.take()
                solved = self._pipeline.solve(frame.image, frame.time_ms, frame.intrinsics)
                self._solved.put((frame.tag, solved), wait=True)
        except Closed:
            return
        finally:
            self._submitted.close()
            self._solved.finish()

    def _draw_all(self) -> None:
        try:
            while True:
                tag, solved = self._solved.take()
                self._drawn.put((tag, self._pipeline.draw(solved)), wait=self._every_frame)
        except Closed:
            return
        finally:
            self._submitted.close()
            self._solved.close()
            self._drawn.finish()
