"""A chain by the trade's measures, worn: on a neck, with a clasp at the nape and maybe a pendant.

worn = wear_necklace(ChainForm(LinkStyle.CABLE, 0.8), 0.457, pendant_g=2.0)
worn.row.parts(material)    the links, jump rings and the clasp, each part instanced
worn.bail                   where a pendant hangs
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from models3d.chains.body import BODY_SIZES, NAPE, Neck, Wrist, normals
from models3d.chains.counted import COARSEST_LINK, ChainForm, counted
from models3d.chains.hanging import Curve, Line, rest
from models3d.chains.link import Link
from models3d.chains.strand import Row, lay, volume_of
from models3d.errors import Unbuildable
from models3d.frames import Array, RigidTransform

__all__ = [
    "ChainForm",
    "WornChain",
    "check_closes",
    "check_neck_length",
    "neck_curve",
    "wear_bracelet",
    "wear_necklace",
    "wrist_curve",
]

SEGMENTS = 56  # of half a loop at rest
BEND = 6.0, 4.2  # of the links' width and of their length: over so much it bends under a bail
LEAST_EASE = 0.012  # metres that a necklace is longer than the neck is round
DOWN = np.array([0.0, -1.0, 0.0])


@dataclass(frozen=True, slots=True, eq=False)
class WornChain:
    """A chain at rest on the body."""

    form: ChainForm
    row: Row
    curve: Curve
    pattern: tuple[Link, ...]

    @property
    def length(self) -> float:
        """Metres from end to end, clasp and all."""
        return self.row.length

    @property
    def half_height(self) -> float:
        """Metres from the chain's middle to its outside."""
        return self.pattern[0].height / 2.0

    @property
    def bail(self) -> RigidTransform:
        """Model from bail: origin in the chain's middle at its lowest point in front.

        +X to the wearer's left, +Y up the skin, +Z off the skin. A bail's opening goes round the
        chain along X; its top rests `half_height` above the origin.
        """
        point = self.curve.front()
        _, out = normals(self.curve.body, point[None])
        z = out[0] * (0.0, 1.0, 1.0)
        z /= np.linalg.norm(z)
        x = np.array([1.0, 0.0, 0.0])
        return RigidTransform(np.stack([x, np.cross(z, x), z], axis=1), point)


def wear_necklace(
    form: ChainForm,
    length: float,
    pendant_g: float = 0.0,
    density_g_cm3: float = 15.0,
    lift: float = 0.0,
) -> WornChain:
    """A necklace of about this length, links counted, at rest on a neck.

    Args:
        length: metres, clasp and all.
        pendant_g: what hangs at its front.
        density_g_cm3: of the chain's metal, against which the pendant pulls.
        lift: metres by which the bail behind it holds the chain off the chest.
    Raises:
        Unbuildable: too short for any neck.
    """
    items, pattern = counted(form, length)
    total = sum(item.bearing for item in items)
    mass_g = volume_of(items) * density_g_cm3 * 1e6
    radius = round(pattern[0].height / 2.0, 9)
    load, bend = round(pendant_g / mass_g, 6), _bend(pattern[0]) if pendant_g > 0.0 else 0.0
    curve = neck_curve(round(total, 9), radius, load, bend=bend)
    if lift > 0.0:
        depth, out = normals(curve.body, curve.front()[None])
        short = max(radius + lift - float(depth[0]), 0.0)
        curve = replace(curve, push=short * out[0] * (0.0, 1.0, 1.0))
    return WornChain(form, lay(items, curve), curve, pattern)


def _bend(link: Link) -> float:
    """Metres to either side of a bail over which a chain of such links rounds the kink."""
    return round(max(BEND[0] * link.width, BEND[1] * link.bearing), 9)


@lru_cache(maxsize=64)
def neck_curve(
    length: float,
    radius: float,
    load: float = 0.0,
    gap: float = 0.0,
    bend: float = 0.0,
    base: float | None = None,
) -> Curve:
    """The line of a necklace at rest.

    Args:
        length: metres, all round.
        radius: metres from the skin to the line.
        load: mass of the pendant over the mass of the chain.
        gap: metres at the front that something stiff takes the place of.
        bend: metres to either side of the front over which the chain rounds a kink.
        base: metres round the base of the neck; the mean one's unless it is known.
    Raises:
        Unbuildable: too short for any neck.
    """
    check_closes(length, radius)
    if base is None:
        sizes = BODY_SIZES["neck_base"]
        base = min(sizes.mean_mm * 1e-3, max(sizes.p1_mm * 1e-3, length - LEAST_EASE))
    return rest(Line(Neck(base), length, radius, DOWN, load, gap, bend), _over_head(base, length))


def check_neck_length(form: ChainForm, length: float) -> None:
    """Refuse a necklace that closes round no neck.

    Raises:
        Unbuildable: the chain is too thick for so short a necklace.
    """
    check_closes(length, form.links(COARSEST_LINK)[0].height / 2.0)


def check_closes(length: float, radius: float) -> None:
    """Refuse a line `radius` off the skin that is too short for any neck.

    Raises:
        Unbuildable: it closes round no neck.
    """
    shortest = BODY_SIZES["neck"].p1_mm * 1e-3 + LEAST_EASE + 2.0 * np.pi * radius
    if length < shortest:
        raise Unbuildable(
            f"A necklace of {100.0 * length:.1f} cm as thick as this closes round no neck; the "
            f"shortest is {100.0 * shortest:.1f} cm.",
            ("length", "length_cm"),
        )


def _over_head(base: float, length: float) -> Array:
    """Half a wide loop clear of the neck, from the nape to the front, as a necklace is put on."""
    scale = base / (BODY_SIZES["neck_base"].mean_mm * 1e-3)
    wide = 1.12 * max(length / base, 1.0)
    half = float(np.linalg.norm(NAPE)) / 2.0 * scale * wide
    forward = -NAPE / np.linalg.norm(NAPE) + min(1.2 * (wide - 1.12), 0.8) * np.array(
        [0.0, -1.0, 0.2]
    )
    forward /= np.linalg.norm(forward)
    middle = NAPE * scale + scale * np.array([0.0, 0.020, -0.022]) + 1.15 * half * forward
    middle[1] += 0.010
    angle = np.linspace(0.0, np.pi, SEGMENTS + 1)[:, None]
    side = np.array([1.0, 0.0, 0.0])
    start: Array = (
        middle + 1.1 * half * np.sin(angle) * side - 1.15 * half * np.cos(angle) * forward
    )
    return start


def wear_bracelet(form: ChainForm, girth: float, ease: float, flat: bool = False) -> WornChain:
    """A bracelet for this wrist, links counted.

    Args:
        girth: metres round the wrist.
        ease: metres that the bracelet is longer.
        flat: every second link lies flat on the skin, so that charms hang straight.
    """
    items, pattern = counted(form, girth + ease, flat)
    total = sum(item.bearing for item in items)
    curve = wrist_curve(girth, round(total, 9), round(pattern[0].height / 2.0, 9))
    return WornChain(form, lay(items, curve), curve, pattern)


@lru_cache(maxsize=64)
def wrist_curve(girth: float, length: float, radius: float) -> Curve:
    """The line of a bracelet at rest: its clasp under the wrist, its front on the back of it.

    Args:
        girth: metres round the wrist.
        length: metres round the bracelet.
        radius: metres from the skin to the line.
    """
    wrist = Wrist(girth)
    angle = np.linspace(0.0, np.pi, SEGMENTS + 1)[:, None]
    half_z = 1.35 * wrist.half_depth
    middle = np.array([0.0, 0.0, -0.25 * wrist.half_depth])
    start = (
        middle
        + 1.25 * wrist.half_breadth * np.sin(angle) * np.array([1.0, 0.0, 0.0])
        - half_z * np.cos(angle) * np.array([0.0, 0.0, 1.0])
    )
    return rest(Line(wrist, length, radius, np.array([0.0, 0.0, -1.0])), start)
