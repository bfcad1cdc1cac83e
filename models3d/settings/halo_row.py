"""How many small stones close round a larger one, and where its claws then find room."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models3d.errors import ModelError, Unbuildable
from models3d.frames import Array
from models3d.settings.girdle import Line, offset_line
from models3d.settings.prong import ClawPlace
from models3d.stones.stone import Stone, stone

MELEE_MM = (1.0, 1.4)
SIEVE_MM = 0.05
FROM_CENTRE = 0.20e-3  # between the girdles, seen from above
GAPS = (0.09e-3, 0.28e-3)  # between neighbours
BEST_GAP = 0.12e-3
LINE_POINTS = 240
SIZE_WEIGHT = 0.6  # how much a stone's width matters beside a claw's place


@dataclass(frozen=True, slots=True, eq=False)
class HaloRow:
    """Stones of one size in a closed row."""

    stone: Stone
    line: Line  # of their centres
    stations: Array  # (k,) metres along the line, of the stones
    gaps: Array  # (k,) metres, of the middles between neighbours
    claws: tuple[ClawPlace, ...]  # of the centre stone, each in a gap

    @property
    def claw_gaps(self) -> NDArray[np.bool_]:
        """(k,) whether a claw stands in the gap."""
        taken = np.zeros(len(self.gaps), bool)
        for claw in self.claws:
            taken[self._nearest(claw)] = True
        return taken

    def _nearest(self, claw: ClawPlace) -> int:
        points, _ = self.line.at(self.gaps)
        return int(np.argmin(np.linalg.norm(points - claw.point, axis=1)))


def halo_row(centre: Stone, claws: tuple[ClawPlace, ...], gem: str, melee_mm: float) -> HaloRow:
    """The row whose stones are nearest to the size asked for and leave the claws their places.

    Points of the centre stone always lie in a gap; other claws move to the nearest one.

    Raises:
        Unbuildable: no number of stones closes evenly.
    """
    asked = _line(centre, melee_mm * 1e-3)
    points = sorted(asked.nearest_station(c.point) / asked.length for c in claws if c.pointed)
    rounds = np.array([asked.nearest_station(c.point) / asked.length for c in claws])
    best: tuple[float, float, Array] | None = None
    for steps in range(round(MELEE_MM[0] / SIEVE_MM), round(MELEE_MM[1] / SIEVE_MM) + 1):
        size = steps * SIEVE_MM * 1e-3
        length = asked.length + np.pi * (size - melee_mm * 1e-3)
        for gaps in _closings(points, size / length, GAPS[0] / length, GAPS[1] / length):
            apart = np.abs((rounds[:, None] - gaps + 0.5) % 1.0 - 0.5).min(axis=1).max() * length
            gap = length / len(gaps) - size
            score = float(apart) + SIZE_WEIGHT * abs(size - melee_mm * 1e-3) + abs(gap - BEST_GAP)
            if best is None or score < best[0]:
                best = (score, size, gaps)
    if best is None:
        raise Unbuildable(
            "No number of halo stones closes evenly round this stone.", ("melee_size_mm", "carat")
        )
    _, size, shares = best
    line = _line(centre, size)
    gaps = shares * line.length
    middles = np.diff(np.append(shares, shares[0] + 1.0)) / 2.0
    row = HaloRow(
        stone("round_brilliant", gem, round(1e3 * size, 2)),
        line,
        (shares + middles) * line.length,
        gaps,
        claws,
    )
    return replace(row, claws=_moved(row, centre))


def _line(centre: Stone, size: float) -> Line:
    away = FROM_CENTRE + size / 2.0
    try:
        return offset_line(centre.outline, away, 0.0, LINE_POINTS, 0.9 * size)
    except ModelError as error:
        raise Unbuildable("A halo does not fit this stone.", ("cut", "carat")) from error


def _closings(points: list[float], size: float, least: float, greatest: float) -> list[Array]:
    """Ways to close with stones of this size: the gaps' middles; all as shares of the length."""
    if not points:
        counts = range(int(1.0 / (size + greatest)) + 1, int(1.0 / (size + least)) + 1)
        return [(np.arange(n) + phase) / n for n in counts for phase in (0.0, 0.5)]
    runs = []
    for start, end in zip(points, [*points[1:], points[0] + 1.0], strict=True):
        count = int((end - start) / (size + least))
        if count < 1 or (end - start) / count - size > greatest:
            return []
        runs.append(start + np.arange(count) * (end - start) / count)
    return [np.concatenate(runs)]


def _moved(row: HaloRow, centre: Stone) -> tuple[ClawPlace, ...]:
    """The claws, each round one beside the nearest gap."""
    points, normals = row.line.at(row.gaps)
    moved = []
    for claw in row.claws:
        k = int(np.argmin(np.linalg.norm(points - claw.point, axis=1)))
        if claw.pointed:
            moved.append(claw)
            continue
        outline = centre.outline
        ahead = np.roll(outline, -1, axis=0) - outline
        share = np.einsum("ij,ij->i", points[k] - outline, ahead)
        share = np.clip(share / np.maximum(np.einsum("ij,ij->i", ahead, ahead), 1e-18), 0.0, 1.0)
        feet = outline + share[:, None] * ahead
        foot = feet[np.argmin(np.linalg.norm(feet - points[k], axis=1))]
        moved.append(ClawPlace(foot, normals[k]))
    return tuple(moved)
