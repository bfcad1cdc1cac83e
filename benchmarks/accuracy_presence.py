"""Whether rings are drawn where fingers are seen, and only there: five fingers of each hand.

The truth is `finger_presence.json` beside this file, judged by eye. The limits in
`tryon/anchors/evidence.py` were set on these very hands, so the figures are in-sample: they show
what the evidence can tell apart, and that a change does not lose it.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import FOLDER, ROOT, write_results
from models3d.frames import Anchor, Array
from models3d.mesh import Model
from tryon.landmarks import HandTracker
from tryon.media.lens import assumed_intrinsics
from tryon.media.photo import read_photo
from tryon.solvers.rings import RingSolver
from tryon.types import Finger, Frame, HandLandmarks, Seen, Wearable

EVAL = ROOT.parent / "shared" / "eval"
DEMO = ROOT / "node_modules/@vladmandic/face-api/demo"
LABELS = FOLDER / "finger_presence.json"
RING = Model("ring", (), Anchor.FINGER, 0.0172)
SEEN, UNSEEN = "y", "n"
DRAWN = 0.5  # opacity
FAINT = (0.02, 0.98)  # neither there nor absent
BUDGETS = {"seen and drawn": 0.95, "unseen and not drawn": 0.95}


def judged(folder: Path) -> list[tuple[str, Finger, float, float]]:
    """(label, finger, confidence, opacity) of every finger of every labelled hand found again."""
    found = []
    with HandTracker(streaming=False) as tracker:
        by_photo: dict[str, list[dict[str, Any]]] = {}
        for label in json.loads(LABELS.read_text())["hands"]:
            by_photo.setdefault(label["photo"], []).append(label)
        for name, labels in by_photo.items():
            demo = name.startswith("demo/")
            path = DEMO / name.removeprefix("demo/") if demo else folder / "images" / name
            if not path.is_file():
                continue
            image = read_photo(path).image
            hands = tracker.detect(image, 0.0)
            camera = assumed_intrinsics(image.shape[1], image.shape[0])
            wearables = [Wearable("ring", RING, finger) for finger in Finger]
            solver = RingSolver(wearables, smoothing=False)
            for label in labels:
                hand = _same(hands, np.array(label["knuckle"]), label["palm"])
                if hand is None:
                    continue
                layers = solver.solve(Frame(image, Seen((hands[hand],)), camera, 0.0))
                pieces = {layer.pieces[0].placement.finger: layer.pieces[0] for layer in layers}
                for k, finger in enumerate(Finger):
                    piece = pieces[finger]
                    confidence = piece.placement.confidence
                    found.append((label["fingers"][k], finger, confidence, piece.worn[0].opacity))
    return found


def _same(hands: tuple[HandLandmarks, ...], knuckle: Array, palm: float) -> int | None:
    """Index of the labelled hand."""
    apart = [float(np.linalg.norm(hand.points_px[9] - knuckle)) for hand in hands]
    return int(np.argmin(apart)) if apart and min(apart) < 0.4 * palm else None


def ranked(seen: Array, unseen: Array) -> float:
    """How often a finger seen has more confidence than one unseen."""
    above = (seen[:, None] > unseen[None, :]).mean() + 0.5 * (seen[:, None] == unseen).mean()
    return float(above)


def main() -> None:
    """Measure, print, write down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--eval", type=Path, default=EVAL, help="folder with images/")
    found = judged(parser.parse_known_args()[0].eval)
    rows: list[dict[str, Any]] = []

    def add(what: str, figure: str, share: float | None = None) -> None:
        limit = BUDGETS.get(what)
        budget = None if limit is None else f"≥ {100 * limit:.0f} %"
        met = None if limit is None or share is None else bool(share >= limit)
        rows.append({"what": what, "figure": figure, "budget": budget, "met": met})
        sys.stdout.write(f"{what:32} {figure}\n")

    for finger in (None, *Finger):
        some = [row for row in found if finger in (None, row[1])]
        drawn = np.array([row[3] > DRAWN for row in some])
        for label, what, wanted in (
            (SEEN, "seen and drawn", True),
            (UNSEEN, "unseen and not drawn", False),
        ):
            right = drawn[[row[0] == label for row in some]] == wanted
            if len(right):
                name = what if finger is None else f"{finger}, {what}"
                add(name, f"{right.sum()} of {len(right)}", float(right.mean()))
    confidence = {
        label: np.array([row[2] for row in found if row[0] == label]) for label in (SEEN, UNSEEN)
    }
    if min(map(len, confidence.values())):
        add("seen has more confidence", f"{100 * ranked(*confidence.values()):.1f} % of pairs")
    add("drawn faintly", f"{sum(FAINT[0] < row[3] < FAINT[1] for row in found)} of {len(found)}")
    write_results("accuracy_presence", {"rows": rows})


if __name__ == "__main__":
    main()
