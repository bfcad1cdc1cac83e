"""How still a ring stands on a still hand, and how far it lags behind a moving one.

Still: one photo as a 30 fps stream with fresh noise of sigma = 4 grey levels on every frame; the
RMS of what the solver says about its own mean, raw and smoothed. Moving: the picture slides over
a screen to and fro; the lag is how far the smoothed centre trails where the raw one goes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.common import ROOT, SEED, write_results
from models3d.frames import Anchor, Array, Image
from models3d.mesh import Model
from tryon.landmarks import HandTracker
from tryon.media.lens import assumed_intrinsics
from tryon.media.photo import read_photo
from tryon.solvers.rings import RingSolver
from tryon.types import Finger, Frame, HandLandmarks, Seen, Wearable

PHOTO = ROOT / "node_modules/@vladmandic/face-api/demo/sample5.jpg"
WIDTH, HEIGHT, FPS = 1280, 720, 30.0
NOISE = 4.0
SETTLING, MEASURED = 45, 120  # frames
CENTER_BUDGET_PX, AXIS_BUDGET_DEG, LAG_BUDGET_FRAMES = 0.3, 0.4, 1.0
RING = Model("ring", (), Anchor.FINGER, 0.0172)


@dataclass(frozen=True, slots=True)
class Steadiness:
    """RMS about the mean."""

    center_px: float
    axis_deg: float  # of the ring's axis, in space
    rotation_deg: float  # of the whole frame, roll included
    width_pct: float


def still_frames(picture: Image, count: int) -> Iterator[Image]:
    """The same picture with fresh noise each time."""
    random = np.random.default_rng(SEED)
    for _ in range(count):
        noisy = picture + random.normal(0.0, NOISE, picture.shape)
        yield np.clip(np.rint(noisy), 0, 255).astype(np.uint8)


def moving_frames(picture: Image, shifts: Array) -> Iterator[Image]:
    """The picture moved to the right by whole pixels (n,), with noise."""
    random = np.random.default_rng(SEED)
    for shift in shifts:
        noisy = np.roll(picture, int(shift), axis=1) + random.normal(0.0, NOISE, picture.shape)
        yield np.clip(np.rint(noisy), 0, 255).astype(np.uint8)


def track(frames: Iterator[Image]) -> list[tuple[Image, tuple[HandLandmarks, ...]]]:
    """What the detector sees, frame by frame."""
    with HandTracker(streaming=True) as tracker:
        return [(frame, tracker.detect(frame, 1e3 * k / FPS)) for k, frame in enumerate(frames)]


def follow(
    tracked: list[tuple[Image, tuple[HandLandmarks, ...]]], finger: Finger, smoothing: bool
) -> tuple[Array, Array, Array]:
    """Centres (n, 2), rotations (n, 3, 3) and widths (n,) of one ring through a stream."""
    solver = RingSolver([Wearable("ring", RING, finger)], smoothing=smoothing)
    camera = assumed_intrinsics(WIDTH, HEIGHT)
    found = [
        solver.solve(Frame(frame, Seen(hands[:1]), camera, 1e3 * k / FPS))[0].pieces[0].placement
        for k, (frame, hands) in enumerate(tracked)
    ]
    return (
        np.array([p.center_px for p in found]),
        np.array([p.camera_from_anchor.rotation for p in found]),
        np.array([p.width_px for p in found]),
    )


def steadiness(centers: Array, rotations: Array, widths: Array) -> Steadiness:
    """How far the frames after settling scatter."""
    centers, rotations, widths = (a[SETTLING:] for a in (centers, rotations, widths))
    u, _, vt = np.linalg.svd(rotations.mean(axis=0))
    turns = rotations @ (u @ vt).T
    cosines = np.clip((np.trace(turns, axis1=1, axis2=2) - 1.0) / 2.0, -1.0, 1.0)
    axes = rotations[:, :, 1]
    mean_axis = axes.mean(axis=0) / np.linalg.norm(axes.mean(axis=0))
    off_axis = np.arccos(np.clip(axes @ mean_axis, -1.0, 1.0))
    return Steadiness(
        round(float(np.sqrt(((centers - centers.mean(axis=0)) ** 2).sum(axis=1).mean())), 3),
        round(float(np.degrees(np.sqrt((off_axis**2).mean()))), 3),
        round(float(np.degrees(np.sqrt((np.arccos(cosines) ** 2).mean()))), 3),
        round(float(100.0 * widths.std() / widths.mean()), 3),
    )


def lag_frames(shifts: Array, smoothed: Array, raw: Array) -> float:
    """By how many frames the smoothed path trails the raw one (least squares, sub-frame)."""
    path, still = smoothed[:, 0], raw[:, 0]
    frames = np.arange(len(shifts))
    keep = slice(SETTLING, len(shifts) - 5)
    delays = np.arange(0.0, 4.0, 0.05)
    errors = [
        float(((path - np.interp(frames - d, frames, still))[keep] ** 2).mean()) for d in delays
    ]
    return round(float(delays[int(np.argmin(errors))]), 2)


def screen(photo: Image) -> Image:
    """The photo's lower right, where the hand is."""
    return photo[-HEIGHT:, -WIDTH:]


def row(what: str, raw: float, smooth: float, unit: str, budget: float) -> dict[str, Any]:
    """A line of the report's table."""
    return {
        "what": f"{what}, noise {NOISE:.0f}",
        "figure": f"{smooth:.2f} {unit} (raw {raw:.2f})",
        "budget": f"≤ {budget} {unit}",
        "met": smooth <= budget,
    }


def main() -> None:
    """Measure, print, write down."""
    picture = screen(read_photo(PHOTO).image)
    tracked = track(still_frames(picture, SETTLING + MEASURED))
    results: dict[str, Any] = {"rows": []}
    for finger in Finger:
        raw = steadiness(*follow(tracked, finger, smoothing=False))
        smooth = steadiness(*follow(tracked, finger, smoothing=True))
        results["rows"] += [
            row(f"still {finger}: centre", raw.center_px, smooth.center_px, "px", CENTER_BUDGET_PX),
            row(f"still {finger}: axis", raw.axis_deg, smooth.axis_deg, "°", AXIS_BUDGET_DEG),
        ]
        results[f"still_{finger}"] = {
            "raw": {name: getattr(raw, name) for name in Steadiness.__slots__},
            "smoothed": {name: getattr(smooth, name) for name in Steadiness.__slots__},
        }
        sys.stdout.write(
            f"{finger:7} centre {raw.center_px:.2f} -> {smooth.center_px:.2f} px   "
            f"axis {raw.axis_deg:.2f} -> {smooth.axis_deg:.2f} deg   "
            f"frame {raw.rotation_deg:.2f} -> {smooth.rotation_deg:.2f} deg   "
            f"width {raw.width_pct:.2f} -> {smooth.width_pct:.2f} %\n"
        )
    for hertz in (0.25, 0.5, 1.0):
        frames = np.arange(SETTLING + MEASURED)
        shifts = np.round(150.0 * np.sin(2.0 * np.pi * hertz * frames / FPS))
        moved = track(moving_frames(picture, shifts))
        raw_path = follow(moved, Finger.RING, smoothing=False)[0]
        smooth_path = follow(moved, Finger.RING, smoothing=True)[0]
        trail = smooth_path - raw_path
        results[f"moving_{hertz}_hz"] = {
            "lag_frames": lag_frames(shifts, smooth_path, raw_path),
            "trail_px": round(float(np.sqrt((trail[SETTLING:] ** 2).sum(axis=1).mean())), 2),
        }
        lag = results[f"moving_{hertz}_hz"]["lag_frames"]
        results["rows"].append(
            {
                "what": f"150 px to and fro at {hertz} Hz: lag",
                "figure": f"{lag:.2f} frames",
                "budget": f"≤ {LAG_BUDGET_FRAMES:.0f}",
                "met": lag <= LAG_BUDGET_FRAMES,
            }
        )
        sys.stdout.write(f"150 px to and fro at {hertz} Hz: {results[f'moving_{hertz}_hz']}\n")
    write_results("jitter_finger", results)


if __name__ == "__main__":
    main()
