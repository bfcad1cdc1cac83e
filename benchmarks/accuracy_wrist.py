"""Where watches are placed: on synthetic arms of known pose, on photographs measured by hand.

Three truths. `synthetic_arm`: axis, roll, centre and width in space, without a detector.
`wrist_labels.json` beside this file: both edges of forearms in photographs of the folder given by
`--eval`, read by eye to about 3 % of the width. `annotations.json` of that folder: the ends of
watch bands that people wear there. Then a still arm in a stream: jitter.

The breadth of a wrist in palms and the weights of the search were chosen with the photographs in
view, so their figures are in-sample; the synthetic ones are not.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import FOLDER, ROOT, SEED, write_results
from benchmarks.synthetic_arm import CAMERA, SyntheticArm, synthetic_arm
from models3d.frames import Anchor, Array, Image
from models3d.mesh import Material, Mesh, Model, Part
from tryon.anchors.arm_guess import from_hand, palm_seen
from tryon.anchors.forearm import Forearm, find_forearm
from tryon.anchors.hand_frame import lift
from tryon.anchors.wrist import Section, WristAnchor, place_wrist
from tryon.covers.tones import hand_tone
from tryon.errors import MissingLandmarkModel
from tryon.media.lens import assumed_intrinsics
from tryon.media.photo import read_photo
from tryon.solvers.wrist_memory import forearm_of
from tryon.solvers.wrists import WristSolver
from tryon.tracker import Tracker, Wanted
from tryon.types import Frame, HandLandmarks, Seen, Wearable

EVAL = ROOT.parent / "shared" / "eval"
LABELS = FOLDER / "wrist_labels.json"
ARMS = 150
SECTION = Section(0.0301, 0.0221)
SHOWN = 0.5  # confidence from which a piece is seen
FRAMES, SETTLING = 90, 30
LARGE_SAMPLE = ("shown", "hand named rightly", "side right")
BUDGETS = {
    "photographs: axis in the image": (5.0, "°"),
    "photographs: centre across": (10.0, "% of the width"),
    "photographs: width": (8.0, "%"),
    "synthetic: axis in the image": (3.0, "°"),
    "synthetic: centre across": (10.0, "% of the width"),
    "synthetic: width": (8.0, "%"),
    "stream: jitter of the centre": (0.3, "px"),
    "stream: jitter of the frame": (0.4, "°"),
}
Errors = dict[str, list[float]]


def angle_deg(a: Array, b: Array) -> float:
    """Between two directions."""
    cosine = float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))
    return float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


def by_hand_alone(hand: HandLandmarks) -> Forearm:
    """What there is without looking at the image: the arm goes on as the hand does."""
    pose = lift(hand, CAMERA)
    palm = palm_seen(pose)
    guess = from_hand(pose, palm)
    return Forearm(
        hand.points_px[0], -guess.away_px, 0.69, 0.0, 0.16, guess.rise, 0.0, 0.0, 1.0, palm
    )


def against_synthetic(errors: Errors) -> None:
    """Arms of known pose: the hand's axis alone, and with the outline."""
    random = np.random.default_rng(SEED)
    for _ in range(ARMS):
        arm = synthetic_arm(random)
        pose = lift(arm.hand, CAMERA)
        frame = Frame(arm.image, Seen(hands=(arm.hand,)), CAMERA, 0.0)
        found = forearm_of(frame, pose, hand_tone(arm.image, arm.hand), None, None, None)
        for step, forearm in (("hand alone", by_hand_alone(arm.hand)), ("", found)):
            wrist = place_wrist(pose, forearm, SECTION, CAMERA)
            name = f", {step}" if step else ""
            shown = wrist.confidence >= SHOWN
            if not step:
                errors["synthetic: shown"].append(float(shown))
            if shown or step:
                _against_arm(arm, wrist, name, errors)


def _against_arm(arm: SyntheticArm, wrist: WristAnchor, step: str, errors: Errors) -> None:
    rotation = wrist.camera_from_anchor.rotation
    ahead = CAMERA.project(arm.joint) - CAMERA.project(arm.joint - 0.04 * arm.rotation[:, 1])
    errors[f"synthetic: axis in the image{step}"].append(angle_deg(wrist.axis_px, ahead))
    errors[f"synthetic: axis in space{step}"].append(angle_deg(rotation[:, 1], arm.rotation[:, 1]))
    errors[f"synthetic: roll{step}"].append(_roll_deg(rotation, arm.rotation))
    aways = np.linspace(-0.02, 0.16, 91)
    edges = np.stack([arm.edges_px(float(away)) for away in aways])
    middles = edges.mean(axis=1)
    nearest = int(np.linalg.norm(middles - wrist.center_px, axis=1).argmin())
    low, high = edges[nearest]
    width = float(np.linalg.norm(high - low))
    across = (high - low) / width
    off = abs(float((wrist.center_px - middles[nearest]) @ across))
    errors[f"synthetic: centre across{step}"].append(100.0 * off / width)
    errors[f"synthetic: width{step}"].append(100.0 * abs(wrist.width_px / width - 1.0))
    dorsal = arm.rotation[:, 2] @ middle_ray(arm.joint) < 0.0
    if abs(float(arm.rotation[:, 2] @ middle_ray(arm.joint))) > 0.2:
        errors[f"synthetic: side right{step}"].append(float((wrist.side == "dorsal") == dorsal))


def middle_ray(point: Array) -> Array:
    """(3,) unit, from the camera."""
    return np.asarray(point / np.linalg.norm(point))


def _roll_deg(rotation: Array, truth: Array) -> float:
    """How far the backs of both wrists differ about the true arm's axis."""
    axis = truth[:, 1]
    flat = rotation[:, 2] - (rotation[:, 2] @ axis) * axis
    return angle_deg(flat, truth[:, 2])


def against_photographs(folder: Path, errors: Errors) -> None:
    """The edges read by eye and the bands that are worn."""
    labels = json.loads(LABELS.read_text())["wrists"]
    listing = folder / "annotations.json"
    items = json.loads(listing.read_text())["items"] if listing.is_file() else []
    bands = {
        item["image"].removeprefix("images/"): [
            jewel for jewel in item.get("jewelry", ()) if jewel["kind"] == "watch"
        ]
        for item in items
    }
    photos = {label["photo"] for label in labels} | {name for name, worn in bands.items() if worn}
    wanted = frozenset({Wanted.HANDS, Wanted.BODIES, Wanted.PERSON})
    tracker = Tracker(wanted, streaming=False)
    for name in sorted(photos):
        path = folder / "images" / name
        if not path.is_file():
            continue
        image = read_photo(path).image
        seen = tracker.detect(image, 0.0)
        for label in labels:
            if label["photo"] == name:
                _against_label(label, image, seen, errors)
        for band in bands.get(name, ()):
            _against_band(band, image, seen, errors)
    tracker.close()


def _placed(hand: HandLandmarks, image: Image, seen: Seen) -> WristAnchor:
    camera = assumed_intrinsics(image.shape[1], image.shape[0])
    pose = lift(hand, camera)
    frame = Frame(image, seen, camera, 0.0)
    forearm = forearm_of(frame, pose, hand_tone(image, hand), seen.person, None, None)
    return place_wrist(pose, forearm, SECTION, camera)


def _against_label(label: dict[str, Any], image: Image, seen: Seen, errors: Errors) -> None:
    edges = np.array(label["edges"])
    spread = float(np.linalg.norm(edges[0, 0] - edges[1, 0]))
    near = [h for h in seen.hands if np.linalg.norm(h.points_px[0] - label["wrist"]) < spread]
    errors["photographs: hands found again"].append(float(bool(near)))
    if not near:
        return
    hand = min(near, key=lambda h: float(np.linalg.norm(h.points_px[0] - label["wrist"])))
    errors["photographs: hand named rightly"].append(float(hand.hand == label["hand"]))
    wrist = _placed(hand, image, seen)
    errors["photographs: shown"].append(float(wrist.confidence >= SHOWN))
    if wrist.confidence < SHOWN:
        return
    ways = edges[:, 1] - edges[:, 0]
    ways = ways / np.linalg.norm(ways, axis=1, keepdims=True)
    axis = -ways.sum(axis=0)
    axis = axis / np.linalg.norm(axis)
    across = np.array([-axis[1], axis[0]])
    at = [
        float(np.linalg.solve(np.stack([way, -across], axis=1), wrist.center_px - start)[1])
        for way, start in zip(ways, edges[:, 0], strict=True)
    ]
    width = abs(at[1] - at[0])
    errors["photographs: axis in the image"].append(angle_deg(wrist.axis_px, axis))
    errors["photographs: centre across"].append(100.0 * abs(at[0] + at[1]) / 2.0 / width)
    if not label["sleeve"]:
        errors["photographs: width"].append(100.0 * abs(wrist.width_px / width - 1.0))


def _against_band(band: dict[str, Any], image: Image, seen: Seen, errors: Errors) -> None:
    ends = np.array([band["p0"], band["p1"]])
    middle, width = ends.mean(axis=0), float(np.linalg.norm(ends[1] - ends[0]))
    near = [h for h in seen.hands if np.linalg.norm(h.points_px[0] - middle) < 2.0 * width]
    if not near:
        return
    hand = min(near, key=lambda h: float(np.linalg.norm(h.points_px[0] - middle)))
    wrist = _placed(hand, image, seen)
    off = (wrist.center_px - middle) / width
    aside = np.array([-wrist.axis_px[1], wrist.axis_px[0]])
    errors["worn watch: along"].append(100.0 * abs(float(off @ wrist.axis_px)))
    errors["worn watch: across"].append(100.0 * abs(float(off @ aside)))
    errors["worn watch: width"].append(100.0 * abs(wrist.width_px / width - 1.0))


def steadiness(errors: Errors) -> None:
    """A still arm with fresh noise of sigma = 4 grey levels, landmarks trembling by 0.6 pixels."""
    random = np.random.default_rng(SEED)
    model = Model("watch", (_plate(),), Anchor.WRIST, 0.0541, {"section_mm": [30.1, 22.1]})
    arms = (synthetic_arm(random) for _ in range(60))
    chosen = [
        arm
        for arm in arms
        if place_wrist(
            lift(arm.hand, CAMERA),
            find_forearm(arm.image, lift(arm.hand, CAMERA)),
            SECTION,
            CAMERA,
        ).confidence
        > 0.9
    ][:6]
    for arm in chosen:
        solver = WristSolver([Wearable("watch", model)], smoothing=True)
        centers, rotations = [], []
        for k in range(FRAMES):
            noisy = arm.image + random.normal(0.0, 4.0, arm.image.shape)
            image = np.clip(np.rint(noisy), 0, 255).astype(np.uint8)
            points = arm.hand.points_px + random.normal(0.0, 0.6, (21, 2))
            hand = HandLandmarks(
                points, arm.hand.world, arm.hand.hand, 0.98, depths_px=arm.hand.depths_px
            )
            (layer,) = solver.solve(Frame(image, Seen(hands=(hand,)), CAMERA, 33.3 * k))
            placement = layer.pieces[0].placement
            centers.append(placement.center_px)
            rotations.append(placement.camera_from_anchor.rotation)
        settled = np.array(centers[SETTLING:])
        errors["stream: jitter of the centre"].append(
            float(np.linalg.norm(settled - settled.mean(axis=0), axis=1).mean())
        )
        mean = np.mean(rotations[SETTLING:], axis=0)
        left, _, right = np.linalg.svd(mean)
        cosines = [np.trace((left @ right).T @ r) for r in rotations[SETTLING:]]
        turns = np.degrees(np.arccos(np.clip((np.array(cosines) - 1.0) / 2.0, -1.0, 1.0)))
        errors["stream: jitter of the frame"].append(float(np.sqrt((turns**2).mean())))


def _plate() -> Part:
    box = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], np.float64)
    faces = np.array([[0, 1, 3], [0, 3, 2]], np.int32)
    mesh = Mesh(0.02 * box, np.tile([0.0, 0.0, 1.0], (8, 1)), faces)
    return Part("dial", mesh, Material("steel"), slot="dial")


def main() -> None:
    """Measure, print, write down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--eval", type=Path, default=EVAL, help="folder with annotations.json")
    folder = parser.parse_known_args()[0].eval
    errors: Errors = defaultdict(list)
    against_synthetic(errors)
    steadiness(errors)
    try:
        against_photographs(folder, errors)
    except MissingLandmarkModel as missing:
        sys.stdout.write(f"photographs left out: {missing}\n")
    rows = []
    for name, values in sorted(errors.items()):
        median, worse = np.percentile(values, [50, 90])
        if name.split(": ")[-1].split(",")[0] in (*LARGE_SAMPLE, "hands found again"):
            figure, budget, met = f"{100 * np.mean(values):.1f} % of {len(values)}", None, None
        else:
            angular = "axis" in name or "roll" in name or "frame" in name
            limit, unit = BUDGETS.get(name, (None, "°" if angular else "%"))
            figure = f"median {median:.2f}, p90 {worse:.2f} {unit} (n = {len(values)})"
            budget = None if limit is None else f"≤ {limit:g} {unit}"
            met = None if limit is None else bool(median <= limit)
        rows.append({"what": name, "figure": figure, "budget": budget, "met": met})
        sys.stdout.write(f"{name:45} {figure}\n")
    write_results("accuracy_wrist", {"rows": rows})


if __name__ == "__main__":
    main()
