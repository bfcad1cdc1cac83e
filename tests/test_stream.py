"""The steps side by side, with a pipeline whose steps only wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from models3d.frames import Image, Intrinsics
from tryon import pipeline as pipelines
from tryon.media.photo import read_photo
from tryon.pipeline import DrawnFrame, Pipeline, SolvedFrame
from tryon.stream import Closed, Slot, StreamPipeline
from tryon.types import FrameResult, Wearable
from viewer.configuration import build_model, configure
from viewer.render.types import Shot

PHOTOS = Path(__file__).resolve().parents[1] / "node_modules/@vladmandic/face-api/demo"
CAMERA = Intrinsics(500.0, 500.0, 4.0, 4.0)
PATIENCE_S = 60.0  # of a slow machine that does other things as well


class Steps:
    """Stands in for a pipeline: each step takes a while; the picture carries its number."""

    def __init__(self, solve: float = 0.0, draw: float = 0.0, compose: float = 0.0) -> None:
        self.seconds = {"solve": solve, "draw": draw, "compose": compose}
        self.threads: dict[str, set[str]] = {"solve": set(), "draw": set(), "compose": set()}
        self.fail: dict[str, int] = {}  # the first frame over which a step breaks

    def _work(self, step: str, image: Image) -> None:
        self.threads[step].add(threading.current_thread().name)
        time.sleep(self.seconds[step])
        if step in self.fail and image[0, 0, 0] >= self.fail[step]:
            raise RuntimeError(f"{step} broke")

    def solve(self, image: Image, time_ms: float, intrinsics: Intrinsics | None) -> SolvedFrame:
        self._work("solve", image)
        return SolvedFrame(image, time_ms, CAMERA, (), (), (), (), {})

    def draw(self, solved: SolvedFrame) -> DrawnFrame:
        self._work("draw", solved.image)
        return DrawnFrame(solved, (), {})

    def compose(self, drawn: DrawnFrame) -> FrameResult:
        self._work("compose", drawn.solved.image)
        return FrameResult(drawn.solved.image, (), CAMERA, {"total": 0.0})


def numbered(number: int) -> Image:
    return np.full((8, 8, 3), number, np.uint8)


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


def feed(stream: StreamPipeline[int], count: int, pause: float = 0.0) -> threading.Thread:
    def run() -> None:
        for number in range(count):
            if not stream.submit(numbered(number), 10.0 * number, number):
                break
            time.sleep(pause)
        stream.finish()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_every_frame_of_a_video_comes_out_once_and_in_order() -> None:
    with StreamPipeline[int](Steps(0.001, 0.002), every_frame=True) as stream:
        feeder = feed(stream, 40)
        results = list(stream.results())
        feeder.join()
    assert [result.tag for result in results] == list(range(40))
    assert all((r.frame.image == r.tag).all() for r in results)  # the very frame that was solved
    assert stream.dropped == 0


class Meeting(Steps):
    """Steps that go on only when all three are at work, each at the frame after the next one's."""

    def __init__(self, frames: int) -> None:
        super().__init__()
        self.all_at_work = threading.Barrier(3, timeout=PATIENCE_S)
        self.last = frames - 1

    def _work(self, step: str, image: Image) -> None:
        super()._work(step, image)
        solved = int(image[0, 0, 0]) + ("solve", "draw", "compose").index(step)
        if 2 <= solved <= self.last:  # the frame that is solved meanwhile
            self.all_at_work.wait()


def test_the_steps_overlap() -> None:
    steps = Meeting(20)
    with StreamPipeline[int](steps, every_frame=True) as stream:
        feeder = feed(stream, 20)
        count = sum(1 for _ in stream.results())
        feeder.join()
    assert count == 20
    assert len({name for names in steps.threads.values() for name in names}) == 3


class Held(Steps):
    """Each frame is solved when a test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.go = threading.Event(), threading.Semaphore(0)

    def _work(self, step: str, image: Image) -> None:
        super()._work(step, image)
        if step == "solve":
            self.begun.set()
            assert self.go.acquire(timeout=PATIENCE_S)


def test_the_newest_frame_wins_and_none_is_queued() -> None:
    steps = Held()
    with StreamPipeline[int](steps) as stream:
        assert stream.submit(numbered(0), 0.0, 0)
        assert steps.begun.wait(PATIENCE_S)
        for number in range(1, 60):  # while the first is worked on
            assert stream.submit(numbered(number), 10.0 * number, number)
        stream.finish()
        results = stream.results()
        tags = []
        for _ in range(2):
            steps.go.release()
            tags.append(next(results).tag)
        assert list(results) == []
    assert tags == [0, 59]
    assert stream.dropped == 58


def test_what_is_shown_is_never_older_than_the_frames_under_way() -> None:
    steps = Steps(solve=0.02, draw=0.01)
    with StreamPipeline[int](steps) as stream:
        newest = 0
        stale = []
        stream.submit(numbered(0), 0.0, 0)
        for result in stream.results():
            stale.append(newest - result.tag)
            if newest >= 100:
                break
            for _ in range(5):  # a camera five times as fast as the solver
                newest += 1
                stream.submit(numbered(newest), 10.0 * newest, newest)
                time.sleep(0.004)
    # before it are four at most, two worked on and two that wait, and five come for each of them
    assert max(stale) <= 4 * 5 + 4


@pytest.mark.parametrize("step", ["solve", "draw", "compose"])
@pytest.mark.parametrize("every_frame", [True, False])
def test_an_error_in_a_step_reaches_whoever_takes_the_results(step: str, every_frame: bool) -> None:
    steps = Steps()
    steps.fail[step] = 3
    with StreamPipeline[int](steps, every_frame=every_frame) as stream:
        feeder = feed(stream, 40, pause=0.005)
        with pytest.raises(RuntimeError, match=f"{step} broke"):
            list(stream.results())
        stream.close()
        feeder.join(PATIENCE_S)
        assert not feeder.is_alive()
        assert not stream.submit(numbered(1), 0.0, 1)


def test_closing_early_frees_a_feeder_that_waits() -> None:
    stream = StreamPipeline[int](Steps(solve=0.01), every_frame=True)
    feeder = feed(stream, 1000)
    next(stream.results())
    stream.close()
    feeder.join(PATIENCE_S)
    assert not feeder.is_alive()
    assert not stream.submit(numbered(0), 0.0, 0)
    stream.close()


def test_finishing_without_a_frame_ends_the_results() -> None:
    with StreamPipeline[int](Steps()) as stream:
        stream.finish()
        assert list(stream.results()) == []
        assert not stream.submit(numbered(0), 0.0, 0)


def test_a_slot_holds_one_value() -> None:
    slot: Slot[int] = Slot()
    assert slot.put(1, wait=False) is False
    assert slot.put(2, wait=False) is True
    assert slot.take() == 2
    slot.put(3, wait=True)
    slot.finish()
    with pytest.raises(Closed):
        slot.put(4, wait=False)
    assert slot.take() == 3
    with pytest.raises(Closed):
        slot.take()


@pytest.mark.gpu
def test_a_real_stream_gives_what_the_steps_in_order_give(monkeypatch: pytest.MonkeyPatch) -> None:
    # else shade, meshes and softer lamps arrive beside the drawing, at other frames each time
    whole = {"whole_meshes": True, "at_once": False}
    monkeypatch.setattr(pipelines, "Shot", lambda **shot: Shot(**{**shot, **whole}))
    image = read_photo(PHOTOS / "sample5.jpg").image
    images = [np.ascontiguousarray(np.roll(image, 3 * k, axis=1)[::2, ::2]) for k in range(6)]
    wearable = Wearable("solitaire", build_model(configure("solitaire", {})))
    with Pipeline([wearable], streaming=True) as pipeline:
        ordered = [pipeline.process(each, 33.0 * k) for k, each in enumerate(images)]
    with (
        Pipeline([wearable], streaming=True) as pipeline,
        StreamPipeline[int](pipeline, every_frame=True) as stream,
    ):
        collected: list[FrameResult] = []
        taker = threading.Thread(target=lambda: collected.extend(r.frame for r in stream.results()))
        taker.start()
        for k, each in enumerate(images):
            stream.submit(each, 33.0 * k, k)
        stream.finish()
        taker.join()
    assert len(collected) == len(ordered)
    assert any(result.placements for result in ordered)
    for one, other in zip(ordered, collected, strict=True):
        np.testing.assert_array_equal(one.image, other.image)
