"""The controls of a configurator: what a page shows of each option."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from werkzeug.datastructures import LanguageAccept

from models3d.sizes import parse_ring_size, ring_sizes, size_systems
from viewer.configuration import Configuration
from viewer.language import gettext
from viewer.options import Option
from viewer.quantities import number, quantity, unit_words
from viewer.words import STONE_SOURCES, choice_words, gem_swatch, metal_swatch

FEATURED = {
    "metal": (
        "platinum_950", "gold_18k_yellow_3N", "gold_18k_rose_5N", "gold_18k_white_rhodium",
    ),
    "gem": ("diamond", "diamond_lab", "sapphire_blue", "ruby", "emerald", "aquamarine"),
}  # fmt: skip
# What is asked first, in the order of a conversation: the short choice of a product's page.
MAIN = (
    "metal", "gem", "carat", "dial_colour", "strap", "engraving", "size", "length", "wrist",
    "inside",
)  # fmt: skip
MOST_MAIN = 4
GUIDE_EU = range(44, 71)
SIZE_SYSTEM_OF_REGION = {
    "US": "US", "CA": "US", "JP": "JP",
    "GB": "UK", "IE": "UK", "AU": "UK", "NZ": "UK", "ZA": "UK",
}  # fmt: skip
SIZE_SYSTEM_OF_LANGUAGE = {"en": "US", "ja": "JP"}  # where the browser names no region


@dataclass(frozen=True, slots=True)
class ShownChoice:
    """A choice as the page shows it."""

    id: str
    name: str
    note: str
    swatch: str | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class ShownOption:
    """An option as the page shows it."""

    id: str
    label: str
    control: str  # list, size, number or text
    value: str
    choices: tuple[ShownChoice, ...]  # the featured ones first
    featured: int
    option: Option
    words: str = ""  # the value with its unit
    unit: str = ""  # "{number} mm"


def main_options(options: Sequence[Option]) -> list[Option]:
    """The few that a product's page offers; the rest are decided in the configurator."""
    known = {option.id: option for option in options}
    return [known[name] for name in MAIN if name in known][:MOST_MAIN]


def shown(option: Option, configuration: Configuration, sizes: str) -> ShownOption:
    """An option of a configuration in the language spoken.

    Args:
        sizes: the system in which ring sizes are offered.
    """
    value, label = configuration.options[option.id], gettext(option.label)
    if option.kind == "number":
        words, unit = quantity(Decimal(value), option.unit), unit_words(option.unit)
        return ShownOption(option.id, label, "number", value, (), 0, option, words, unit)
    if option.kind == "text":
        return ShownOption(option.id, label, "text", value, (), 0, option)
    if option.notation == "ring_size":
        choices = _sizes(option, value, sizes)
        return ShownOption(option.id, label, "size", value, choices, 0, option)
    order = [*FEATURED.get(option.id, ()), *(choice.id for choice in option.choices)]
    known = {choice.id for choice in option.choices}
    choices = tuple(
        _choice(option, key, key == value) for key in dict.fromkeys(order) if key in known
    )
    featured = len(FEATURED.get(option.id, choices))
    return ShownOption(option.id, label, "list", value, choices, featured, option)


def _choice(option: Option, key: str, chosen: bool) -> ShownChoice:
    words = choice_words(option, key)
    if option.source == "metals":
        return ShownChoice(key, words, "", metal_swatch(key), chosen)
    if option.source in STONE_SOURCES:
        return ShownChoice(key, words, "", gem_swatch(key), chosen)
    name, _, note = words.partition(": ")
    return ShownChoice(key, name.strip(), note.strip(), None, chosen)


def local_size_system(languages: LanguageAccept) -> str:
    """The ring sizes of the visitor's country, by the languages that the browser names."""
    for tag in languages.values():
        language, _, region = tag.replace("_", "-").partition("-")
        if region.upper() in SIZE_SYSTEM_OF_REGION:
            return SIZE_SYSTEM_OF_REGION[region.upper()]
        if not region and language in SIZE_SYSTEM_OF_LANGUAGE:
            return SIZE_SYSTEM_OF_LANGUAGE[language]
        return "EU"
    return "EU"


def _sizes(option: Option, value: str, system_id: str) -> tuple[ShownChoice, ...]:
    """The sizes on offer, the local system's first, the chosen one among them."""
    system = size_systems()[system_id]
    offered = {choice.id: parse_ring_size(choice.id) for choice in option.choices}
    if system_id != "EU":
        span = [size.inner_diameter_mm for size in offered.values()]
        half = max(system.step * 2 if system_id == "US" else system.step, system.step)
        local, last = system.nearest(min(span)), system.nearest(max(span))
        offered = {}
        while local <= last:
            if local % half == 0:
                size = parse_ring_size(system.text(local))
                offered[str(size)] = size
            local += system.step
    offered[value] = parse_ring_size(value)
    chosen = _size_words(value, system_id)
    ordered = sorted(offered, key=lambda key: offered[key].inner_diameter_mm)
    words = {key: _size_words(key, system_id) for key in ordered}
    return tuple(
        ShownChoice(key, words[key], "", None, key == value)
        for key in ordered
        if key == value or words[key] != chosen  # the same ring under another system's name
    )


def size_table() -> tuple[tuple[str, ...], ...]:
    """Rows of the size guide: inner diameter and girth in millimetres, and every system's name."""
    sizes = (parse_ring_size(f"EU {girth}") for girth in GUIDE_EU)
    return tuple(
        (
            number(size.inner_diameter_mm, 1),
            number(math.pi * size.inner_diameter_mm, 1),
            *(name.partition(" ")[2] for name in ring_sizes(size.inner_diameter).values()),
        )
        for size in sizes
    )


def _size_words(size: str, system_id: str) -> str:
    """`US 7 · EU 54½ …`: the local size first; the size itself stands for its own system."""
    parsed = parse_ring_size(size)
    names = ring_sizes(parsed.inner_diameter) | {parsed.system: str(parsed)}
    first = names.pop(system_id)
    other = "US" if system_id == "EU" else "EU"
    return " · ".join(dict.fromkeys([first, names.get(other, first)]))
