"""What a model says of how it is worn at the wrist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from models3d.frames import Array, RigidTransform
from models3d.mesh import Model
from models3d.wrists import Wears
from tryon.anchors.hanging import DOWN, Loop, find_loop
from tryon.anchors.side_by_side import Extent
from tryon.anchors.wrist import Section
from tryon.solvers.wrist_fit import closed_on, drawn_round
from tryon.types import Hand, Wearable

DEFAULT_SECTION = Section(0.0301, 0.0221)  # metres: 165 mm round, where none is told
SAME_WRIST = 0.004  # of the section: pieces made for one wrist are drawn together
HANGS, HANGS_STILL = 0.8, 0.65  # share of gravity to the palm's side from which a chain hangs there
TURNS = 0.15  # share along the arm at which charms turn to the other side of their chain
LOPSIDED = 2e-3  # metres from which a chain has such a side
HALF_TURN = RigidTransform(np.diag([-1.0, -1.0, 1.0]), np.zeros(3))


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """A shape that a piece takes on a wrist."""

    model: Model
    loop: Loop


@dataclass(frozen=True, slots=True)
class Hanging:
    """Where gravity draws a chain and its charms."""

    below: bool = False  # to the palm's side
    to_hand: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class WristPiece:
    """A wearable with what its model says of wrists."""

    wearable: Wearable
    model: Model  # as it is worn
    section: Section
    wears: Wears
    dial: bool
    loop: Loop
    even: Form  # a chain with its ease all round; what is no chain is the same
    lopsided: float  # metres that charms bring its middle off its links, towards the hand
    half_band: float  # metres along the arm that it covers all round, either way

    def form(self, rotation: Array, before: Hanging) -> tuple[Form, Hanging]:
        """Its shape where gravity draws it there; and how it hangs now.

        Args:
            rotation: (3, 3) camera from anchor.
            before: how it hung a frame ago: it does not change to and fro.
        """
        below = float(-rotation[:, 2] @ DOWN) > (HANGS_STILL if before.below else HANGS)
        to_hand = float(rotation[:, 1] @ DOWN) > (-TURNS if before.to_hand else TURNS)
        form = Form(self.model, self.loop) if below else self.even
        if self.lopsided and to_hand is (self.lopsided < 0.0):
            form = _form(_turned(form.model))
        return form, Hanging(below, to_hand)

    def worn_on(self, hand: Hand) -> RigidTransform:
        """Anchor from model before it hangs: a dial is read by its wearer on either wrist.

        A watch is made for the left one, its 12 o'clock on the little finger's side and its crown
        to the hand. On the right wrist it is turned, not mirrored: the crown points to the elbow.
        """
        return HALF_TURN if self.dial and hand is Hand.RIGHT else RigidTransform.identity()

    def extent(self, hand: Hand) -> Extent:
        """Metres along +Y about its middle."""
        half = 0.5 * (self.loop.high - self.loop.low)
        if self.dial:  # the case, not the crown, is in the middle
            low, high = self.loop.low, self.loop.high
            return Extent(-high, -low) if hand is Hand.RIGHT else Extent(low, high)
        return Extent(-half, half)


def wrist_piece(wearable: Wearable) -> WristPiece:
    model = wearable.model
    told = model.extras.get("section_mm")
    if told is not None:
        section = Section(1e-3 * float(told[0]), 1e-3 * float(told[1]))
    elif model.inner_diameter is not None:
        share = 0.5 * model.inner_diameter / 0.0263  # a round wrist of 165 mm
        section = Section(share * DEFAULT_SECTION.half_breadth, share * DEFAULT_SECTION.half_depth)
    else:
        section = DEFAULT_SECTION
    wears = Wears(model.extras.get("wears", Wears.SITS))
    dial = _has_dial(model)
    worn = closed_on(model, section) if dial else model
    loop = find_loop(worn)
    half_band = _half_strap(worn, section) if dial else 0.5 * (loop.high - loop.low)
    even, lopsided = Form(worn, loop), 0.0
    if wears is Wears.DRAPES:
        even = _form(drawn_round(worn, section))
        places = np.concatenate([part.model_from_part[:, 1, 3] for part in worn.parts])
        off = loop.middle_y - float(np.median(places))
        lopsided = off if abs(off) > LOPSIDED else 0.0
        points = np.concatenate([part.world_mesh().positions[:, 1] for part in worn.parts])
        half_band = 0.5 * float(np.subtract(*np.percentile(points, [80.0, 20.0])))
    return WristPiece(wearable, worn, section, wears, dial, loop, even, lopsided, half_band)


@lru_cache(maxsize=64)
def _form(model: Model) -> Form:
    return Form(model, find_loop(model))


@lru_cache(maxsize=16)
def _turned(model: Model) -> Model:
    """Its charms on the other side of its chain."""
    turn = HALF_TURN.matrix
    parts = tuple(replace(p, model_from_part=turn @ p.model_from_part) for p in model.parts)
    return replace(model, parts=parts)


def _half_strap(model: Model, section: Section) -> float:
    """Metres along the arm, of what goes down the wrist's sides."""
    points = np.concatenate([part.world_mesh().positions for part in model.parts])
    aside = points[np.abs(points[:, 0]) > 0.9 * section.half_breadth, 1]
    return float(np.percentile(np.abs(aside), 95.0)) if len(aside) else 0.0


def _has_dial(model: Model) -> bool:
    return any(part.slot == "dial" or part.name == "dial" for part in model.parts)


def by_section(wanted: Sequence[tuple[int, WristPiece]]) -> list[list[tuple[int, WristPiece]]]:
    """Pieces that were made for the same wrist stand at the same distance."""
    groups: list[list[tuple[int, WristPiece]]] = []
    for item in wanted:
        for group in groups:
            share = item[1].section.half_breadth / group[0][1].section.half_breadth
            if abs(share - 1.0) < SAME_WRIST:
                group.append(item)
                break
        else:
            groups.append([item])
    return groups
