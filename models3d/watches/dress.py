"""The round dress watch: slim, a polished bezel, a domed crystal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from models3d.watches.crystal import CrystalForm
from models3d.watches.round_watch import RoundWatch, Style


@dataclass(frozen=True, slots=True)
class DressWatch(RoundWatch):
    """Three hands, nothing else, and a date where it is wanted."""

    style: ClassVar[Style] = Style(
        name="dress",
        words="dress watch",
        diameters_mm=(28.0, 40.0),
        bezel_width=0.095,
        bezel_height=1.45,
        back_height=1.1,
        crystal_form=CrystalForm.DOMED,
        crystal_rise=0.35,
        rehaut_width=0.55,
        movement="hand_wound",
        movement_words="hand-wound movement",
        crown_length=0.52,
        back_notches=0,
        lume=False,
    )
