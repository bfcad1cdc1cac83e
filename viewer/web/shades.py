"""What a piece keeps of the light from itself and from the ground, as its file carries it.

How open the surroundings of each vertex are, what each stone sees of its setting, and the shade
under the piece. `baked` looks at all of it on the renderer; `borrowed.py` takes it from a piece
that is much alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models3d.frames import Array, RigidTransform
from models3d.mesh import Model
from viewer.display import View
from viewer.render.alike import Indices
from viewer.render.ground import SIDE, ground_under
from viewer.render.occlusion import Openness
from viewer.render.renderer import Renderer
from viewer.web.packing import map_bytes, seen_bytes

TURNS: Final = 8  # at which the ground's shadow is taken
ORDERS: Final = 2  # of the series in the turn that is kept of them
DARKEST: Final = 255.0  # steps of a whole shadow
SWING: Final = 400.0  # steps that one is turned into, of what changes with the turn

Bytes = NDArray[Any]  # of eight bits


@dataclass(frozen=True, slots=True, eq=False)
class StoneShade:
    """What stones of one cut see of their setting."""

    maps: Bytes | None  # (layers, side, side, 4); None: nothing
    layers: Indices  # (k,) of each instance


@dataclass(frozen=True, slots=True, eq=False)
class GroundShade:
    """The shade under the piece as a Fourier series in its turn, since the light stands still."""

    half_side: float  # metres
    world_from_ground: Array  # (4, 4), not turned
    mean: Bytes  # (n, 4) a packed map
    waves: Bytes  # (n, 4) packed maps, one after the other


@dataclass(frozen=True, slots=True, eq=False)
class Shades:
    """Of a whole piece."""

    surfaces: tuple[Openness, ...]
    stones: tuple[StoneShade, ...]
    ground: GroundShade | None


def baked(renderer: Renderer, model: Model, view: View) -> Shades:
    """Looked at closely.

    Args:
        view: of the model, not turned.
    """
    uploaded = renderer.uploaded(model)
    maps = renderer.setting_maps(model)
    stones = tuple(
        StoneShade(None if texels is None else seen_bytes(texels, each.largest), each.layers)
        for each, texels in zip(uploaded.stones, maps, strict=True)
    )
    ground = _ground(renderer, model, view) if view.stands else None
    return Shades(tuple(surface.openness for surface in uploaded.surfaces), stones, ground)


def _ground(renderer: Renderer, model: Model, view: View) -> GroundShade:
    world_from_model = view.shown[0].world_from_model
    turns = 2.0 * np.pi * np.arange(TURNS) / TURNS
    grounds = [
        ground_under(
            renderer, model, RigidTransform.from_axis_angle((0, 1, 0), turn) @ world_from_model
        )
        for turn in turns
    ]
    shades = np.stack([one.shade for one in grounds])
    mean = np.round((1.0 - shades.mean(axis=0)) * DARKEST).astype(np.int32)
    shades = shades.reshape(TURNS, SIDE // 2, 2, SIDE // 2, 2).mean(axis=(2, 4))
    waves = np.stack(list(_waves(turns, shades)))
    return GroundShade(
        grounds[0].half_side,
        grounds[0].world_from_ground.matrix,
        map_bytes(mean[None]).reshape(-1, 4),
        map_bytes(waves).reshape(-1, 4),
    )


def _waves(turns: Array, shades: Array) -> Iterator[NDArray[np.int32]]:
    for order in range(1, ORDERS + 1):
        for wave in (np.cos(order * turns), np.sin(order * turns)):
            share: Array = np.tensordot(wave, shades, 1) * 2.0 / TURNS
            yield np.clip(np.round(share * SWING), -127, 127).astype(np.int32)
