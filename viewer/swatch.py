"""Small pictures of what can be chosen: a ball of a metal with its finish, a stone in its cut.

Drawn by the renderer of the pieces in the pieces' own light, so that a choice looks as it will.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np

from models3d.frames import Array, Image, Intrinsics, PixelRegion, RigidTransform
from models3d.gems import Transparency, gem
from models3d.mesh import Material, Mesh, Model, Part
from models3d.metals import metal_material
from models3d.stones.stone import SMOOTH_CUTS, stone
from viewer.bake import Bakery
from viewer.catalogue import PRODUCTS
from viewer.configuration import configure
from viewer.encoding import encoded
from viewer.render.renderer import Renderer
from viewer.render.types import Lighting, Shot, Worn
from viewer.words import STONE_SOURCES

PAGE_FORMAT: Final = "webp"
POLISH: Final = "mirror_polish"  # the finish that metals are shown in
SIDE_PX: Final = 144  # shown at half of it on fine screens
STONE_MM: Final = 6.5  # a diamond of one carat, cut round
MARGIN: Final = 1.04  # half the picture over half of what is shown
DISTANCE: Final = 40.0  # of the camera, in half widths: nearly parallel rays
BALL_SIDES: Final = 96
LOOKED_DOWN: Final = np.radians(24.0)  # on a ball, as on a piece that stands
TILTED: Final = np.radians(14.0)  # a stone, from straight above: its table does not mirror the eye


def metal_swatch_picture(renderer: Renderer, metal_id: str, finish_id: str) -> Image:
    """A ball of the metal, (SIDE_PX, SIDE_PX, 4) sRGB with straight alpha.

    Raises:
        ModelError: no such metal or finish.
    """
    return _picture(renderer, _ball(), metal_material(metal_id, finish_id), LOOKED_DOWN)


def stone_swatch_picture(renderer: Renderer, gem_id: str) -> Image:
    """A stone, (SIDE_PX, SIDE_PX, 4) sRGB with straight alpha: cut round if light passes through.

    Raises:
        ModelError: no such gem.
    """
    shown = stone(_cut_of(gem_id), gem_id, STONE_MM)
    upright = shown.cut in SMOOTH_CUTS
    return _picture(renderer, shown.mesh, shown.material, LOOKED_DOWN if upright else TILTED)


def metal_swatch(bakery: Bakery, metal_id: str, finish_id: str, picture_format: str) -> bytes:
    """The metal's picture as a file, drawn once."""
    draw = partial(metal_swatch_picture, metal_id=metal_id, finish_id=finish_id)
    return _file(bakery, f"metal-{metal_id}-{finish_id}", picture_format, draw)


def stone_swatch(bakery: Bakery, gem_id: str, picture_format: str) -> bytes:
    """The stone's picture as a file, drawn once."""
    draw = partial(stone_swatch_picture, gem_id=gem_id)
    return _file(bakery, f"stone-{gem_id}", picture_format, draw)


def offered() -> tuple[list[tuple[str, str]], list[str]]:
    """What the collection lets choose: metals, each with the finish it is shown in, and stones."""
    plain = [configure(product) for product in PRODUCTS]
    metals: dict[tuple[str, str], None] = {}
    stones: dict[str, None] = {}
    for piece in plain:
        for option in PRODUCTS[piece.product].options:
            ids = [choice.id for choice in option.choices]
            if option.source == "metals":
                metals |= dict.fromkeys((metal, POLISH) for metal in ids)
            elif option.source == "finishes":
                metals |= dict.fromkeys((piece.options["metal"], finish) for finish in ids)
            elif option.source in STONE_SOURCES:
                stones |= dict.fromkeys(ids)
    return list(metals), list(stones)


def _file(
    bakery: Bakery, name: str, picture_format: str, draw: Callable[[Renderer], Image]
) -> bytes:
    def file(renderer: Renderer) -> bytes:
        return encoded(draw(renderer), picture_format)

    return bakery.common_picture(f"{name}.{picture_format}", file)


def _cut_of(gem_id: str) -> str:
    if gem_id.startswith("pearl"):
        return "pearl"
    transparent = gem(gem_id).transparency is Transparency.TRANSPARENT
    return "round_brilliant" if transparent else "cabochon"


def _picture(renderer: Renderer, mesh: Mesh, material: Material, tilt: float) -> Image:
    lean = RigidTransform.from_axis_angle((1, 0, 0), tilt)
    leant = lean.rotate(mesh.positions)
    low, high = leant.min(axis=0), leant.max(axis=0)
    middle, half = (low + high) / 2.0, float((high - low)[:2].max()) / 2.0
    facing = RigidTransform(np.diag([1.0, -1.0, -1.0]), np.zeros(3))  # +Z to the camera, Y up
    away = RigidTransform.from_translation([0.0, 0.0, DISTANCE * half])
    centred = RigidTransform.from_translation(-middle)
    focal, centre = SIDE_PX / 2.0 * DISTANCE / MARGIN, SIDE_PX / 2.0
    shot = Shot(
        Intrinsics(focal, focal, centre, centre),
        PixelRegion(0, 0, SIDE_PX, SIDE_PX),
        (Worn(Model("swatch", (Part("swatch", mesh, material),)), away @ facing @ centred @ lean),),
        lighting=Lighting(environment_from_camera=(facing @ lean).rotation.T),
        supersampling=3,
        gem_bounces=10,
        full_dispersion=True,
    )
    rgba = renderer.render(shot).rgba
    alpha = np.maximum(rgba[..., 3:], 1).astype(np.uint16)
    color = np.minimum(rgba[..., :3].astype(np.uint16) * 255 // alpha, 255)
    return np.dstack([color, rgba[..., 3]]).astype(np.uint8)


def _ball() -> Mesh:
    """A sphere of STONE_MM across with its lathe's axis along Y."""
    u = np.linspace(0.0, 2.0 * np.pi, BALL_SIDES + 1)
    v = np.linspace(0.0, np.pi, BALL_SIDES // 2 + 1)
    around, down = (grid.ravel() for grid in np.meshgrid(u, v))
    normals = np.stack(
        [np.sin(down) * np.sin(around), np.cos(down), np.sin(down) * np.cos(around)], axis=1
    )
    across = BALL_SIDES + 1
    corner = (np.arange(BALL_SIDES // 2)[:, None] * across + np.arange(BALL_SIDES)).ravel()
    triangles = np.concatenate(
        [
            np.stack([corner, corner + across, corner + 1], axis=1),
            np.stack([corner + 1, corner + across, corner + across + 1], axis=1),
        ]
    )
    coordinates: Array = np.stack([around / (2.0 * np.pi), down / np.pi], axis=1)
    return Mesh(normals * STONE_MM / 2000.0, normals, triangles, coordinates)
