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
from models3d.chains.clasps import CLASP_LENGTHS_MM, Clasp, clasp
from models3d.chains.fittings import end_cap, jump_ring
from models3d.chains.hanging import Curve, Line, rest
from models3d.chains.link import ROPE_TURN, Link, links, turned_about
from models3d.chains.strand import Item, Row, lay
from models3d.chains.styles import STYLES, LinkStyle
from models3d.errors import ModelError, Unbuildable
from models3d.frames import Array, RigidTransform

TRIANGLES = 96_000  # of all links together
FINEST_LINK = 480
COARSEST_LINK = 144
SEGMENTS = 56  # of half a loop at rest
BEND = 6.0, 4.2  # of the links' width and of their length: over so much it bends under a bail
EXTENDER_ROOM = 1.9
HOOK_PER_LENGTH = 0.16  # a ring's opening for a lobster clasp's nose
LEAST_EASE = 0.012  # metres that a necklace is longer than the neck is round
DOWN = np.array([0.0, -1.0, 0.0])


@dataclass(frozen=True, slots=True)
class ChainForm:
    """Which chain.

    Raises:
        Unbuildable: links of this style are not made of such wire.
    """

    style: LinkStyle = LinkStyle.CABLE
    wire_mm: float = 0.8  # a box chain's: the side of its links
    clasp: Clasp = Clasp.LOBSTER
    extender: bool = False  # the ring that the clasp takes has room for one: see chains.extender

    def __post_init__(self) -> None:
        table = STYLES[self.style]
        least, greatest = table.wire_mm
        if not least <= self.wire_mm <= greatest:
            what = "sides" if self.style is LinkStyle.BOX else "wire"
            raise Unbuildable(
                f"{table.name} chains are made with {what} of {least:g} to {greatest:g} mm.",
                ("wire_mm", "style"),
            )

    @property
    def clasp_mm(self) -> float:
        """The clasp's size, in proportion to the chain."""
        least, greatest = CLASP_LENGTHS_MM[self.clasp]
        across = 1e3 * self.links(300)[0].width
        share = np.clip((across - 1.2) / 5.0, 0.0, 1.0)
        return float(round(least + share * (greatest - least), 1))

    @property
    def ring_wire_mm(self) -> float:
        """Of the jump rings."""
        if self.style is LinkStyle.BOX:
            return float(np.clip(0.30 * self.wire_mm, 0.25, 0.8))
        return float(np.clip(0.95 * self.wire_mm, 0.35, 1.0))

    def links(self, triangles: int) -> tuple[Link, ...]:
        """One repeat of the chain."""
        return links(self.style, self.wire_mm, triangles)


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
    form: ChainForm, length: float, pendant_g: float = 0.0, density_g_cm3: float = 15.0
) -> WornChain:
    """A necklace of about this length, links counted, at rest on a neck.

    Args:
        length: metres, clasp and all.
        pendant_g: what hangs at its front.
        density_g_cm3: of the chain's metal, against which the pendant pulls.
    Raises:
        Unbuildable: too short for any neck.
    """
    items, pattern = _items(form, length)
    total = sum(item.bearing for item in items)
    mass_g = sum(item.link.volume for item in items) * density_g_cm3 * 1e6
    curve = neck_curve(
        round(total, 9),
        round(pattern[0].height / 2.0, 9),
        round(pendant_g / mass_g, 6),
        bend=_bend(pattern[0]) if pendant_g > 0.0 else 0.0,
    )
    return WornChain(form, lay(items, curve), curve, pattern)


def _bend(link: Link) -> float:
    """Metres to either side of a bail over which a chain of such links rounds the kink."""
    return round(max(BEND[0] * link.width, BEND[1] * link.bearing), 9)


@lru_cache(maxsize=64)
def neck_curve(
    length: float, radius: float, load: float = 0.0, gap: float = 0.0, bend: float = 0.0
) -> Curve:
    """The line of a necklace at rest.

    Args:
        length: metres, all round.
        radius: metres from the skin to the line.
        load: mass of the pendant over the mass of the chain.
        gap: metres at the front that something stiff takes the place of.
        bend: metres to either side of the front over which the chain rounds a kink.
    Raises:
        Unbuildable: too short for any neck.
    """
    check_closes(length, radius)
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


def _items(
    form: ChainForm, length: float, flat: bool = False
) -> tuple[list[Item], tuple[Link, ...]]:
    """The whole row from the front round by the wearer's left to the clasp and back."""
    pattern = form.links(COARSEST_LINK)
    ring = _end_ring(form)
    closing = clasp(form.clasp, form.clasp_mm)
    ends = _ends(form, pattern[0], ring, flat)
    fixed = closing.bearing + 2.0 * sum(item.bearing for item in ends)
    if form.extender:
        fixed += _end_ring(form, EXTENDER_ROOM).bearing - ring.bearing
    repeat = sum(link.bearing for link in pattern)
    count = round((length - fixed) / repeat * len(pattern))
    if len(pattern) == 1 and form.style is not LinkStyle.ROPE and not pattern[0].end_roll:
        count = 2 * round(((length - fixed) / repeat - 1.0) / 2.0) + 1  # both ends stand alike
    if count < 8:
        raise ModelError(f"a chain of {100.0 * length:.1f} cm has no room for its links")
    triangles = int(np.clip(TRIANGLES / count, COARSEST_LINK, FINEST_LINK))
    pattern = form.links(triangles)
    chain = [_chain_item(form, pattern, k, flat) for k in range(count)]
    middle = count // 2
    far = _mirrored(ends, bool(pattern[0].end_roll))
    if form.extender:
        far[0] = replace(far[0], part="extender_ring", link=_end_ring(form, EXTENDER_ROOM))
    back = [*ends, Item("clasp", closing, 0.0), *far]
    return [*chain[middle:], *back, *chain[:middle]], pattern


def _ends(form: ChainForm, link: Link, ring: Link, flat: bool) -> list[Item]:
    """From the chain's last link to the clasp, which lies flat.

    The jump ring stands half way between square to the link and square to the clasp.
    """
    if form.style is LinkStyle.ROPE:
        cap = end_cap(round(1e3 * link.width, 3), form.ring_wire_mm)
        return [Item("end_cap", cap, 0.0), Item("jump_ring", ring, np.pi / 2.0)]
    end = link.end_roll if link.end_roll else _chain_item(form, (link,), 0, flat).roll
    return [Item("jump_ring", ring, np.pi / 2.0 + end / 2.0)]


def _end_ring(form: ChainForm, room: float = 0.0) -> Link:
    """The jump ring between chain and clasp.

    Args:
        room: wires that it is wider inside, for an extender.
    """
    wire = form.ring_wire_mm
    if form.style is not LinkStyle.BOX:
        hook = HOOK_PER_LENGTH * form.clasp_mm if form.clasp is Clasp.LOBSTER else 0.0
        return jump_ring(wire, round(max(2.6 * wire, hook) + room * wire, 3))
    # a flat strip bears on the ring by its two edges, so it does not reach the ring's middle
    inner = 1.7 * form.wire_mm + room * wire
    strip = STYLES[form.style].inner_width * form.wire_mm / 2.0
    short = inner / 2.0 - np.sqrt(inner**2 / 4.0 - strip**2)
    ring = jump_ring(wire, round(inner, 3))
    return replace(ring, bearing=ring.bearing - 2e-3 * float(short))


def _mirrored(ends: list[Item], twisted: bool) -> list[Item]:
    """The same on the other side of the clasp; a twisted link's other end leans the other way."""
    back = []
    for item in ends[::-1]:
        if item.part == "end_cap":
            item = replace(item, part="end_cap_back", link=turned_about(item.link))
        back.append(replace(item, roll=-item.roll) if twisted else item)
    return back


def _chain_item(form: ChainForm, pattern: tuple[Link, ...], number: int, flat: bool) -> Item:
    """Link `number` of the chain."""
    link = pattern[number % len(pattern)]
    name = "link" if link is pattern[0] else "long_link"
    if form.style is LinkStyle.ROPE:
        return Item(name, link, number * ROPE_TURN)
    if STYLES[form.style].twist_deg:
        return Item(name, link, 0.0)
    quarter = (number % 2) * np.pi / 2.0
    upright = flat or form.style is LinkStyle.BOX
    return Item(name, link, quarter + (0.0 if upright else np.pi / 4.0))


def wear_bracelet(form: ChainForm, girth: float, ease: float, flat: bool = False) -> WornChain:
    """A bracelet for this wrist, links counted.

    Args:
        girth: metres round the wrist.
        ease: metres that the bracelet is longer.
        flat: every second link lies flat on the skin, so that charms hang straight.
    """
    items, pattern = _items(form, girth + ease, flat)
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
