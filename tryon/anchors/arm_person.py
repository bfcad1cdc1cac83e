"""An arm's edge that its colours do not show, in too much light, told by the person's outline."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models3d.frames import Array
from tryon.anchors.arm_guess import AT
from tryon.anchors.arm_search import Found
from tryon.covers.masks import person_at
from tryon.types import PersonMask

ROWS = np.linspace(0.1, 0.9, 9)  # palms from the wrist
OFFSETS = np.linspace(0.15, 0.95, 41)  # palms from the middle
INSIDE = 0.5  # share from which somebody is there
STRAIGHT = 0.05  # palms that the outline's points spread about a line
FARTHER = 0.08, 0.45  # palms beyond the edge found
BROADEST, LEAST = 1.35, 0.1  # of the usual breadth; palms from the middle to the other edge
OTHER = {"left": "right", "right": "left"}


def as_wide_as_the_person(
    found: Found,
    unseen: tuple[bool, bool],
    person: PersonMask,
    size: tuple[int, int],
    wrist_px: Array,
    palm: float,
    broad: float,
) -> Found:
    """The arm found, or with an edge moved out to where its person ends; the same if none does.

    Args:
        unseen: of the left and of the right edge, that its colours hardly show it.
        person: of this very frame.
        size: columns and rows of the image.
        palm: pixels.
        broad: usual breadth, palms.
    """
    away = found.away
    right = np.array([away[1], -away[0]])
    for sign, name, own in ((-1.0, "left", found.left), (1.0, "right", found.right)):
        if not unseen[int(sign > 0.0)]:
            continue
        aside = sign * OFFSETS[:, None] * right
        points = wrist_px + palm * (ROWS[:, None, None] * away + aside)
        share = person_at(person, points[..., 0], points[..., 1], *size)
        outside = share < INSIDE
        if outside[:, 0].any() or not outside.any(axis=1).all():
            continue
        edge = OFFSETS[outside.argmax(axis=1)] - 0.5 * (OFFSETS[1] - OFFSETS[0])
        slope, offset = np.polyfit(ROWS - AT, edge, 1)
        spread = float(np.std(edge - offset - slope * (ROWS - AT)))
        if FARTHER[0] < offset - own < FARTHER[1] and spread < STRAIGHT:
            other = found.right if name == "left" else found.left
            room = max(BROADEST * broad - offset, LEAST)  # then what was found there is not its own
            return replace(found, **{name: float(offset), OTHER[name]: min(other, room)})
    return found
