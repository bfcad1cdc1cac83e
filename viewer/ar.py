"""A piece as augmented reality takes it: few meshes, baked stones, standing on the table.

Viewers on phones draw about 100 000 triangles, trace no rays and place what they get on the floor
at y = 0: instances become one mesh for each material, stones wear a picture of their own light,
and the piece stands on its shank, lies on its back, or rests on its strap.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models3d.errors import ModelError
from models3d.frames import Anchor, Array, RigidTransform
from models3d.mesh import Material, Mesh, Model, Part, Texture, merge
from viewer.render.simplify import simplify
from viewer.stone_picture import face_coordinates

MOST_TRIANGLES: Final = 100_000
# Tried in turn: millimetres that may be lost, and the least cosine between the normals of a vertex
# and of its stand-in. Mirrors suffer first from the second, so it gives way last.
LOSSES: Final = (
    (0.002, 0.985), (0.005, 0.985), (0.01, 0.985), (0.02, 0.985), (0.04, 0.985),
    (0.04, 0.9), (0.08, 0.8), (0.16, 0.6), (0.32, 0.4), (0.5, 0.2),
)  # fmt: skip
CELLS_MM: Final = (0.05, 0.1, 0.2, 0.4, 0.8)  # of a grid, where all of these are not enough
PANE_OPACITY: Final = 0.10  # of a watch's crystal: a reflection and no more
STONE_ROUGHNESS: Final = 0.04
STONE_GLOW: Final = 0.25  # of the picture's light that does not depend on the room
SAME_DEPTH: Final = 1.25  # ratio: the light's path through stones that share a picture
SAME_FORM: Final = 0.01  # of a stone's half width
# what is dorsal or outward in an anchor's frame looks up
DISPLAY_FROM_ANCHOR: Final = RigidTransform.from_axis_angle((1.0, 0.0, 0.0), -np.pi / 2.0)
StonePicture = Callable[[Part], Texture]


def ar_model(model: Model, stone_picture: StonePicture) -> Model:
    """The model in metres, y up, on the ground y = 0 about the origin.

    Args:
        stone_picture: draws the face of a stone.
    Raises:
        ModelError: it cannot be brought below 100 000 triangles.
    """
    parts = [_baked(part, stone_picture) for part in _simplified(model)]
    turned = _placed(parts, model.anchor)
    about = {k: v for k, v in model.extras.items() if k in ("product", "configuration")}
    return Model(model.name, _joined(turned), extras=about)


def triangle_count(model: Model) -> int:
    """Triangles of all instances."""
    return sum(len(part.mesh.triangles) * len(part.model_from_part) for part in model.parts)


def _simplified(model: Model) -> tuple[Part, ...]:
    ways = (
        *(partial(_simpler, tolerance=1e-3 * mm, turn_cosine=cosine) for mm, cosine in LOSSES),
        *(partial(_clustered, cell=1e-3 * mm) for mm in CELLS_MM),
    )
    parts = model.parts
    for way in ways:
        if triangle_count(replace(model, parts=parts)) <= MOST_TRIANGLES:
            return parts
        parts = tuple(replace(part, mesh=way(part.mesh)) for part in model.parts)
    if triangle_count(replace(model, parts=parts)) > MOST_TRIANGLES:
        raise ModelError(
            f"{model.name} has more than {MOST_TRIANGLES:,} triangles, too many for a phone"
        )
    return parts


def _simpler(mesh: Mesh, tolerance: float, turn_cosine: float) -> Mesh:
    kept = np.zeros((len(mesh.positions), 1)) if mesh.uvs is None else mesh.uvs
    return simplify(mesh, kept, tolerance, turn_cosine)[0]


def _clustered(mesh: Mesh, cell: float) -> Mesh:
    """One vertex for all in a cell that face the same way; coarse, and it always ends."""
    low = mesh.positions.min(axis=0)
    cells = np.floor((mesh.positions - low) / cell).astype(np.int64)
    keys = np.column_stack([cells, np.round(mesh.normals).astype(np.int64)])
    _, first, same = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    counts = np.bincount(same.reshape(-1)).astype(np.float64)[:, None]
    mean = _sums(mesh.positions, same.reshape(-1), len(first)) / counts
    normals = _sums(mesh.normals, same.reshape(-1), len(first))
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    triangles = same.reshape(-1)[mesh.triangles].astype(np.int32)
    a, b, c = triangles.T
    return Mesh(
        mean,
        normals,
        triangles[(a != b) & (b != c) & (c != a)],
        None if mesh.uvs is None else mesh.uvs[first],
    )


def _sums(values: Array, groups: NDArray[np.integer[Any]], count: int) -> Array:
    """(count, k) sums of values (n, k) by group (n,)."""
    return np.stack([np.bincount(groups, column, count) for column in np.asarray(values).T], axis=1)


def _baked(part: Part, stone_picture: StonePicture) -> Part:
    """The part with a material that needs no ray, and coordinates only where it has textures."""
    material = part.material
    if material.transmission > 0.0 and material.thickness > 0.0:
        face = replace(part.mesh, uvs=face_coordinates(part.mesh.positions))
        return replace(part, mesh=face, material=_stone(material, stone_picture(part)))
    if material.transmission > 0.0:
        return replace(part, mesh=replace(part.mesh, uvs=None), material=_pane(material))
    plain = replace(
        material,
        anisotropy=0.0,
        anisotropy_rotation=0.0,
        iridescence=0.0,
        iridescence_ior=1.3,
        iridescence_thickness_nm=400.0,
    )
    textured = any(
        (
            plain.base_color_texture,
            plain.metallic_roughness_texture,
            plain.normal_texture,
            plain.occlusion_texture,
            plain.emissive_texture,
        )
    )
    mesh = part.mesh if textured else replace(part.mesh, uvs=None)
    return replace(part, mesh=mesh, material=plain)


def _stone(material: Material, face: Texture) -> Material:
    return Material(
        material.name,
        roughness=max(material.roughness, STONE_ROUGHNESS),
        ior=material.ior,
        emissive=(STONE_GLOW, STONE_GLOW, STONE_GLOW),
        base_color_texture=face,
        emissive_texture=face,
    )


def _pane(material: Material) -> Material:
    r, g, b, _ = material.base_color
    return Material(
        material.name,
        base_color=(r, g, b, PANE_OPACITY),
        roughness=material.roughness,
        alpha_mode="BLEND",
    )


def _placed(parts: list[Part], anchor: Anchor | None) -> list[Part]:
    """Every instance in its own part, turned for display and set on the ground."""
    turn = np.eye(4) if anchor is None else DISPLAY_FROM_ANCHOR.matrix
    turned = [replace(part, model_from_part=turn @ part.model_from_part) for part in parts]
    corners = np.concatenate([part.world_mesh().bounds() for part in turned])
    low, high = corners.min(axis=0), corners.max(axis=0)
    shift = np.eye(4)
    shift[:3, 3] = (-(low[0] + high[0]) / 2.0, -low[1], -(low[2] + high[2]) / 2.0)
    return [replace(part, model_from_part=shift @ part.model_from_part) for part in turned]


def _joined(parts: list[Part]) -> tuple[Part, ...]:
    """One part for each material; what turns stays by itself."""
    groups: dict[tuple[Material, bool], list[Part]] = {}
    moving = []
    for part in parts:
        if part.turn_period is not None:
            moving.append(part)
        else:
            groups.setdefault((part.material, part.mesh.uvs is not None), []).append(part)
    still = [
        Part(same[0].name, merge([part.world_mesh() for part in same]), material, slot=same[0].slot)
        for (material, _), same in groups.items()
    ]
    return (*still, *moving)


def drawn_once(stone_picture: StonePicture) -> StonePicture:
    """The same, drawing stones of one kind, cut and about one size once."""
    drawn: list[tuple[Part, Array, Texture]] = []

    def picture(part: Part) -> Texture:
        form = _form(part.mesh.positions)
        for other, its_form, texture in drawn:
            alike = form.shape == its_form.shape and _look_alike(part.material, other.material)
            if alike and np.abs(form - its_form).max() < SAME_FORM:
                return texture
        drawn.append((part, form, stone_picture(part)))
        return drawn[-1][2]

    return picture


def _look_alike(a: Material, b: Material) -> bool:
    """Whether stones of these materials differ in nothing but a size that does not colour them."""
    near = 1.0 / SAME_DEPTH <= a.thickness / b.thickness <= SAME_DEPTH
    clear = not np.isfinite(a.attenuation_distance)
    return (near or clear) and replace(a, thickness=b.thickness) == b


def _form(positions: Array) -> Array:
    """The form of a stone (n, 3) without its size."""
    spread = positions - positions.mean(axis=0)
    form: Array = spread / np.abs(spread).max()
    return form
