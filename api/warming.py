"""What is made before anybody asks: the light, posters, swatches, one frame of a mirror."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from api.environments import packed
from api.services import Services
from models3d.frames import Anchor
from tryon.detail import LIVE
from tryon.warming import warming_shots
from viewer.bake import PACKERS, POSTER_FORMATS, Bakery
from viewer.catalogue import PRODUCTS
from viewer.configuration import Configuration, build_model, configure
from viewer.hurried import prepare
from viewer.picture_order import square
from viewer.swatch import PAGE_FORMAT, metal_swatch, offered, stone_swatch

FIRST_SIZE_PX, OTHER_SIZES_PX = 960, (480, 1440, 720)


def warm(services: Services) -> None:
    """Make what the first visitors will want, what all of them want first; stops when it ends."""
    for step in _steps(services):
        if services.closing:
            return
        step()


def _steps(services: Services) -> Iterator[Callable[[], object]]:
    bakery = _bakery(services)
    for coding in PACKERS:
        yield partial(packed, coding)
    pieces = [services.configured(product, {}) for product in PRODUCTS]
    for piece in pieces:
        yield from _posters(bakery, piece, FIRST_SIZE_PX)
    metals, stones = offered()
    for metal, finish in metals:
        yield partial(metal_swatch, bakery, metal, finish, PAGE_FORMAT)
    for gem in stones:
        yield partial(stone_swatch, bakery, gem, PAGE_FORMAT)
    for piece in pieces:
        for size_px in OTHER_SIZES_PX:
            yield from _posters(bakery, piece, size_px)
        yield from viewers_file(services, piece)
    for product in (item.id for item in PRODUCTS.values() if item.anchor is Anchor.FINGER):
        yield partial(_mirror, services, product)


def viewers_file(services: Services, piece: Configuration) -> Iterator[Callable[[], object]]:
    """What a page draws the piece from, and what the first new shape of its design takes."""
    yield partial(_bakery(services).packed_file, piece, "viewer.glb", "br")
    yield partial(prepare, services.store, piece)


def _bakery(services: Services) -> Bakery:
    """Beside the lines, in which visitors stand."""
    return Bakery(services.store, services.studio)


def _posters(bakery: Bakery, piece: Configuration, size_px: int) -> Iterator[Callable[[], object]]:
    for picture_format in POSTER_FORMATS:
        yield partial(bakery.picture, piece, square("0", size_px, picture_format))


def _mirror(services: Services, product: str) -> None:
    """Compile what a ring needs, by drawing it small on a finger."""
    model = build_model(configure(product))
    services.mirror.render_all(warming_shots(model, (LIVE,))).result()
