"""Stones on the GPU: their shapes, where they sit, and what each sees of its setting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import moderngl
import numpy as np

from models3d.frames import Array, IntArray
from models3d.mesh import Material
from viewer.render.alike import Crowd, Indices, kinds
from viewer.render.gem_shape import GemShape
from viewer.render.placed import Placed, instance_rows, largest
from viewer.render.setting import SIDE, SettingBaker, Surrounding

STONE_MATERIAL, SKIN_MATERIAL = 7, 8
MOST_SETTINGS = 12  # maps of one part; more instances share those of the most alike
NOBODY = -1  # no instance is left out


@dataclass(slots=True, eq=False)
class Stones:
    """All instances of one cut stone."""

    shape: GemShape
    material: Material
    model_from_gem: Array  # (k, 4, 4)
    vertices: moderngl.Buffer  # of the prism
    places: moderngl.Buffer  # of the instances: rows of model_from_gem, layer of the setting map
    neighbour: Surrounding  # as other stones see them
    representatives: Indices  # (r,) instances whose setting is baked
    layers: Indices  # (k,) which of those stands for each instance
    settings: dict[bool, moderngl.TextureArray | None] = field(default_factory=dict)  # by worn
    arrays: dict[moderngl.Program, moderngl.VertexArray] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return len(self.model_from_gem)

    @property
    def largest(self) -> float:
        """Metres: radius of the largest instance."""
        return largest(self.model_from_gem)

    def release(self) -> None:
        """Give the driver its memory back."""
        for array in self.arrays.values():
            array.release()
        for texture in self.settings.values():
            if texture is not None:
                texture.release()
        for buffer in (self.vertices, self.places, *self.neighbour.buffers()):
            buffer.release()


def upload_stones(
    context: moderngl.Context, placed: Placed, shape: GemShape, crowd: Crowd, number: int
) -> Stones:
    """Upload one stone with all its instances.

    Args:
        crowd, number: what stands round them, and which part of it they are.
    """
    matrices = placed.model_from_part @ shape.part_from_gem
    representatives, kind = kinds(crowd, number, placed, MOST_SETTINGS)
    rows = np.column_stack([instance_rows(matrices), kind.astype("f4")])
    places = context.buffer(np.ascontiguousarray(rows, "f4").tobytes())
    neighbour = surrounding(
        context, shape.positions, shape.vertex_normals, shape.triangles, matrices, STONE_MATERIAL
    )
    prism = context.buffer(shape.prism().astype("f4").tobytes())
    return Stones(shape, placed.material, matrices, prism, places, neighbour, representatives, kind)


def surrounding(
    context: moderngl.Context, positions: Array, normals: Array, triangles: IntArray,
    matrices: Array, material: int,
) -> Surrounding:  # fmt: skip
    """Something a stone may see, brought to the GPU for it."""
    vertices = np.hstack([positions, normals]).astype("f4")
    return Surrounding(
        context.buffer(vertices.tobytes()),
        "3f 3f",
        context.buffer(np.ascontiguousarray(triangles, "i4").tobytes()),
        context.buffer(instance_rows(matrices).tobytes()),
        len(matrices),
        material,
    )


def bake_settings(
    context: moderngl.Context,
    baker: SettingBaker,
    stones: Stones,
    around: Sequence[Surrounding],
    others: Sequence[Stones],
    skin: Surrounding | None,
) -> moderngl.TextureArray | None:
    """A map for each representative, or None when none of them sees anything.

    Args:
        around: metal and other surfaces.
        others: all stones, these too.
        skin: of the wearer; None: nobody wears them.
    """
    pictures = []
    for instance in stones.representatives.tolist():
        met = [(s, NOBODY) for s in around]
        met += [(s.neighbour, instance if s is stones else NOBODY) for s in others]
        met += [(skin, NOBODY)] if skin else []
        pictures.append(baker.bake(stones.model_from_gem[instance], met))
    together = np.stack(pictures)
    if not together[..., 3].any():
        return None
    texture = context.texture_array(
        (SIDE, SIDE, len(pictures)), 4, together.astype("f2").tobytes(), dtype="f2"
    )
    texture.filter = (moderngl.NEAREST, moderngl.NEAREST)
    return texture


def texels_of(maps: moderngl.TextureArray) -> Array:
    """Setting maps read back: (layers, side, side, 4)."""
    width, height, layers = maps.size
    texels = np.frombuffer(maps.read(), np.float16).reshape(layers, height, width, 4)
    return texels.astype(np.float64)
