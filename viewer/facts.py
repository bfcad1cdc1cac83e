"""What a shopper may know before asking: materials, mass, dimensions, in words."""

from __future__ import annotations

from dataclasses import dataclass

from viewer.configuration import Configuration, build_model
from viewer.words import gem_words, metal_words


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a data sheet."""

    label: str
    value: str


def facts(configuration: Configuration) -> tuple[Fact, ...]:
    """The data sheet of a piece, measured on its model."""
    extras = build_model(configuration).extras
    lines = [
        Fact("Metal", f"{metal_words(extras['metal'])}, {extras['metal_mass_g']:.1f} g"),
    ]
    if "stone" in extras:
        lines += [
            Fact("Stone", f"{gem_words(extras['stone'])}, {extras['stone_carat']:.2f} ct"),
            Fact(
                "Cut",
                f"Round brilliant, {extras['stone_diameter_mm']:.1f} mm across, "
                f"{extras['stone_depth_mm']:.1f} mm deep",
            ),
            Fact("Height", f"{extras['height_above_finger_mm']:.1f} mm above the finger"),
        ]
    lines += [
        Fact(
            "Shank",
            f"{extras['shank_width_mm']:.1f} mm wide, {extras['shank_thickness_mm']:.1f} mm thick",
        ),
        Fact(
            "Size",
            f"{' · '.join(extras['sizes'].values())}, {extras['inner_diameter_mm']:.1f} mm inside",
        ),
    ]
    return tuple(lines)


def description(configuration: Configuration) -> str:
    """The piece in one phrase, for those who hear the page: metal and stone."""
    extras = build_model(configuration).extras
    metal = metal_words(extras["metal"])
    if "stone" not in extras:
        return metal
    stone = gem_words(extras["stone"])
    return f"{metal} · {extras['stone_carat']:g} ct {stone[0].lower()}{stone[1:]}"
