"""Every kind of file that a configuration can become, by name: one list for commands and HTTP."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType, TracebackType
from typing import Final, Protocol, Self, TypeVar

from models3d.export.stl import write_stl
from models3d.export.threemf import write_3mf
from models3d.export.usdz import write_usdz
from models3d.gltf import Profile, write_glb
from models3d.mesh import Model, Part, Texture
from viewer.addresses import public_address
from viewer.ar import ar_model, drawn_once
from viewer.bills import bill_of
from viewer.configuration import Configuration, build_model
from viewer.errors import PriceUnknown
from viewer.film import FRAMES, SIZE_PX, turntable_film
from viewer.language import ENGLISH, speaking
from viewer.picture import png_bytes, still, turntable
from viewer.price import quote
from viewer.price_file import prices
from viewer.render.renderer import Renderer
from viewer.specification import specification_pdf
from viewer.stone_picture import stone_picture
from viewer.variants import choices, variants
from viewer.web.model_file import viewer_glb
from viewer.web.skin_file import skin_glb

Result = TypeVar("Result")
STILL_SIZE_PX: Final = 1600
FILM_SUPERSAMPLING: Final = 2
SHEET_PICTURE_PX: Final = 700
SHEET_VIEWS: Final = ((0.0, None), (math.pi / 2.0, None), (0.0, math.radians(72.0)))


class Studio(Protocol):
    """Whoever has a renderer, and somebody who waits."""

    def draw(self, work: Callable[[Renderer], Result]) -> Result:
        """What `work` makes with the renderer.

        Raises:
            NoGraphics: no OpenGL can be loaded.
        """

    def progress(self, done: int, total: int) -> None:
        """So many steps of a long work are done."""


Writer = Callable[[Configuration, Studio], bytes]


@dataclass(frozen=True, slots=True)
class FileKind:
    """One kind of file."""

    name: str  # after the hash or the file's stem: "glb", "ar.glb"
    media_type: str
    about: str  # for the API's document
    write: Writer


def _web_glb(configuration: Configuration, studio: Studio) -> bytes:
    return write_glb(build_model(configuration), Profile.WEB, variants(configuration))


def _viewer_glb(configuration: Configuration, studio: Studio) -> bytes:
    model, others = build_model(configuration), choices(configuration)
    return studio.draw(lambda renderer: viewer_glb(renderer, model, others))


def _skin_glb(configuration: Configuration, studio: Studio) -> bytes:
    model = build_model(configuration)
    return studio.draw(lambda renderer: skin_glb(renderer, model))


def _ar(configuration: Configuration, studio: Studio) -> Model:
    def picture(stone: Part) -> Texture:
        return studio.draw(partial(stone_picture, stone=stone))

    return ar_model(build_model(configuration), drawn_once(picture))


def _ar_glb(configuration: Configuration, studio: Studio) -> bytes:
    return write_glb(_ar(configuration, studio))


def _usdz(configuration: Configuration, studio: Studio) -> bytes:
    return write_usdz(_ar(configuration, studio))


def _stl(configuration: Configuration, studio: Studio) -> bytes:
    return write_stl(build_model(configuration))


def _3mf(configuration: Configuration, studio: Studio) -> bytes:
    return write_3mf(build_model(configuration))


def _png(configuration: Configuration, studio: Studio) -> bytes:
    model = build_model(configuration)
    return png_bytes(studio.draw(lambda r: still(r, model, STILL_SIZE_PX, STILL_SIZE_PX)))


def _mp4(configuration: Configuration, studio: Studio) -> bytes:
    model = build_model(configuration)
    return turntable_film(
        lambda frame: studio.draw(
            lambda renderer: turntable(
                renderer,
                model,
                SIZE_PX,
                SIZE_PX,
                frame,
                FRAMES,
                supersampling=FILM_SUPERSAMPLING,
            )
        ),
        progress=lambda done: studio.progress(done, FRAMES),
    )


def _pdf(configuration: Configuration, studio: Studio) -> bytes:
    model = build_model(configuration)
    pictures = [
        studio.draw(
            lambda r, a=azimuth, e=elevation: still(  # type: ignore[misc]
                r, model, SHEET_PICTURE_PX, SHEET_PICTURE_PX, azimuth=a, elevation=e
            )
        )
        for azimuth, elevation in SHEET_VIEWS
    ]
    bill = bill_of(configuration)
    with speaking(ENGLISH):  # one sheet for everybody
        try:
            offer = quote(configuration, bill, prices())
        except PriceUnknown:
            offer = None
        address = public_address(configuration)
        return specification_pdf(configuration, bill, pictures, offer, address)


KINDS: Mapping[str, FileKind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            FileKind("glb", "model/gltf-binary", "The model for pages", _web_glb),
            FileKind("viewer.glb", "model/gltf-binary", "The model for the viewer", _viewer_glb),
            FileKind("skin.glb", "model/gltf-binary", "What it has to do with skin", _skin_glb),
            FileKind("ar.glb", "model/gltf-binary", "The model for phones", _ar_glb),
            FileKind("usdz", "model/vnd.usdz+zip", "The model for AR Quick Look", _usdz),
            FileKind("stl", "model/stl", "The metal for the workshop, in millimetres", _stl),
            FileKind("3mf", "model/3mf", "The metal alloy by alloy, in millimetres", _3mf),
            FileKind("png", "image/png", "A still of 1600 pixels", _png),
            FileKind("pdf", "application/pdf", "The specification sheet", _pdf),
            FileKind("mp4", "video/mp4", "A turntable", _mp4),
        )
    }
)

_NO_STEP: Final = (
    "Parure writes no STEP: its surfaces are triangles, and thousands of flat faces would pretend "
    "to be exact. Take .3mf or .stl, which the workshop's software reads too."
)
# Kinds that people ask for and that would not be honest, with the reason.
NOT_WRITTEN: Mapping[str, str] = MappingProxyType({"step": _NO_STEP, "stp": _NO_STEP})


class OwnStudio:
    """A studio that opens its renderer when something is to be drawn; a context manager.

    Args:
        progress: told of the steps of a long work.
    """

    def __init__(self, progress: Callable[[int, int], None] = lambda done, total: None) -> None:
        self._open = ExitStack()
        self._renderer: Renderer | None = None
        self.progress = progress

    def draw(self, work: Callable[[Renderer], Result]) -> Result:
        """What `work` makes with the renderer."""
        if self._renderer is None:
            self._renderer = self._open.enter_context(Renderer())
        return work(self._renderer)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()
