"""Where a chain goes under cloth, by what it meets on its way from its front to the nape.

From its front a chain runs up both sides to the nape. As long as it has met nothing but one cloth
it lies on the cloth, as over a jumper; where it comes off skin and meets cloth, or off one cloth
and meets another that stays, it goes under: that is a collar, a jacket. A strand of hair in between
changes nothing. A chain that has met nothing but cloth where it goes behind the neck, far from any
skin and below a bare throat, is under a standing collar all the way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models3d.frames import Array

COVERED, BARE = 0.60, 0.40  # shares that count as cloth, as skin
SKIN_RUN, CLOTH_RUN = 0.012, 0.009  # metres of one kind before the chain has met it
FRONT_RUN = 0.015  # metres from the front whose cloth the chain lies on
OTHER_LIGHT, OTHER_HUE = 0.45, 0.085  # logarithm of lightness and hue by which cloths differ
OTHER, STAYS = 1.5, 0.90  # of those together; share of the rest of a side that stays another cloth
HUE_NOISE = 3.5  # grey levels of Lab
JUMP = 0.7  # of the same, from skin to the cloth that it goes under: less is shade
JUMP_OFF_CLOTH = 1.3  # where it came off cloth on to the skin, as on to a neck in its own shade
NEAREST = 8  # points of skin before it
BESIDE_SKIN = 0.016  # metres from there to skin, if the chain is to lie on the cloth
SCRAP, SCRAP_GAP = 0.024, 0.004  # metres seen beyond so many hidden that are but a scrap


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Where a chain runs in the picture, from its front to the nape on one side."""

    points_px: Array  # (n, 2)
    metres: Array  # (n,) along the chain from its front
    seen: NDArray[np.bool_]  # (n,) before the neck, not behind it


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """What one side of a chain lies on, from its front to the nape; (n,) each."""

    run: Run
    inside: NDArray[np.bool_]  # before the neck and in the region
    handled: NDArray[np.bool_]  # hidden by a hand
    bare: NDArray[np.bool_]  # inside, and hidden by neither hair nor a hand
    hidden: Array
    cloth: Array  # share of what is neither skin nor hair
    covered: Array
    colours: Array  # (n, 3) features

    @property
    def step(self) -> Array:
        """(n,) metres from the point before."""
        return np.diff(self.run.metres, prepend=self.run.metres[0])


def goes_under(side: Side) -> int:
    """Index of the first point under a collar; the number of points where there is none."""
    cloth, step = side.cloth, side.step
    skin_met, cloth_met = 0.0, 0.0
    first, beside_hand = len(step), False
    skin: list[int] = []
    lay_on_cloth = False
    for k in np.flatnonzero(side.bare | side.handled).tolist():
        if side.handled[k]:
            beside_hand = True
        elif cloth[k] > COVERED:
            beside_hand = False
            lay_on_cloth |= not skin
            if skin_met >= SKIN_RUN:
                first = k if cloth_met == 0.0 else first
                cloth_met += float(step[k])
                if cloth_met >= CLOTH_RUN:
                    jump = unlike(side.colours[first : k + 1], side.colours[skin])
                    if jump > (JUMP_OFF_CLOTH if lay_on_cloth else JUMP):
                        return first
                    cloth_met, first = 0.0, len(step)  # skin in its own shade
        elif cloth[k] < BARE and not beside_hand:  # that may be the hand's own skin
            skin.append(k)
            skin_met += float(step[k])
            cloth_met, first = 0.0, len(step)
    return len(step)


def under_cloth(sides: list[Side], base: Array | None) -> list[int]:
    """Index of the first point of each side under cloth; the number of points where none is.

    A collar has two sides: where one side of a chain goes off skin under it, the other one does as
    soon as it meets the same cloth, though the chain's front lies off the middle, on the collar.
    And an inner cloth that one side crosses on its way to the skin lies below the other as well.

    Args:
        base: of the cloth below the front.
    """
    off_skin = [goes_under(side) for side in sides]
    off_cloth = [other_cloth(side, base) for side in sides]
    under = [min(pair) for pair in zip(off_skin, off_cloth, strict=True)]
    crossed = [
        beside == len(other.step) and _crosses(other, side, first, base)
        for side, first, other, beside in zip(
            sides, off_cloth, sides[::-1], under[::-1], strict=True
        )
    ]
    under = [
        first if over else least
        for first, over, least in zip(off_skin, crossed, under, strict=True)
    ]
    return [
        _same_cloth(side, *other) if first == len(side.step) else first
        for side, first, other in zip(
            sides, under, list(zip(sides, off_skin, strict=True))[::-1], strict=True
        )
    ]


def _same_cloth(side: Side, other: Side, under: int) -> int:
    """Index from which on a side lies on the cloth that the other one goes under."""
    metres = other.run.metres
    if under == len(metres):
        return len(side.step)
    collar = other.bare & (metres >= metres[under]) & (metres <= metres[under] + CLOTH_RUN)
    like = _apart(side.colours, np.median(other.colours[collar], axis=0)) < OTHER
    lies = like & (side.cloth > COVERED)
    met, first = 0.0, len(side.step)
    for k in np.flatnonzero(side.bare).tolist():
        if not lies[k]:
            met, first = 0.0, len(side.step)
            continue
        met, first = met + float(side.step[k]), min(first, k)
        if met >= CLOTH_RUN:
            return first
    return len(side.step)


def _crosses(side: Side, other: Side, under: int, base: Array | None) -> bool:
    """Whether a side crosses the inner cloth that the other seems to go under, and comes to skin.

    Args:
        under: index of the other's first point on it; the number of its points where there is none.
        base: of the cloth below the front, which is another.
    """
    if base is None or under == len(other.step):
        return False
    cloth = other.colours[under:][(other.bare & (other.cloth > COVERED))[under:]]
    like = _apart(side.colours, np.median(cloth, axis=0)) < OTHER
    inner = like & (_apart(side.colours, base) > OTHER) & side.bare & (side.cloth > COVERED)
    if float(side.step[inner].sum()) < CLOTH_RUN:
        return False
    skin = side.bare & (side.cloth < BARE)
    return float(side.step[skin & (np.cumsum(inner) > 0)].sum()) >= SKIN_RUN


def stays_under(side: Side, under: int, skin: Array) -> int:
    """Index from which on a chain under a collar stays hidden: it comes out on no skin.

    What a chain comes out on is skin where it has the colour of the skin that it left; else hair
    of nearly that colour lies on the collar, or something else does.

    Args:
        under: index of the first point under the collar.
        skin: (m, 3) features of what the chain left.
    Returns:
        the last point of the cloth before it; the number of points where it comes out on skin.
    """
    beyond = under + np.flatnonzero((side.bare & (side.cloth < BARE))[under:])
    if len(skin) == 0 or len(beyond) == 0:
        return len(side.step)
    if unlike(side.colours[beyond], skin) <= JUMP_OFF_CLOTH:
        return len(side.step)
    return int(np.flatnonzero(side.cloth[: beyond[0]] > COVERED)[-1])


def skin_before(side: Side, under: int) -> Array:
    """(m, 3) features of the skin that a side lies on before it goes under cloth."""
    return side.colours[:under][(side.bare & (side.cloth < BARE))[:under]]


def unlike(one: Array, other: Array) -> float:
    """How far the usual colours of two stretches differ, in what two cloths differ by.

    Args:
        one, other: (n, 3) features.
    """
    return float(_apart(np.median(one, axis=0)[None], np.median(other[-NEAREST:], axis=0))[0])


def _apart(colours: Array, base: Array) -> Array:
    """(n,) how far cloths of colours (n, 3) differ from one (3,); the hue of black is noise."""
    off = colours - base
    noise = HUE_NOISE * np.exp(-np.minimum(colours[:, 0], base[0]))
    hue = np.hypot(off[:, 1], off[:, 2]) / np.hypot(OTHER_HUE, noise)
    return np.asarray(np.hypot(off[:, 0] / OTHER_LIGHT, hue))


def front_colour(sides: list[Side]) -> Array | None:
    """(3,) features of the cloth below the chain's front; None where that is skin or hair."""
    near = [side.bare & (side.run.metres < FRONT_RUN) for side in sides]
    colours = np.concatenate([side.colours[at] for side, at in zip(sides, near, strict=True)])
    cloth = np.concatenate([side.cloth[at] for side, at in zip(sides, near, strict=True)])
    lies = cloth > COVERED
    if lies.sum() < max(0.6 * len(lies), 3.0):
        return None
    return np.asarray(np.median(colours[lies], axis=0))


def other_cloth(side: Side, base: Array | None) -> int:
    """Index of the first point under another cloth than the front's that lasts to the nape."""
    at = np.flatnonzero(side.bare)
    if base is None or len(at) < 3:
        return len(side.step)
    other = _apart(side.colours[at], base) > OTHER
    under = other & (side.cloth[at] > COVERED)
    rest = np.cumsum(under[::-1])[::-1] / np.arange(len(under), 0, -1)
    metres = side.run.metres[at]
    found = np.flatnonzero(under & (rest >= STAYS) & (metres[-1] - metres >= CLOTH_RUN))
    return int(at[found[0]]) if len(found) else len(side.step)


def below_a_collar(
    sides: list[Side],
    base: Array | None,
    throat_px: Array | None,
    px_per_metre: float,
    covered_at: Callable[[Array], Array],
) -> bool:
    """Whether cloth stands over the whole chain: it comes to skin on neither side.

    A jumper lies below the chain as well, but the chain comes back to skin before it goes behind
    the neck; a roll neck covers the throat and is of one cloth. What hair hides tells nothing.

    Args:
        base: of the cloth below the front.
        throat_px: (2,) midway between chin and notch.
        covered_at: how far pixels (n, 2) of the image show no skin.
    """
    if throat_px is None:
        return False
    around = 0.012 * px_per_metre * np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]])
    bare = float(np.median(covered_at(throat_px + around))) < BARE
    if not bare and all(other_cloth(side, base) == len(side.step) for side in sides):
        return False
    told = 0
    for side in sides:
        at = np.flatnonzero(side.bare)
        if len(at) < 3:
            continue
        if side.cloth[at].min() < COVERED:
            return False
        last = side.run.points_px[at[-1]]
        inwards = throat_px - last
        inwards = inwards / max(float(np.linalg.norm(inwards)), 1e-6) * px_per_metre
        beside = last + np.linspace(0.0, BESIDE_SKIN, 9)[:, None] * inwards
        if float(covered_at(beside).min()) < BARE:
            return False
        told += bool(at[-1] == np.flatnonzero(side.inside)[-1])  # no hair hides its end
    return told > 0


def last_seen(run: Run, hidden: Array, inside: NDArray[np.bool_]) -> int:
    """Index from which on no more than scraps of a chain would peep out; else how many there are.

    What hides a chain on its way to the nape hides the rest of it as well, unless a good length of
    it comes out again, as between two strands.
    """
    step = np.diff(run.metres, prepend=run.metres[0])
    seen = np.where(inside & (hidden < BARE), step, 0.0)
    rest = np.cumsum(seen[::-1])[::-1]  # metres that are seen from each point on
    covered, gap = len(run.metres), 0.0
    for k in np.flatnonzero(inside).tolist():
        gap = gap + float(step[k]) if hidden[k] > COVERED else 0.0
        if gap >= SCRAP_GAP and float(rest[k]) < SCRAP:
            covered = k
            break
    return covered
