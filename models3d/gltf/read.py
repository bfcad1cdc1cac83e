"""Read a GLB or glTF file, ours or anyone's, as a model.

What a file asks for is checked before it is done: sizes, references, paths. A file that cannot be
used raises ModelError with one sentence that says why; nothing else comes out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pygltflib as gl
from scipy.spatial.transform import Rotation

from models3d.errors import ModelError
from models3d.frames import Anchor, Array
from models3d.gltf.accessors import Accessors
from models3d.gltf.container import parse_json, read_file, split
from models3d.gltf.materials import Materials, clean_name, without_textures
from models3d.gltf.primitives import read_primitive
from models3d.gltf.schema import checked
from models3d.gltf.write import SCHEMA_VERSION
from models3d.mesh import Model, Part

MOST_INSTANCES = 100_000
MOST_NODES = 100_000
LONGEST_TURN_S = 1e9  # a calendar's slowest wheel turns in some years
MOST_TRIANGLES = 4_000_000  # with all instances


def read_model(path: Path) -> Model:
    """The model of `read_with_notes` alone.

    Raises:
        ModelError: as there.
    """
    return read_with_notes(path)[0]


def read_with_notes(path: Path) -> tuple[Model, tuple[str, ...]]:
    """The model in a .glb or .gltf file, in metres, y up.

    Parts that share a mesh become instances of one part. Bodies are shown as they rest:
    animations, cameras and lights are left out, skinned bodies are refused.

    Returns:
        the model, and sentences about what of it could not be taken over.

    Raises:
        ModelError: the file cannot be read, is broken, requires an unsupported extension, has no
            triangles, or exceeds a limit; the message says what is wrong and where.
    """
    try:
        content, binary = split(read_file(path))
        document = checked(parse_json(content))
        accessors = Accessors(document, binary, path.parent)
        materials = Materials(accessors)
        model = _model(document, accessors, materials, path.stem)
        return model, tuple(dict.fromkeys(materials.left_out))
    except ModelError as error:
        raise ModelError(f"{path.name}: {error}") from error


def _model(
    document: gl.GLTF2, accessors: Accessors, materials: Materials, fallback_name: str
) -> Model:
    materials.check_pictures()
    roots = _roots(document)
    places = _places(document, accessors, roots)
    parts, triangles = [], 0
    for mesh_number, (node, matrices) in places.items():
        mesh = document.meshes[mesh_number]
        name = clean_name(mesh.name or node.name or f"mesh {mesh_number}")
        slot, turn_period = _part_about(node)
        for k, primitive in enumerate(mesh.primitives):
            where = f"mesh {mesh_number}, primitive {k}"
            material, coordinates = materials.read(primitive.material)
            body = read_primitive(accessors, primitive, coordinates, where)
            if body is None:
                continue
            triangles += len(body.triangles) * len(matrices)
            if triangles > MOST_TRIANGLES:
                raise ModelError(f"the model has more than {MOST_TRIANGLES:,} triangles")
            if body.uvs is None:
                material = without_textures(material)
            part_name = name if len(mesh.primitives) == 1 else f"{name}.{k}"
            parts.append(Part(part_name, body, material, matrices, slot, turn_period))
    if not parts:
        raise ModelError("the model has no triangles: there is nothing to show")
    about = _about(document, roots)
    root_name = document.nodes[roots[0]].name if len(roots) == 1 else None
    return Model(
        clean_name(root_name or fallback_name),
        tuple(parts),
        _anchor(about),
        _inner_diameter(about),
        {k: v for k, v in about.items() if k not in ("schema", "anchor", "inner_diameter_mm")},
    )


def _roots(document: gl.GLTF2) -> list[int]:
    """The nodes the scene starts from; without scenes those that are nobody's child."""
    if document.scenes:
        return list(dict.fromkeys(document.scenes[document.scene or 0].nodes))
    children = {child for node in document.nodes for child in node.children}
    return [number for number in range(len(document.nodes)) if number not in children]


def _places(
    document: gl.GLTF2, accessors: Accessors, roots: list[int]
) -> dict[int, tuple[gl.Node, Array]]:
    """For each mesh that the scene shows: its first node, (k, 4, 4) model from mesh."""
    first: dict[int, gl.Node] = {}
    found: dict[int, list[Array]] = {}
    seen: set[int] = set()
    instances = 0
    waiting = [(number, np.eye(4)) for number in reversed(roots)]
    if len(document.nodes) > MOST_NODES:
        raise ModelError(f"the model has {len(document.nodes):,} nodes; at most {MOST_NODES:,}")
    while waiting:
        number, model_from_parent = waiting.pop()
        if number in seen:
            raise ModelError(f"node {number} is its own ancestor or has two parents")
        seen.add(number)
        node = document.nodes[number]
        with np.errstate(over="ignore", invalid="ignore"):
            model_from_node = model_from_parent @ _local(node, number)
        if not np.isfinite(model_from_node).all():
            raise ModelError(f"the place of node {number} is not finite")
        if node.mesh is not None:
            if node.skin is not None:
                raise ModelError(f"node {number} is skinned: apply its pose before exporting")
            placed = model_from_node @ _instances(node, accessors)
            instances += len(placed)
            if instances > MOST_INSTANCES:
                raise ModelError(f"the model has more than {MOST_INSTANCES:,} instances")
            first.setdefault(node.mesh, node)
            found.setdefault(node.mesh, []).append(placed)
        waiting.extend((child, model_from_node) for child in reversed(node.children))
    return {mesh: (first[mesh], np.concatenate(matrices)) for mesh, matrices in found.items()}


def _local(node: gl.Node, number: int) -> Array:
    """(4, 4) parent from node."""
    if node.matrix is not None:
        matrix: Array = np.array(node.matrix, np.float64).reshape(4, 4).T
        if not np.array_equal(matrix[3], (0.0, 0.0, 0.0, 1.0)):
            raise ModelError(f"the matrix of node {number} is not affine")
        return matrix
    if node.translation is None and node.rotation is None and node.scale is None:
        return np.eye(4)
    local: Array = _matrices(
        np.array([node.translation or (0.0, 0.0, 0.0)]),
        np.array([node.rotation or (0.0, 0.0, 0.0, 1.0)]),
        np.array([node.scale or (1.0, 1.0, 1.0)]),
        f"node {number}",
    )[0]
    return local


def _instances(node: gl.Node, accessors: Accessors) -> Array:
    """(k, 4, 4) node from instance (EXT_mesh_gpu_instancing); one identity without them."""
    numbers = node.extensions.get("EXT_mesh_gpu_instancing", {}).get("attributes", {})
    kinds = {"TRANSLATION": "VEC3", "ROTATION": "VEC4", "SCALE": "VEC3"}
    for number in numbers.values():
        if accessors.document.accessors[number].count > MOST_INSTANCES:
            raise ModelError(f"the model has more than {MOST_INSTANCES:,} instances")
    given = {k: accessors.floats(numbers[k], kind) for k, kind in kinds.items() if k in numbers}
    if not given:
        return np.eye(4)[None]
    counts = {len(values) for values in given.values()}
    if len(counts) > 1:
        raise ModelError(f"the instance attributes of a node differ in length: {sorted(counts)}")
    count = counts.pop()
    return _matrices(
        given.get("TRANSLATION", np.zeros((count, 3))),
        given.get("ROTATION", np.tile((0.0, 0.0, 0.0, 1.0), (count, 1))),
        given.get("SCALE", np.ones((count, 3))),
        "an instance",
    )


def _matrices(translations: Array, rotations: Array, scales: Array, where: str) -> Array:
    """(n, 4, 4) out of (n, 3) translations, (n, 4) quaternions x y z w and (n, 3) scales."""
    if np.any(np.linalg.norm(rotations, axis=1) < 1e-6):
        raise ModelError(f"the rotation of {where} is no quaternion")
    matrices = np.tile(np.eye(4), (len(translations), 1, 1))
    matrices[:, :3, :3] = Rotation.from_quat(rotations).as_matrix() * scales[:, None, :]
    matrices[:, :3, 3] = translations
    return matrices


def _about(document: gl.GLTF2, roots: list[int]) -> dict[str, Any]:
    """`extras.parure` of the first root that has it; empty for a foreign model."""
    for number in roots:
        about = document.nodes[number].extras.get("parure")
        if isinstance(about, dict):
            if about.get("schema") != SCHEMA_VERSION:
                raise ModelError(
                    f"extras.parure has schema {about.get('schema')!r}; "
                    f"this program reads {SCHEMA_VERSION}"
                )
            return about
    return {}


def _part_about(node: gl.Node) -> tuple[str, float | None]:
    """A part's slot and the period of its turn, out of its node's `extras.parure`."""
    about = node.extras.get("parure")
    if not isinstance(about, dict):
        return "", None
    slot, period = about.get("slot", ""), about.get("turn_period")
    if not isinstance(slot, str):
        raise ModelError(f"a slot is {slot!r:.60}; expected text")
    if period is not None and not (_is_real(period) and 0.0 < period <= LONGEST_TURN_S):
        raise ModelError(f"turn_period is {period!r:.60}; expected 0 to {LONGEST_TURN_S:g} seconds")
    return clean_name(slot), None if period is None else float(period)


def _is_real(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _anchor(about: dict[str, Any]) -> Anchor | None:
    name = about.get("anchor")
    if name is None:
        return None
    if name not in list(Anchor):
        raise ModelError(f"the anchor is {name!r:.60}; known are {', '.join(Anchor)}")
    return Anchor(name)


def _inner_diameter(about: dict[str, Any]) -> float | None:
    diameter_mm = about.get("inner_diameter_mm")
    if diameter_mm is None:
        return None
    if not _is_real(diameter_mm) or not 0.0 < diameter_mm < 1000.0:
        raise ModelError(f"inner_diameter_mm is {diameter_mm!r:.60}; expected 0 to 1000")
    return float(diameter_mm) / 1000.0
