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
    away = FROM_CENTRE + melee_mm * 0.5e-3
    rounds = np.array([asked.nearest_station(c.point + away * c.outward) for c in claws])
    rounds /= asked.length
    points = sorted(share for share, c in zip(rounds.tolist(), claws, strict=True) if c.pointed)
    best: tuple[float, float, Array, Array] | None = None
    for steps in range(round(MELEE_MM[0] / SIEVE_MM), round(MELEE_MM[1] / SIEVE_MM) + 1):
        size = steps * SIEVE_MM * 1e-3
        length = asked.length + np.pi * (size - melee_mm * 1e-3)
        corners = [(at, _inset(asked, at, size) / length) for at in points]
        for stations, gaps in _closings(corners, size / length, GAPS[0] / length, GAPS[1] / length):
            apart = np.abs((rounds[:, None] - gaps + 0.5) % 1.0 - 0.5).min(axis=1).max() * length
            gap = length / len(gaps) - size
            score = float(apart) + SIZE_WEIGHT * abs(size - melee_mm * 1e-3) + abs(gap - BEST_GAP)
            if best is None or score < best[0]:
                best = (score, size, stations, gaps)
    if best is None:
        raise Unbuildable(
            "No number of halo stones closes evenly round this stone.", ("melee_size_mm", "carat")
        )
    _, size, stations, gaps = best
    line = _line(centre, size)
    row = HaloRow(
        stone("round_brilliant", gem, round(1e3 * size, 2)),
        line,
        stations * line.length,
        gaps * line.length,
        claws,
    )
    return replace(row, claws=_moved(row, centre))


def _inset(line: Line, corner: float, size: float) -> float:
    """How far from a corner, along the line, the stones on either side keep their gap."""
    away = np.linspace(0.4, 1.4, 41) * size
    before, _ = line.at(corner * line.length - away)
    after, _ = line.at(corner * line.length + away)
    chord = np.linalg.norm(after - before, axis=1)
    return float(away[np.argmax(chord >= size + GAPS[0])])


def _line(centre: Stone, size: float) -> Line:
    away = FROM_CENTRE + size / 2.0
    try:
        return offset_line(centre.outline, away, 0.0, LINE_POINTS, 0.9 * size)
    except ModelError as error:
        raise Unbuildable("A halo does not fit this stone.", ("cut", "carat")) from error


def _closings(
    corners: list[tuple[float, float]], size: float, least: float, greatest: float
) -> list[tuple[Array, Array]]:
    """Ways to close with stones of this size; everything as shares of the line's length.

    Args:
        corners: where a gap must lie, and how far from it the next stones stand.
    Returns:
        stations of the stones and of the gaps' middles.
    """
    if not corners:
        counts = range(int(1.0 / (size + greatest)) + 1, int(1.0 / (size + least)) + 1)
        return [
            ((np.arange(n) + phase + 0.5) / n, (np.arange(n) + phase) / n)
            for n in counts
            for phase in (0.0, 0.5)
        ]
    stations: list[Array] = []
    gaps: list[Array] = []
    ends = [*corners[1:], (corners[0][0] + 1.0, corners[0][1])]
    for (corner, inset), (following, last_inset) in zip(corners, ends, strict=True):
        room = following - last_inset - corner - inset  # from the first stone to the last
        count = int(room / (size + least))
        if count < 1 or room / count - size > greatest:
            return []
        run = corner + inset + np.arange(count + 1) * room / count
        stations.append(run)
        gaps += [np.array([corner]), (run[1:] + run[:-1]) / 2.0]
    return [(np.concatenate(stations), np.concatenate(gaps))]


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
