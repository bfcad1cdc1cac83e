"""The mirror's engine: camera, stream and publication, each on a thread of its own.

    camera ─▶ Show (track, solve ∥ draw ∥ compose) ─▶ frames, the newest only ─▶ pages
                 ▲
    wear ─▶ dressing: builds the set on the renderer that is not in use, then changes over

Two renderers take turns, so that what a new piece needs is prepared beside the frames and the
stream never waits for it. What is solved and published is unmirrored; only displays mirror.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from time import monotonic
from typing import Any

from kiosk.broadcast import Broadcast
from kiosk.cameras import CameraFrame, SourceMaker
from kiosk.figures import Figures, Rate
from kiosk.pictures import Encoding, MirrorFrame
from kiosk.show import PipelineMaker, Show
from tryon.errors import TryOnError
from tryon.pipeline import Pipeline, TryOnOptions
from tryon.report import frame_record
from tryon.stream import StreamResult
from tryon.tracker import Wanted
from tryon.types import FrameResult, Wearable
from tryon.warming import warming_shots
from viewer.render.environment import Environment
from viewer.render.worker import RenderWorker

WATCHED = frozenset({Wanted.HANDS, Wanted.FACES})  # for presence and gestures
RETRY_S = 0.5  # between two attempts to open the camera
END_PATIENCE_S, CLOSE_PATIENCE_S = 0.3, 3.0  # threads that take longer are left behind
DRAW_PATIENCE_S = 60.0  # for a renderer that prepares a piece

Building = Callable[[], Sequence[Wearable]]
Notes = Callable[[FrameResult, CameraFrame], Mapping[str, Any]]


class Mirror:
    """Runs until it is closed; safe to steer from any thread.

    Args:
        source: opens the camera.
        notes: asked for each finished frame what else the page is told of it; on the show's
            thread.
        make_pipeline, make_renderer: what the tests replace.
        room: measured light.
    """

    def __init__(
        self,
        source: SourceMaker,
        notes: Notes,
        *,
        make_pipeline: PipelineMaker | None = None,
        make_renderer: Callable[[], RenderWorker] = RenderWorker,
        room: Environment | None = None,
    ) -> None:
        self.frames: Broadcast[MirrorFrame] = Broadcast()
        self.pace_s = 0.0  # least time between two frames that are worked on
        self._source = source
        self._notes = notes
        self._room = room
        self._make_pipeline = make_pipeline or self._pipeline
        self._make_renderer = make_renderer
        self._zero_s = monotonic()
        self._guard = threading.Lock()
        self._starting = threading.Lock()
        self._closed = threading.Event()
        self._show: Show | None = None
        self._renderers: list[RenderWorker | None] = [None, None]
        self._turn = 0  # index of the renderer in use
        self._dressing = _dressing_thread()
        self._asked: Building = tuple  # the set that was asked for last: nothing
        self._wanted = 0  # number of the set that was asked for last
        self._camera_round = 0  # a camera thread of an earlier round ends itself
        self._camera_problem: str | None = None
        self._camera_s = self._camera_said_s = self._published_s = self._captured_s = monotonic()
        self._delay_ms = 0.0
        self._rate, self._camera_rate = Rate(), Rate()
        self._count = 0
        self._stream_starts = self._renderer_starts = 0
        self._left_behind = 0

    def start(self) -> None:
        """Open the camera and show it with nothing worn."""
        self.wear(tuple).result()
        self.reopen_camera()

    def wear(self, build: Building) -> Future[bool]:
        """Change over to a set once it is ready; the frames go on meanwhile.

        Args:
            build: makes the set, on the dressing thread.
        Returns:
            Whether it is worn: False when another set was asked for before it was ready. Errors of
            what it needs come out of the future.
        """
        with self._guard:
            self._asked = build
            self._wanted += 1
            return self._dressing.submit(self._dress, build, self._wanted)

    @property
    def worn(self) -> tuple[Wearable, ...]:
        """What is worn now."""
        show = self._show
        return show.worn if show else ()

    @property
    def show(self) -> Show | None:
        """What runs now, for the watchdog."""
        return self._show

    @property
    def left_behind(self) -> int:
        """How often threads were left behind that only the end of the process can end."""
        return self._left_behind

    def figures(self) -> Figures:
        """How it does."""
        now = monotonic()
        return Figures(
            self._count,
            self._rate.a_second(now) or 0.0,
            self._camera_rate.a_second(now),
            round(self._delay_ms, 1),
            round(now - self._camera_s, 2),
            round(now - self._camera_said_s, 2),
            round(now - self._published_s, 2),
            self._camera_problem,
            self._camera_round,
            self._stream_starts,
            self._renderer_starts,
        )

    def forget(self, *, thoroughly: bool = False) -> Future[bool]:
        """Show nothing of what is worn from this moment on, and hold no frame of it.

        Args:
            thoroughly: nor any model that a renderer keeps for the next time.
        """
        with self._guard:
            if self._show is not None:
                self._show.forgotten = True
        self.frames.forget()
        if not thoroughly:
            return self.wear(tuple)
        self._asked = tuple
        self._drop_renderer(1 - self._turn)
        return self.restart(new_renderer=True)

    def prepare(self, builds: Sequence[Building], go_on: Callable[[], bool]) -> Future[bool]:
        """Let both renderers draw sets once, small, so that wearing them later takes no time.

        Args:
            builds: make the sets, one after the other, on the dressing thread.
            go_on: asked between them.
        Returns:
            Whether all of them were prepared.
        """
        with self._guard:
            return self._dressing.submit(self._prepare, builds, go_on)

    def close(self) -> None:
        """Stop everything. Twice does no harm."""
        self._closed.set()
        self._dressing.shutdown(wait=True, cancel_futures=True)
        with self._guard:
            show, self._show = self._show, None
        if show is not None and not show.end(CLOSE_PATIENCE_S):
            self._left_behind += 1
        for index in range(len(self._renderers)):
            self._drop_renderer(index)
        self.frames.close()

    def reopen_camera(self) -> None:
        """Start a camera thread; the one before ends as soon as it can."""
        with self._guard:
            self._camera_round += 1
            number = self._camera_round
            self._camera_said_s = monotonic()
        threading.Thread(
            target=self._run_camera, args=(number,), name="kiosk-camera", daemon=True
        ).start()

    def restart(self, *, new_renderer: bool) -> Future[bool]:
        """Start the stream anew with what was asked for; nothing of the old one is waited for."""
        with self._guard:
            show, self._show = self._show, None
            self._wanted += 1
            number, build = self._wanted, self._asked
            old, self._dressing = self._dressing, _dressing_thread()
        old.shutdown(wait=False, cancel_futures=True)  # it may be stuck as well
        if show is not None and not show.end(END_PATIENCE_S):
            self._left_behind += 1
        if new_renderer:
            self._drop_renderer(self._turn)
        return self._dressing.submit(self._dress, build, number)

    def _pipeline(self, worn: Sequence[Wearable], renderer: RenderWorker) -> Pipeline:
        options = TryOnOptions(room=self._room)
        return Pipeline(worn, streaming=True, options=options, renderer=renderer, also=WATCHED)

    def _dress(self, build: Building, number: int) -> bool:
        """Prepare a set on the renderer that is not in use, and change over to it."""
        if number != self._wanted or self._closed.is_set():
            return False
        worn = tuple(build())
        turn = self._turn if self._show is None else 1 - self._turn
        renderer = self._renderer(turn)
        for wearable in worn:
            renderer.render_all(warming_shots(wearable.model)).result(DRAW_PATIENCE_S)
            if number != self._wanted or self._closed.is_set():
                return False
        pipeline = self._make_pipeline(worn, renderer)
        with self._guard:
            if self._closed.is_set() or number != self._wanted:
                pipeline.close()
                return False
            before, self._turn = self._show, turn
            self._show = Show(worn, pipeline, renderer, self._publish, self._zero_s)
            self._stream_starts += 1
        if before is not None:
            before.finish()
        return True

    def _prepare(self, builds: Sequence[Building], go_on: Callable[[], bool]) -> bool:
        for build in builds:
            for wearable in build():
                for index in range(len(self._renderers)):
                    if self._closed.is_set() or not go_on():
                        return False
                    shots = warming_shots(wearable.model)
                    self._renderer(index).render_all(shots).result(DRAW_PATIENCE_S)
        return True

    def _renderer(self, index: int) -> RenderWorker:
        """One of the two, started when it is first needed."""
        with self._starting:
            found = self._renderers[index]
            if found is None:
                found = self._renderers[index] = self._make_renderer()
                self._renderer_starts += 1
            return found

    def _run_camera(self, number: int) -> None:
        """Take frames, and open the camera again whenever it ends."""
        while number == self._camera_round and not self._closed.is_set():
            try:
                self._take_frames(number)
            except TryOnError as error:
                self._camera_problem = str(error)
            self._camera_said_s = monotonic()
            self._closed.wait(RETRY_S)

    def _take_frames(self, number: int) -> None:
        last_s = -1.0
        for frame in self._source().frames():
            if number != self._camera_round or self._closed.is_set():
                return
            self._camera_s = self._camera_said_s = monotonic()
            self._camera_problem = None
            self._camera_rate.note(self._camera_s)
            if frame.captured_s - last_s < self.pace_s:
                continue
            last_s = frame.captured_s
            show = self._show
            if show is not None:
                show.submit(frame)

    def _publish(self, show: Show, result: StreamResult[CameraFrame]) -> None:
        """Publish a finished frame, unless a newer one was."""
        taken, frame = result.tag, result.frame
        if self._closed.is_set():
            return
        notes = self._notes(frame, taken)
        with self._guard:
            if taken.captured_s <= self._captured_s:
                return
            self._captured_s = taken.captured_s
            self._count += 1
            number = self._count
        now = monotonic()
        self._published_s, self._delay_ms = now, 1e3 * (now - taken.captured_s)
        self._rate.note(now)
        if show.forgotten:  # its client is gone: nobody sees what they wore
            frame = replace(frame, image=taken.image, placements=())
        time_ms = 1e3 * (taken.captured_s - self._zero_s)
        record = {
            **frame_record("kiosk", number, time_ms, frame, taken.decode_ms),
            "worn": [] if show.forgotten else [wearable.product for wearable in show.worn],
            "delay_ms": round(self._delay_ms, 2),
            **notes,
        }
        self.frames.publish(
            MirrorFrame(number, frame.image, taken.captured_s, now, record, Encoding(frame.image))
        )

    def _drop_renderer(self, index: int) -> None:
        """Close a renderer, or leave it behind when it is stuck."""
        renderer, self._renderers[index] = self._renderers[index], None
        if renderer is None:
            return
        closing = threading.Thread(target=renderer.close, name="kiosk-end", daemon=True)
        closing.start()
        closing.join(CLOSE_PATIENCE_S if self._closed.is_set() else END_PATIENCE_S)
        self._left_behind += closing.is_alive()


def _dressing_thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="kiosk-dress")
