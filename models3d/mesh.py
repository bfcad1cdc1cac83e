"""Triangle meshes, materials and the model that carries them. Values; nothing here does I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from models3d.bill import Bill
from models3d.frames import Anchor, Array, IntArray, RigidTransform


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """Triangles with a normal at each vertex, counter-clockwise seen from outside.

    A hard edge is made by repeating a position with another normal.
    """

    positions: Array  # (n, 3) metres
    normals: Array  # (n, 3) unit length
    triangles: IntArray  # (m, 3) indices
    uvs: Array | None = None  # (n, 2), glTF convention: v down

    def transformed(self, a_from_b: RigidTransform) -> Mesh:
        """The same mesh seen from another frame."""
        return replace(
            self,
            positions=a_from_b.apply(self.positions),
            normals=a_from_b.rotate(self.normals),
        )

    def bounds(self) -> Array:
        """(2, 3): least and greatest corner, metres."""
        return box_of(self.positions)


def box_of(points: Array) -> Array:
    """(2, 3): least and greatest corner of the box about points (n, 3).

    Column by column: along the first axis numpy takes ten times as long.
    """
    columns = points.T
    return np.array([[c.min() for c in columns], [c.max() for c in columns]])


def merge(meshes: list[Mesh]) -> Mesh:
    """One mesh with the triangles of all; texture coordinates are dropped unless all have them."""
    offsets = np.cumsum([0] + [len(m.positions) for m in meshes[:-1]])
    uvs = [m.uvs for m in meshes if m.uvs is not None]
    return Mesh(
        np.concatenate([m.positions for m in meshes]),
        np.concatenate([m.normals for m in meshes]),
        np.concatenate(
            [m.triangles + o for m, o in zip(meshes, offsets, strict=True)], dtype=np.int32
        ),
        np.concatenate(uvs) if len(uvs) == len(meshes) else None,
    )


@dataclass(frozen=True, slots=True)
class Texture:
    """An encoded image as it stands in a glTF file."""

    data: bytes
    mime_type: str  # image/png, image/jpeg or image/webp


@dataclass(frozen=True, slots=True)
class Material:
    """A surface in glTF's terms: metallic-roughness with KHR ior, transmission, volume …

    A gem is a material with transmission and a thickness: its absorption and dispersion are
    physical, so that a foreign viewer degrades well and our own renderer traces it. Transmission
    without thickness is a pane, as a watch's crystal (KHR_materials_volume calls it thin-walled).
    """

    name: str
    base_color: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0)  # linear sRGB, alpha
    metallic: float = 0.0
    roughness: float = 0.5  # glTF: GGX alpha = roughness squared
    emissive: tuple[float, float, float] = (0.0, 0.0, 0.0)
    ior: float = 1.5  # at the d line, 587.56 nm
    transmission: float = 0.0
    dispersion: float = 0.0  # glTF: 20 / Abbe number
    thickness: float = 0.0  # metres, for viewers that do not trace rays
    attenuation_color: tuple[float, float, float] = (1.0, 1.0, 1.0)
    attenuation_distance: float = float("inf")  # metres
    anisotropy: float = 0.0  # strength, along the texture's u axis turned by anisotropy_rotation
    anisotropy_rotation: float = 0.0  # radians, counter-clockwise from u
    clearcoat: float = 0.0  # a thin clear layer on top, as lacquer on a dial or a pearl's polish
    clearcoat_roughness: float = 0.0
    iridescence: float = 0.0  # thin-film interference, as a pearl's orient
    iridescence_ior: float = 1.3
    iridescence_thickness_nm: float = 400.0
    specular: float = 1.0  # scales a dielectric's reflectance; an anti-reflex coating is below 0.2
    specular_color: tuple[float, float, float] = (1.0, 1.0, 1.0)
    double_sided: bool = False
    alpha_mode: str = "OPAQUE"  # OPAQUE, MASK or BLEND
    alpha_cutoff: float = 0.5
    base_color_texture: Texture | None = None
    metallic_roughness_texture: Texture | None = None
    normal_texture: Texture | None = None
    occlusion_texture: Texture | None = None
    emissive_texture: Texture | None = None

    @property
    def is_gem(self) -> bool:
        """Light passes through it: the renderer traces rays inside."""
        return self.transmission > 0.0

    def absorption(self) -> tuple[float, float, float]:
        """Beer-Lambert coefficients of R, G, B per metre (KHR_materials_volume)."""
        r, g, b = -np.log(np.maximum(self.attenuation_color, 1e-6)) / self.attenuation_distance
        return float(r), float(g), float(b)

    def iors(self) -> tuple[float, float, float]:
        """Refractive indices of R, G, B: 630, 530 and 450 nm.

        Cauchy's n = a + b / wavelength^2 through n_d with the Abbe number of
        KHR_materials_dispersion. For diamond within 0.001 of Peter's (1923) Sellmeier fit.
        """
        if self.dispersion == 0.0:
            return self.ior, self.ior, self.ior
        line_f, line_d, line_c = 0.48613, 0.58756, 0.65627  # Fraunhofer lines, micrometres
        spread = (self.ior - 1.0) * self.dispersion / 20.0  # n_F - n_C
        b = spread / (line_f**-2 - line_c**-2)
        a = self.ior - b * line_d**-2
        return a + b * 0.630**-2, a + b * 0.530**-2, a + b * 0.450**-2


ONE_INSTANCE = np.eye(4)[None]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A named piece of a model: one mesh, one material, one or more places."""

    name: str  # shank, head, stone, finger_guard …
    mesh: Mesh
    material: Material
    model_from_part: Array = field(default_factory=lambda: ONE_INSTANCE)  # (k, 4, 4), instances
    # What decides its material: metal, metal_2, gem, gem_2, strap, dial, crystal, hand, lume … An
    # option of this name changes the material and nothing else. Parts whose slot starts with
    # "metal" are what the workshop makes: closed bodies, joined in STL and 3MF.
    slot: str = ""
    # Seconds of one clockwise turn, seen from +Z, about the part's own z axis: a watch's hand.
    turn_period: float | None = None
    # What the workshop makes where the picture only suggests it: the closed body with an engraving
    # that the display mesh carries as a normal map. STL, 3MF and STEP take it in place of `mesh`.
    workshop_mesh: Mesh | None = None

    def world_mesh(self) -> Mesh:
        """All instances as one mesh in the model's frame."""
        placed = []
        for matrix in self.model_from_part:
            linear = matrix[:3, :3]
            normals = self.mesh.normals @ np.linalg.inv(linear)
            lengths = np.linalg.norm(normals, axis=1, keepdims=True)
            mirrored = np.linalg.det(linear) < 0
            placed.append(
                replace(
                    self.mesh,
                    positions=self.mesh.positions @ linear.T + matrix[:3, 3],
                    normals=normals / np.maximum(lengths, 1e-30),
                    triangles=self.mesh.triangles[:, ::-1] if mirrored else self.mesh.triangles,
                )
            )
        return merge(placed)


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A jewel, ready to be written, shown or worn."""

    name: str
    parts: tuple[Part, ...]
    anchor: Anchor | None = None  # None: a foreign model that does not say
    inner_diameter: float | None = None  # metres, of the finger hole or wrist section
    extras: Mapping[str, Any] = field(default_factory=dict)  # goes to the root's extras.parure
    bill: Bill | None = None  # what it is made of; None: a foreign model

    def bounds(self) -> Array:
        """(2, 3): least and greatest corner over all instances, metres."""
        corners = np.concatenate([part.world_mesh().bounds() for part in self.parts])
        return np.stack([corners.min(axis=0), corners.max(axis=0)])
