"""What picture is wanted, and the pictures that anybody may ask for.

Every picture that is drawn is kept, so what strangers may ask for is a short list of widths; any
other size takes a signature of the house (`signing.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from models3d.frames import Image
from models3d.mesh import Model
from viewer.angles import VIEW_NAMES, view_named
from viewer.encoding import FORMATS, encoded
from viewer.errors import InvalidOption
from viewer.look import SHOW_LABEL, Look, shown
from viewer.picture import composed, cut_out
from viewer.render.renderer import Renderer

WIDTHS_PX: Final = (160, 240, 320, 480, 720, 960, 1440)  # in pixels of the page
RATIOS: Final = (1, 2, 3)  # pixels of the screen for one of the page
LARGEST_OPEN_PX: Final = 2160  # of a width times a ratio
LEAST_PX, LARGEST_PX = 16, 4096  # of a side, with a signature
OPEN_SIDES_PX: Final = tuple(
    sorted({w * ratio for w in WIDTHS_PX for ratio in RATIOS if w * ratio <= LARGEST_OPEN_PX})
)
FINE_UP_TO_PX: Final = 1600  # of the longer side; beyond it two samples across a pixel do

Draw = Callable[[Callable[[Renderer], Image]], Image]


@dataclass(frozen=True, slots=True)
class PictureOrder:
    """One picture of one configuration."""

    view: str  # one of VIEW_NAMES
    width: int
    height: int
    picture_format: str  # one of FORMATS
    look: Look = Look.TRUE
    transparent: bool = False

    def __post_init__(self) -> None:
        if self.view not in VIEW_NAMES or self.picture_format not in FORMATS:
            raise ValueError(f"no such picture: {self.view}.{self.picture_format}")
        if self.transparent and not FORMATS[self.picture_format].transparent:
            raise InvalidOption(
                "JPEG has no transparency: ask for the cut-out as webp, avif or png."
            )
        for side in (self.width, self.height):
            if not LEAST_PX <= side <= LARGEST_PX:
                raise InvalidOption(
                    f"A picture's sides are {LEAST_PX} to {LARGEST_PX} pixels; got {side}."
                )

    @property
    def name(self) -> str:
        """Of the file: everything that tells it from the configuration's other pictures."""
        view = f"{int(self.view):03d}" if self.view.isdecimal() else self.view
        look = "" if self.look is Look.TRUE else f"-{self.look}"
        cut = "-cutout" if self.transparent else ""
        return f"{view}-{self.width}x{self.height}{look}{cut}.{self.picture_format}"

    @property
    def is_open(self) -> bool:
        """Whether anybody may ask for it."""
        return self.width == self.height and self.width in OPEN_SIDES_PX

    def made(self, model: Model, draw: Draw) -> bytes:
        """The picture as a file.

        Args:
            draw: gives what its argument makes with a renderer.
        """
        seen = shown(model, self.look)
        view = view_named(seen, self.view, self.width, self.height)
        samples = 3 if max(self.width, self.height) <= FINE_UP_TO_PX else 2
        compose = cut_out if self.transparent else composed
        image = draw(lambda renderer: compose(renderer, view, self.width, self.height, samples))
        label = SHOW_LABEL if self.look is Look.SHOW else None
        return encoded(image, self.picture_format, label)


def square(view: str, side_px: int, picture_format: str) -> PictureOrder:
    """A plain square picture, as pages show it."""
    return PictureOrder(view, side_px, side_px, picture_format)
