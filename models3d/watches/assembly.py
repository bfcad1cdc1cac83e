"""Puts a watch together: parts in their frames, hands at their time, the bill.

Bodies of the case are millimetres in the case frame (the dial's orientation, z = 0 under the case
back); here they become parts in the wrist frame.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np

from models3d.bill import ComponentLot, MetalLot
from models3d.chains.wire import volume
from models3d.dials.surfaces import dial_colour, lume, lume_material
from models3d.frames import Array, RigidTransform
from models3d.mesh import Material, Mesh, Part
from models3d.metals import metal, metal_material
from models3d.solids import MM, solid, union
from models3d.straps.lugs import LugGeometry, WristSection
from models3d.threads import shared_out
from models3d.watches.crystal import sapphire
from models3d.watches.frame import model_from_dial
from models3d.watches.hands import PERIODS_S, SHOWN_SECONDS, Hand, clockwise
from models3d.watches.lugs import BAR_RADIUS, LugForm
from models3d.watches.metals import BRUSHED_SUFFIX, two_finish_parts
from models3d.watches.shells import KEPT, Shell

STEMS = ("crown", "pusher")  # their stems reach into the mid-case
HAND_FINISH = "diamond_cut_edge"
# steel tempered at 290 °C: its oxide film reflects a cornflower blue (look of the trade)
BLUED_STEEL, BLUED_ROUGHNESS = (0.022, 0.055, 0.30), 0.12


class Time(StrEnum):
    """What the hands show."""

    SHOWN = "10:10"  # as watches are pictured
    LIVE = "live"  # the page turns them to the time of day


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a case sits: its frame in the wrist's."""

    wrist: WristSection

    def matrix(self, z_mm: float = 0.0) -> Array:
        """(1, 4, 4): the dial's frame at this height over the case back."""
        return model_from_dial(self.wrist.half_depth + z_mm * MM).matrix[None]

    def metal(self, name: str, shell: Shell, metal_id: str) -> tuple[Part, ...]:
        """A casting in its two finishes."""
        return two_finish_parts(name, shell, metal_id, self.matrix())

    def part(self, name: str, shell: Shell, material: Material, slot: str) -> Part:
        """Anything else of the case."""
        return Part(name, shell.mesh(), material, self.matrix(), slot)

    def on_dial(self, parts: Sequence[Part], dial_z_mm: float) -> tuple[Part, ...]:
        """Parts of a dial, from its frame."""
        model_from_dial_ = self.matrix(dial_z_mm)[0]
        return tuple(
            Part(
                part.name,
                part.mesh,
                part.material,
                model_from_dial_ @ part.model_from_part,
                part.slot,
                part.turn_period,
            )
            for part in parts
        )

    def hand(
        self,
        hand: Hand,
        material: Material,
        dial_z_mm: float,
        *,
        period_s: float | None,
        seconds: float = SHOWN_SECONDS,
        arbor_mm: tuple[float, float] = (0.0, 0.0),
        name: str | None = None,
        lume_colour: str = "c3",
    ) -> tuple[Part, ...]:
        """A hand and its lume, turned to what it shows.

        Args:
            period_s: of one turn; None: it stands at 12 (a chronograph at rest).
            arbor_mm: its place on the dial.
        """
        angle = 0.0 if period_s is None else clockwise(period_s, seconds)
        turn = RigidTransform.from_axis_angle((0, 0, 1), -angle)
        place = np.array([*arbor_mm, hand.height]) * MM
        dial_from_hand = RigidTransform(turn.rotation, place).matrix
        matrix = self.matrix(dial_z_mm) @ dial_from_hand
        name = f"{name or hand.name}_hand"

        parts = [Part(name, hand.body.mesh(), material, matrix, "hand", period_s)]
        if hand.lume is not None:
            paint = lume_material(lume(lume_colour), False)
            parts.append(Part(f"{name}_lume", hand.lume.mesh(), paint, matrix, "lume", period_s))
        return tuple(parts)

    def crystal(self, shell: Shell) -> Part:
        """The pane over the dial."""
        return self.part("crystal", shell, sapphire(), "crystal")

    def lugs(
        self,
        form: LugForm,
        lug_width_mm: float,
        flank: Sequence[tuple[float, float]],
        round_case: bool,
    ) -> LugGeometry:
        """What the strap is told; the same object each time, so that a strap is built once."""
        return _lugs(self.wrist, form, lug_width_mm, tuple(flank), round_case)


@lru_cache(maxsize=KEPT)
def _lugs(
    wrist: WristSection,
    form: LugForm,
    lug_width_mm: float,
    flank: tuple[tuple[float, float], ...],
    round_case: bool,
) -> LugGeometry:
    up = wrist.half_depth
    return LugGeometry(
        wrist=wrist,
        lug_width=lug_width_mm * MM,
        bar_x=form.bar_y * MM,
        bar_z=form.bar_z * MM + up,
        bar_radius=BAR_RADIUS * MM,
        back_z=up,
        top_z=form.top_at_bar * MM + up,
        lug_tip_x=form.tip_y * MM,
        lug_tip_z=form.tip_bottom * MM + up,
        lug_slope=form.slope,
        case_profile=np.array(flank) * MM + (0.0, up),
        round_case=round_case,
    )


def made_apart(*makers: Callable[[], tuple[Part, ...]]) -> list[tuple[Part, ...]]:
    """Parts of a watch that nothing else decides, each made by itself: case, dial, strap."""
    return shared_out(lambda make: make(), makers)


def hand_material(case_metal: str) -> Material:
    """Diamond-cut hands."""
    return metal_material(hand_metal(case_metal), HAND_FINISH)


def small_hand_material(case_metal: str, dial_colour_id: str) -> Material:
    """Thin hands must be told from the dial: blued steel on light ones, bright on dark ones."""
    if not dial_colour(dial_colour_id).print_dark:
        return hand_material(case_metal)
    return Material(
        "hand/blued_steel", (*BLUED_STEEL, 1.0), metallic=1.0, roughness=BLUED_ROUGHNESS
    )


def hand_metal(case_metal: str) -> str:
    """Hands and indices go with the case: gilt with gold, else rhodium-plated."""
    return (
        "gold_18k_yellow_3N"
        if _is_yellow(case_metal)
        else ("gold_18k_rose_5N" if _is_rose(case_metal) else "rhodium")
    )


def _is_yellow(metal_id: str) -> bool:
    return "yellow" in metal_id or metal_id in ("bronze_cusn8", "gold_24k", "pvd_gold_tin")


def _is_rose(metal_id: str) -> bool:
    return "rose" in metal_id


def crystal_lot(shell: Shell) -> ComponentLot:
    """The crystal by its volume."""
    grams = float(shell.solid().volume()) * 1e-3 * metal("sapphire_crystal").density_g_cm3
    return ComponentLot("sapphire_crystal", "Sapphire crystal, anti-reflex coated", 1, grams)


def time_extras(time: Time) -> dict[str, object]:
    """What a page needs to turn the hands on from where they stand."""
    return {"time": str(time), "shown_seconds": SHOWN_SECONDS, "periods_s": dict(PERIODS_S)}


@lru_cache(maxsize=KEPT)
def _joined_mm3(meshes: tuple[Mesh, ...]) -> float:
    """Volume of bodies that reach into each other."""
    return float(union([solid(mesh) for mesh in meshes]).volume())


def case_lot(metal_id: str, parts: Sequence[Part]) -> MetalLot:
    """The case's metal. Only stems reach into another body; the other layers stand apart.

    Brushed lands are skins of bodies already counted.
    """
    castings = [p for p in parts if p.slot == "metal" and not p.name.endswith(BRUSHED_SUFFIX)]
    joined = tuple(p.mesh for p in castings if p.name in ("case", *STEMS))
    apart = tuple(p.mesh for p in castings if p.name not in ("case", *STEMS))
    volume_mm3 = _joined_mm3(joined) + sum(1e9 * volume(mesh) for mesh in apart)
    grams = volume_mm3 * 1e-3 * metal(metal_id).density_g_cm3
    return MetalLot(metal_id, volume_mm3, grams, "case")
