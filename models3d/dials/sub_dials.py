"""Small dials let into a dial: turned in fine rings, with a bright edge and a printed scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from models3d.dials.digits import figures
from models3d.dials.printing import track
from models3d.dials.regions import Circle, plate, wall
from models3d.dials.relief import PRINT_HEIGHT_MM, flat
from models3d.dials.surfaces import GROOVE_MM
from models3d.frames import Array
from models3d.mesh import Material, Mesh, Part
from models3d.solids import MM

SUNK_MM = 0.15
EDGE_MM = 0.12  # width of the bright chamfer
STAFF_HOLE_MM = 0.35  # radius


class SubDialKind(StrEnum):
    """What a sub-dial counts."""

    SECONDS = "seconds"
    MINUTES_30 = "minutes30"
    HOURS_12 = "hours12"


# marks, every how many a long one, figures as (text, share of a turn)
_SCALES: dict[SubDialKind, tuple[int, int, tuple[tuple[str, float], ...]]] = {
    SubDialKind.SECONDS: (60, 5, (("60", 0.0), ("15", 0.25), ("30", 0.5), ("45", 0.75))),
    SubDialKind.MINUTES_30: (30, 5, (("30", 0.0), ("10", 1 / 3), ("20", 2 / 3))),
    SubDialKind.HOURS_12: (24, 2, (("12", 0.0), ("3", 0.25), ("6", 0.5), ("9", 0.75))),
}


@dataclass(frozen=True, slots=True)
class SubDial:
    """A small dial let into the plate."""

    center_mm: tuple[float, float]
    radius_mm: float
    kind: SubDialKind

    @property
    def outline(self) -> Circle:
        """Its edge on the plate."""
        return Circle(self.radius_mm, self.center_mm)

    @property
    def track_radius_mm(self) -> float:
        """Where its hand's tip should reach."""
        return 0.88 * self.radius_mm

    @property
    def floor_mm(self) -> float:
        """Height of its ground in the dial frame."""
        return -SUNK_MM


def sub_dial_parts(
    sub_dials: Sequence[SubDial], ground: Material, edge: Material
) -> tuple[Part, ...]:
    """Grounds and edges, instanced where the size is the same."""
    parts: list[Part] = []
    for radius in sorted({s.radius_mm for s in sub_dials}):
        matrices = np.stack([_moved(s.center_mm) for s in sub_dials if s.radius_mm == radius])
        disc = plate(Circle(radius - 0.8 * EDGE_MM), [Circle(STAFF_HOLE_MM)], -SUNK_MM, sectors=96)
        around = np.zeros(len(disc.positions)) if disc.uvs is None else disc.uvs[:, 0]
        across = np.hypot(disc.positions[:, 0], disc.positions[:, 1]) / (GROOVE_MM * MM)
        turned = replace(disc, uvs=np.stack([across, around], axis=-1))
        rim = wall(Circle(radius), -EDGE_MM, 0.0, -SUNK_MM)
        parts += [
            Part("sub_dial", turned, ground, matrices, "dial"),
            Part("sub_dial_edge", rim, edge, matrices, "index"),
        ]
    return tuple(parts)


def scale(sub_dial: SubDial) -> list[Mesh]:
    """Printed marks and figures, in the dial frame."""
    count, long_every, texts = _SCALES[sub_dial.kind]
    radius, z = sub_dial.radius_mm, -SUNK_MM + PRINT_HEIGHT_MM
    marks = track(
        Circle(0.94 * radius),
        Circle(0.87 * radius),
        count,
        long_every,
        longer=1.7,
        center_mm=sub_dial.center_mm,
        z_mm=z,
        line_mm=0.07,
        long_line_mm=0.11,
    )
    meshes, height = [marks], 0.21 * radius
    x, y = sub_dial.center_mm
    for text, share in texts:
        angle, at = 2.0 * np.pi * share, 0.60 * radius
        region = figures(text).translate((0.0, -0.5)).scale((height, height))
        placed = region.translate((x + at * np.sin(angle), y + at * np.cos(angle)))
        meshes.append(flat(placed, z))
    return meshes


def _moved(center_mm: tuple[float, float]) -> Array:
    matrix = np.eye(4)
    matrix[:2, 3] = np.array(center_mm) * MM
    return matrix
