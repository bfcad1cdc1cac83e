"""Our trackers against MediaPipe Tasks, in one run, on the same 1280x720 clips.

A camera pans, zooms and turns over photos. Both take turns, a few frames each, so that their ratio
holds on a busy machine; what a tracker still does beside the stream when its turn ends counts as
its own processor time. Landmarks are compared on every frame.

With one hand in view MediaPipe asks its palm detector in every frame, which ours does beside the
stream now and then. With two hands, or its one face, both run the same net and nothing else.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter, process_time, sleep
from typing import Any, Protocol

import cv2
import numpy as np

from benchmarks.common import ROOT, Timing, write_results
from models3d.frames import Array, Image
from tryon.landmarks import FaceTracker, HandTracker
from tryon.nets.face_tracking import LiteFaceTracker
from tryon.nets.hand_tracking import LiteHandTracker
from tryon.types import FaceLandmarks, HandLandmarks

DEMO = ROOT / "node_modules/@vladmandic/face-api/demo"
WIDTH, HEIGHT, FRAMES = 1280, 720, 120
TURN = 8  # frames that one tracker takes before the other does
SETTLING = 0.04  # seconds in which what runs beside the stream ends
FRAME_MS = 33.0
RMS_BUDGET_PX = 0.5
ENOUGH = 20  # comparisons, for an error to be told

Landmarks = HandLandmarks | FaceLandmarks


class Source(Protocol):
    """Either tracker."""

    def detect(self, image: Image, time_ms: float) -> tuple[Landmarks, ...]: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Scene:
    """A photo, and where the camera aims in it."""

    name: str
    photo: str
    center_px: tuple[float, float]
    zoom: float
    trackers: tuple[Callable[[], Source], Callable[[], Source]]  # MediaPipe's, ours
    budget: float = 1.0  # of our wall and processor time, MediaPipe's times
    smoothed: bool = False  # by MediaPipe: its landmarks lag behind what its net sees


HANDS = (partial(HandTracker, streaming=True), partial(LiteHandTracker, streaming=True))
FACE = (partial(FaceTracker, streaming=True), partial(LiteFaceTracker, streaming=True))
FACES = (partial(FaceTracker, streaming=True, faces=2), FACE[1])
SCENES = (
    Scene("one hand", "sample5", (1268.0, 1215.0), 1.8, HANDS, budget=0.5),
    Scene("two hands", "sample2", (1083.0, 970.0), 1.0, HANDS),
    Scene("no hand", "sample1", (929.0, 563.0), 1.0, HANDS),
    Scene("one face", "sample2", (1540.0, 305.0), 1.4, FACE, smoothed=True),
    Scene("two faces", "sample1", (800.0, 500.0), 1.0, FACES),
)


@dataclass(slots=True)
class Spent:
    """What one tracker took and found."""

    wall_ms: list[float] = field(default_factory=list)
    processor: float = 0.0  # seconds
    found: list[tuple[Landmarks, ...]] = field(default_factory=list)


def moving(scene: Scene) -> Iterator[Image]:
    """The clip: FRAMES of (720, 1280, 3) RGB."""
    photo = cv2.cvtColor(cv2.imread(str(DEMO / f"{scene.photo}.jpg")), cv2.COLOR_BGR2RGB)
    for turn in np.linspace(0.0, 2.0 * np.pi, FRAMES, endpoint=False):
        zoom, lean = scene.zoom * (1.0 + 0.25 * np.sin(2.0 * turn)), 0.4 * np.sin(turn)
        aim = np.array(scene.center_px) + 60.0 * np.array([np.sin(3 * turn), np.cos(2 * turn)])
        rotation = zoom * np.array([[np.cos(lean), -np.sin(lean)], [np.sin(lean), np.cos(lean)]])
        matrix = np.column_stack((rotation, np.array([WIDTH, HEIGHT]) / 2.0 - rotation @ aim))
        yield np.asarray(cv2.warpAffine(photo, matrix, (WIDTH, HEIGHT)), np.uint8)


def take_turns(scene: Scene) -> tuple[Spent, Spent]:
    """Both trackers through the clip, a few frames each; the first round warms them up."""
    clip = list(moving(scene))
    pair = [opened() for opened in scene.trackers]
    spent = (Spent(), Spent())
    for start in range(0, FRAMES, TURN):
        for tracker, account in zip(pair, spent, strict=True):
            begun = process_time()
            for number in range(start, start + TURN):
                before = perf_counter()
                found = tracker.detect(clip[number], FRAME_MS * number)
                account.wall_ms.append(1e3 * (perf_counter() - before))
                account.found.append(found)
            sleep(SETTLING)
            if start:
                account.processor += process_time() - begun
    for tracker in pair:
        tracker.close()
    return spent


def apart_px(theirs: Spent, ours: Spent) -> Array:
    """(n,) root mean square distances of the hands or faces, where both see as many."""
    return np.array(
        [
            min(np.sqrt(((a.points_px - b.points_px) ** 2).sum(axis=1).mean()) for a in expected)
            for expected, found in zip(theirs.found, ours.found, strict=True)
            if len(expected) == len(found)
            for b in found
        ]
    )


def scene_rows(scene: Scene) -> list[dict[str, Any]]:
    """Times, processor times, their ratios, and how far the landmarks lie apart."""
    theirs, ours = take_turns(scene)
    measured = FRAMES - TURN
    times = [Timing.of(account.wall_ms[TURN:]) for account in (theirs, ours)]
    busy = [1e3 * account.processor / measured for account in (theirs, ours)]
    rows = [
        _ratio(scene, "wall time", times[1].median_ms / times[0].median_ms),
        _ratio(scene, "processor time", busy[1] / busy[0]),
    ]
    for name, timing, processor in zip(("MediaPipe", "ours"), times, busy, strict=True):
        figure = f"{timing.median_ms:.1f} ms, p95 {timing.p95_ms:.1f}, processor {processor:.1f}"
        rows.append({"what": f"{scene.name}: {name} per frame", "figure": figure})
    seen = [sum(map(len, account.found)) for account in (theirs, ours)]
    rows.append(
        {"what": f"{scene.name}: seen by MediaPipe, ours", "figure": f"{seen[0]}, {seen[1]}"}
    )
    errors = apart_px(theirs, ours)
    if len(errors) >= ENOUGH and not scene.smoothed:
        rms = float(np.sqrt(np.mean(errors**2)))
        rows.append(
            {
                "what": f"{scene.name}: landmarks from MediaPipe's, RMS (median)",
                "figure": f"{rms:.2f} px ({np.median(errors):.2f})",
                "budget": f"≤ {RMS_BUDGET_PX} px",
                "met": rms <= RMS_BUDGET_PX,
            }
        )
    return rows


def _ratio(scene: Scene, what: str, figure: float) -> dict[str, Any]:
    return {
        "what": f"{scene.name}: {what} ÷ MediaPipe's",
        "figure": f"{figure:.2f}",
        "budget": f"≤ {scene.budget}",
        "met": figure <= scene.budget,
    }


def main() -> None:
    """Measure every scene and write the figures down."""
    rows = [row for scene in SCENES for row in scene_rows(scene)]
    for row in rows:
        sys.stdout.write(f"{row['what']}: {row['figure']}\n")
    write_results("bench_track", {"rows": rows})


if __name__ == "__main__":
    main()
