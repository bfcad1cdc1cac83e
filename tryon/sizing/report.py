"""A measurement as plain values, as words and as a picture to check it by."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from models3d.frames import Image
from tryon.sizing.estimate import Measured
from tryon.types import Interval

REFERENCE_COLOUR, EDGE_COLOUR = (184, 134, 60), (255, 255, 255)


def size_record(measured: Measured) -> dict[str, Any]:
    """One measurement, ready for `json.dumps`; millimetres."""
    return {
        "hand": measured.hand.value,
        "finger": measured.finger.value if measured.finger else None,
        "breadth_mm": _interval(measured.breadth_mm),
        "circumference_mm": _interval(measured.girth_mm),
        "sizes": {
            system: {"nearest": nearest, "least": least, "greatest": greatest}
            for system, (nearest, least, greatest) in measured.sizes.items()
        },
        "reference": measured.reference.id,
        "reference_px": np.round(measured.outline_px, 2).tolist(),
        "edges_px": np.round(measured.edges_px, 2).tolist(),
        "tilt_deg": round(measured.tilt_deg, 1),
    }


def size_words(measured: Measured) -> str:
    """What a person reads."""
    girth = measured.girth_mm
    where = f"{measured.hand} {measured.finger} finger" if measured.finger else (
        f"{measured.hand} wrist"
    )  # fmt: skip
    lines = [
        f"{where}: {girth.value:.1f} mm round, "
        f"{girth.low:.1f} to {girth.high:.1f} mm in 95 of 100 cases."
    ]
    for nearest, least, greatest in measured.sizes.values():
        lines.append(f"{nearest}  ({least} to {greatest})")
    if measured.finger:
        lines.append("A ring has to pass the knuckle too: have a ring stick confirm it.")
    return "\n".join(lines)


def marked(image: Image, measured: Measured) -> Image:
    """The photo with the outline of the reference and the line that was measured."""
    out = image.copy()
    thick = max(round(max(image.shape[:2]) / 500), 1)
    outline = np.round(measured.outline_px * 16.0).astype(np.int32)
    cv2.polylines(out, [outline], True, REFERENCE_COLOUR, thick, cv2.LINE_AA, 4)
    start, end = (tuple(point) for point in np.round(measured.edges_px * 16.0).astype(int).tolist())
    cv2.line(out, start, end, EDGE_COLOUR, thick, cv2.LINE_AA, 4)
    along = measured.edges_px[1] - measured.edges_px[0]
    across = np.array([-along[1], along[0]]) * 0.15
    for edge in measured.edges_px:
        ends = np.round(np.stack([edge - across, edge + across]) * 16.0).astype(int).tolist()
        cv2.line(out, tuple(ends[0]), tuple(ends[1]), EDGE_COLOUR, thick, cv2.LINE_AA, 4)
    return out


def _interval(interval: Interval) -> dict[str, float]:
    values = {"value": interval.value, "low": interval.low, "high": interval.high}
    return {name: round(value, 2) for name, value in values.items()}
