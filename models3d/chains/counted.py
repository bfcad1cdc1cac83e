"""Which links, jump rings and clasp make up a chain of a length."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from models3d.chains.clasps import CLASP_LENGTHS_MM, Clasp, clasp
from models3d.chains.fittings import end_cap, jump_ring
from models3d.chains.link import ROPE_TURN, Link, links, turned_about
from models3d.chains.strand import Item
from models3d.chains.styles import STYLES, LinkStyle
from models3d.errors import ModelError, Unbuildable

TRIANGLES = 88_000  # of all links together
FINEST_LINK = 640
COARSEST_LINK = 100
LEAST_LINKS = 8
EXTENDER_ROOM = 1.9
HOOK_PER_LENGTH = 0.16  # a ring's opening for a lobster clasp's nose
# wires that jump rings may be wider inside, to make up a length; next to twisted links
WIDER_RINGS, WIDER_ALONE = 1.1, 2.0
MOST_RINGS = 2  # on either side of the clasp
SECOND_RING = 0.4e-3  # metres of length that are no reason for another ring


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


@dataclass(frozen=True, slots=True)
class Count:
    """How a length is made up."""

    links: int
    rings: int  # on either side of the clasp
    room: float  # wires that the rings are wider inside than they need to be


def counted(
    form: ChainForm, length: float, flat: bool = False
) -> tuple[list[Item], tuple[Link, ...]]:
    """The whole row from the front round by the wearer's left to the clasp and back.

    Args:
        length: metres, all round.
        flat: every second link lies flat on the skin.
    Returns:
        the row, and one repeat of its links.
    Raises:
        ModelError: there is no room for links.
    """
    pattern = form.links(COARSEST_LINK)
    closing = clasp(form.clasp, form.clasp_mm)
    count = _count(form, pattern, length - closing.bearing, flat)
    triangles = int(np.clip(TRIANGLES / count.links, COARSEST_LINK, FINEST_LINK))
    pattern = form.links(triangles)
    chain = [_chain_item(form, pattern, k, flat) for k in range(count.links)]
    twisted = pattern[0].end_roll
    near = _ends(form, chain[-1], count, twisted)
    far = _mirrored(_ends(form, chain[0], count, twisted), bool(twisted))
    if form.extender:
        wide = _end_ring(form, EXTENDER_ROOM + count.room)
        far[0] = replace(far[0], part="extender_ring", link=wide)
    middle = count.links // 2
    back = [*near, Item("clasp", closing, 0.0), *far]
    return [*chain[middle:], *back, *chain[:middle]], pattern


def _count(form: ChainForm, pattern: tuple[Link, ...], length: float, flat: bool) -> Count:
    """The links and rings that come nearest to a length, clasp apart.

    Links are counted down, and jump rings made wider, or two instead of one, for the rest.
    """
    best, least = None, np.inf
    widest = WIDER_ALONE if pattern[0].end_roll else WIDER_RINGS
    for count, rest in _counts(form, pattern, length, flat):
        free = rest / (2.0 * count.rings * form.ring_wire_mm * 1e-3)
        room = round(float(np.clip(free, 0.0, widest)), 3)
        missing = abs(free - room) * 2.0 * count.rings * form.ring_wire_mm * 1e-3
        cost = missing + SECOND_RING * (count.rings - 1)
        if cost < least - 1e-9:
            best, least = replace(count, room=room), cost
    if best is None:
        raise ModelError(f"a chain of {100.0 * length:.1f} cm has no room for its links")
    return best


def _counts(
    form: ChainForm, pattern: tuple[Link, ...], length: float, flat: bool
) -> Iterator[tuple[Count, float]]:
    """Counts that may do, and the metres that each leaves."""
    each = np.array([link.bearing for link in pattern])
    ring = _end_ring(form).bearing
    rope = form.style is LinkStyle.ROPE
    caps = 2.0 * _cap(form, pattern[0]).bearing if rope else 0.0
    extra = _end_ring(form, EXTENDER_ROOM).bearing - ring if form.extender else 0.0
    # where links lie flat and upright in turn, an odd number lets both ends stand alike
    step = 2 if flat or form.style is LinkStyle.BOX else 1
    # a twisted link's end leans to one side: it takes one ring
    for rings in range(1, 1 + (1 if rope or pattern[0].end_roll else MOST_RINGS)):
        room = length - caps - extra - 2.0 * rings * ring
        most = int(room / each.mean()) + len(each) + step
        for number in range(most, max(most - 2 * len(each) - 2 * step, LEAST_LINKS - 1), -1):
            if step == 2 and number % 2 == 0:
                continue
            whole, part = divmod(number, len(each))
            yield Count(number, rings, 0.0), room - whole * each.sum() - each[:part].sum()


def _ends(form: ChainForm, last: Item, count: Count, end_roll: float) -> list[Item]:
    """From the chain's last link to the clasp, which lies flat.

    Each jump ring stands as far across the one before it as the next stands across it.
    """
    rope = form.style is LinkStyle.ROPE
    ring = _end_ring(form, count.room)
    before = 0.0 if rope else end_roll or last.roll
    joints = count.rings + 1
    across = before + joints * np.pi / 2.0
    turn = (np.pi * np.floor(across / np.pi + 0.5) - before) / joints
    rings = [Item("jump_ring", ring, before + turn * (k + 1)) for k in range(count.rings)]
    return [Item("end_cap", _cap(form, last.link), 0.0), *rings] if rope else rings


def _cap(form: ChainForm, link: Link) -> Link:
    """What a rope's end is soldered into."""
    return end_cap(round(1e3 * link.width, 3), form.ring_wire_mm)


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
