"""Errors of worn rings on rendered hands: stills one by one, films as streams."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.fit_tilt import SEEN, matched
from benchmarks.synthetic_hand import RING_PLACE, FingerTruth
from benchmarks.synthetic_scene import FPS, Picture, film, still
from models3d.frames import Anchor, Array
from models3d.mesh import Model
from tryon.runtime import hand_source
from tryon.solvers.rings import INVISIBLE, RingSolver
from tryon.types import Finger, Frame, Layer, Placement, Seen, Wearable
from viewer.render.renderer import Renderer

STILLS, FILMS, FILM_FRAMES = 160, 3, 60
SETTLING = 12  # frames of a film before it counts
SLOW = 9  # frames over which an error is slow, not jitter
RING = Model("ring", (), Anchor.FINGER, 0.0172)
EVERYWHERE = tuple(Wearable(finger, RING, finger) for finger in Finger)
# Of rendered hands: median, 90th percentile, unit.
RENDERED: dict[str, tuple[float | None, float | None, str]] = {
    "axis in space": (8.0, 18.0, "°"),
    "axis in the image": (3.0, None, "°"),
    "across": (6.0, None, "% of MCP-PIP"),
    "width": (8.0, None, "%"),
    "roll, long fingers": (None, None, "°"),
    "roll, thumb": (None, None, "°"),
    "place along the phalanx, long fingers": (None, None, "% of MCP-PIP"),
    "place along the phalanx, thumb": (None, None, "% of MCP-PIP"),
}
LEAST_SIDES = 99.0  # % rightly seen
MOST_LAG = 1.0  # frames

Errors = dict[str, list[float]]


@dataclass(frozen=True, slots=True)
class Followed:
    """One finger through one film."""

    lag_frames: float
    jitter_px: float
    jitter_deg: float
    dropped: float  # share of the frames


def on_stills(numbers: Iterable[int] = range(STILLS)) -> Errors:
    """Errors of every ring whose place the camera sees, on photos looked at one by one."""
    errors: Errors = defaultdict(list)
    solver = RingSolver(EVERYWHERE, smoothing=False)
    with Renderer() as renderer, hand_source(streaming=False) as tracker:
        for number in numbers:
            picture = still(renderer, number)
            hand = matched(picture, tracker.detect(picture.image, 0.0))
            errors["hands detected"].append(float(hand is not None))
            if hand is None:
                continue
            errors["hand named rightly"].append(float(hand.hand is picture.hand.hand))
            frame = Frame(picture.image, Seen((hand,)), picture.camera, 0.0)
            placed = by_finger(solver.solve(frame))
            for finger, truth in picture.fingers.items():
                if truth.seen >= SEEN:
                    compare(truth, placed[finger], errors, named=hand.hand is picture.hand.hand)
    return errors


def by_finger(layers: Sequence[Layer]) -> dict[Finger, Placement]:
    """The placement on each finger of the one hand."""
    placements = (piece.placement for layer in layers for piece in layer.pieces)
    return {placed.finger: placed for placed in placements if placed.finger is not None}


def compare(truth: FingerTruth, placed: Placement, errors: Errors, named: bool) -> None:
    """Add one ring's errors.

    Args:
        named: that the hand is rightly left or right; otherwise its back cannot be.
    """
    shown = placed.confidence >= INVISIBLE
    errors["rings shown"].append(float(shown))
    if not shown:
        return
    rotation = placed.camera_from_anchor.rotation
    thumb = "thumb" if placed.finger is Finger.THUMB else "long fingers"
    errors["axis in space"].append(angle_deg(rotation[:, 1], truth.axis))
    errors["axis in the image"].append(angle_deg(placed.axis_px, truth.axis_px))
    if named:
        dorsal = rotation[:, 2] - (rotation[:, 2] @ truth.axis) * truth.axis
        errors[f"roll, {thumb}"].append(angle_deg(dorsal, truth.dorsal))
        errors["side rightly seen"].append(float(placed.side is truth.side))
    off = placed.center_px - truth.center_px
    across = np.array([-truth.axis_px[1], truth.axis_px[0]])
    errors["across"].append(100.0 * abs(float(off @ across)) / truth.bone_px)
    along = RING_PLACE + float(off @ truth.axis_px) / truth.bone_px
    errors[f"place along the phalanx, {thumb}"].append(100.0 * along)
    errors["width"].append(100.0 * abs(float(np.log(placed.width_px / truth.width_px))))


def angle_deg(a: Array, b: Array) -> float:
    """Between two directions."""
    cosine = float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))
    return float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


def on_films(count: int = FILMS, frames: int = FILM_FRAMES) -> list[Followed]:
    """Each finger that is seen through a film of a moving, turning, bending hand."""
    found = []
    with Renderer() as renderer:
        for number in range(count):
            found += followed(list(film(renderer, number, frames)))
    return found


def followed(pictures: Sequence[Picture]) -> list[Followed]:
    """A ring on each finger that is seen in every frame."""
    solver = RingSolver(EVERYWHERE, smoothing=True)
    streams: dict[Finger, list[Placement | None]] = {finger: [] for finger in Finger}
    with hand_source(streaming=True) as tracker:
        for k, picture in enumerate(pictures):
            time_ms = 1e3 * k / FPS
            hand = matched(picture, tracker.detect(picture.image, time_ms))
            seen = Seen(() if hand is None else (hand,))
            layers = solver.solve(Frame(picture.image, seen, picture.camera, time_ms))
            placed = by_finger(layers)
            shown = {
                p.placement.finger for layer in layers for p in layer.pieces if p.worn[0].opacity
            }
            for finger, stream in streams.items():
                stream.append(placed.get(finger) if finger in shown else None)
    kept = range(SETTLING, len(pictures))
    return [
        _followed([pictures[k].fingers[finger] for k in kept], [stream[k] for k in kept])
        for finger, stream in streams.items()
        if all(pictures[k].fingers[finger].seen >= SEEN for k in kept)
        and sum(stream[k] is not None for k in kept) > len(kept) // 2
    ]


def _followed(truths: Sequence[FingerTruth], stream: Sequence[Placement | None]) -> Followed:
    frames = np.array([k for k, placed in enumerate(stream) if placed is not None])
    placed = [one for one in stream if one is not None]
    true_path = np.array([truth.center_px for truth in truths])
    path = np.array([one.center_px for one in placed])
    lag = _lag(frames, path, true_path)
    off = path - _delayed(frames, true_path, lag)
    axes = np.array([one.camera_from_anchor.rotation[:, 1] for one in placed])
    leans = np.degrees(axes - np.array([truths[k].axis for k in frames]))
    return Followed(
        lag_frames=lag,
        jitter_px=_quick(off),
        jitter_deg=_quick(leans),
        dropped=1.0 - len(placed) / len(stream),
    )


def _lag(frames: Array, path: Array, true_path: Array) -> float:
    """Frames by which a path trails the true one, its constant error aside."""
    delays = np.arange(-0.5, 4.0, 0.05)
    errors = [float((path - _delayed(frames, true_path, d)).var(axis=0).sum()) for d in delays]
    return float(delays[int(np.argmin(errors))])


def _delayed(frames: Array, path: Array, delay: float) -> Array:
    whole = np.arange(len(path))
    return np.column_stack([np.interp(frames - delay, whole, column) for column in path.T])


def _quick(errors: Array) -> float:
    """RMS length of what changes from frame to frame: errors (n, d) less their moving mean."""
    window = np.ones(SLOW) / SLOW
    slow = np.column_stack([np.convolve(column, window, "valid") for column in errors.T])
    edge = SLOW // 2
    quick = errors[edge : len(errors) - edge] - slow
    return float(np.sqrt((quick**2).sum(axis=1).mean()))


def rendered_rows(errors: Errors) -> list[dict[str, Any]]:
    """Lines of the report's table: stills."""
    rows = []
    for name, values in errors.items():
        what = f"rendered: {name}"
        if name not in RENDERED:
            share = 100.0 * float(np.mean(values))
            sides = name == "side rightly seen"
            rows.append(
                {
                    "what": what,
                    "figure": f"{share:.1f} % of {len(values)}",
                    "budget": f"≥ {LEAST_SIDES:.0f} %" if sides else None,
                    "met": share >= LEAST_SIDES if sides else None,
                }
            )
            continue
        most, worst, unit = RENDERED[name]
        median, worse = np.percentile(values, [50, 90])
        rows.append(
            {
                "what": what,
                "figure": f"median {median:.1f}, p90 {worse:.1f} {unit} (n = {len(values)})",
                "budget": most and f"≤ {most:.0f}{f', p90 ≤ {worst:.0f}' if worst else ''} {unit}",
                "met": most and bool(median <= most and worse <= (worst or np.inf)),
            }
        )
    return rows


def film_rows(films: list[Followed]) -> list[dict[str, Any]]:
    """Lines of the report's table: films."""
    lags, pixels, degrees, dropped = (
        np.array([getattr(one, name) for one in films])
        for name in ("lag_frames", "jitter_px", "jitter_deg", "dropped")
    )
    over = f"median over {len(films)} fingers"
    lag = float(np.median(lags))
    return [
        {
            "what": "rendered films: lag",
            "figure": f"{lag:.2f} frames, {over}",
            "budget": f"≤ {MOST_LAG:.0f}",
            "met": lag <= MOST_LAG,
        },
        {
            "what": "rendered films: jitter while moving, centre",
            "figure": f"{np.median(pixels):.2f} px, {over}",
            "budget": None,
            "met": None,
        },
        {
            "what": "rendered films: jitter while turning, axis",
            "figure": f"{np.median(degrees):.2f} °, {over}",
            "budget": None,
            "met": None,
        },
        {
            "what": "rendered films: dropped frames",
            "figure": f"{100.0 * dropped.mean():.1f} %",
            "budget": None,
            "met": None,
        },
    ]
