"""What a stone sees of its setting: the other parts of the jewel, drawn from the stone's centre.

An octahedral map in the stone's own frame holds normal, material and distance. Rays that leave the
stone look it up with a correction for where they leave, so prongs and basket appear through it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import moderngl
import numpy as np

from models3d.frames import Array
from viewer.render import shaders
from viewer.render.environment import octahedral_directions
from viewer.render.placed import PLACE_LAYOUT, PLACE_NAMES

SIDE = 128  # texels of the map
FACE = 160  # texels of a cube face
NEAR, FAR = 0.25, 24.0  # units of the stone

# forward, right, up of the six faces
FACES = np.array(
    [
        [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        [[-1, 0, 0], [0, -1, 0], [0, 0, 1]],
        [[0, 1, 0], [0, 0, 1], [1, 0, 0]],
        [[0, -1, 0], [0, 0, -1], [1, 0, 0]],
        [[0, 0, 1], [1, 0, 0], [0, 1, 0]],
        [[0, 0, -1], [-1, 0, 0], [0, 1, 0]],
    ],
    dtype=np.float64,
)


@dataclass(frozen=True, slots=True, eq=False)
class Surrounding:
    """A part that may be seen from a stone, on the GPU."""

    vertices: moderngl.Buffer
    layout: str  # of the vertices: position, normal, then what the pass skips
    indices: moderngl.Buffer
    places: moderngl.Buffer  # of its instances
    count: int
    material: int  # 1, 2, 3 ...

    def buffers(self) -> tuple[moderngl.Buffer, ...]:
        """All it holds on the GPU."""
        return self.vertices, self.indices, self.places


def _face_matrix(face: Array) -> Array:
    """(4, 4) perspective over a right angle."""
    forward, right, up = face
    matrix = np.zeros((4, 4))
    matrix[0, :3], matrix[1, :3], matrix[3, :3] = right, up, forward
    matrix[2, :3] = forward * (FAR + NEAR) / (FAR - NEAR)
    matrix[2, 3] = -2 * FAR * NEAR / (FAR - NEAR)
    return matrix


def _texels() -> tuple[Array, Array, Array]:
    """For every direction of the map: cube face, row and column."""
    d = octahedral_directions(SIDE).astype(np.float64).reshape(-1, 3)
    towards = d @ FACES[:, 0].T  # (n, 6)
    face = np.argmax(towards, axis=1)
    depth = towards[np.arange(len(d)), face]
    across = np.einsum("ij,ij->i", d, FACES[face, 1]) / depth
    upward = np.einsum("ij,ij->i", d, FACES[face, 2]) / depth
    column = np.clip(((across + 1) / 2 * FACE).astype(int), 0, FACE - 1)
    row = np.clip(((upward + 1) / 2 * FACE).astype(int), 0, FACE - 1)
    return face, row, column


class SettingBaker:
    """Draws setting maps; belongs to the context's thread."""

    def __init__(self, context: moderngl.Context) -> None:
        self._context = context
        self._program = shaders.build(context, "setting", "setting")
        self._color = context.texture((FACE, FACE), 4, dtype="f4")
        self._target = context.framebuffer([self._color], context.depth_renderbuffer((FACE, FACE)))
        self._lookup = _texels()

    def bake(self, model_from_gem: Array, surroundings: Sequence[tuple[Surrounding, int]]) -> Array:
        """The map (SIDE, SIDE, 4) of one stone; distance 0 where it sees nothing.

        Args:
            model_from_gem: (4, 4), a rotation and one scale.
            surroundings: each with the instance that is left out: the stone itself, or -1.
        """
        gem_from_model = np.linalg.inv(model_from_gem)
        rotation = gem_from_model[:3, :3] / np.cbrt(np.linalg.det(gem_from_model[:3, :3]))
        shaders.assign(
            self._program,
            {
                "gem_from_model": gem_from_model.T.astype("f4").tobytes(),
                "normal_gem_from_model": rotation.T.astype("f4").tobytes(),
            },
        )
        context = self._context
        meshes = [
            (
                context.vertex_array(
                    self._program,
                    [
                        (s.vertices, s.layout, "position", "normal"),
                        (s.places, PLACE_LAYOUT, *PLACE_NAMES),
                    ],
                    s.indices,
                ),
                s.count,
                {"material": float(s.material), "left_out": left_out},
            )
            for s, left_out in surroundings
        ]
        context.enable_only(moderngl.DEPTH_TEST)
        faces = np.zeros((6, FACE, FACE, 4), np.float32)
        for k, face in enumerate(FACES):
            self._target.use()
            self._target.clear()
            matrix = _face_matrix(face).T.astype("f4").tobytes()
            shaders.assign(self._program, {"clip_from_gem": matrix})
            for mesh, count, values in meshes:
                shaders.assign(self._program, values)
                mesh.render(instances=count)
            faces[k] = np.frombuffer(self._color.read(), np.float32).reshape(FACE, FACE, 4)
        for mesh, _, _ in meshes:
            mesh.release()
        face_of, row, column = self._lookup
        picture: Array = faces[face_of, row, column].reshape(SIDE, SIDE, 4)
        return picture

    def release(self) -> None:
        """Give the driver its memory back."""
        for resource in (self._target, self._color, self._program):
            resource.release()
