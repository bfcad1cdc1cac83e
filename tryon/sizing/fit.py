"""How the size that was asked for suits the finger or wrist that was measured, in one sentence."""

from __future__ import annotations

import numpy as np

from models3d.chains.body import ellipse_girth
from models3d.sizes import parse_ring_size, size_systems
from models3d.wrists import Wears
from tryon.errors import TakeAgain
from tryon.sizing.estimate import Measured
from tryon.solvers.rings import DEFAULT_INNER_DIAMETER
from tryon.solvers.wrist_pieces import WristPiece
from tryon.types import Fit, Interval, Verdict, Wearable

ALIKE = 0.01  # of its size, by which nobody sees a drawing differ
# Millimetres of girth by which a size still suits: fingers swell by half a US size over a day, and
# straps are set by a hole or half of one (general knowledge).
RING_EASE_MM, STRAP_EASE_MM = 1.3, 5.0


def ring_fit(wearable: Wearable, measured: Measured, shown: float) -> Fit:
    """A ring's.

    Args:
        shown: size of the drawing over the ring's true size.
    """
    asked = wearable.configuration.options.get("size") if wearable.configuration else None
    if asked is not None:
        size = parse_ring_size(str(asked))
        own, system, inner_mm = str(size), size_systems()[size.system], size.inner_diameter_mm
    else:
        inner_mm = 1e3 * (wearable.model.inner_diameter or DEFAULT_INNER_DIAMETER)
        system = size_systems()["EU"]
        own = system.text(system.nearest(inner_mm))
    made_for = np.pi * inner_mm
    girth = measured.girth_mm
    verdict, surely = _verdict(made_for, girth, RING_EASE_MM)
    nearest, least, greatest = measured.sizes[system.id]
    where = f"the {measured.hand} {measured.finger} finger"
    measures = f"it measures {nearest}, {least} to {greatest} in 95 of 100 cases."
    if verdict is Verdict.FITS:
        sentence = f"{own} fits {where}: {measures}"
    else:
        over = abs(made_for - girth.value) / np.pi
        sentence = (
            f"{own} is {surely}{verdict} for {where}, by {over:.1f} mm of diameter: {measures}"
        )
    if abs(shown - 1.0) > ALIKE:
        sentence += f" It cannot be remade in this size, and is shown {_than_it_is(shown)}."
    elif verdict is not Verdict.FITS:
        sentence += " It is shown in the size of the finger."
    return Fit(verdict, round(made_for, 2), girth, round(shown, 3), sentence)


def bracelet_fit(piece: WristPiece, measured: Measured, *, remade: bool, because: str = "") -> Fit:
    """That of a watch or a bracelet.

    Args:
        remade: it is shown as made for this wrist.
        because: why it cannot be, a sentence.
    """
    girth = measured.girth_mm
    where = f"the {measured.hand} wrist"
    measures = f"{girth.value:.0f} mm, {girth.low:.0f} to {girth.high:.0f} in 95 of 100 cases"
    if piece.wears is Wears.HANGS:
        inside = _inside_mm(piece)
        verdict = Verdict.TOO_SMALL if inside < girth.low else Verdict.FITS
        words = f"{verdict} for" if verdict is Verdict.TOO_SMALL else "goes round"
        sentence = f"{inside:.0f} mm round inside {words} {where}, which measures {measures}."
        return Fit(verdict, round(inside, 2), girth, 1.0, sentence)
    made_for = made_for_mm(piece)
    verdict, surely = _verdict(made_for, girth, STRAP_EASE_MM)
    sentence = f"Made for a wrist of {made_for:.0f} mm; {where} measures {measures}"
    if verdict is Verdict.FITS:
        sentence += ": it fits."
    else:
        sentence += f": it is {surely}{verdict}, by {abs(made_for - girth.value):.0f} mm."
        sentence += " It is shown made for this wrist." if remade else ""
    if because:
        sentence += f" {because}"
    return Fit(verdict, round(made_for, 2), girth, 1.0, sentence)


def untold(wearable: Wearable, reason: TakeAgain, shown: float) -> Fit:
    """Where the photo does not allow measuring."""
    sentence = f"How it fits cannot be told. {reason}"
    if abs(shown - 1.0) > ALIKE:
        sentence += f" It is shown {_than_it_is(shown)}."
    return Fit(Verdict.UNTOLD, None, None, round(shown, 3), sentence)


def made_for_mm(piece: WristPiece) -> float:
    """The girth of the wrist that a piece is made for."""
    return 1e3 * ellipse_girth(piece.section.half_breadth, piece.section.half_depth)


def _inside_mm(piece: WristPiece) -> float:
    """Round the inside of a bangle."""
    turns = np.linspace(0.0, 2.0 * np.pi, len(piece.loop.inner), endpoint=False)
    inside = piece.loop.inner[:, None] * np.stack([np.cos(turns), np.sin(turns)], axis=1)
    return 1e3 * float(np.linalg.norm(inside - np.roll(inside, 1, axis=0), axis=1).sum())


def _verdict(made_for: float, girth: Interval, ease: float) -> tuple[Verdict, str]:
    """The likeliest, and the word by which it is softened where the interval allows the other."""
    if abs(made_for - girth.value) <= ease:
        return Verdict.FITS, ""
    verdict = Verdict.TOO_LARGE if made_for > girth.value else Verdict.TOO_SMALL
    return verdict, "probably " if girth.low <= made_for <= girth.high else ""


def _than_it_is(shown: float) -> str:
    return f"{abs(shown - 1.0):.0%} {'larger' if shown > 1.0 else 'smaller'} than it is"
