"""The shop's words and colours for metals and stones, where the tables speak as a workshop does."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from models3d.engraving.typefaces import TYPEFACES
from models3d.gems import GEMS
from models3d.metals import METALS
from models3d.stones.cuts import CUTS
from viewer.language import gettext, later, spoken
from viewer.options import Option

METAL_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "platinum_950": "Platinum 950",
        "gold_18k_yellow_3N": "Yellow gold 18 ct",
        "gold_18k_rose_5N": "Rose gold 18 ct",
        "gold_18k_white_rhodium": "White gold 18 ct",
        "gold_18k_white_raw": "White gold 18 ct, unplated",
        "gold_18k_yellow_2N": "Pale yellow gold 18 ct",
        "gold_18k_rose_4N": "Pink gold 18 ct",
        "gold_18k_green": "Green gold 18 ct",
        "gold_22k_yellow": "Yellow gold 22 ct",
        "gold_24k": "Fine gold 24 ct",
        "gold_14k_yellow": "Yellow gold 14 ct",
        "gold_14k_rose": "Rose gold 14 ct",
        "gold_14k_white_rhodium": "White gold 14 ct",
        "gold_10k_yellow": "Yellow gold 10 ct",
        "gold_9k_yellow": "Yellow gold 9 ct",
        "titanium_g2_g5": "Titanium",
        "steel_316L": "Steel 316L",
    }
)
STONE_SOURCES = ("transparent_gems", "gems", "pearls")  # of options
GEM_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "diamond": "Natural diamond",
        "diamond_lab": "Lab-grown diamond",
        "diamond_cape": "Near-colourless diamond",
        "diamond_yellow": "Yellow diamond",
        "diamond_pink": "Pink diamond",
        "diamond_blue": "Blue diamond",
        "moissanite": "Moissanite",
        "sapphire_blue": "Blue sapphire",
        "sapphire_pink": "Pink sapphire",
        "sapphire_yellow": "Yellow sapphire",
        "sapphire_white": "White sapphire",
        "sapphire_padparadscha": "Padparadscha sapphire",
        "heliodor": "Heliodor",
        "garnet_almandine": "Almandine garnet",
        "garnet_rhodolite": "Rhodolite garnet",
        "garnet_pyrope": "Pyrope garnet",
        "garnet_spessartine": "Mandarin garnet",
        "garnet_tsavorite": "Tsavorite garnet",
        "garnet_demantoid": "Demantoid garnet",
        "topaz_blue": "Blue topaz",
        "topaz_imperial": "Imperial topaz",
        "topaz_white": "White topaz",
        "tanzanite": "Tanzanite",
        "tourmaline_pink": "Rubellite tourmaline",
        "tourmaline_green": "Green tourmaline",
        "tourmaline_paraiba": "Paraíba tourmaline",
        "tourmaline_indicolite": "Indicolite tourmaline",
        "spinel_red": "Red spinel",
        "spinel_blue": "Cobalt blue spinel",
        "zircon_blue": "Blue zircon",
        "sphene": "Sphene",
        "opal_fire": "Fire opal",
        "opal_white": "White opal",
        "opal_black": "Black opal",
        "diamond_black": "Black diamond",
        "onyx_black": "Onyx",
        "pearl_white": "White Akoya pearl",
        "pearl_tahitian": "Tahitian pearl",
        "pearl_golden": "Golden South Sea pearl",
        "mother_of_pearl": "Mother-of-pearl",
        "coral_red": "Red coral",
    }
)
SWATCH_DEPTH_MM = 5.0  # of stone that the light of a swatch crosses
PLACE_WORDS: Mapping[str, str] = MappingProxyType(  # of an engraving or of one metal among others
    {
        "inside": later("inside"),
        "outside": later("outside"),
        "table": later("on the table"),
        "disc": later("on the disc"),
        "bar": later("on the bar"),
        "front": later("on the front"),
        "back": later("on the back"),
        "case_back": later("on the case back"),
        "chain": later("chain"),
        "pendant": later("pendant"),
        "clasp": later("clasp"),
        "case": later("case"),
        "buckle": later("buckle"),
        "bracelet": later("bracelet"),
        "bracelet's middle": later("bracelet’s middle"),
    }
)


def metal_words(metal_id: str) -> str:
    """What the shop calls a metal."""
    return gettext(METAL_WORDS.get(metal_id, METALS[metal_id].name))


def gem_words(gem_id: str) -> str:
    """What the shop calls a stone."""
    return gettext(GEM_WORDS.get(gem_id, GEMS[gem_id].name))


def cut_words(cut_id: str) -> str:
    """What the shop calls a cut."""
    return gettext(CUTS[cut_id].name)


def place_words(place: str) -> str:
    """What the shop calls a part of a piece."""
    return gettext(PLACE_WORDS.get(place, place))


def choice_words(option: Option, choice_id: str) -> str:
    """What the shop calls one of an option's choices: a name, or a name, a colon and a note."""
    if option.source == "metals":
        return metal_words(choice_id)
    if option.source in STONE_SOURCES:
        return gem_words(choice_id)
    if option.source == "typefaces":
        face = TYPEFACES[choice_id]
        return f"{gettext(face.style)} ({face.name})"
    labels = {choice.id: choice.label for choice in option.choices}
    return gettext(labels.get(choice_id, choice_id))


def mid_sentence(words: str) -> str:
    """A name as it stands in the middle of a sentence; German keeps the capitals of its nouns."""
    if spoken().language == "de":
        first, _, rest = words.partition(" ")
        if not (rest[:1].isupper() and first.endswith(("er", "es", "e"))):  # no adjective
            return words
    return f"{words[:1].lower()}{words[1:]}"


def metal_swatch(metal_id: str) -> str:
    """A metal's colour, #rrggbb."""
    return _hexadecimal(np.array(METALS[metal_id].base_color))


def gem_swatch(gem_id: str) -> str:
    """The colour of light that has crossed a stone, #rrggbb."""
    gem = GEMS[gem_id]
    through = np.exp(-np.array(gem.absorption_per_mm) * SWATCH_DEPTH_MM)
    return _hexadecimal(np.array(gem.base_color) * through)


def _hexadecimal(linear: np.ndarray[tuple[int], np.dtype[np.float64]]) -> str:
    """Linear sRGB (3,) as IEC 61966-2-1 encodes it."""
    low, high = linear * 12.92, 1.055 * np.maximum(linear, 1e-9) ** (1 / 2.4) - 0.055
    levels = np.clip(np.where(linear <= 0.0031308, low, high) * 255.0 + 0.5, 0, 255).astype(int)
    return "#" + "".join(f"{level:02x}" for level in levels)
