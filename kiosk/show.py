"""One set on the stream: its pipeline, the overlapped steps, and the thread that takes results."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Protocol

from kiosk.cameras import CameraFrame
from tryon.pipeline import Pipeline
from tryon.stream import StreamPipeline, StreamResult
from tryon.types import Wearable
from viewer.render.worker import RenderWorker


class PipelineMaker(Protocol):
    """Makes the pipeline of a set."""

    def __call__(self, worn: Sequence[Wearable], renderer: RenderWorker) -> Pipeline:
        """A streaming pipeline that looks for hands and faces whatever is worn."""


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
        self._waiting_since: float | None = None  # a frame is under way
        self._pipeline = pipeline
        self._stream: StreamPipeline[CameraFrame] = StreamPipeline(pipeline)
        self._shown = shown
        self._zero_s = zero_s
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="kiosk-show")
        self._taking = self._thread.submit(self._take)
        self._thread.shutdown(wait=False)

    def submit(self, frame: CameraFrame) -> bool:
        """Hand in the newest frame; False once the show has ended."""
        if self._waiting_since is None:
            self._waiting_since = monotonic()
        return self._stream.submit(frame.image, 1e3 * (frame.captured_s - self._zero_s), frame)

    @property
    def dropped(self) -> int:
        """Frames that gave way to newer ones."""
        return self._stream.dropped

    def waiting_s(self) -> float:
        """How long nothing has come out of what went in."""
        since = self._waiting_since
        return 0.0 if since is None else monotonic() - since

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
                self._waiting_since = None
                self._shown(self, result)
        finally:
            self._stream.close()
            self._pipeline.close()
