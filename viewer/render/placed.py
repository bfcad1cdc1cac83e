"""Parts as the renderer takes them: one mesh at places that turn, move and scale it evenly.

A mirrored instance is a mirrored mesh at a place that is not; a stretched one is a mesh of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models3d.frames import Array, IntArray
from models3d.mesh import Material, Mesh, Part

BoolArray = NDArray[np.bool_]

PLACE_LAYOUT, PLACE_NAMES = "4f 4f 4f/i", ("place_x", "place_y", "place_z")  # vertex attributes
MIRROR = np.diag([-1.0, 1.0, 1.0, 1.0])


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """One mesh and the places of its instances."""

    mesh: Mesh  # the part's frame
    material: Material
    model_from_part: Array  # (k, 4, 4) similarities
    instances: IntArray  # (k,) which of the part's they are

    @property
    def scales(self) -> Array:
        """(k,): metres of the model for one of the mesh."""
        scales: Array = np.cbrt(np.linalg.det(self.model_from_part[:, :3, :3]))
        return scales

    @property
    def centers(self) -> Array:
        """(k, 3) model frame: the middle of each instance."""
        middle = np.append(self.mesh.bounds().mean(axis=0), 1.0)
        centers: Array = (self.model_from_part @ middle)[:, :3]
        return centers

    @property
    def radius(self) -> float:
        """Metres of the part's frame, about the middle of the mesh."""
        middle = self.mesh.bounds().mean(axis=0)
        return float(np.linalg.norm(self.mesh.positions - middle, axis=1).max())

    def positions(self, instances: NDArray[np.integer[Any]] | slice = slice(None)) -> Array:
        """(k, n, 3) model frame."""
        matrices = self.model_from_part[instances]
        moved: Array = self.mesh.positions @ np.swapaxes(matrices[:, :3, :3], 1, 2)
        return moved + matrices[:, None, :3, 3]


def largest(places: Array) -> float:
    """The largest scale of similarities (k, 4, 4)."""
    return float(np.cbrt(np.linalg.det(places[:, :3, :3])).max())


def instance_rows(model_from_part: Array) -> Array:
    """(k, 12) float32: the first three rows of each matrix, as the vertex shaders take them."""
    return np.ascontiguousarray(model_from_part[:, :3].reshape(-1, 12), "f4")


def placed(part: Part) -> list[Placed]:
    """A part's instances by what can be drawn together: as they are, mirrored, stretched."""
    matrices = np.asarray(part.model_from_part, np.float64)
    linear = matrices[:, :3, :3]
    gram = np.swapaxes(linear, 1, 2) @ linear
    even = gram[:, 0, 0]
    similar = np.abs(gram - even[:, None, None] * np.eye(3)).max(axis=(1, 2)) <= 1e-4 * even
    mirrored = np.linalg.det(linear) < 0.0
    numbers = np.arange(len(matrices), dtype=np.int32)
    found = []
    if (kept := similar & ~mirrored).any():
        found.append(Placed(part.mesh, part.material, matrices[kept], numbers[kept]))
    if (kept := similar & mirrored).any():
        turned = matrices[kept] @ MIRROR
        found.append(Placed(_moved(part.mesh, MIRROR), part.material, turned, numbers[kept]))
    found += [
        Placed(_moved(part.mesh, matrices[k]), part.material, np.eye(4)[None], numbers[k : k + 1])
        for k in numbers[~similar]
    ]
    return found


def _moved(mesh: Mesh, matrix: Array) -> Mesh:
    """The mesh in another frame; a mirrored one is wound the other way."""
    linear = matrix[:3, :3]
    normals = mesh.normals @ np.linalg.pinv(linear)
    lengths = np.linalg.norm(normals, axis=1, keepdims=True)
    mirrored = np.linalg.det(linear) < 0
    return replace(
        mesh,
        positions=mesh.positions @ linear.T + matrix[:3, 3],
        normals=normals / np.maximum(lengths, 1e-30),
        triangles=np.ascontiguousarray(mesh.triangles[:, ::-1] if mirrored else mesh.triangles),
    )


def expanded(positions: Array, triangles: IntArray) -> tuple[Array, IntArray]:
    """Instances (k, n, 3) of one mesh as one: positions (k n, 3) and triangles (k m, 3)."""
    count, vertices, _ = positions.shape
    first = np.arange(count, dtype=np.int32) * vertices
    together = (triangles[None] + first[:, None, None]).reshape(-1, 3)
    return positions.reshape(-1, 3), together.astype(np.int32)
