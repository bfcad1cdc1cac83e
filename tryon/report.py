"""The `--json` lines: one object a frame, the same keys in the same order every time."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, Self, TextIO

from tryon.errors import TryOnError
from tryon.types import Fit, FrameResult, Interval, Placement, Quality, Scale

STANDARD_OUTPUT = Path("-")
TIMINGS = ("decode", "track", "solve", "render", "composite", "total")


def frame_record(
    source: str, frame: int, time_ms: float, result: FrameResult, decode_ms: float
) -> dict[str, Any]:
    """One frame as plain values, ready for `json.dumps`.

    Args:
        source: the name of the picture, the video or the camera.
        frame: its number in the source, from 0.
        time_ms: on the source's own clock.
        decode_ms: what reading the frame took; the total includes it.
    """
    height, width = result.image.shape[:2]
    timings = {**result.timings_ms, "decode": decode_ms}
    timings["total"] = result.timings_ms["total"] + decode_ms
    record = {
        "source": source,
        "frame": frame,
        "time_ms": round(time_ms, 3),
        "image_size": [width, height],
        "intrinsics": {
            "fx": float(result.intrinsics.fx),
            "fy": float(result.intrinsics.fy),
            "cx": float(result.intrinsics.cx),
            "cy": float(result.intrinsics.cy),
        },
        "placements": [_placement(placement) for placement in result.placements],
        "timings_ms": {key: round(float(timings[key]), 3) for key in TIMINGS},
    }
    if result.quality:
        record["quality"] = _quality(result.quality)
    return record


def json_line(record: dict[str, Any]) -> str:
    """One line with its end; NaN, which JSON does not know, is a bug and raises."""
    return json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n"


def _placement(placement: Placement) -> dict[str, Any]:
    return {
        "product": placement.product,
        "anchor": placement.anchor.value,
        "finger": placement.finger.value if placement.finger else None,
        "hand": placement.hand.value if placement.hand else None,
        "side": placement.side.value if placement.side else None,
        "ear": placement.ear.value if placement.ear else None,
        "confidence": round(float(placement.confidence), 4),
        "camera_from_anchor": placement.camera_from_anchor.matrix.tolist(),
        "center_px": [float(value) for value in placement.center_px],
        "axis_px": [float(value) for value in placement.axis_px],
        "width_px": float(placement.width_px),
        "scale": _scale(placement.scale),
        "fit": _fit(placement.fit),
    }


def _quality(quality: Quality) -> dict[str, Any]:
    detail = quality.detail
    return {
        "level": quality.level,
        "supersampling": detail.supersampling,
        "gem_bounces": detail.gem_bounces,
        "heavy_every": detail.heavy_every,
    }


def _scale(scale: Scale | None) -> dict[str, Any] | None:
    """Millimetres per pixel at the jewel with their 95 % interval; None where it is not known."""
    if scale is None:
        return None
    known = scale.mm_per_px
    return {"from": scale.source, "mm_per_px": known.value, "interval": [known.low, known.high]}


def _fit(fit: Fit | None) -> dict[str, Any] | None:
    """How the size asked for suits what was measured; None without a reference."""
    if fit is None:
        return None
    return {
        "verdict": fit.verdict.value,
        "made_for_mm": fit.made_for_mm,
        "girth_mm": _interval(fit.girth_mm),
        "shown": fit.shown,
        "sentence": fit.sentence,
    }


def _interval(interval: Interval | None) -> dict[str, float] | None:
    if interval is None:
        return None
    values = {"value": interval.value, "low": interval.low, "high": interval.high}
    return {name: round(value, 2) for name, value in values.items()}


class RecordFile:
    """Writes `--json` lines; a context manager. "-" is standard output.

    The file appears under its name when the block ends well, and not at all when it raises.

    Raises:
        TryOnError: the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._partial = path.with_name(f".{path.name}.{os.getpid()}.part")
        self._file: TextIO = sys.stdout
        if path != STANDARD_OUTPUT:
            try:
                self._file = self._partial.open("w", encoding="utf-8")
            except OSError as error:
                raise TryOnError(f"{path} cannot be written: {error.strerror}.") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._path == STANDARD_OUTPUT:
            self._file.flush()
            return
        self._file.close()
        if kind is None:
            self._partial.replace(self._path)
        self._partial.unlink(missing_ok=True)

    def write(self, record: dict[str, Any]) -> None:
        """Append one record."""
        self._file.write(json_line(record))
