"""How sure it is that a ring's place is really seen: a product of shares, each for one doubt.

A jewel is drawn convincingly or not at all, so every share is 1 over the whole range in which
rings look right, and each can bring the product to naught by itself. The limits were set by eye
on the hands of benchmarks/accuracy_presence.py, which counts how many fall on which side.
"""

from __future__ import annotations

CLEAR_EDGE = 0.45  # confidence from which an edge of the contour needs no other witness
LEAST_FLESH, SURE_FLESH = 0.2, 0.5  # share of the hand's own colours beside an unclear edge
UNSEEN_EDGES = 0.82  # both edges unclear between fingers that touch: the width is a guess
# A thumb stands apart from the hand: its edges are clear, or it lies upon or behind the palm.
THUMB_UNSEEN, THUMB_HALF_SEEN = 0.45, 0.80  # presence by colour without an edge, with one
THUMB_UPON, THUMB_APART = 0.55, 0.85  # its distance from the index's metacarpal, widths
# Upon the hand, up to the first distance, the hand's creases pass for edges: they lie too near.
THUMB_BARELY, THUMB_NARROW = 0.72, (0.22, 0.40)  # the narrowness, logarithm of widths
THUMB_ASIDE, THUMB_AWAY = 0.45, 0.65  # tilt between which half an outline says less and less
# The same of a long finger's colour, without an edge and with one: curled ones point at the camera.
ASIDE, AWAY, ASIDE_EDGED = 0.42, 0.60, 0.30


def smoothstep(low: float, high: float, value: float) -> float:
    """0 below `low`, 1 above `high`, smooth between."""
    x = min(max((value - low) / (high - low), 0.0), 1.0)
    return x * x * (3.0 - 2.0 * x)


def presence(edges: tuple[float, float], flesh: tuple[float, float], tilt: float) -> float:
    """That there is a finger between the edges found, 0..1: each side by its edge or its colour.

    Args:
        edges: confidence of the left and the right edge.
        flesh: how much of the left and the right half has the hand's colours.
        tilt: cosine of the angle between the finger and the line of sight, unsigned.
    """
    left, right = (smoothstep(0.0, CLEAR_EDGE, edge) for edge in edges)
    granted = ASIDE_EDGED * max(left, right)
    coloured = 1.0 - smoothstep(ASIDE, AWAY, tilt - granted)
    seen = (1.0 - (1.0 - left) * (1.0 - coloured * _flesh(flesh[0]))) * (
        1.0 - (1.0 - right) * (1.0 - coloured * _flesh(flesh[1]))
    )
    return seen * (UNSEEN_EDGES + (1.0 - UNSEEN_EDGES) * 0.5 * (left + right))


def thumb_presence(
    edges: tuple[float, float],
    flesh: tuple[float, float],
    aside: float,
    tilt: float,
    deviation: float,
) -> float:
    """That a thumb is seen, 0..1: by both edges, or by one and the colour of its whole breadth.

    Args:
        edges, flesh: as for `presence`.
        aside: distance of the ring from the index finger's metacarpal, finger widths.
        tilt: cosine of the angle between the thumb and the line of sight, unsigned.
        deviation: natural logarithm of the width found over the one that the palm lets expect.
    """
    clear = [smoothstep(0.0, CLEAR_EDGE, edge) for edge in edges]
    upon = 1.0 - smoothstep(THUMB_BARELY, THUMB_APART, aside)
    outlined = min(clear) * (1.0 - upon * smoothstep(*THUMB_NARROW, -deviation))
    coloured = THUMB_UNSEEN + (THUMB_HALF_SEEN - THUMB_UNSEEN) * max(clear)
    coloured *= _flesh(flesh[0]) * _flesh(flesh[1])
    coloured *= smoothstep(THUMB_UPON, THUMB_APART, aside)
    coloured *= 1.0 - smoothstep(THUMB_ASIDE, THUMB_AWAY, tilt)
    return outlined + (1.0 - outlined) * coloured


def _flesh(share: float) -> float:
    return smoothstep(LEAST_FLESH, SURE_FLESH, share)


def plausible_width(deviation: float) -> float:
    """How far edges are to be believed by the width between them, 0..1.

    Edges much too far apart are another finger's or a sleeve's; fingers half hidden by others are
    rightly found narrow.

    Args:
        deviation: natural logarithm of the width found over the one that the palm lets expect.
    """
    return (1.0 - smoothstep(0.34, 0.50, deviation)) * (1.0 - smoothstep(0.48, 0.70, -deviation))


def agreement(spread: float) -> float:
    """Of two looks at the same photo.

    Args:
        spread: greatest distance between both looks' joints at the ring's phalanx, finger widths;
            infinite when the hand was not found again.
    """
    return 1.0 - 0.75 * smoothstep(0.6, 1.3, spread)


def seen_sideways(tilt: float) -> float:
    """That the finger does not point at the camera or away from it.

    Args:
        tilt: cosine of the angle between the finger's axis and the line of sight, unsigned.
    """
    return 1.0 - smoothstep(0.80, 0.94, tilt)


def detected(score: float) -> float:
    """That it is a hand, and that hand: the detector's score is of left against right.

    Where it wavers the back of the hand is taken for the palm, and the ring's stone for its shank.
    """
    return smoothstep(0.55, 0.85, score)


def large_enough(width_px: float) -> float:
    """That the finger has enough pixels to be measured."""
    return smoothstep(2.0, 5.0, width_px)


def unhidden(share: float, presence: float) -> float:
    """That nothing lies before the ring. A finger without an edge of its own is doubted sooner.

    Args:
        share: of the ring's front that other fingers, or the finger's own tip, hide.
        presence: from `presence` or `thumb_presence`.
    """
    edged = smoothstep(UNSEEN_EDGES + 0.02, UNSEEN_EDGES + 0.08, presence)
    return 1.0 - smoothstep(0.15 + 0.15 * edged, 0.8, share)


def inside_image(room: float) -> float:
    """That the ring's place is in the picture.

    Args:
        room: distance of its centre from the nearest border, finger widths, negative outside.
    """
    return smoothstep(-0.25, 0.25, room)
