"""What a viewer's file says of the light on its piece, read again for a piece that is alike."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np

from models3d.frames import Array
from models3d.gltf.compression import decode_meshopt
from models3d.gltf.container import split
from models3d.gltf.document import MESHOPT
from models3d.gltf.write import INSTANCING
from viewer.render.alike import Indices
from viewer.web.packing import OPENNESS, openness_of_bytes
from viewer.web.shades import Bytes, GroundShade

TYPES: Final = {5120: "i1", 5122: "<i2", 5126: "<f4"}  # of glTF's components
LARGEST: Final = {"i1": 127.0, "<i2": 32767.0}
WIDTHS: Final = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4}


@dataclass(frozen=True, slots=True, eq=False)
class KnownSurface:
    """A mesh whose instances see alike surroundings."""

    part: str
    slot: str
    positions: Array  # (n, 3) the part's frame
    normals: Array  # (n, 3)
    openness: Array  # (n, 4)
    centers: Array  # (k, 3) of its instances, model frame
    model_from_part: Array  # (k, 4, 4) of its instances, similarities


@dataclass(frozen=True, slots=True, eq=False)
class KnownStones:
    """Instances of a cut, and what they see of their setting."""

    part: str
    slot: str
    maps: Bytes | None  # (layers, side, side, 4)
    layers: Indices  # (k,) of each instance
    centers: Array  # (k, 3) model frame


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """A piece that was looked at closely."""

    surfaces: tuple[KnownSurface, ...]
    stones: tuple[KnownStones, ...]
    ground: GroundShade | None
    center: Array  # (3,) model frame
    radius: float


@lru_cache(maxsize=4)
def read_known(data: bytes) -> Known:
    """What the file of `model_file.viewer_glb` says.

    Raises:
        ModelError: it is no such file.
    """
    return _Reader(data).known()


class _Reader:
    def __init__(self, data: bytes) -> None:
        text, binary = split(data)
        self._json: dict[str, Any] = json.loads(text)
        self._binary = binary or b""

    def known(self) -> Known:
        nodes = self._json["nodes"]
        about = nodes[0]["extras"]["parure"]["viewer"]
        surfaces, stones = [], []
        for node in (nodes[number] for number in nodes[0]["children"]):
            said = node["extras"]["parure"]
            if "stone" in said:
                stones.append(self._stones(node, said, about["stones"][said["stone"]]))
            else:
                surfaces.append(self._surface(node, said))
        return Known(
            tuple(surfaces),
            tuple(stones),
            self._ground(about.get("ground")),
            np.array(about["center"]),
            about["radius"],
        )

    def _surface(self, node: Mapping[str, Any], said: Mapping[str, Any]) -> KnownSurface:
        named = self._json["meshes"][node["mesh"]]["primitives"][0]["attributes"]
        positions = self._numbers(named["POSITION"])
        middle = (positions.min(axis=0) + positions.max(axis=0)) / 2.0
        places = self._places(node)
        return KnownSurface(
            said["part"],
            said["slot"],
            positions,
            self._numbers(named["NORMAL"]),
            openness_of_bytes(self._numbers(named[OPENNESS])),
            (places @ np.append(middle, 1.0))[:, :3],
            places,
        )

    def _stones(
        self, node: Mapping[str, Any], said: Mapping[str, Any], stone: Mapping[str, Any]
    ) -> KnownStones:
        centers = self._places(node)[:, :3, 3]
        maps = None
        if "maps" in stone:
            side = stone["side"]
            maps = self._view(stone["maps"], np.uint8).reshape(-1, side, side, 4)
        layers = np.array(said.get("layers", [0] * len(centers)), np.int64)
        return KnownStones(said["part"], said["slot"], maps, layers, centers)

    def _ground(self, ground: Mapping[str, Any] | None) -> GroundShade | None:
        if ground is None:
            return None
        return GroundShade(
            ground["half_side"],
            np.array(ground["world_from_ground"]).reshape(4, 4),
            self._view(ground["mean"], np.uint8),
            self._view(ground["waves"], np.uint8),
        )

    def _places(self, node: Mapping[str, Any]) -> Array:
        """(k, 4, 4) model frame from the mesh's own, of a node's instances."""
        named = node.get("extensions", {}).get(INSTANCING, {}).get("attributes")
        if named is None:
            translations = np.array([node["translation"]])
            rotations, scales = np.array([node["rotation"]]), np.array([node["scale"]])
        else:
            translations = self._numbers(named["TRANSLATION"])
            count = len(translations)
            rotations = np.tile([0.0, 0.0, 0.0, 1.0], (count, 1))
            scales = np.ones((count, 3))
            if "ROTATION" in named:
                rotations = self._numbers(named["ROTATION"])
            if "SCALE" in named:
                scales = self._numbers(named["SCALE"])
        axis, turn, basis = rotations[:, None, :3], rotations[:, None, 3:], np.eye(3)
        turned = basis + 2.0 * np.cross(axis, np.cross(axis, basis) + turn * basis)  # of each axis
        places = np.tile(np.eye(4), (len(translations), 1, 1))
        places[:, :3, :3] = np.swapaxes(turned * scales[:, :, None], 1, 2)
        places[:, :3, 3] = translations
        return places

    def _numbers(self, accessor: int) -> Array:
        """(n, k) of an accessor; those that stand for shares of 1 as such."""
        about = self._json["accessors"][accessor]
        kind = TYPES[about["componentType"]]
        rows = self._view(about["bufferView"], kind)[:, : WIDTHS[about["type"]]].astype(np.float64)
        return rows / LARGEST[kind] if about.get("normalized") else rows

    def _view(self, number: int, kind: Any) -> Bytes:
        """(n, k) rows of a view."""
        view = self._json["bufferViews"][number]
        packed = view["extensions"][MESHOPT]
        first = packed.get("byteOffset", 0)
        data = decode_meshopt(
            self._binary[first : first + packed["byteLength"]], packed, view["byteLength"], number
        )
        return np.frombuffer(data, kind).reshape(packed["count"], -1)
