"""A line of stones with its clasp: which sizes, how long, and how finely it is drawn."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq

from models3d.bill import StoneLot
from models3d.chains.strand import Item, Row
from models3d.chains.tennis import CLASP_PITCHES, tennis_clasp, tennis_link
from models3d.chains.tennis_drawn import DETAILS, drawn_link
from models3d.chains.tennis_form import GAP_MM, TennisForm, tennis_form
from models3d.frames import Array
from models3d.mesh import Mesh, Part
from models3d.stones.stone import MELEE_MM, Stone, stone

TRIANGLES = 96_000  # of all links and stones together
STEEPNESS = 0.6, 1.7  # least and greatest of a graduated line's curve


@dataclass(frozen=True, slots=True)
class TennisLine:
    """Stones in a row with a clasp, equal or graduated to the front.

    A smaller link is the largest one, drawn smaller as a whole.
    """

    stone: Stone  # the largest
    sizes_mm: tuple[float, ...]  # of all stones, from the front round by the wearer's left
    length_mm: float  # all round; the clasp takes what the links leave

    @property
    def least(self) -> float:
        """The smallest link over the largest."""
        return min(self.sizes_mm) / (1e3 * self.stone.width)

    def items(self) -> list[Item]:
        """Links and the clasp, opposite the front."""
        largest = 1e3 * self.stone.width
        link = replace(tennis_link(self.stone), drawn=self._drawn[0])
        links = [Item("basket", link, 0.0, size / largest) for size in self.sizes_mm]
        middle = len(links) // 2
        rest = self.length_mm - 1e3 * sum(item.bearing for item in links)
        clasp = tennis_clasp(self.stone, round(rest / self.least, 3))
        return [*links[:middle], Item("clasp", clasp, 0.0, self.least), *links[middle:]]

    def stones(self, row: Row) -> Part:
        """All stones, each in its basket."""
        lift = np.eye(4)
        lift[2, 3] = tennis_form(self.stone).stone_z * 1e-3
        cut = replace(self.stone, mesh=self._drawn[1])
        return cut.part("stone", row.places("basket") @ lift, slot="gem")

    @property
    def _drawn(self) -> tuple[Mesh, Mesh]:
        """Basket and stone, as finely as so many may be drawn."""
        whole = self.stone
        small = stone(whole.cut, whole.gem, 0.9 * MELEE_MM)
        size = whole.width / small.width
        light = replace(small.mesh, positions=size * small.mesh.positions)
        for detail in DETAILS:
            basket = drawn_link(tennis_form(whole), detail)
            cut = light if detail.light_stone else whole.mesh
            if len(self.sizes_mm) * (len(basket.triangles) + len(cut.triangles)) < TRIANGLES:
                break
        return basket, cut

    def lots(self) -> tuple[StoneLot, ...]:
        """One for each size, largest first."""
        counts = Counter(self.sizes_mm)
        kind = self.stone
        return tuple(
            stone(kind.cut, kind.gem, size).lot(count, "prong", "side")
            for size, count in sorted(counts.items(), reverse=True)
        )


def skin_to_hinge(form: TennisForm) -> float:
    """Metres from the skin to the hinge line: the base rail lies on the skin."""
    return 1e-3 * (0.35 * form.knuckle + 0.5 * form.wire + 0.05)


def equal_sizes(stone_mm: float, length_mm: float) -> tuple[float, ...]:
    """Stones of one size that fill a length with a clasp."""
    return (stone_mm,) * round(length_mm / (stone_mm + GAP_MM) - CLASP_PITCHES)


def graduated_sizes(largest_mm: float, smallest_mm: float, length_mm: float) -> tuple[float, ...]:
    """Stones that grow from the clasp to the front by a smooth curve, in tenths of a millimetre.

    The curve is as steep as it takes to fill the length with a clasp of the usual size.

    Returns:
        the sizes from the front round to the clasp and back: a mirror image of itself.
    """
    pitch = 1.0 + GAP_MM / largest_mm  # of a link, in its stone's diameters
    room = length_mm / pitch - CLASP_PITCHES * smallest_mm  # of all diameters together
    half = max(2, round(room / (largest_mm + smallest_mm)))

    def falling(steepness: float) -> Array:
        share = (np.arange(half) + 0.5) / half
        fall = np.cos(share * np.pi / 2.0) ** (2.0 * steepness)
        return np.asarray(smallest_mm + (largest_mm - smallest_mm) * fall)

    steepness = brentq(lambda s: 2.0 * falling(s).sum() - room, *STEEPNESS, xtol=1e-4)
    sizes = [round(float(size), 1) for size in falling(steepness)]
    return (*sizes, *sizes[::-1])
