"""A set at its true size: the photo has millimetres, so what is worn on a hand is remade for it.

Without a reference a ring fills the finger seen and a watch the wrist seen, whatever their size:
the stone of a small ring then looks larger than it is. With one the finger is known: the ring is
made in the size that goes round it, the strap for this wrist, bangles and cuffs stay as they are,
and everything is drawn as large as it would be. How the size that was asked for fits is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from models3d.chains.body import WRIST_BREADTH_PER_DEPTH
from models3d.frames import Anchor
from models3d.mesh import Model
from models3d.sizes import size_systems
from tryon.anchors.hand_frame import lift
from tryon.errors import NotWearable, TakeAgain
from tryon.sizing.estimate import FINGER_DEPTH, Measured, measure_limb
from tryon.sizing.fit import bracelet_fit, made_for_mm, ring_fit, untold
from tryon.sizing.references import Reference
from tryon.sizing.table import Table, asked_for, find_table, nearest
from tryon.solver import SetSolver
from tryon.solvers.rings import DEFAULT_INNER_DIAMETER
from tryon.solvers.wrist_pieces import wrist_piece
from tryon.types import (
    Finger,
    Fit,
    Frame,
    Hand,
    HandLandmarks,
    Interval,
    Layer,
    Placement,
    Scale,
    Wearable,
)
from viewer.catalogue import product
from viewer.configuration import build_model, configure
from viewer.errors import InvalidOption

ON_HANDS = (Anchor.FINGER, Anchor.WRIST)
FLESH_PER_BREADTH = {Anchor.FINGER: FINGER_DEPTH, Anchor.WRIST: 1.0 / WRIST_BREADTH_PER_DEPTH}
Place = tuple[str, Hand, Finger | None]  # product and where it is worn


def check_worn(wearables: Iterable[Wearable]) -> None:
    """That a reference tells something about a set.

    Raises:
        NotWearable: nothing of it is worn on a hand.
    """
    if not any(_anchor(each) in ON_HANDS for each in wearables):
        raise NotWearable(
            "A card or a coin tells the true size of rings and of what is worn at the wrist; "
            "nothing of the kind is worn."
        )


@dataclass(slots=True)
class _Remade:
    """The set as it is remade, with the fit of each piece in the order of the set."""

    wearables: list[Wearable] = field(default_factory=list)
    fits: defaultdict[Place, list[Fit]] = field(default_factory=lambda: defaultdict(list))


def at_true_size(
    frame: Frame, reference: Reference, wearables: Sequence[Wearable], layers: Sequence[Layer]
) -> tuple[Layer, ...]:
    """The layers of a photo again, as large as they would be beside its reference.

    Args:
        frame: a photo: a hand flat on a table, the reference beside it, seen from above.
        layers: as they are without a reference.
    Raises:
        TakeAgain: no hand is clearly seen, or no reference.
    """
    hands = asked_for(frame.seen.hands, None)
    table = find_table(frame.image, hands, frame.intrinsics, reference)
    nearest(hands, table)
    remade = _remade(frame, table, wearables, [p for each in layers for p in _placements(each)])
    found = SetSolver(remade.wearables, smoothing=False).solve(frame)
    return tuple(_told(layer, table, remade) for layer in found)


def _remade(
    frame: Frame, table: Table, wearables: Sequence[Wearable], placements: Sequence[Placement]
) -> _Remade:
    remade = _Remade()
    measured: dict[tuple[Hand, Finger | None], Measured | TakeAgain] = {}
    focal = float(np.sqrt(frame.intrinsics.fx * frame.intrinsics.fy))
    by_hand: dict[Hand, HandLandmarks] = {}
    for landmarks in sorted(
        frame.seen.hands, key=lambda hand: np.linalg.norm(hand.points_px[9] - table.middle_px)
    ):
        by_hand.setdefault(landmarks.hand, landmarks)
    for wearable in wearables:
        if _anchor(wearable) not in ON_HANDS:
            remade.wearables.append(wearable)
            continue
        finger = wearable.finger if _anchor(wearable) is Anchor.FINGER else None
        for hand, landmarks in by_hand.items():
            place = wearable.product, hand, finger
            seen = [p for p in placements if (p.product, p.hand, p.finger) == place]
            if wearable.hand not in (None, hand) or not seen:
                continue
            limb = hand, finger
            if limb not in measured:
                measured[limb] = _measured(frame, table, landmarks, finger)
            own = min(
                seen, key=lambda p: float(np.linalg.norm(p.center_px - landmarks.points_px[9]))
            )
            drawn = 1e3 * float(own.camera_from_anchor.translation[2]) / focal
            growth = _mm_per_px(table, own).value / drawn
            fitting = _for_finger if finger else _for_wrist
            piece, fit = fitting(replace(wearable, hand=hand), growth, measured[limb])
            remade.wearables.append(piece)
            remade.fits[place].append(fit)
    return remade


def _measured(
    frame: Frame, table: Table, landmarks: HandLandmarks, finger: Finger | None
) -> Measured | TakeAgain:
    """A finger or a wrist, or what must change in the photo to tell its size."""
    try:
        return measure_limb(frame.image, table, lift(landmarks, frame.intrinsics), finger)
    except TakeAgain as reason:
        return reason


def _for_finger(
    wearable: Wearable, growth: float, measured: Measured | TakeAgain
) -> tuple[Wearable, Fit]:
    """A ring in the size that goes round the finger, its stone and shank as they are."""
    own = wearable.model.inner_diameter or DEFAULT_INNER_DIAMETER
    size = size_systems()["EU"].nearest(1e3 * growth * own)
    made, _ = _configured(wearable, "size", size_systems()["EU"].text(size))
    worn = wearable if made is None else replace(wearable, model=made)
    shown = growth * own / (worn.model.inner_diameter or DEFAULT_INNER_DIAMETER)
    if isinstance(measured, TakeAgain):
        return worn, untold(wearable, measured, shown)
    return worn, ring_fit(wearable, measured, shown)


def _for_wrist(
    wearable: Wearable, growth: float, measured: Measured | TakeAgain
) -> tuple[Wearable, Fit]:
    """A strap or a chain made for this wrist; a bangle as it is; on the wrist that is seen."""
    piece = wrist_piece(wearable)
    section_mm = [
        1e3 * growth * half for half in (piece.section.half_breadth, piece.section.half_depth)
    ]
    girth = round(growth * made_for_mm(piece))
    option = product(wearable.product).option("wrist") if wearable.configuration else None
    made, because = None, ""
    if option is not None and option.least is not None and option.greatest is not None:
        held = min(max(girth, int(option.least)), int(option.greatest))
        made, because = _configured(wearable, "wrist", str(held))
    model = wearable.model if made is None else made
    worn = replace(wearable, model=_on_section(model, section_mm))
    if isinstance(measured, TakeAgain):
        return worn, untold(wearable, measured, 1.0)
    return worn, bracelet_fit(piece, measured, remade=made is not None, because=because)


def _configured(wearable: Wearable, option_id: str, value: str) -> tuple[Model | None, str]:
    """The piece with one option changed; or None, and why it cannot be made so."""
    if wearable.configuration is None:
        return None, ""
    options = {**wearable.configuration.options, option_id: value}
    try:
        return build_model(configure(wearable.product, options)), ""
    except InvalidOption as reason:  # it is worn as it is, and the shopper told
        return None, str(reason)


def _on_section(model: Model, section_mm: Sequence[float]) -> Model:
    return replace(model, extras={**model.extras, "section_mm": list(section_mm)})


def _told(layer: Layer, table: Table, remade: _Remade) -> Layer:
    """A layer whose placements know their scale and their fit."""
    count: defaultdict[Place, int] = defaultdict(int)
    pieces = []
    for piece in layer.pieces:
        placement = piece.placement
        if placement.anchor in ON_HANDS and placement.hand is not None:
            place = placement.product, placement.hand, placement.finger
            fits = remade.fits[place]
            scale = Scale(table.reference.id, _mm_per_px(table, placement))
            fit = fits[count[place] % len(fits)] if fits else None
            count[place] += 1
            piece = replace(piece, placement=replace(placement, scale=scale, fit=fit))
        pieces.append(piece)
    return replace(layer, pieces=tuple(pieces))


def _mm_per_px(table: Table, placement: Placement) -> Interval:
    """The scale at a finger's or a wrist's middle height."""
    share = FLESH_PER_BREADTH[placement.anchor]
    on_table = table.mm_per_px(placement.center_px, 0.0).value
    return table.mm_per_px(placement.center_px, share * placement.width_px * on_table)


def _placements(layer: Layer) -> Iterable[Placement]:
    return (piece.placement for piece in layer.pieces)


def _anchor(wearable: Wearable) -> Anchor:
    return wearable.model.anchor or Anchor.FINGER
