"""The engine and its watchdog: newest frames only, changes without a hitch, every part killed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import monotonic, sleep
from typing import Any

import pytest

from kiosk.broadcast import Broadcast
from kiosk.contention import Contention
from kiosk.mirror import Mirror
from kiosk.pictures import MirrorFrame
from kiosk.watchdog import FAILURES, STALL_S, DailyRestart, Fault, Watchdog
from models3d.mesh import Model
from tests.mirrors import BLUE, BLUE_EACH, EVERY_S, Workshop, within
from tryon.types import Wearable

RECOVERED_S = 5.0
PATIENCE_S = 30.0  # where nothing is promised


@pytest.fixture
def workshop() -> Workshop:
    return Workshop()


@pytest.fixture
def mirror(workshop: Workshop) -> Iterator[Mirror]:
    made = Mirror(
        workshop.camera,
        lambda result, taken: {"notes": len(result.seen.hands)},
        make_pipeline=workshop.pipeline,
        make_renderer=workshop.renderer,
    )
    made.start()
    yield made
    workshop.release()
    made.close()


class Watched:
    """A watchdog beside a mirror, with what it said."""

    def __init__(self, mirror: Mirror) -> None:
        self.faults: list[Fault] = []
        self.gave_up: list[str] = []
        self.given = 1.0  # of the processor, whatever else this machine does
        self.dog = Watchdog(
            mirror, self.gave_up.append, self.faults.append, given=lambda: self.given
        )
        self.dog.start()


@pytest.fixture
def watched(mirror: Mirror) -> Iterator[Watched]:
    made = Watched(mirror)
    frames_come(mirror)
    yield made
    made.dog.close()


def frames_come(mirror: Mirror, seconds: float = PATIENCE_S, count: int = 3) -> float:
    """How long it takes until more frames have been published."""
    wanted = mirror.figures().frames + count
    return within(seconds, lambda: mirror.figures().frames >= wanted, "frames")


def frame(mirror: Mirror) -> MirrorFrame:
    found = mirror.frames.listen().take(PATIENCE_S)
    assert found is not None
    return found


def piece(model: Model) -> Wearable:
    return Wearable("band", model)


def test_a_listener_gets_the_newest_and_misses_nothing_that_is_still_true() -> None:
    numbers: Broadcast[int] = Broadcast()
    early = numbers.listen()
    assert early.take(0.01) is None
    for number in range(5):
        numbers.publish(number)
    late = numbers.listen()
    assert (early.take(0.0), late.take(0.0)) == (4, 4)
    assert (early.take(0.01), late.take(0.01)) == (None, None)
    numbers.forget()
    assert numbers.listen().take(0.01) is None
    waiting = threading.Timer(0.05, numbers.close)
    waiting.start()
    begun = monotonic()
    assert early.take(2.0 * PATIENCE_S) is None
    assert monotonic() - begun < PATIENCE_S


def test_frames_are_published_as_they_come_and_never_go_back(mirror: Mirror) -> None:
    listener, seen = mirror.frames.listen(), []
    while len(seen) < 20:
        found = listener.take(PATIENCE_S)
        assert found is not None
        seen.append(found)
    assert [each.number for each in seen] == sorted({each.number for each in seen})
    captured = [each.captured_s for each in seen]
    assert captured == sorted(captured)
    late = [each.published_s - each.captured_s for each in seen]
    assert min(late) >= 0.0
    assert median(late) < 1.0
    record = seen[-1].record
    assert record["image_size"] == [64, 48]
    assert (record["worn"], record["placements"], record["notes"]) == ([], [], 0)
    assert record["delay_ms"] == pytest.approx(
        1e3 * (seen[-1].published_s - seen[-1].captured_s), abs=0.01
    )
    assert seen[-1].encoding.jpeg() is seen[-1].encoding.jpeg()
    assert seen[-1].encoding.jpeg()[:3] == b"\xff\xd8\xff"


def test_a_slow_listener_sees_the_newest_not_the_oldest(mirror: Mirror) -> None:
    listener = mirror.frames.listen()
    first = listener.take(PATIENCE_S)
    frames_come(mirror, count=10)
    published = mirror.frames.newest
    second = listener.take(PATIENCE_S)
    assert first is not None
    assert second is not None
    assert published is not None
    assert second.number >= published.number > first.number + 5


def test_pieces_change_while_the_frames_go_on(
    mirror: Mirror, workshop: Workshop, band: Model
) -> None:
    before, camera = workshop.pipelines[-1], workshop.camera
    gaps: list[int] = []  # frames of the camera between two that were published
    stop, go = threading.Event(), threading.Event()

    def watch() -> None:
        listener, last = mirror.frames.listen(), camera.frames_given
        while not stop.is_set():
            if listener.take(1.0) is not None:
                gaps.append(camera.frames_given - last)
                last = camera.frames_given

    def slowly() -> list[Wearable]:
        assert go.wait(PATIENCE_S)
        return [piece(band)]

    watching = threading.Thread(target=watch)
    watching.start()
    wearing = mirror.wear(slowly)
    frames_come(mirror, count=20)  # however long it takes to prepare a piece
    assert frame(mirror).record["worn"] == []
    go.set()
    assert wearing.result(PATIENCE_S)
    within(PATIENCE_S, lambda: frame(mirror).record["worn"] == ["band"])
    assert frame(mirror).image[0, 0, 2] == BLUE + BLUE_EACH
    assert len(workshop.renderers) == 2  # the new one was prepared beside the one in use
    within(PATIENCE_S, lambda: before.closed)
    assert mirror.wear(tuple).result(PATIENCE_S)
    assert mirror.wear(lambda: [piece(band)]).result(PATIENCE_S)
    assert len(workshop.renderers) == 2  # they take turns
    frames_come(mirror)
    stop.set()
    watching.join()
    assert max(gaps) < 0.5 / EVERY_S
    within(PATIENCE_S, lambda: [each.closed for each in workshop.pipelines[:-1]] == [True] * 3)


def test_only_the_last_of_many_choices_is_worn(
    mirror: Mirror, workshop: Workshop, band: Model
) -> None:
    go, made = threading.Event(), len(workshop.pipelines)

    def choice(number: int) -> list[Wearable]:
        assert go.wait(PATIENCE_S)
        return [piece(band)] * (number % 3)

    futures = [mirror.wear(lambda k=k: choice(k)) for k in range(30)]
    go.set()
    assert futures[-1].result(PATIENCE_S)
    assert sum(future.result(PATIENCE_S) for future in futures) == 1
    assert len(mirror.worn) == 29 % 3
    assert len(workshop.pipelines) - made <= 2  # of the one that was begun, and of the last


def test_after_forgetting_no_frame_shows_what_was_worn(
    mirror: Mirror, workshop: Workshop, band: Model
) -> None:
    mirror.wear(lambda: [piece(band)]).result(PATIENCE_S)
    within(PATIENCE_S, lambda: frame(mirror).record["worn"] == ["band"])
    for renderer in workshop.renderers:  # undressing takes long
        work = renderer._work
        renderer._work = lambda work=work: (sleep(0.05), work())  # type: ignore[method-assign]
    undressed = mirror.forget()
    listener = mirror.frames.listen()
    for _ in range(8):
        shown = listener.take(PATIENCE_S)
        if shown is not None:
            assert shown.record["worn"] == []
            assert shown.image[0, 0, 2] != BLUE + BLUE_EACH
    assert undressed.result(PATIENCE_S)
    assert mirror.worn == ()


def test_nobody_there_costs_few_frames(mirror: Mirror, workshop: Workshop) -> None:
    mirror.pace_s = 0.2
    frames_come(mirror, count=5)  # the last of the quick ones is out: four at most are under way
    given, listener, captured = workshop.camera.frames_given, mirror.frames.listen(), []
    while len(captured) < 4:
        found = listener.take(PATIENCE_S)
        assert found is not None
        captured.append(found.captured_s)
    assert all(b - a >= mirror.pace_s for a, b in pairwise(captured))
    within(PATIENCE_S, lambda: workshop.camera.frames_given - given > 10)
    mirror.pace_s = 0.0
    frames_come(mirror, count=10)


def test_a_camera_that_is_unplugged_is_opened_when_it_is_back(
    mirror: Mirror, workshop: Workshop, watched: Watched
) -> None:
    workshop.camera.plugged = False
    within(PATIENCE_S, lambda: mirror.figures().camera_problem is not None)
    assert mirror.figures().camera_problem in (
        "The camera at index 0 was unplugged.",
        "No camera answers at index 0.",
    )
    workshop.camera.plugged = True
    assert frames_come(mirror) < RECOVERED_S
    assert mirror.figures().camera_problem is None
    assert workshop.camera.opened == 2


def test_a_camera_that_hangs_is_opened_anew(
    mirror: Mirror, workshop: Workshop, watched: Watched
) -> None:
    workshop.camera.stuck.set()
    within(PATIENCE_S, lambda: not workshop.camera.stuck.is_set())
    assert frames_come(mirror) < RECOVERED_S
    assert [fault.part for fault in watched.faults] == ["camera"]
    workshop.camera.released.set()  # the old thread wakes, and ends itself
    within(PATIENCE_S, lambda: sum(t.name == "kiosk-camera" for t in threading.enumerate()) == 1)


@pytest.mark.parametrize("part", ["solve breaks", "draw breaks", "solve hangs", "draw hangs"])
def test_a_step_that_is_killed_runs_again_within_five_seconds_and_wears_the_same(
    mirror: Mirror, workshop: Workshop, watched: Watched, band: Model, part: str
) -> None:
    mirror.wear(lambda: [piece(band)]).result(PATIENCE_S)
    frames_come(mirror)
    pipeline = workshop.pipelines[-1]
    before = len(workshop.renderers)
    if part == "solve breaks":
        pipeline.broken = True
    elif part == "draw breaks":
        pipeline.renderer.broken = True
    elif part == "solve hangs":
        pipeline.hanging.set()
    else:
        pipeline.renderer.hanging.set()
    took = within(RECOVERED_S, lambda: workshop.pipelines[-1] is not pipeline)
    took += frames_come(mirror)
    assert took < RECOVERED_S
    assert frame(mirror).record["worn"] == ["band"]
    renewed = part != "solve hangs"  # the renderer answered: it is kept
    assert [fault.part for fault in watched.faults] == ["renderer" if renewed else "stream"]
    assert len(workshop.renderers) == before + renewed
    assert mirror.left_behind == (0 if "breaks" in part else 1 + renewed)
    assert not watched.gave_up


def test_a_step_that_is_slow_on_a_busy_machine_is_left_alone(
    mirror: Mirror, workshop: Workshop, watched: Watched
) -> None:
    watched.given = 0.0  # the processor is with others
    pipeline = workshop.pipelines[-1]
    pipeline.hanging.set()
    sleep(STALL_S + 1.5)
    assert watched.faults == []
    pipeline.hanging.clear()
    pipeline.released.set()
    frames_come(mirror)
    assert workshop.pipelines[-1] is pipeline


def test_what_a_machine_is_busy_with_is_read_from_its_threads(tmp_path: Path) -> None:
    for thread in ("1", "2"):
        (tmp_path / thread).mkdir()

    def wrote(thread: str, ran_ms: int, queued_ms: int) -> None:
        numbers = f"{ran_ms * 10**6} {queued_ms * 10**6} 7\n"
        (tmp_path / thread / "schedstat").write_text(numbers)

    wrote("1", 100, 5)
    contention = Contention(tmp_path)
    assert contention.given() == 1.0  # nothing was wanted
    wrote("1", 110, 5)
    wrote("2", 40, 90)  # a new thread: what it did before nobody knows
    assert contention.given() == 1.0
    wrote("1", 120, 25)
    wrote("2", 50, 100)
    assert contention.given() == pytest.approx(20 / 50)
    assert Contention(tmp_path / "none").given() == 1.0


def test_what_cannot_be_started_anew_ends_the_process_in_the_end(
    mirror: Mirror, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, faults, gave_up = [1000.0], [], []
    dog = Watchdog(mirror, gave_up.append, faults.append, clock=lambda: now[0])

    def unlucky(*_: Any) -> Any:
        raise RuntimeError("no graphics")

    mirror._make_pipeline = unlucky
    workshop.pipelines[-1].broken = True
    for _ in range(100):
        dog.check()
        now[0] += 0.25
        within(PATIENCE_S, lambda: dog._starting is None or dog._starting.done())
    assert len(gave_up) == 1
    assert "no graphics" in gave_up[0]
    assert len(faults) >= FAILURES


def test_the_day_ends_in_its_window_and_never_before_somebody_leaves() -> None:
    day = datetime(2026, 3, 1)
    night = DailyRestart(time(4), day + timedelta(hours=9))
    assert not night.due(day + timedelta(hours=23), idle=True)
    tomorrow = day + timedelta(days=1)
    assert night.due(tomorrow + timedelta(hours=4), idle=True)
    assert not night.due(tomorrow + timedelta(hours=4), idle=False)
    assert night.due(tomorrow + timedelta(hours=6), idle=False)
    early = DailyRestart(time(4), day + timedelta(hours=1))
    assert early.due(day + timedelta(hours=4, minutes=1), idle=True)
    assert not DailyRestart(None, day).due(day + timedelta(days=9), idle=True)
