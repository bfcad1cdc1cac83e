"""Memory over many live frames of a whole set: does a stream that runs for hours stay as large?

The set scene of bench_frame at a reduced size, frame after frame without a governor. Resident
memory is read every few frames; after the warm-up, in which caches fill, its slope by least squares
is what an hour of thirty frames a second would add.
"""

from __future__ import annotations

import gc
import os
from pathlib import Path
from time import perf_counter
from typing import Any

import cv2
import numpy as np

from benchmarks.bench_frame import CARE, FRAME_MS, SCENES
from benchmarks.common import run_for
from models3d.frames import Array
from tryon.pipeline import Pipeline

SECONDS = 60.0
WARM_UP_SHARE = 0.4  # of the time: meshes of every size and the first tones are made in it
SCALE = 0.5  # of 1280x720
SAMPLE_EVERY = 5  # frames
FRAMES_AN_HOUR = 108_000
BUDGET_MB_AN_HOUR = 20.0
STATM = Path("/proc/self/statm")


def resident_mb() -> float:
    """Memory of this process that is in use now."""
    pages = int(STATM.read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def figures(seconds: float = SECONDS) -> dict[str, Any]:
    """All figures of this benchmark."""
    if not STATM.exists():
        raise SystemExit("Resident memory is read from /proc: this benchmark needs Linux.")
    scene = next(scene for scene in SCENES if scene.name == "set")
    clip = [
        np.asarray(
            cv2.resize(image, None, fx=SCALE, fy=SCALE, interpolation=cv2.INTER_AREA), np.uint8
        )
        for image in scene.frames()
    ]
    counts: list[int] = []
    sizes: list[float] = []
    worn: set[str] = set()
    number, begun, warm = 0, perf_counter(), 0
    with Pipeline(scene.wearables(), streaming=True, options=CARE) as pipeline:
        while (spent := perf_counter() - begun) < seconds:
            result = pipeline.process(clip[number % len(clip)], number * FRAME_MS)
            worn |= {placement.product for placement in result.placements}
            number += 1
            if spent < WARM_UP_SHARE * seconds:
                warm = number
            elif number % SAMPLE_EVERY == 0:
                gc.collect()
                counts.append(number)
                sizes.append(resident_mb())
    missing = set(scene.products) - worn
    if missing or len(counts) < 10:
        raise SystemExit(f"{number} frames in {seconds:.0f} s, never placed: {sorted(missing)}.")
    slope, spread = _slope(np.array(counts, float), np.array(sizes))
    hourly = slope * FRAMES_AN_HOUR
    rows = [
        {
            "what": f"memory that an hour of live frames adds, by {number - warm} frames",
            "figure": f"{hourly:.1f} ± {spread * FRAMES_AN_HOUR:.1f} MB",
            "budget": f"≤ {BUDGET_MB_AN_HOUR:.0f} MB",
            "met": hourly <= BUDGET_MB_AN_HOUR,
        },
        {"what": "the same for 1000 frames", "figure": f"{1e3 * slope:.3f} MB"},
        {"what": "memory after the last frame", "figure": f"{sizes[-1]:.0f} MB"},
    ]
    return {
        "rows": rows,
        "mb_per_1000_frames": 1e3 * slope,
        "mb_an_hour": hourly,
        "frames": number,
        "resident_mb": sizes[-1],
    }


def _slope(x: Array, y: Array) -> tuple[float, float]:
    """Of the line through points, and its standard error."""
    (slope, _), covariance = np.polyfit(x, y, 1, cov=True)
    return float(slope), float(np.sqrt(covariance[0, 0]))


def main() -> None:
    """Measure, print, and write the results down (or only to --json FILE)."""
    run_for("bench_soak", __doc__, SECONDS, figures)


if __name__ == "__main__":
    main()
