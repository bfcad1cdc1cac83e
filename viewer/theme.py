"""A house's own look: name, logo, colours, typefaces and corners, out of one file.

`$PARURE_THEME` names a TOML file; what it leaves out stays as it is. The studio's ground behind the
pieces is no colour of the page: it ends the pictures, which are drawn with it.
"""

from __future__ import annotations

import hashlib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from viewer.errors import InvalidTheme
from viewer.language import LANGUAGES

LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3
HOUSE = "Parure"
LARGEST_FILE_BYTES = 2_000_000
LARGEST_RADIUS_PX = 32
READ_ON_PAPER = ("ink", "soft", "accent")  # text stands on paper in these
MEDIA_TYPES = {".svg": "image/svg+xml", ".woff2": "font/woff2"}

Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
Consent = Annotated[str, Field(min_length=20, max_length=2000)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Colours(_Strict):
    """Of the page, by day or by night; the names are those of the style sheets' properties."""

    paper: Colour
    ink: Colour
    soft: Colour
    line: Colour
    strong_line: Colour
    accent: Colour


LIGHT = Colours(
    paper="#f6f4f1", ink="#1d1b19", soft="#625c53", line="#d6d1c9", strong_line="#8c857a",
    accent="#7d5f32",
)  # fmt: skip
DARK = Colours(
    paper="#181614", ink="#efeae2", soft="#aca498", line="#37322d", strong_line="#8b8378",
    accent="#d2b27f",
)  # fmt: skip


class Fonts(_Strict):
    """Files beside the theme's: for names, and for everything else."""

    serif: str | None = Field(None, pattern=r"^[\w.-]+\.woff2$")
    sans: str | None = Field(None, pattern=r"^[\w.-]+\.woff2$")


class ThemeFile(_Strict):
    """A theme as its file says it."""

    name: str = Field(HOUSE, min_length=1, max_length=40)
    logo: str | None = Field(None, pattern=r"^[\w.-]+\.svg$")
    radius_px: float = Field(0, ge=0, le=LARGEST_RADIUS_PX)
    light: dict[str, Colour] = {}
    dark: dict[str, Colour] = {}
    fonts: Fonts = Fonts(serif=None, sans=None)
    consent: dict[str, Consent] = {}
    privacy: str | None = Field(None, pattern=r"^https://[^\s\"'<>]+$", max_length=500)


@dataclass(frozen=True, slots=True)
class Theme:
    """A look that has been checked."""

    name: str
    logo: str | None  # the name of its file among `files`
    style: str  # the generated sheet; "" where nothing differs
    files: dict[str, bytes]  # by the name they are served under
    consent: Mapping[str, str] = field(default_factory=dict)  # before a camera opens, by language
    privacy: str | None = None  # address of the house's own policy

    @property
    def sheet(self) -> str | None:
        """The name the style sheet is served under; it changes with its content."""
        return f"theme-{_digest(self.style.encode())}.css" if self.style else None


@cache
def theme() -> Theme:
    """The look of this service.

    Raises:
        InvalidTheme: the file is no theme, or its words could not be read; says what to change.
    """
    named = os.environ.get("PARURE_THEME")
    return read_theme(Path(named)) if named else Theme(HOUSE, None, "", {})


def read_theme(path: Path) -> Theme:
    """The theme of a file.

    Raises:
        InvalidTheme: as `theme`.
    """
    try:
        file = ThemeFile.model_validate(tomllib.loads(path.read_text("utf-8")))
        light = Colours.model_validate(LIGHT.model_dump() | file.light)
        dark = Colours.model_validate(DARK.model_dump() | file.dark)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidTheme(f"{path.name}: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InvalidTheme(f"{path.name}, {place}: {first['msg']}.") from error
    for when, colours in (("light", light), ("dark", dark)):
        _check_contrast(path.name, when, colours)
    files, served = {}, {}
    for name in (file.logo, file.fonts.serif, file.fonts.sans):
        if name is not None:
            data = _beside(path, name)
            served[name] = f"{Path(name).stem}-{_digest(data)}{Path(name).suffix}"
            files[served[name]] = data
    for language in file.consent:
        if language not in LANGUAGES:
            known = ", ".join(LANGUAGES)
            raise InvalidTheme(f"{path.name}, consent.{language}: pages speak {known}.")
    return Theme(
        name=file.name,
        logo=served[file.logo] if file.logo else None,
        style=_style(file, light, dark, served),
        files=files,
        consent=file.consent,
        privacy=file.privacy,
    )


def contrast(one: str, other: str) -> float:
    """The ratio of two colours' luminances, 1 to 21; WCAG 2.2, "contrast ratio"."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    levels = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255.0
    linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def _check_contrast(file: str, when: str, colours: Colours) -> None:
    for name in READ_ON_PAPER:
        ratio = contrast(getattr(colours, name), colours.paper)
        if ratio < LEAST_CONTRAST:
            raise InvalidTheme(
                f"{file}, {when}.{name}: {getattr(colours, name)} on {colours.paper} has a "
                f"contrast of {ratio:.1f}, and words need {LEAST_CONTRAST}: make the one darker "
                "or the other lighter."
            )


def _beside(path: Path, name: str) -> bytes:
    beside = path.parent / name
    if not beside.is_file():
        raise InvalidTheme(f"{path.name}: there is no {name} beside it.")
    if beside.stat().st_size > LARGEST_FILE_BYTES:
        limit = LARGEST_FILE_BYTES // 1_000_000
        raise InvalidTheme(f"{path.name}: {name} is too large for a page: at most {limit} MB.")
    data = beside.read_bytes()
    if name.endswith(".svg") and re.search(rb"<script|\bon\w+\s*=|href\s*=\s*[\"'](?!#)", data):
        raise InvalidTheme(
            f"{path.name}: {name} holds a script or a link: save it as plain shapes."
        )
    if name.endswith(".woff2") and not data.startswith(b"wOF2"):
        raise InvalidTheme(f"{path.name}: {name} is no WOFF2 typeface.")
    return data


def _style(file: ThemeFile, light: Colours, dark: Colours, served: dict[str, str]) -> str:
    """The style sheet: faces, then the properties that the pages' own sheets read."""
    rules, faces = [], []
    for role, name, usual in (
        ("serif", file.fonts.serif, "Georgia, serif"),
        ("sans", file.fonts.sans, "system-ui, sans-serif"),
    ):
        if name is not None:
            rules.append(
                f"@font-face{{font-family:'House {role}';font-display:swap;"
                f"src:url('/theme/{served[name]}') format('woff2')}}"
            )
            faces.append(f"--{role}:'House {role}',{usual};")
    said = "".join(faces)
    if file.radius_px:
        said += f"--radius:{file.radius_px:g}px;"
    if file.light or said:
        rules.append(f":root{{{_properties(light) if file.light else ''}{said}}}")
    if file.dark:
        rules.append(f"@media(prefers-color-scheme:dark){{:root{{{_properties(dark)}}}}}")
    elif file.light:  # a media query of the pages' own sheet comes before this one
        rules.append(f"@media(prefers-color-scheme:dark){{:root{{{_properties(DARK)}}}}}")
    return "".join(rules)


def _properties(colours: Colours) -> str:
    return "".join(
        f"--{name.replace('_', '-')}:{value};" for name, value in colours.model_dump().items()
    )


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:10]
