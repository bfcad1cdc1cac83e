"""Outlines of the fancy cuts: chains of ellipse arcs from facet meet to facet meet.

Half-width 1, frame of the stone seen from the table: the width along x, the length along y,
counter-clockwise. A place on a chain is told by its affine arc length, (a b)^(1/3) per radian of an
ellipse's parameter: it divides an oval as the round brilliant that it is stretched from, and puts
meets closer together where the line bends more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from models3d.frames import Array


@dataclass(frozen=True, slots=True)
class Arc:
    """Part of an ellipse whose axes lie along x and y; counter-clockwise if stop > start."""

    center: tuple[float, float]
    semi_axes: tuple[float, float]
    start: float  # radians of the parameter
    stop: float

    @property
    def affine_length(self) -> float:
        a, b = self.semi_axes
        return float((a * b) ** (1.0 / 3.0) * abs(self.stop - self.start))

    def mirrored(self) -> Arc:
        """Seen in the plane x = 0, run the other way: counter-clockwise again."""
        return Arc(
            (-self.center[0], self.center[1]), self.semi_axes, np.pi - self.stop, np.pi - self.start
        )

    def moved(self, stretch: float, shift: float) -> Arc:
        """With y turned into stretch * (y + shift)."""
        return Arc(
            (self.center[0], stretch * (self.center[1] + shift)),
            (self.semi_axes[0], stretch * self.semi_axes[1]),
            self.start,
            self.stop,
        )


@dataclass(frozen=True, slots=True)
class Bay:
    """A piece of the girdle's line from one main facet to the next."""

    arcs: tuple[Arc, ...]

    def at(self, places: Array) -> tuple[Array, Array]:
        """Points and outward unit normals, (n, 2) each, at shares 0 .. 1 of the affine length."""
        ends = np.cumsum([arc.affine_length for arc in self.arcs])
        along = np.clip(places, 0.0, 1.0) * ends[-1]
        which = np.minimum(np.searchsorted(ends, along, side="left"), len(self.arcs) - 1)
        starts = np.concatenate([[0.0], ends[:-1]])
        share = (along - starts[which]) / (ends - starts)[which]
        start, stop = np.array([(arc.start, arc.stop) for arc in self.arcs])[which].T
        angle = start + share * (stop - start)
        semi = np.array([arc.semi_axes for arc in self.arcs])[which]
        circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        normals = circle / semi
        normals /= np.linalg.norm(normals, axis=1, keepdims=True)
        return np.array([arc.center for arc in self.arcs])[which] + semi * circle, normals

    def mirrored(self) -> Bay:
        return Bay(tuple(arc.mirrored() for arc in reversed(self.arcs)))

    def moved(self, stretch: float, shift: float) -> Bay:
        return Bay(tuple(arc.moved(stretch, shift) for arc in self.arcs))

    def divided(self, shares: tuple[float, ...]) -> tuple[Bay, ...]:
        """Cut at rising shares of its affine length."""
        cuts = np.array([0.0, *shares, 1.0])
        ends = np.cumsum([arc.affine_length for arc in self.arcs])
        starts = np.concatenate([[0.0], ends[:-1]])
        pieces = []
        for low, high in zip(cuts[:-1] * ends[-1], cuts[1:] * ends[-1], strict=True):
            arcs = []
            for arc, begin, end in zip(self.arcs, starts, ends, strict=True):
                first, last = max(low, begin), min(high, end)
                if last - first > 1e-9 * ends[-1]:
                    turn = (arc.stop - arc.start) / (end - begin)
                    arcs.append(
                        replace(
                            arc,
                            start=arc.start + turn * (first - begin),
                            stop=arc.start + turn * (last - begin),
                        )
                    )
            pieces.append(Bay(tuple(arcs)))
        return tuple(pieces)


Outline = tuple[Bay, ...]  # closed, counter-clockwise; a bay begins at a main facet


def round_outline(mains: int = 8) -> Outline:
    """A circle, as the round brilliant has it."""
    return oval(1.0, mains)


def oval(ratio: float, mains: int = 8) -> Outline:
    """An ellipse."""
    step = 2.0 * np.pi / mains
    return tuple(
        Bay((Arc((0.0, 0.0), (1.0, ratio), step * k, step * (k + 1)),)) for k in range(mains)
    )


def marquise(ratio: float) -> Outline:
    """Two arcs of the radius (L² + W²) / 4W: a vesica. Mains at belly, wings and points."""
    radius = (ratio * ratio + 1.0) / 2.0
    turn = float(np.arcsin(ratio / radius))
    side = (1.0 - radius, 0.0)
    quarter = Bay((Arc(side, (radius, radius), 0.0, turn),)).divided((0.5,))
    below = Bay((Arc(side, (radius, radius), -turn, 0.0),)).divided((0.5,))
    return (
        *quarter,
        *(bay.mirrored() for bay in reversed(quarter)),
        *(bay.mirrored() for bay in reversed(below)),
        *below,
    )


PEAR_SHOULDER = np.radians(4.0)  # how far the round head goes past the widest line


def pear(ratio: float) -> Outline:
    """A round head and two long arcs, tangent to it, that meet in a point at +Y."""
    tip = 2.0 * ratio - 1.0  # of the unit circle's centre
    turn = PEAR_SHOULDER * min(1.0, 0.9 / (tip * np.sin(PEAR_SHOULDER)))
    reach = (tip * tip - 1.0) / (2.0 * (1.0 - tip * np.sin(turn)))
    center = (-reach * float(np.cos(turn)), -reach * float(np.sin(turn)))
    radius = reach + 1.0
    at_tip = float(np.arctan2(tip - center[1], -center[0]))
    head = Bay((Arc((0.0, 0.0), (1.0, 1.0), -np.pi / 2.0, 0.0),))
    wing = Bay(
        (
            Arc((0.0, 0.0), (1.0, 1.0), 0.0, turn),
            Arc(center, (radius, radius), turn, at_tip),
        )
    )
    right = tuple(
        bay.moved(1.0, 1.0 - ratio) for bay in (*head.divided((0.5,)), *wing.divided((0.5,)))
    )
    return (*right, *(bay.mirrored() for bay in reversed(right)))


CUSHION_SIDE_BEND = np.radians(8.0)  # half the turn of a side's slow arc
CUSHION_CORNER = 0.50  # radius of the corners: 25 % of the width


def cushion(ratio: float) -> Outline:
    """Slowly bowed sides that run into round corners; mains at both."""
    bend, corner = CUSHION_SIDE_BEND, CUSHION_CORNER
    slope = np.cos(bend) - np.sin(bend)
    radius = float((1.0 - corner * slope) / (1.0 - slope))  # the corner touches it at `bend`
    diagonal = (radius - corner) * float(np.sin(bend))
    side = Arc((1.0 - radius, 0.0), (radius, radius), 0.0, bend)
    octant = Bay((side, Arc((diagonal, diagonal), (corner, corner), bend, np.pi / 4.0)))
    quadrant = (octant, _across_diagonal(octant))
    upper = (*quadrant, *(bay.mirrored() for bay in reversed(quadrant)))
    whole = (*upper, *(_half_turn(bay) for bay in upper))
    return tuple(bay.moved(ratio, 0.0) for bay in whole)


TRILLION_BEND = np.radians(24.0)  # half the turn of a side


def trillion(ratio: float) -> Outline:
    """Three equal bowed sides; a corner at +Y. Mains at corners and the sides' middles."""
    bend = TRILLION_BEND
    radius, sagitta = 1.0 / np.sin(bend), np.tan(bend / 2.0)
    middle = np.array([0.5, np.sqrt(3.0) / 2.0])
    outward = np.array([np.cos(np.pi / 6.0), np.sin(np.pi / 6.0)])
    x, y = middle - radius * np.cos(bend) * outward
    right = Bay((_circle(x, y, radius, np.pi / 6.0 - bend, np.pi / 6.0 + bend),))
    down = 1.5 * np.pi
    base = Bay((_circle(0.0, radius * np.cos(bend), radius, down, down + bend),))
    half = tuple(
        bay.moved(2.0 * ratio / (np.sqrt(3.0) + sagitta), (sagitta - np.sqrt(3.0)) / 2.0)
        for bay in (base, *right.divided((0.5,)))
    )
    return (*half, *(bay.mirrored() for bay in reversed(half)))


HEART_LOBE = 0.56  # radius of a lobe
HEART_SHOULDER = np.radians(19.0)  # below the horizontal, where a lobe runs into the side


def half_heart(ratio: float) -> Outline:
    """The side x >= 0, open: from the point at -Y round the lobe to the cleft on the axis."""
    lobe, turn = HEART_LOBE, HEART_SHOULDER
    middle, fall = 1.0 - lobe, 2.0 - lobe  # the lobe's centre from the axis, the point below it
    reach = (middle**2 + fall**2 - lobe**2) / (
        2.0 * (lobe + middle * np.cos(turn) - fall * np.sin(turn))
    )
    x, y = middle - reach * np.cos(turn), reach * np.sin(turn)
    at_point = float(np.arctan2(-fall - y, -x))
    at_cleft = float(np.pi - np.arccos(middle / lobe))
    side = _circle(x, y, lobe + reach, at_point, -turn)
    whole = Bay((side, _circle(middle, 0.0, lobe, -turn, at_cleft)))
    return whole.moved(ratio, 1.0 - lobe).divided(HEART_MAINS)


HEART_MAINS = (0.311, 0.573, 0.80)  # of the way from the point to the cleft


def _circle(x: float, y: float, radius: float, start: float, stop: float) -> Arc:
    return Arc((float(x), float(y)), (float(radius), float(radius)), float(start), float(stop))


def _across_diagonal(bay: Bay) -> Bay:
    """Seen in the plane x = y, run the other way."""
    return Bay(
        tuple(
            Arc(
                (arc.center[1], arc.center[0]),
                (arc.semi_axes[1], arc.semi_axes[0]),
                np.pi / 2.0 - arc.stop,
                np.pi / 2.0 - arc.start,
            )
            for arc in reversed(bay.arcs)
        )
    )


def _half_turn(bay: Bay) -> Bay:
    return Bay(
        tuple(
            Arc(
                (-arc.center[0], -arc.center[1]),
                arc.semi_axes,
                arc.start + np.pi,
                arc.stop + np.pi,
            )
            for arc in bay.arcs
        )
    )
