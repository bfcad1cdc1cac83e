"""Where the instances of a piece stand, as glTF has it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from models3d.frames import Array
from viewer.render.apart import Apart
from viewer.render.placed import BoolArray, Placed


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where instances stand, as glTF has it; model frame."""

    translations: Array  # (k, 3) metres
    quaternions: Array  # (k, 4) x y z w
    scales: Array  # (k,)


class Turned:
    """All places of a piece, told apart once: scipy takes as long for one as for hundreds."""

    def __init__(self, apart: Apart) -> None:
        matrices = {id(piece): piece.model_from_part for piece, _ in apart.surfaces}
        for piece, _, shape in apart.stones:
            matrices[id(piece)] = piece.model_from_part @ shape.part_from_gem
        places = np.concatenate(list(matrices.values()))
        scales = np.cbrt(np.linalg.det(places[:, :3, :3]))
        rotations = Rotation.from_matrix(places[:, :3, :3] / scales[:, None, None])
        quaternions = rotations.as_quat(canonical=True)
        ends = np.cumsum([len(each) for each in matrices.values()])
        self._rows = {
            key: slice(int(end) - len(each), int(end))
            for (key, each), end in zip(matrices.items(), ends, strict=True)
        }
        self._all = Places(places[:, :3, 3], quaternions, scales)

    def of(self, piece: Placed, chosen: BoolArray | slice = slice(None)) -> Places:
        """Of the instances that are chosen; of a stone, those of its cut's own frame."""
        rows, every = self._rows[id(piece)], self._all
        return Places(
            every.translations[rows][chosen],
            every.quaternions[rows][chosen],
            every.scales[rows][chosen],
        )
