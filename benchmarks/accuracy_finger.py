"""Where rings are placed: on rendered hands of known pose, and on photographs measured by hand.

Rendered hands (`synthetic_scene.py`) give every figure, in space too: stills one by one, films as
streams. They are one rig, reshaped and recoloured; what holds on them must hold on photographs.

Two truths. `finger_labels.json` beside this file: both edges of 53 fingers, so width, place across
the finger and axis in the image. `annotations.json` of the folder given by `--eval`: 21 joints a
hand with the wearer's side and, where there are, joints in space and worn bands.

Read the first truth with care. Its fingers were picked where the detector had found the hand, so
it says nothing of the detection rate; the anatomical widths are fitted to it and the crease between
touching fingers was added after looking at it, so its widths are in-sample. The edges were read in
patches laid along the detector's bones.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import FOLDER, ROOT, write_results
from benchmarks.synthetic_figures import (
    angle_deg,
    film_rows,
    on_films,
    on_stills,
    rendered_rows,
)
from models3d.frames import Image, Intrinsics
from tryon.anchors.finger import (
    Outline,
    expected_width_px,
    find_outline,
    place_ring,
    ring_place,
)
from tryon.anchors.hand_frame import PROXIMAL, HandPose, lift
from tryon.landmarks import HandTracker
from tryon.media.lens import assumed_intrinsics
from tryon.media.photo import read_photo
from tryon.types import Finger, HandLandmarks

EVAL = ROOT.parent / "shared" / "eval"
DEMO = ROOT / "node_modules/@vladmandic/face-api/demo"
LABELS = FOLDER / "finger_labels.json"
INNER_DIAMETER = 0.0172
CONFIDENT = 0.4
BUDGETS = {"width, refined": (8.0, "%"), "axis in the image, refined": (4.0, "°")}
BUDGETS |= {"axis in space, lifted": (8.0, "°"), "across, refined": (6.0, "% of MCP-PIP")}
SHARES = {"labelled hands found again", "hands detected", "hand named rightly"}

Errors = dict[str, list[float]]


class Found:
    """Photos read and searched once."""

    def __init__(self, tracker: HandTracker) -> None:
        self._tracker = tracker
        self.hands = cache(self._hands)

    def _hands(self, path: Path) -> tuple[Image, Intrinsics, tuple[HandLandmarks, ...]]:
        image = read_photo(path).image
        height, width = image.shape[:2]
        return image, assumed_intrinsics(width, height), self._tracker.detect(image, 0.0)


def bare(pose: HandPose, finger: Finger) -> Outline:
    """What there is without looking at the finger in the image."""
    return Outline(ring_place(pose, finger), expected_width_px(pose, finger), 0.0, 0.0, 0.0)


def against_edges(found: Found, folder: Path, errors: Errors) -> None:
    """Compare with the edges read by eye."""
    for label in json.loads(LABELS.read_text())["fingers"]:
        name = label["photo"]
        path = DEMO / name.removeprefix("demo/") if name.startswith("demo/") else None
        path = path or folder / "images" / name
        if not path.is_file():
            continue
        image, camera, hands = found.hands(path)
        finger = Finger(label["finger"])
        start, end = PROXIMAL[finger]
        left, right = np.array(label["at_ring"])
        width = float(np.linalg.norm(right - left))
        near = [
            h for h in hands if np.linalg.norm(h.points_px[start] - label["knuckle"]) < 2 * width
        ]
        errors["labelled hands found again"].append(float(bool(near)))
        if not near:
            continue
        hand = min(near, key=lambda h: float(np.linalg.norm(h.points_px[start] - label["knuckle"])))
        pose = lift(hand, camera)
        middle = (left + right) / 2.0
        axis = np.mean(label["towards_tip"], axis=0) - middle
        axis = axis / np.linalg.norm(axis)
        across = np.array([-axis[1], axis[0]])
        bone = float(np.linalg.norm(hand.points_px[end] - hand.points_px[start]))
        whole = find_outline(image, pose, finger)
        steps = {
            "bare": bare(pose, finger),
            "width only": replace(whole, shift_px=0.0, turn=0.0),
            "refined": whole,
        }
        for step, outline in steps.items():
            ring = place_ring(pose, finger, outline, camera, INNER_DIAMETER)
            errors[f"width, {step}"].append(100.0 * abs(ring.width_px / width - 1.0))
            errors[f"across, {step}"].append(
                100.0 * abs(float((ring.center_px - middle) @ across)) / bone
            )
            errors[f"axis in the image, {step}"].append(angle_deg(ring.axis_px, axis))
        if whole.confidence >= CONFIDENT:
            errors["width, refined where the contour is clear"].append(
                100.0 * abs(whole.width_px / width - 1.0)
            )


def against_annotations(found: Found, folder: Path, errors: Errors) -> None:
    """Compare with annotated joints and worn bands."""
    listing = folder / "annotations.json"
    if not listing.is_file():
        return
    for item in json.loads(listing.read_text())["items"]:
        bands = [j for j in item.get("jewelry", ()) if j["kind"] == "ring"]
        path = folder / item["image"]
        if not path.is_file() or not (item["hands"] or bands):
            continue
        image, assumed, hands = found.hands(path)
        stated = item.get("camera") or {}
        camera = Intrinsics(*(stated[k] for k in ("fx", "fy", "cx", "cy"))) if stated else assumed
        for truth in item["hands"]:
            _against_joints(truth, image, camera, hands, errors)
        for band in bands:
            _against_band(band, image, camera, hands, errors)


def _against_joints(
    truth: dict[str, Any],
    image: Image,
    camera: Intrinsics,
    hands: tuple[HandLandmarks, ...],
    errors: Errors,
) -> None:
    joints = np.array(truth["kp2d"], np.float64)
    valid = joints[:, 2] > 0
    if valid.sum() < 15:
        return
    size = float(np.ptp(joints[valid, :2], axis=0).max())
    distances = [
        float(np.linalg.norm(h.points_px - joints[:, :2], axis=1)[valid].mean()) for h in hands
    ]
    hit = bool(distances) and min(distances) < 0.2 * size
    errors["hands detected"].append(float(hit))
    if not hit:
        return
    hand = hands[int(np.argmin(distances))]
    errors["hand named rightly"].append(float(hand.hand == truth["side"]))
    pose = lift(hand, camera)
    for finger, (start, end) in PROXIMAL.items():
        if not (valid[start] and valid[end]):
            continue
        bone = joints[end, :2] - joints[start, :2]
        for step, outline in (
            ("bare", bare(pose, finger)),
            ("refined", find_outline(image, pose, finger)),
        ):
            ring = place_ring(pose, finger, outline, camera, INNER_DIAMETER)
            errors[f"axis in the image against joints, {step}"].append(
                angle_deg(ring.axis_px, bone)
            )
        if truth.get("kp3d_mm") is not None:
            space = np.array(truth["kp3d_mm"], np.float64)[:, :3]
            true_axis = space[end] - space[start]
            errors["axis in space, detector's own"].append(
                angle_deg(hand.world[end] - hand.world[start], true_axis)
            )
            errors["axis in space, lifted"].append(
                angle_deg(ring.camera_from_anchor.rotation[:, 1], true_axis)
            )


def _against_band(
    band: dict[str, Any],
    image: Image,
    camera: Intrinsics,
    hands: tuple[HandLandmarks, ...],
    errors: Errors,
) -> None:
    ends = np.array([band["p0"], band["p1"]])
    finger = Finger(band["finger"])
    start, end = PROXIMAL[finger]
    middle, width = ends.mean(axis=0), float(np.linalg.norm(ends[1] - ends[0]))
    near = [h for h in hands if np.linalg.norm(h.points_px[start] - middle) < 4.0 * width]
    if not near:
        return
    hand = min(near, key=lambda h: float(np.linalg.norm(h.points_px[start] - middle)))
    pose = lift(hand, camera)
    bone = hand.points_px[end] - hand.points_px[start]
    length = float(np.linalg.norm(bone))
    ring = place_ring(pose, finger, find_outline(image, pose, finger), camera, INNER_DIAMETER)
    off = (ring.center_px - middle) / length
    errors["worn band: along"].append(100.0 * abs(float(off @ bone)) / length)
    errors["worn band: across"].append(
        100.0 * abs(float(off @ np.array([-bone[1], bone[0]]))) / length
    )
    errors["worn band: width"].append(100.0 * abs(ring.width_px / width - 1.0))


def main() -> None:
    """Measure, print, write down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--eval", type=Path, default=EVAL, help="folder with annotations.json")
    folder = parser.parse_known_args()[0].eval
    errors: Errors = defaultdict(list)
    with HandTracker(streaming=False) as tracker:
        found = Found(tracker)
        against_edges(found, folder, errors)
        against_annotations(found, folder, errors)
    rows = rendered_rows(on_stills()) + film_rows(on_films())
    for row in rows:
        sys.stdout.write(f"{row['what']:55} {row['figure']}\n")
    for name, values in sorted(errors.items()):
        median, worse = np.percentile(values, [50, 90])
        if name in SHARES:
            figure, budget, met = f"{100 * np.mean(values):.1f} % of {len(values)}", None, None
        else:
            limit, unit = BUDGETS.get(name, (None, "°" if "axis" in name else "%"))
            figure = f"median {median:.1f}, p90 {worse:.1f} {unit} (n = {len(values)})"
            budget = None if limit is None else f"≤ {limit:.0f} {unit}"
            met = None if limit is None else bool(median <= limit)
        rows.append({"what": name, "figure": figure, "budget": budget, "met": met})
        sys.stdout.write(f"{name:45} {figure}\n")
    write_results("accuracy_finger", {"rows": rows})


if __name__ == "__main__":
    main()
