"""What a shopper can choose: products and their options, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from models3d.frames import Anchor
from models3d.gems import GEMS, Transparency
from models3d.metals import FINISHES, METALS
from models3d.profiles import Profile
from models3d.rings import (
    BAND_THICKNESSES_MM,
    BAND_WIDTHS_MM,
    CARATS,
    DEFAULT_SIZE,
    PRONGS,
    SHANK_WIDTHS_MM,
)
from models3d.sizes import parse_ring_size, ring_sizes
from viewer.errors import UnknownProduct

# What a ring is cast or milled from, dearest first; platings and watch materials are left out.
RING_METALS = (
    "platinum_950",
    "gold_18k_yellow_3N",
    "gold_18k_rose_5N",
    "gold_18k_white_rhodium",
    "gold_18k_white_raw",
    "gold_18k_yellow_2N",
    "gold_18k_rose_4N",
    "gold_18k_green",
    "gold_22k_yellow",
    "gold_24k",
    "gold_14k_yellow",
    "gold_14k_rose",
    "gold_14k_white_rhodium",
    "gold_10k_yellow",
    "gold_9k_yellow",
    "palladium_950",
    "silver_925",
    "silver_999",
    "titanium_g2_g5",
    "steel_316L",
    "tantalum",
)
# Finishes without a relief or a grain direction of their own.
RING_FINISHES = ("mirror_polish", "satin", "matte_bead_blast", "sandblast")
PROFILE_LABELS = {
    Profile.COURT: "Court: rounded outside and inside",
    Profile.D_SHAPE: "D-shape: rounded outside, flat inside",
    Profile.FLAT: "Flat, edges broken",
}
EU_SIZES_OFFERED = range(41, 77)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values an option can take."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Option:
    """One thing a shopper decides."""

    id: str
    label: str
    kind: str  # choice or number
    default: str  # canonical text
    choices: tuple[Choice, ...] = ()
    least: Decimal | None = None  # numbers only, as step
    greatest: Decimal | None = None
    step: Decimal | None = None
    unit: str | None = None  # ct, mm
    notation: str | None = None  # ring_size: any size people write is taken, not only the choices

    def summary(self) -> str:
        """One line: `carat=1 ct: 0.3 to 3 ct in steps of 0.01`."""
        unit = f" {self.unit}" if self.unit else ""
        if self.kind == "number":
            return f"{self.id}={self.default}{unit}: {self.span()}"
        if self.notation:
            return f"{self.id}={self.default}: as written, for example US 6 1/2, UK N or JP 14"
        return f"{self.id}={self.default}: {', '.join(choice.id for choice in self.choices)}"

    def span(self) -> str:
        """What a number may be, in words."""
        if self.least is None or self.greatest is None or self.step is None:
            raise ValueError(f"{self.id} is not a number")
        unit = f" {self.unit}" if self.unit else ""
        return (
            f"{decimal_text(self.least)} to {decimal_text(self.greatest)}{unit} "
            f"in steps of {decimal_text(self.step)}"
        )

    def on_grid(self, value: Decimal) -> Decimal:
        """The allowed number nearest to `value`."""
        if self.least is None or self.greatest is None or self.step is None:
            raise ValueError(f"{self.id} is not a number")
        held = min(max(value, self.least), self.greatest)
        steps = ((held - self.least) / self.step).quantize(Decimal(1), ROUND_HALF_UP)
        return self.least + steps * self.step


@dataclass(frozen=True, slots=True)
class Product:
    """Something that can be configured, built and worn."""

    id: str
    name: str
    family: str  # ring, necklace, earring, bracelet or watch
    anchor: Anchor
    options: tuple[Option, ...]

    def option(self, option_id: str) -> Option | None:
        """The option of this id, if the product has it."""
        return next((option for option in self.options if option.id == option_id), None)


def decimal_text(value: Decimal) -> str:
    """The shortest way to write a number: 1.50 is "1.5", 1E+1 is "10", -0 is "0"."""
    return f"{value.normalize() + 0:f}"


def product(product_id: str) -> Product:
    """The product of this id.

    Raises:
        UnknownProduct: no product has this id; names the nearest and all there are.
    """
    if product_id in PRODUCTS:
        return PRODUCTS[product_id]
    near = get_close_matches(product_id.strip().lower(), PRODUCTS, n=1)
    hint = f'Did you mean "{near[0]}"? ' if near else ""
    raise UnknownProduct(
        f'There is no product "{product_id}". {hint}Products: {", ".join(PRODUCTS)}.'
    )


def catalogue_json() -> list[dict[str, Any]]:
    """Every product as `parure products --json` and the HTTP interface give it."""
    return [
        {
            "id": item.id,
            "name": item.name,
            "family": item.family,
            "anchor": item.anchor.value,
            "options": [_option_json(option) for option in item.options],
        }
        for item in PRODUCTS.values()
    ]


def _option_json(option: Option) -> dict[str, Any]:
    document: dict[str, Any] = {"id": option.id, "label": option.label, "kind": option.kind}
    if option.kind == "number":
        document |= {
            "default": _plain(Decimal(option.default)),
            "min": _plain(option.least),
            "max": _plain(option.greatest),
            "step": _plain(option.step),
        }
    else:
        document |= {
            "default": option.default,
            "choices": [{"id": choice.id, "label": choice.label} for choice in option.choices],
        }
    if option.unit:
        document["unit"] = option.unit
    if option.notation:
        document["notation"] = option.notation
    return document


def _plain(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _choices(option_id: str, label: str, names: Mapping[str, str], default: str) -> Option:
    choices = tuple(Choice(key, name) for key, name in names.items())
    return Option(option_id, label, "choice", default, choices)


def _number(
    option_id: str, label: str, span: tuple[float, float], step: str, unit: str, default: str
) -> Option:
    least, greatest = (Decimal(str(bound)) for bound in span)
    return Option(
        option_id,
        label,
        "number",
        default,
        least=least,
        greatest=greatest,
        step=Decimal(step),
        unit=unit,
    )


def _size() -> Option:
    choices = []
    for circumference in EU_SIZES_OFFERED:
        size = parse_ring_size(f"EU {circumference}")
        choices.append(Choice(str(size), " · ".join(ring_sizes(size.inner_diameter).values())))
    return Option(
        "size", "Ring size", "choice", str(DEFAULT_SIZE), tuple(choices), notation="ring_size"
    )


def _profile() -> Option:
    labels = {profile.value: label for profile, label in PROFILE_LABELS.items()}
    return _choices("profile", "Shank profile", labels, Profile.COURT.value)


def _metal(default: str) -> Option:
    return _choices("metal", "Metal", {key: METALS[key].name for key in RING_METALS}, default)


def _finish() -> Option:
    names = {key: FINISHES[key].name for key in RING_FINISHES}
    return _choices("finish", "Finish", names, RING_FINISHES[0])


def _gem() -> Option:
    transparent = {
        key: gem.name for key, gem in GEMS.items() if gem.transparency is Transparency.TRANSPARENT
    }
    return _choices("gem", "Stone", transparent, "diamond")


def _products() -> dict[str, Product]:
    prongs = {str(count): f"{count} claws" for count in PRONGS}
    solitaire = Product(
        "solitaire",
        "Solitaire",
        "ring",
        Anchor.FINGER,
        (
            _number("carat", "Carat", CARATS, "0.01", "ct", "1"),
            _gem(),
            _choices("prongs", "Claws", prongs, "6"),
            _number("shank_width", "Shank width", SHANK_WIDTHS_MM, "0.1", "mm", "2"),
            _profile(),
            _metal("platinum_950"),
            _finish(),
            _size(),
        ),
    )
    plain_band = Product(
        "band",
        "Wedding band",
        "ring",
        Anchor.FINGER,
        (
            _profile(),
            _number("width", "Width", BAND_WIDTHS_MM, "0.1", "mm", "4"),
            _number("thickness", "Thickness", BAND_THICKNESSES_MM, "0.1", "mm", "1.8"),
            _metal("gold_18k_yellow_3N"),
            _finish(),
            _size(),
        ),
    )
    return {item.id: item for item in (solitaire, plain_band)}


PRODUCTS: Mapping[str, Product] = MappingProxyType(_products())
