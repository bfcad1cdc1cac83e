"""Metal bracelets of three or five columns with end links and a folding clasp."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from models3d.frames import Array
from models3d.mesh import Material, Mesh, Part, merge
from models3d.solids import solid, union
from models3d.straps import textures
from models3d.straps.chain import Chain, chain_round
from models3d.straps.clasp import clasp
from models3d.straps.end_link import end_link
from models3d.straps.links import Column, LinkSize, link, on_pins, turned_to_twelve
from models3d.straps.lugs import LugGeometry

SIDE_PLAY = 0.1e-3  # to each lug
COLUMN_GAP = 0.10e-3
TAPER = 0.8  # the width at the clasp as a share of that between the lugs

Columns = tuple[tuple[Column, ...], tuple[Column, ...]]  # those of the end link, those between


@dataclass(frozen=True, slots=True)
class Pattern:
    """How a bracelet's rows are made up."""

    size: LinkSize
    columns: Callable[[float], Columns]  # for a width in metres


def _three(width: float) -> Columns:
    half, inner, gap = width / 2.0, 0.205 * width, COLUMN_GAP / 2.0
    outer = (Column(inner + gap, half), Column(-half, -inner - gap))
    return outer, (Column(-inner + gap, inner - gap, 0.10e-3, 0.3e-3),)


def _five(width: float) -> Columns:
    half, outer, inner, gap = width / 2.0, 0.285 * width, 0.115 * width, COLUMN_GAP / 2.0
    first = (
        Column(outer + gap, half),
        Column(-inner + gap, inner - gap),
        Column(-half, -outer - gap),
    )
    crown, fillet = 0.30e-3, 0.3e-3
    return first, (
        Column(inner + gap, outer - gap, crown, fillet),
        Column(-outer + gap, -inner - gap, crown, fillet),
    )


THREE_LINK = Pattern(LinkSize(3.30e-3, 1.59e-3), _three)
FIVE_LINK = Pattern(
    LinkSize(2.62e-3, 1.25e-3, 3, (-90.0, -48.0, -19.0), fillet_steps=1, crown_steps=2), _five
)


@dataclass(frozen=True, slots=True, eq=False)
class Bracelet:
    """A bracelet on the wrist."""

    pattern: Pattern
    lugs: LugGeometry
    chain: Chain

    @property
    def full_width(self) -> float:
        """Between the lugs, metres."""
        return self.lugs.lug_width - 2.0 * SIDE_PLAY

    def widths(self) -> Array:
        """(n + 2,) at the pins, and one link into the clasp."""
        share = np.clip(np.arange(self.chain.links + 2) / self.chain.links, 0.0, 1.0)
        return np.asarray(self.full_width * (1.0 - (1.0 - TAPER) * share))

    def rows(self) -> list[tuple[int, Mesh, Array]]:
        """Number, mesh and the two places of each row of links, from the case to the clasp."""
        size, widths = self.pattern.size, self.widths()
        # the clasp's own ends are a row of the first columns whose far pin is inside it
        reach = self.chain.pins[-1] - self.chain.pins[-2]
        inside = self.chain.pins[-1] + reach * [1.0, 0.0] / abs(reach[0]) * size.pitch
        pins = np.vstack([self.chain.pins, inside])
        frames = on_pins(pins[:-1], pins[1:])
        rows = []
        for k, frame in enumerate(frames):
            width = (widths[k] + widths[k + 1]) / 2.0
            narrowing = (widths[k] - widths[k + 1]) / size.pitch / width
            columns = self.pattern.columns(width)[(k + 1) % 2]
            bodies = [link(size, column, narrowing, 0.37 * k) for column in columns]
            places = np.stack([frame, turned_to_twelve(frame)])
            rows.append((k, merge(bodies), places))
        return rows

    def end_links(self) -> tuple[Mesh, Array]:
        """One mesh in its two places."""
        first, second = self.pattern.columns(self.full_width)
        mesh = end_link(self.lugs, self.pattern.size, self.chain.pins[0], first, second)
        return mesh, turned_to_twelve(np.stack([np.diag([-1.0, -1.0, 1.0, 1.0]), np.eye(4)]))


def bracelet(lugs: LugGeometry, pattern: Pattern) -> Bracelet:
    """A bracelet sized to the wrist.

    Raises:
        ModelError: this wrist is too small for the case and the clasp.
    """
    return Bracelet(pattern, lugs, chain_round(lugs, pattern.size))


def bracelet_parts(
    on_wrist: Bracelet, brushed: Material, polished: Material, center: Material
) -> tuple[Part, ...]:
    """End links, rows of links and the clasp.

    Args:
        brushed: outer columns, end links, the clasp's cover.
        polished: the clasp's blades.
        center: the columns between.
    """
    brushed = replace(brushed, normal_texture=textures.brushed().normal)
    mesh, places = on_wrist.end_links()
    parts = [Part("end_links", mesh, brushed, places, "metal_strap")]
    for k, body, frames in on_wrist.rows():
        between = k % 2 == 0
        name = f"{'inner' if between else 'outer'}_links_{k // 2 + 1}"
        material = center if between else brushed
        slot = "metal_strap_center" if between else "metal_strap"
        parts.append(Part(name, body, material, frames, slot))
    width = TAPER * on_wrist.full_width
    cover, folded = clasp(on_wrist.chain, on_wrist.pattern.size, width + 0.6e-3)
    parts += [
        Part("clasp_cover", cover, brushed, slot="metal_strap"),
        Part("clasp_blades", folded, polished, slot="metal_strap"),
    ]
    return tuple(parts)


def shared_mm3(parts: Sequence[Part]) -> float:
    """What is counted twice in a sum of volumes: the clasp takes up the last links and its blades.

    Everything else of a bracelet stands apart.
    """
    clasp_parts = [part for part in parts if part.name.startswith("clasp")]
    if not clasp_parts:
        return 0.0
    last = max(
        (part for part in parts if part.name.startswith("outer_links")),
        key=lambda part: int(part.name.rsplit("_", 1)[1]),
    )
    meeting = [
        body for part in (*clasp_parts, last) for body in solid(part.world_mesh()).decompose()
    ]
    apart = sum(body.volume() for body in meeting)
    return float(apart - union(meeting).volume())


def bodies(parts: Sequence[Part]) -> list[Mesh]:
    """Every metal part in its places."""
    return [part.world_mesh() for part in parts if part.slot.startswith("metal")]
