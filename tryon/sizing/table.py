"""The table under hand and reference: where a photo has millimetres, and how surely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from models3d.frames import Array, Image, Intrinsics
from tryon.anchors.arm_guess import palm_seen
from tryon.anchors.hand_frame import lift
from tryon.appearance.sharpness import edge_blur
from tryon.errors import TakeAgain
from tryon.sizing.card import find_card
from tryon.sizing.coin import find_coin
from tryon.sizing.plane import TableView
from tryon.sizing.references import Reference, Shape
from tryon.types import Hand, HandLandmarks, Interval

# By benchmarks/accuracy_size.py:
LIFTED_MM, LIFTED_SPREAD_MM = 2.0, 2.0  # of the flesh over the table
DISTANCE_SPREAD = 0.12  # of the camera's distance, where the lens is assumed
LEAST_LEAN = 0.085  # radians, standard error of a coin's: its wall widens its rim
USUAL_TILT = np.radians(8.0)  # of a camera that is held straight above
NORMAL = 1.96  # standard deviations on either side hold 95 of 100

# From the wrist to the knuckles: adults' 75 to 105 mm, and as much again for landmarks that err.
LEAST_PALM_MM, MEAN_PALM_MM, GREATEST_PALM_MM = 62.0, 87.5, 122.0
USUAL_NOISE = 2.0  # grey levels
STEEPEST_DEG = 30.0
MOST_BLUR_MM = 0.55  # standard deviation of what a sharp edge is smeared over
LEAST_SCORE = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The reference as it was found, and what it says about the plane that it lies on."""

    reference: Reference
    views: tuple[TableView, ...]  # a coin may lean either way
    outline_px: Array
    middle_px: Array
    spread: float  # of the scale, share
    lean_spread: float  # radians, standard error of how the table leans
    blur_px: float  # of the photo's sharpest edges

    @property
    def weights(self) -> Array:
        """How likely each view is: with the camera straight above it is likelier."""
        tilts = np.array([one.tilt for one in self.views])
        likely = np.exp(-0.5 * (tilts**2 - tilts.min() ** 2) / USUAL_TILT**2)
        return np.asarray(likely / likely.sum())

    def lie_spread(self, lengths: Array, at_px: Array) -> float:
        """Spread of a length's logarithm by how the table may lie.

        Args:
            lengths: (v,) the length by each view.
            at_px: (2,) where it is.
        """
        logs, weights = np.log(lengths), self.weights
        between = float(np.sqrt(weights @ (logs - weights @ logs) ** 2))
        away = self.views[0].away_mm(self.middle_px, at_px) / float(self.views[0].eye_mm[2])
        return float(np.hypot(between, away * self.lean_spread))

    def mm_per_px(self, at_px: Array, flesh_mm: float) -> Interval:
        """The scale of what is seen at a pixel, at half the height of the flesh that lies there."""
        height = 0.5 * flesh_mm + LIFTED_MM - self.reference.thickness_mm
        eyes = np.array([float(one.eye_mm[2]) for one in self.views])
        flat = np.array([one.mm_per_px(at_px) for one in self.views])
        each = flat * (1.0 - height / eyes)
        spreads = (
            self.spread,
            self.reference.tolerance,
            self.lie_spread(each, at_px),
            LIFTED_SPREAD_MM / eyes[0],
            DISTANCE_SPREAD * height / eyes[0],
        )
        value = float(np.exp(self.weights @ np.log(each)))
        return interval(value, float(np.linalg.norm(spreads)))


def interval(value: float, spread: float) -> Interval:
    """95 of 100 about a value whose logarithm has a spread."""
    reach = float(np.exp(NORMAL * spread))
    return Interval(value, value / reach, value * reach)


def find_table(
    image: Image, hands: Sequence[HandLandmarks], intrinsics: Intrinsics, reference: Reference
) -> Table:
    """The table with the reference on it.

    Args:
        image: (h, w, 3) RGB.
        hands: at least one, that may lie beside the reference: they tell how large it can be.
    Raises:
        TakeAgain: the photo is blurred, or the reference not seen, or from too far aside.
    """
    palms = [palm_seen(lift(each, intrinsics)) for each in hands]
    scales = LEAST_PALM_MM / max(palms), GREATEST_PALM_MM / min(palms)
    blur_px = _blur(image, max(palms))
    table: Table | None = None
    if reference.shape is Shape.CARD:
        card = find_card(image, reference, intrinsics, scales)
        if card is not None:
            outline, spread = card.corners_px, card.error_px / card.shortest_px
            middle = outline.mean(axis=0)
            table = Table(reference, (card.view,), outline, middle, spread, spread, blur_px)
    else:
        coin = find_coin(image, reference, intrinsics, scales)
        if coin is not None:
            # a rim seen straight from above looks round to the second order of the lean
            unsure = coin.error_px / coin.axes_px[0]
            flat = coin.axes_px[1] / coin.axes_px[0]
            lean = float(np.arccos(max(flat - unsure, 0.0)) - np.arccos(min(flat, 1.0)))
            rim = coin.outline_px
            lean = float(np.hypot(lean, LEAST_LEAN))
            table = Table(reference, coin.views, rim, coin.center_px, unsure, lean, blur_px)
    if table is None:
        raise TakeAgain(
            f"no {reference.name} is seen: lay it flat beside the hand, wholly in the picture, "
            "on a table of another colour, nothing lying over it."
        )
    upright = tuple(view for view in table.views if view.tilt <= np.radians(STEEPEST_DEG))
    if not upright:
        raise TakeAgain("the table is seen from aside: hold the camera straight above it.")
    return replace(table, views=upright)


def _blur(image: Image, palm_px: float) -> float:
    """How far sharp edges are smeared, pixels.

    Raises:
        TakeAgain: too far for the size of the hand.
    """
    grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.float32)
    blur_px = edge_blur(grey, USUAL_NOISE).along_px
    if blur_px * MEAN_PALM_MM / palm_px > MOST_BLUR_MM:
        raise TakeAgain("it is blurred: hold the camera still, and wait until it is sharp.")
    return blur_px


def asked_for(hands: Sequence[HandLandmarks], wanted: Hand | None) -> list[HandLandmarks]:
    """The hands that may be meant.

    Raises:
        TakeAgain: there is none.
    """
    fitting = [each for each in hands if wanted in (None, each.hand)]
    if not fitting:
        which = f"{wanted} hand" if wanted else "hand"
        raise TakeAgain(f"no {which} is seen: lay the whole hand flat on the table, in good light.")
    return fitting


def nearest(hands: Sequence[HandLandmarks], table: Table) -> HandLandmarks:
    """The hand that is meant: the one beside the reference.

    Raises:
        TakeAgain: it is not surely seen, or the reference lies on it.
    """
    found = min(
        hands,
        key=lambda each: float(np.linalg.norm(each.points_px[9] - table.middle_px)),
    )
    check_hand(found, table)
    return found


def check_hand(hand: HandLandmarks, table: Table) -> None:
    """That a hand is surely seen, and lies beside the reference.

    Raises:
        TakeAgain: it does not.
    """
    lost = hand.spread_px is not None and not np.isfinite(hand.spread_px).all()
    if hand.score < LEAST_SCORE or lost:
        raise TakeAgain("the hand is not clearly seen: lay it flat, fingers apart, in good light.")
    outline = table.outline_px.astype(np.float32)
    for x, y in hand.points_px.tolist():
        if cv2.pointPolygonTest(outline, (x, y), False) > 0.0:
            raise TakeAgain(
                f"the {table.reference.name} lies on the hand: lay it on the table beside it."
            )
