"""Fit the weights of `tryon.anchors.tilt` on rendered hands, and try them on others.

`python -m benchmarks.fit_tilt [COUNT]` prints both rows of weights and the errors on pictures that
the fit has not seen: those of `accuracy_finger`. It takes a second or two a picture.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

import numpy as np

from benchmarks.synthetic_scene import Picture, still
from models3d.frames import Array
from tryon.anchors.hand_frame import lift
from tryon.anchors.tilt import witnesses
from tryon.runtime import hand_source
from tryon.types import Finger, HandLandmarks
from viewer.render.renderer import Renderer

FIRST, COUNT = 1000, 300  # of the pictures to learn from
TRIED = 160
RIDGE = 3.0  # radians squared: keeps witnesses that say the same from being played off
SEEN = 0.8  # share of the ring's place that the camera sees


def matched(picture: Picture, hands: Iterable[HandLandmarks]) -> HandLandmarks | None:
    """The detected hand that is the picture's, if it was found."""
    truth = picture.landmarks_px
    size = float(np.ptp(truth, axis=0).max())
    apart = [(float(np.linalg.norm(h.points_px - truth, axis=1).mean()), h) for h in hands]
    near = [pair for pair in apart if pair[0] < 0.25 * size]
    return min(near, key=lambda pair: pair[0])[1] if near else None


def evidence_of(picture: Picture, hand: HandLandmarks) -> list[tuple[bool, Array, float]]:
    """For each finger seen: whether it is the thumb, its witnesses, its true tilt."""
    pose = lift(hand, picture.camera)
    rows = np.array(witnesses(pose.joints, pose.view, -float(pose.dorsal @ pose.view)))
    return [
        (finger is Finger.THUMB, row, float(np.arcsin(truth.axis @ pose.view)))
        for row, (finger, truth) in zip(rows, picture.fingers.items(), strict=True)
        if truth.seen >= SEEN
    ]


def gathered(numbers: Iterable[int]) -> list[tuple[bool, Array, float]]:
    """Evidence of many pictures."""
    found = []
    with Renderer() as renderer, hand_source(streaming=False) as tracker:
        for number in numbers:
            picture = still(renderer, number)
            hand = matched(picture, tracker.detect(picture.image, 0.0))
            if hand is not None:
                found += evidence_of(picture, hand)
    return found


def fitted(evidence: list[tuple[bool, Array, float]], thumbs: bool) -> Array:
    """(6,) weights by ridge regression, those that are of no tilt free."""
    rows = np.array([row for thumb, row, _ in evidence if thumb is thumbs])
    tilts = np.array([tilt for thumb, _, tilt in evidence if thumb is thumbs])
    kept = RIDGE * np.diag([0.0, 0.0, *[1.0] * (rows.shape[1] - 2)])
    return np.asarray(np.linalg.solve(rows.T @ rows + kept, rows.T @ tilts))


def main() -> None:
    """Fit, print, try."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    learned, unseen = gathered(range(FIRST, FIRST + count)), gathered(range(TRIED))
    for name, thumbs in (("LONG_FINGERS", False), ("THUMB", True)):
        weights = fitted(learned, thumbs)
        errors = [abs(row @ weights - tilt) for thumb, row, tilt in unseen if thumb is thumbs]
        middle, worse = np.degrees(np.percentile(errors, [50, 90]))
        sys.stdout.write(
            f"{name} = {weights.round(3).tolist()}  median {middle:.1f}°, p90 {worse:.1f}°\n"
        )


if __name__ == "__main__":
    main()
