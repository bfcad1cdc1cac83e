"""One set on the stream: its pipeline, the overlapped steps, and the thread that takes results.

What each step is at can be asked, so that a watchdog tells a step that is slow from one that hangs.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Protocol, cast

from kiosk.cameras import CameraFrame
from models3d.frames import Image, Intrinsics
from tryon.pipeline import DrawnFrame, Pipeline, SolvedFrame
from tryon.stream import StreamPipeline, StreamResult
from tryon.types import FrameResult, Wearable
from viewer.render.worker import RenderWorker


class PipelineMaker(Protocol):
    """Makes the pipeline of a set."""

    def __call__(self, worn: Sequence[Wearable], renderer: RenderWorker) -> Pipeline:
        """A streaming pipeline that looks for hands and faces whatever is worn."""


class Steps:
    """A pipeline whose steps say when they begin and end; each is on one thread at a time."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._numbers: dict[str, int] = {}  # of the frame a step is at, or was at last
        self._at_work: dict[str, int] = {}

    @property
    def overlapped(self) -> bool:
        """Whether the pipeline's steps run side by side."""
        return self._pipeline.overlapped

    @overlapped.setter
    def overlapped(self, value: bool) -> None:
        self._pipeline.overlapped = value

    def at_work(self) -> Mapping[str, int]:
        """The steps that have begun and not ended, each with the number of its frame."""
        return dict(self._at_work)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Count one more frame of a step."""
        self._numbers[name] = self._at_work[name] = self._numbers.get(name, 0) + 1
        try:
            yield
        finally:
            self._at_work.pop(name, None)

    def solve(
        self, image: Image, time_ms: float, intrinsics: Intrinsics | None = None
    ) -> SolvedFrame:
        """As `Pipeline.solve`."""
        with self.step("solve"):
            return self._pipeline.solve(image, time_ms, intrinsics)

    def draw(self, solved: SolvedFrame) -> DrawnFrame:
        """As `Pipeline.draw`."""
        with self.step("draw"):
            return self._pipeline.draw(solved)

    def compose(self, drawn: DrawnFrame) -> FrameResult:
        """As `Pipeline.compose`."""
        with self.step("compose"):
            return self._pipeline.compose(drawn)


class Show:
    """Runs one set until it is ended.

    Args:
        worn: the set; it may be empty.
        renderer: that the pipeline draws with.
        shown: called on the show's own thread with each result.
        zero_s: the monotonic time that the stream's own clock counts from.
    """

    def __init__(
        self,
        worn: tuple[Wearable, ...],
        pipeline: Pipeline,
        renderer: RenderWorker,
        shown: Callable[[Show, StreamResult[CameraFrame]], None],
        zero_s: float,
    ) -> None:
        self.worn = worn
        self.renderer = renderer
        self.results = 0
        self.forgotten = False  # its client is gone
        self._pipeline = pipeline
        self._steps = Steps(pipeline)
        self._stream: StreamPipeline[CameraFrame] = StreamPipeline(cast(Pipeline, self._steps))
        self._shown = shown
        self._zero_s = zero_s
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="kiosk-show")
        self._taking = self._thread.submit(self._take)
        self._thread.shutdown(wait=False)

    def submit(self, frame: CameraFrame) -> bool:
        """Hand in the newest frame; False once the show has ended."""
        return self._stream.submit(frame.image, 1e3 * (frame.captured_s - self._zero_s), frame)

    @property
    def dropped(self) -> int:
        """Frames that gave way to newer ones."""
        return self._stream.dropped

    def at_work(self) -> Mapping[str, int]:
        """The steps that have begun and not ended, each with the number of its frame."""
        return self._steps.at_work()

    def failure(self) -> BaseException | None:
        """What has ended it, if something did."""
        return self._taking.exception() if self._taking.done() else None

    def finish(self) -> None:
        """Take no more frames; what is under way is still shown, then everything is closed."""
        self._stream.finish()

    def end(self, patience_s: float) -> bool:
        """Stop at once.

        Returns:
            Whether its threads have ended; those that are stuck are left behind.
        """
        closing = threading.Thread(target=self._close, name="kiosk-end", daemon=True)
        closing.start()
        closing.join(patience_s)
        return not closing.is_alive()

    def _close(self) -> None:
        self._stream.close()
        self._pipeline.close()

    def _take(self) -> None:
        """Take every result; what goes wrong is kept for the watchdog, which starts anew."""
        try:
            for result in self._stream.results():
                self.results += 1
                with self._steps.step("show"):
                    self._shown(self, result)
        finally:
            self._stream.close()
            self._pipeline.close()
