"""Write a model as GLB: one mesh and material for each part, and where its instances are.

Profile FULL is what every viewer reads: single precision and one plain node for each instance.
Profile WEB is for pages: rounded far below the polish, packed with meshopt, and repeated parts
drawn as instances. A part keeps its own origin in both, so that precision is spent on the part and
not on its place; the facets of a stone stay planes. The same model gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from models3d.frames import Array
from models3d.gltf import encoding
from models3d.gltf.document import DocumentWriter
from models3d.gltf.tangents import tangents
from models3d.gltf.write_materials import MaterialWriter
from models3d.mesh import Material, Mesh, Model, Part

SCHEMA_VERSION: Final = 1  # of extras.parure
INSTANCING: Final = "EXT_mesh_gpu_instancing"
VARIANTS: Final = "KHR_materials_variants"
FEWEST_INSTANCES: Final = 2


class Profile(StrEnum):
    """What a file is for."""

    FULL = "full"
    WEB = "web"


@dataclass(frozen=True, slots=True)
class Variant:
    """Another look of the same geometry, for viewers that offer it (KHR_materials_variants)."""

    name: str
    dress: Callable[[Part], Material]  # the part's own material where nothing changes


def write_glb(
    model: Model, profile: Profile = Profile.FULL, variants: Sequence[Variant] = ()
) -> bytes:
    """The model as a binary glTF file.

    The root node carries `extras.parure`: schema version, anchor, inner diameter in millimetres
    and the model's own extras; empty values are left out. A part's nodes carry its slot and the
    period of its turn; each part that turns has an animation of one turn.

    Raises:
        ValueError: the model has no parts, a mesh is empty or not finite, or the extras are not
            JSON.
    """
    if not model.parts:
        raise ValueError(f"{model.name!r} has no parts")
    writer = _Writer(Profile(profile), variants)
    children: list[int] = []
    root = {"name": model.name, "children": children, "extras": {"parure": _extras(model)}}
    writer.document.add("scenes", {"nodes": [0]})
    writer.document.add("nodes", root)
    for part in model.parts:
        children.extend(writer.nodes(part))
    return writer.document.finish()


def _extras(model: Model) -> dict[str, Any]:
    """`extras.parure` in canonical order."""
    extras: dict[str, Any] = dict(model.extras) | {"schema": SCHEMA_VERSION}
    if model.anchor is not None:
        extras["anchor"] = str(model.anchor)
    if model.inner_diameter is not None:
        extras["inner_diameter_mm"] = round(model.inner_diameter * 1000.0, 9)
    try:
        canonical: dict[str, Any] = json.loads(json.dumps(extras, sort_keys=True, allow_nan=False))
    except (TypeError, ValueError) as error:
        raise ValueError(f"the extras of {model.name!r} are not JSON: {error}") from error
    return canonical


@dataclass(frozen=True, slots=True, eq=False)
class _Places:
    """Instances (k, 4, 4) taken apart into translation, rotation and scale."""

    matrices: Array
    translations: Array  # (k, 3)
    rotations: Array  # (k, 4) quaternions x y z w
    scales: Array  # (k, 3)
    proper: NDArray[np.bool_]  # (k,): neither sheared nor mirrored, so that the three say it all


class _Writer:
    """The growing document and what of the model is in it."""

    def __init__(self, profile: Profile, variants: Sequence[Variant]) -> None:
        self.document = DocumentWriter()
        self._profile = profile
        self._variants = variants
        self._materials = MaterialWriter(self.document)
        self._geometry: dict[tuple[int, bool, bool], encoding.Geometry] = {}
        if variants:
            names = [{"name": variant.name} for variant in variants]
            self.document.extensions[VARIANTS] = {"variants": names}
            self.document.use(VARIANTS)

    def nodes(self, part: Part) -> list[int]:
        """Numbers of the new nodes that show all instances of a part."""
        mesh = self._mesh(part)
        places = _taken_apart(part)
        extras = _part_extras(part)
        together = np.zeros(len(places.matrices), bool)
        if self._profile is Profile.WEB and places.proper.sum() >= FEWEST_INSTANCES:
            together = places.proper
        numbers = []
        if together.any():
            numbers.append(self._instanced(part.name, mesh, places, together, extras))
        single = len(places.matrices) == 1
        for k in np.flatnonzero(~together):
            name = part.name if single else f"{part.name}.{k}"
            node = {"name": name, "mesh": mesh, **_place(places, int(k)), "extras": extras}
            numbers.append(self.document.add("nodes", node))
            if part.turn_period is not None and places.proper[k]:
                self._turn(name, numbers[-1], places.rotations[k], part.turn_period)
        return numbers

    def _mesh(self, part: Part) -> int:
        """Number of a new mesh; parts with the same geometry share its data."""
        material = part.material
        directed = material.normal_texture is not None or material.anisotropy != 0.0
        directed = directed and part.mesh.uvs is not None
        key = id(part.mesh), directed, material.is_gem
        if key not in self._geometry:
            mesh = _checked(part.name, part.mesh)
            along = tangents(mesh) if directed else None
            if self._profile is Profile.WEB:
                compact = encoding.compact(mesh, along, stone=material.is_gem)
                found = encoding.laid(self.document, compact)
            else:
                found = encoding.exact(self.document, mesh, along)
            self._geometry[key] = found
        attributes, indices = self._geometry[key]
        primitive: dict[str, Any] = {
            "attributes": attributes,
            "indices": indices,
            "material": self._materials.number(material, part.mesh),
        }
        mappings = self._mappings(part)
        if mappings:
            primitive["extensions"] = {VARIANTS: {"mappings": mappings}}
        return self.document.add("meshes", {"name": part.name, "primitives": [primitive]})

    def _mappings(self, part: Part) -> list[dict[str, Any]]:
        """Which variants give the part another material, and which one."""
        wearing: dict[int, list[int]] = {}
        for number, variant in enumerate(self._variants):
            material = variant.dress(part)
            if material != part.material:
                wearing.setdefault(self._materials.number(material, part.mesh), []).append(number)
        return [{"material": material, "variants": those} for material, those in wearing.items()]

    def _instanced(
        self,
        name: str,
        mesh: int,
        places: _Places,
        chosen: NDArray[np.bool_],
        extras: Mapping[str, Any],
    ) -> int:
        self.document.use(INSTANCING, required=True)
        attributes = encoding.instances(
            self.document,
            places.translations[chosen],
            places.rotations[chosen],
            places.scales[chosen],
        )
        extensions = {INSTANCING: {"attributes": attributes}}
        node = {"name": name, "mesh": mesh, "extensions": extensions, "extras": extras}
        return self.document.add("nodes", node)

    def _turn(self, name: str, node: int, rotation: Array, period: float) -> None:
        """One turn clockwise, seen from the part's +Z, in four quarters."""
        quarters = Rotation.from_rotvec(np.outer(np.arange(5), (0.0, 0.0, -np.pi / 2.0)))
        turned = (Rotation.from_quat(rotation) * quarters).as_quat()
        times = np.linspace(0.0, period, 5).astype("<f4")
        channel = {"sampler": 0, "target": {"node": node, "path": "rotation"}}
        sampler = {
            "input": self.document.accessor(times, bounds=True),
            "output": self.document.accessor(turned.astype("<f4")),
        }
        self.document.add(
            "animations", {"name": name, "channels": [channel], "samplers": [sampler]}
        )


def _part_extras(part: Part) -> dict[str, Any]:
    """`extras` of a part's nodes; empty where there is nothing to say."""
    about: dict[str, Any] = {"slot": part.slot} if part.slot else {}
    if part.turn_period is not None:
        about["turn_period"] = part.turn_period
    return {"parure": about} if about else {}


def _taken_apart(part: Part) -> _Places:
    """
    Raises:
        ValueError: a place is not finite.
    """
    matrices = part.model_from_part
    if not np.isfinite(matrices).all():
        raise ValueError(f"the place of {part.name!r} is not finite")
    linear = matrices[:, :3, :3]
    scales = np.linalg.norm(linear, axis=1)
    rotations = linear / np.where(scales > 0.0, scales, 1.0)[:, None, :]
    squares = np.swapaxes(rotations, 1, 2) @ rotations
    proper = np.abs(squares - np.eye(3)).max(axis=(1, 2)) <= 1e-12
    proper &= np.linalg.det(rotations) > 0.0
    upright = np.where(proper[:, None, None], rotations, np.eye(3))
    quaternions = Rotation.from_matrix(upright).as_quat(canonical=True)
    return _Places(matrices, matrices[:, :3, 3], quaternions, scales, proper)


def _place(places: _Places, k: int) -> dict[str, Any]:
    """A node's fields for one instance: translation, rotation and scale where these say it all."""
    if not places.proper[k]:
        return {"matrix": places.matrices[k].T.ravel().tolist()}
    fields: dict[str, Any] = {}
    if np.any(places.translations[k]):
        fields["translation"] = places.translations[k].tolist()
    if not np.array_equal(places.matrices[k, :3, :3], np.diag(places.scales[k])):
        fields["rotation"] = places.rotations[k].tolist()
    if not np.allclose(places.scales[k], 1.0, rtol=0.0, atol=1e-12):
        fields["scale"] = places.scales[k].tolist()
    return fields


def _checked(name: str, mesh: Mesh) -> Mesh:
    """The mesh; corners of triangles without area, which have no normal, get one.

    Raises:
        ValueError: it is empty, not finite, or a triangle names a vertex that is not there.
    """
    if not len(mesh.triangles):
        raise ValueError(f"the mesh of {name!r} has no triangles")
    if not np.isfinite(mesh.positions).all() or not np.isfinite(mesh.normals).all():
        raise ValueError(f"the mesh of {name!r} is not finite")
    if mesh.triangles.min() < 0 or mesh.triangles.max() >= len(mesh.positions):
        raise ValueError(f"a triangle of {name!r} names a vertex that is not there")
    missing = np.einsum("ij,ij->i", mesh.normals, mesh.normals) < 0.25
    if not missing.any():
        return mesh
    return replace(mesh, normals=np.where(missing[:, None], (0.0, 0.0, 1.0), mesh.normals))
