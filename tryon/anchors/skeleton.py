"""Which landmarks of a hand are which joints, MediaPipe's 21-joint order."""

from __future__ import annotations

from collections.abc import Mapping

from tryon.types import Finger

WRIST = 0
KNUCKLES = (5, 9, 13, 17)
PALM = (WRIST, *KNUCKLES)
CHAINS: Mapping[Finger, tuple[int, int, int, int]] = {
    Finger.THUMB: (1, 2, 3, 4),
    Finger.INDEX: (5, 6, 7, 8),
    Finger.MIDDLE: (9, 10, 11, 12),
    Finger.RING: (13, 14, 15, 16),
    Finger.LITTLE: (17, 18, 19, 20),
}
# The phalanx that wears a ring: its two joints.
PROXIMAL: Mapping[Finger, tuple[int, int]] = {
    Finger.THUMB: (2, 3),
    Finger.INDEX: (5, 6),
    Finger.MIDDLE: (9, 10),
    Finger.RING: (13, 14),
    Finger.LITTLE: (17, 18),
}
