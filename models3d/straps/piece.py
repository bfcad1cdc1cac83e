"""One half of a strap: its section along the length, and the sheets that skin it.

Stations run from the spring bar's axis to the tip. Heights are measured outwards from the lining.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models3d.frames import Array
from models3d.mesh import Mesh, merge
from models3d.straps.loop import Loop
from models3d.straps.sheets import Opening, Surface, sheet, tube

EDGE_DEPTH = 0.55e-3  # how far the rounded edge reaches in
MARGIN, RISE = 2.3e-3, 1.7e-3  # flat border that carries the stitches, slope up to the padding
GROOVE_AT, GROOVE_DEPTH, GROOVE_WIDTH = 1.75e-3, 0.10e-3, 0.38e-3  # the stitches lie in it
TEXTURE_TILE = 12e-3
STEP = 1.2e-3  # of the grid along the strap
HOLE_RADIUS = (1.05e-3, 0.85e-3)  # along, across


@dataclass(frozen=True, slots=True)
class Section:
    """How thick and wide a half is along its length; metres."""

    length: float  # from the bar's axis to the tip
    width_bar: float
    width_tip: float
    bar_thickness: float  # where it wraps the bar
    edge_thickness: float  # of the border further on
    padding: float  # that the middle stands over the border near the bar
    padding_tip: float
    tip_length: float  # over which the tip narrows; 0: it wraps another bar
    tip_thickness: float  # of that wrap
    ribs: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 0.0)  # from, to, pitch, depth
    stitched: bool = True

    def half_width(self, s: Array) -> Array:
        """Half the width, metres: it tapers, and a free tip comes to a round point."""
        share = np.clip(s / (0.72 * self.length), 0.0, 1.0)
        half = (self.width_bar + (self.width_tip - self.width_bar) * share) / 2.0
        if self.tip_length == 0.0:
            return np.asarray(half)
        point = np.clip((s - self.length + self.tip_length) / self.tip_length, 0.0, 1.0)
        return np.asarray(half * np.maximum(1.0 - point**2.2, 0.0) ** 0.62)

    def bottom(self, s: Array) -> Array:
        """Height of the lining: 0 but where it wraps a bar."""
        return self._wrap(s)[0]

    def border(self, s: Array) -> Array:
        """Height of the border's outer face."""
        return self._wrap(s)[1]

    def top(self, s: Array, y: Array) -> Array:
        """Height of the outer face."""
        half = self.half_width(s)
        from_edge = half - np.abs(y)
        rise = _smooth((from_edge - MARGIN) / RISE)
        dome = rise * (0.72 + 0.28 * np.clip(1.0 - (y / np.maximum(half, 1e-6)) ** 2, 0.0, 1.0))
        swell = _smooth(s / 6e-3)
        share = np.clip(s / (0.62 * self.length), 0.0, 1.0)
        padding = self.padding + (self.padding_tip - self.padding) * _smooth(share)
        settle = _smooth((self._end - s) / 5e-3)
        height = self.border(s) + dome * swell * padding * settle
        if self.stitched:
            groove = np.exp(-(((from_edge - GROOVE_AT) / GROOVE_WIDTH) ** 2))
            height = height - GROOVE_DEPTH * groove * swell * settle
        start, end, pitch, depth = self.ribs
        if depth:
            inside = _smooth((s - start) / 2e-3) * _smooth((end - s) / 2e-3)
            inside = inside * _smooth((from_edge - 1.2e-3) / 1.2e-3)
            valley = np.maximum(np.cos((s - start) / pitch * 2.0 * np.pi), 0.0) ** 0.8
            height = height - depth * inside * valley
        return np.asarray(height)

    @property
    def _end(self) -> float:
        """Where a wrap at the tip begins, or a free tip ends."""
        return self.length - (self.tip_length or self.tip_thickness)

    def _wrap(self, s: Array) -> tuple[Array, Array]:
        """Heights of lining and border; both bars are wrapped in half circles."""
        r = self.bar_thickness / 2.0
        share = _smooth(s / (0.5 * self.length))
        thickness = self.bar_thickness + (self.edge_thickness - self.bar_thickness) * share
        before = np.sqrt(np.clip(r**2 - np.minimum(s, 0.0) ** 2, 0.0, None))
        low, high = r - before, np.where(s < 0.0, r + before, thickness)
        if self.tip_length == 0.0:
            q = self.tip_thickness / 2.0
            thickness = np.where(s > self.length - 9e-3, self.tip_thickness, high)
            mix = _smooth((s - self.length + 12e-3) / 6e-3)
            high = high + (thickness - high) * mix
            over = np.sqrt(np.clip(q**2 - np.maximum(s - self.length, 0.0) ** 2, 0.0, None))
            beyond = s > self.length
            low, high = np.where(beyond, q - over, low), np.where(beyond, q + over, high)
        return np.asarray(low), np.asarray(high)

    def stations(self) -> Array:
        """(n,) where the grid is cut: finer round the bars and the tip."""
        r = self.bar_thickness / 2.0
        bend = -r * np.cos(np.linspace(0.0, np.pi / 2.0, 7))
        if self.tip_length == 0.0:
            end = self.length + self.tip_thickness / 2.0 * np.sin(np.linspace(0.0, np.pi / 2.0, 7))
            free = self.length
        else:
            free = self.length - self.tip_length
            end = free + self.tip_length * np.sin(np.linspace(0.0, np.pi / 2.0, 14))
        start, stop, pitch, depth = self.ribs
        middle = np.linspace(0.0, free, max(int(free / STEP), 2))
        if depth:
            ribbed = np.arange(start, stop, pitch / 10.0)
            middle = np.unique(np.concatenate([middle, ribbed]))
        return np.concatenate([bend[:-1], middle[:-1], end])


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """One half in its place on the wrist."""

    section: Section
    loop: Loop
    side: float  # +1 at 6 o'clock, -1 at 12 o'clock
    lift: Array | None = None  # (n, 2) station, height added where it lies over the other half
    holes: Sequence[float] = ()  # stations of the holes

    def place(self, s: Array, y: Array, height: Array) -> Array:
        """Points (n, 3) of the wrist frame."""
        if self.lift is not None:
            height = height + np.interp(s, self.lift[:, 0], self.lift[:, 1])
        points = self.loop.place(np.asarray(s), np.asarray(y), np.asarray(height))
        return np.asarray(points * [self.side, 1.0, 1.0])

    def outward(self, s: Array) -> Array:
        """(n, 3) the direction away from the skin."""
        _, _, out = self.loop.at(np.asarray(s))
        return np.stack([out[..., 0] * self.side, 0.0 * out[..., 0], out[..., 1]], axis=-1)

    def along(self, s: Array) -> Array:
        """(n, 3) the direction from the bar to the tip, where the half lies on its line."""
        _, along, _ = self.loop.at(np.asarray(s))
        return np.stack([along[..., 0] * self.side, 0.0 * along[..., 0], along[..., 1]], axis=-1)

    def skins(self, texture_tile: float = TEXTURE_TILE) -> tuple[Mesh, Mesh, Mesh]:
        """Outer face, painted edge, lining; together they are closed.

        Args:
            texture_tile: metres of the faces that a texture covers.
        """
        section = self.section
        s = section.stations()

        def flat(s: Array) -> Array:
            return np.maximum(section.half_width(s) - EDGE_DEPTH, 0.3 * section.half_width(s))

        def upper(s: Array, b: Array) -> Array:
            y = b * flat(s)
            return self.place(s, y, section.top(s, y))

        def lower(s: Array, b: Array) -> Array:
            return self.place(s, b * flat(s), section.bottom(s))

        def out(s: Array, b: Array) -> Array:
            return self.outward(s)

        half = float(section.half_width(np.array([section.length * 0.3]))[0])
        tile = (half / texture_tile, 1.0 / texture_tile)
        openings = [
            Opening(at, 0.0, HOLE_RADIUS[0], HOLE_RADIUS[1] / float(flat(np.array([at]))[0]))
            for at in self.holes
        ]
        across = _across(section.stitched)
        top = sheet(upper, s, across, out, tile, openings)
        beneath = np.linspace(-1.0, 1.0, 7) if section.stitched else across
        lining = sheet(lower, s, beneath, lambda s, b: -self.outward(s), tile, openings)
        edges = [self._edge(sign, s) for sign in (1.0, -1.0)]
        for opening in openings:
            ring = opening.outline().T
            center = np.full((2, len(ring[0])), [[opening.a], [opening.b]])
            edges.append(tube(lower(*ring), upper(*ring), lower(*center), upper(*center)))
        return top, merge(edges), lining

    def _edge(self, sign: float, s: Array) -> Mesh:
        """The rounded rim between outer face and lining."""
        section = self.section

        def rim(s: Array, turn: Array) -> Array:
            half = section.half_width(s)
            inner = np.maximum(half - EDGE_DEPTH, 0.3 * half)
            low, high = section.bottom(s), section.top(s, inner)
            # rounded, so that the rim's ends are the sheets' edges to the last bit
            across, up = np.round(np.cos(turn), 12), np.round(np.sin(turn), 12)
            y = inner + (half - inner) * np.sign(across) * np.abs(across) ** 0.7
            share = (np.sign(up) * np.abs(up) ** 0.8 + 1.0) / 2.0
            height = np.where(share == 1.0, high, low + (high - low) * share)
            return self.place(s, sign * y, height)

        def out(s: Array, turn: Array) -> Array:
            aside = np.array([0.0, sign, 0.0]) * np.cos(turn)[:, None]
            return np.asarray(aside + self.outward(s) * np.sin(turn)[:, None])

        turn = np.linspace(-np.pi / 2.0, np.pi / 2.0, 7)
        surface: Surface = rim
        return sheet(surface, s, turn, out, (0.2, 1.0 / TEXTURE_TILE))


def _across(stitched: bool) -> Array:
    """(m,) shares of the flat width, closer over border and groove."""
    if not stitched:
        return np.linspace(-1.0, 1.0, 19)
    outer = np.linspace(0.55, 1.0, 11)
    inner = np.linspace(0.0, 0.55, 5)[:-1]
    positive = np.concatenate([inner, outer])
    return np.concatenate([-positive[:0:-1], positive])


def _smooth(x: Array) -> Array:
    """A smooth step (n,) from 0 at 0 to 1 at 1."""
    t = np.clip(x, 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t))
