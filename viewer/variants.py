"""Other metals and stones of a piece, as KHR_materials_variants offers them to viewers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from models3d.gems import GEMS, gem
from models3d.gltf import Variant
from models3d.mesh import Material, Part
from models3d.metals import METALS, metal
from viewer.catalogue import product
from viewer.configuration import Configuration

METAL_SOURCE = "metals"
STONE_SOURCES = ("gems", "transparent_gems")


@dataclass(frozen=True, slots=True)
class Choice:
    """A variant, and the choice of which option it is."""

    option: str
    id: str
    variant: Variant


def variants(configuration: Configuration) -> list[Variant]:
    """A variant for every metal and every stone that the product is made in."""
    return [choice.variant for choice in choices(configuration)]


def choices(configuration: Configuration) -> list[Choice]:
    """Every metal and every stone that the product is made in, option by option.

    An option that decides a material has the slot's name; what was chosen stays as it is. The
    geometry stays too: another stone of the same weight would be a little larger or smaller.
    """
    found = []
    for option in product(configuration.product).options:
        chosen = configuration.options[option.id]
        known = METALS if option.source == METAL_SOURCE else GEMS
        if option.source not in (METAL_SOURCE, *STONE_SOURCES):
            continue
        for choice in option.choices:
            if choice.id in known:
                worn = None if choice.id == chosen else choice.id
                dress = _of_metal if option.source == METAL_SOURCE else _of_stone
                variant = Variant(choice.label, _in_slot(option.id, worn, dress))
                found.append(Choice(option.id, choice.id, variant))
    return found


def _in_slot(
    slot: str, choice: str | None, dress: Callable[[Part, str], Material]
) -> Callable[[Part], Material]:
    def material(part: Part) -> Material:
        return part.material if choice is None or part.slot != slot else dress(part, choice)

    return material


def _of_metal(part: Part, metal_id: str) -> Material:
    """The part's own finish on another metal."""
    finish = part.material.name.split("/")[2:]
    return replace(
        part.material,
        name="/".join(["metal", metal_id, *finish]),
        base_color=(*metal(metal_id).base_color, 1.0),
    )


def _of_stone(part: Part, gem_id: str) -> Material:
    depth = float(np.ptp(part.mesh.positions[:, 2]))
    return gem(gem_id).material(1e3 * depth)
