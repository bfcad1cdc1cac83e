"""A shank whose shoulders carry pavé, the rows following its curve and its taper."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import manifold3d
import numpy as np

from models3d.bill import StoneLot
from models3d.errors import Unbuildable
from models3d.frames import Array
from models3d.mesh import Mesh
from models3d.profiles import Profile, outline
from models3d.settings.pave import (
    GAP,
    PROUD,
    Bead,
    bead_mesh,
    drill,
    frames,
    paired,
    pave_bead,
    placed,
)
from models3d.settings.trough import DEPTH, EDGE, SLOPE, blended, trough
from models3d.shank import Hoop, ShankForm, bridge, hoop, reamed
from models3d.solids import solid
from models3d.stones.stone import Stone, stone
from models3d.sweep import sweep

RUN_OUT = 0.5e-3  # metres in which the bright cut ends behind the last stone
SIEVE_MM = 0.05  # stones are sorted in steps of this width
ROW_PITCH = 0.90  # of the pitch along the row: rows nestle


def pave_width(melee_mm: float, rows: int) -> float:
    """Of the shank that these rows need, metres."""
    width = melee_mm * 1e-3
    across = width * (1.0 + GAP) * (1.0 + (rows - 1) * ROW_PITCH)
    return across + 2.0 * (EDGE + 0.6 * SLOPE)


@dataclass(frozen=True)
class PaveShank:
    """Pavé on a shank's outside, from its head down both sides."""

    form: ShankForm
    melee_mm: float  # width of the largest stones, at the head
    rows: int
    gem: str
    clear_x: float  # metres from the middle: nearer, the head is in the way
    end_angle: float  # radians from the head to where the pavé ends
    dome: Profile = Profile.COURT

    @cached_property
    def course(self) -> Hoop:
        return hoop(self.form)

    @cached_property
    def reference(self) -> Stone:
        """The largest stone; the others are the same one, scaled."""
        return stone("round_brilliant", self.gem, self.melee_mm)

    @cached_property
    def _half(self) -> tuple[Array, Array, Array]:
        """Station on the seat line, its points and normals (n, 3), from the joint to the palm."""
        count = len(self.course.width) // 2 + 1
        origin, out = self.course.path.origin[:count], self.course.path.outward[:count]
        level = self.course.thickness[:count] - DEPTH + PROUD * self.reference.width
        points = origin + level[:, None] * out
        steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
        return np.concatenate([[0.0], np.cumsum(steps)]), points, out

    @cached_property
    def _stations(self) -> tuple[float, float]:
        """On the seat line: from the head's last obstacle to the pavé's end."""
        station, points, _ = self._half
        angle = np.arctan2(np.abs(points[:, 0]), points[:, 2])
        start = np.interp(self.clear_x, np.abs(points[:, 0])[: np.argmax(np.abs(points[:, 0]))],
                          station[: np.argmax(np.abs(points[:, 0]))])  # fmt: skip
        return float(start), float(np.interp(self.end_angle, angle, station))

    @cached_property
    def _sizes(self) -> tuple[Array, Array]:
        """Stations of the stones of an outer row, and their widths, metres."""
        station, _, _ = self._half
        width = self.course.width[: len(station)]
        per_width = pave_width(1.0, self.rows) - pave_width(0.0, self.rows)
        fitting = (width - pave_width(0.0, self.rows)) / per_width  # in millimetres
        start, end = self._stations
        at, widths = [], []
        edge = start
        while True:
            here = float(np.interp(edge, station, fitting))
            size = min(np.floor(here / SIEVE_MM + 1e-6) * SIEVE_MM, self.melee_mm) * 1e-3
            if edge + size * (1.0 + GAP) > end or size < 0.8e-3:
                break
            at.append(edge + size * (1.0 + GAP) / 2.0)
            widths.append(size)
            edge += size * (1.0 + GAP)
        if len(at) < 3:
            raise Unbuildable("The shank has no room for pavé.", ("melee_size", "size"))
        return np.array(at), np.array(widths)

    @cached_property
    def places(self) -> tuple[Array, Array]:
        """(k, 4, 4) of the stones and (b, 4, 4) of the beads, both sides of the ring."""
        at, widths = self._sizes
        scale = widths / self.reference.width
        pitch = widths * (1.0 + GAP)
        stones, beads = [], []
        gaps = np.concatenate([[at[0] - pitch[0] / 2.0], at + pitch / 2.0])
        gap_scale = np.concatenate([scale[:1], np.minimum(scale, np.append(scale[1:], scale[-1]))])
        bead = self._bead
        for row in range(self.rows):
            level = row - (self.rows - 1) / 2.0
            shifted = row % 2 == 1
            stations = (at[1:] + at[:-1]) / 2.0 if shifted else at
            sizes = np.minimum(scale[1:], scale[:-1]) if shifted else scale
            middles = at if shifted else gaps
            middle_sizes = scale if shifted else gap_scale
            aside = level * ROW_PITCH * self.reference.width * (1.0 + GAP)
            stones.append(self._row(stations, sizes, aside))
            beads.append(paired(self._row(middles, middle_sizes, aside), bead.aside))
        return _both_sides(np.concatenate(stones)), _both_sides(np.concatenate(beads))

    def _row(self, stations: Array, scales: Array, aside: float) -> Array:
        """Frames at stations of the seat line, `aside` metres across at scale 1."""
        station, points, out = self._half
        at = np.stack([np.interp(stations, station, axis) for axis in points.T], axis=1)
        facing = np.stack([np.interp(stations, station, axis) for axis in out.T], axis=1)
        facing /= np.linalg.norm(facing, axis=1, keepdims=True)
        along = np.cross([0.0, 1.0, 0.0], facing)
        at[:, 1] += aside * scales
        return frames(at, along, facing, scales)

    @property
    def _bead(self) -> Bead:
        pitch = self.reference.width * (1.0 + GAP)
        return pave_bead(
            self.reference, pitch, pitch / (self.form.inner_radius + self.form.thickness)
        )

    def bead(self) -> Mesh:
        return bead_mesh(self._bead)

    def shank(self) -> manifold3d.Manifold:
        """Hoop and bridge in one piece, the seats drilled."""
        course = self.course
        station, _, _ = self._half
        _, end = self._stations
        from_head = np.concatenate([station, station[-2::-1]])
        plain = np.clip((from_head - end) / (station[-1] - end), 0.0, 1.0)
        plain = plain * plain * (3.0 - 2.0 * plain)
        bright = trough(
            course.width,
            course.thickness,
            DEPTH * np.clip(1.0 - (from_head - end - RUN_OUT) / RUN_OUT, 0.0, 1.0),
            0.1 * course.thickness,
        )
        section = blended(bright, outline(self.dome, course.width, course.thickness), plain)
        body = solid(sweep(course.path, section))
        seats = placed(drill(self.reference), self.places[0])
        joined = manifold3d.Manifold.batch_boolean(
            [body + solid(bridge(self.form)), *seats], manifold3d.OpType.Subtract
        )
        return reamed(joined, self.form.inner_radius)

    @property
    def seat_floor(self) -> float:
        """Metal under the culets, metres, where it is least."""
        depth = self.reference.girdle_height + self.reference.pavilion_depth
        start, end = self._stations
        station, _, _ = self._half
        within = (station >= start) & (station <= end)
        thinnest = self.course.thickness[: len(station)][within].min()
        return float(thinnest - DEPTH + PROUD * self.reference.width - depth)

    def lots(self) -> tuple[StoneLot, ...]:
        """The stones by size."""
        scale = np.linalg.norm(self.places[0][:, :3, 0], axis=1)
        sizes, counts = np.unique(np.round(scale * self.melee_mm / SIEVE_MM), return_counts=True)
        return tuple(
            stone("round_brilliant", self.gem, float(size * SIEVE_MM)).lot(
                int(count), "pave", "melee"
            )
            for size, count in zip(sizes[::-1], counts[::-1], strict=True)
        )


def _both_sides(places: Array) -> Array:
    """Each place and the same on the ring's other side, half a turn about the head's axis away."""
    half_turn = np.diag([-1.0, -1.0, 1.0, 1.0])
    return np.concatenate([places, half_turn @ places])
