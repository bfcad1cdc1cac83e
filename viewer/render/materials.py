"""A material as the surface shader takes it: the code that is compiled in, and the numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from models3d.frames import Array
from models3d.mesh import Material, Mesh

MAPS = {
    "BASE_COLOR_MAP": "base_color_texture",
    "METALLIC_ROUGHNESS_MAP": "metallic_roughness_texture",
    "NORMAL_MAP": "normal_texture",
    "OCCLUSION_MAP": "occlusion_texture",
    "EMISSIVE_MAP": "emissive_texture",
}
SCATTERS = 0.3  # roughness: smoother metal shows no shadows
FILM_STEPS = 16  # angles of the iridescence table, even in the cosine
WAVELENGTHS_NM = np.arange(390.0, 731.0, 5.0)
LINEAR_FROM_XYZ = np.array(
    [[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]]
)


def has_volume(material: Material) -> bool:
    """Whether light crosses a body, not a thin wall."""
    return material.thickness > 0.0 or bool(np.isfinite(material.attenuation_distance))


def dielectric_f0(material: Material) -> Array:
    """(3,): reflectance of its dielectric part at normal incidence (KHR_materials_specular)."""
    plain = ((material.ior - 1.0) / (material.ior + 1.0)) ** 2
    return np.minimum(plain * np.array(material.specular_color), 1.0) * material.specular


def blends(material: Material) -> bool:
    """Whether what lies behind it is seen through it."""
    return material.is_gem or material.alpha_mode == "BLEND"


def surface_defines(material: Material, mesh: Mesh) -> dict[str, str]:
    """What is compiled in for a material on a mesh."""
    names = []
    if mesh.uvs is not None:
        names = [name for name, field in MAPS.items() if getattr(material, field) is not None]
        if names:
            names.append("HAS_UV")
        if material.anisotropy > 0.0:
            names.append("ANISOTROPY")
        if {"ANISOTROPY", "NORMAL_MAP"} & set(names):
            names.append("HAS_TANGENT")
    clear = material.transmission >= 1.0  # nothing is scattered
    if (material.metallic < 1.0 and not clear) or "METALLIC_ROUGHNESS_MAP" in names:
        names.append("HAS_DIFFUSE")
    if material.double_sided:
        names.append("DOUBLE_SIDED")
    if material.clearcoat > 0.0:
        names.append("CLEARCOAT")
    if material.iridescence > 0.0:
        names.append("IRIDESCENCE")
    scatters = {"HAS_DIFFUSE", "ANISOTROPY"} & set(names) or material.roughness >= SCATTERS
    if scatters and not material.is_gem:
        names.append("TAKES_SHADOWS")
    if material.is_gem:
        names += ["ALPHA_BLEND", "THIN_GLASS"] + ([] if has_volume(material) else ["PANE"])
    elif material.alpha_mode != "OPAQUE":
        names.append(f"ALPHA_{material.alpha_mode}")
    return dict.fromkeys(names, "1")


def surface_uniforms(material: Material) -> dict[str, Any]:
    """The numbers of surface.frag.glsl."""
    turn = material.anisotropy_rotation
    values: dict[str, Any] = {
        "base_color": tuple(material.base_color),
        "metallic": material.metallic,
        "roughness": material.roughness,
        "dielectric_f0": tuple(dielectric_f0(material)),
        "dielectric_f90": material.specular,
        "transmission": material.transmission,
        "emissive": tuple(material.emissive),
        "alpha_cutoff": material.alpha_cutoff,
        "anisotropy": (material.anisotropy, float(np.cos(turn)), float(np.sin(turn))),
        "clearcoat": material.clearcoat,
        "clearcoat_roughness": material.clearcoat_roughness,
        "iridescence": material.iridescence,
    }
    if material.iridescence > 0.0:
        values["film"] = film_table(material).astype("f4").tobytes()
    return values


def film_table(material: Material) -> Array:
    """(FILM_STEPS, 3): linear sRGB reflectance of a thin film on the material.

    Airy's sum over the reflections in the film, unpolarised, at cosines 0 to 1 from the normal
    (KHR_materials_iridescence, Belcour and Barla 2017), integrated over wavelengths.
    """
    cos1 = np.linspace(0.0, 1.0, FILM_STEPS)[:, None, None]  # (angle, colour, wavelength)
    wavelength = WAVELENGTHS_NM[None, None, :]
    metal = np.array(material.base_color[:3])
    below = dielectric_f0(material) * (1.0 - material.metallic) + metal * material.metallic
    root = np.sqrt(np.clip(below, 0.0, 0.98))
    n3 = ((1.0 + root) / (1.0 - root))[None, :, None]
    n2 = max(material.iridescence_ior, 1.0)
    sin2 = 1.0 - cos1**2
    cos2 = np.sqrt(np.maximum(1.0 - sin2 / n2**2, 0.0))
    cos3 = np.sqrt(np.maximum(1.0 - sin2 / n3**2, 0.0))
    phase = 4.0 * np.pi * n2 * material.iridescence_thickness_nm * cos2 / wavelength
    turning = np.exp(1j * phase)

    def amplitude(a: Array, b: Array) -> Array:
        return np.asarray((a - b) / np.maximum(a + b, 1e-9))

    reflectance = np.zeros(np.broadcast_shapes(phase.shape, n3.shape))
    for first, second in (
        (amplitude(cos1 + 0 * n3, n2 * cos2), amplitude(n2 * cos2, n3 * cos3)),  # s
        (amplitude(n2 * cos1, cos2 + 0 * n3), amplitude(n3 * cos2, n2 * cos3)),  # p
    ):
        whole = (first + second * turning) / (1.0 + first * second * turning)
        reflectance += 0.5 * np.abs(whole) ** 2
    response = _response()  # (colour, wavelength)
    table: Array = (reflectance * response[None]).sum(axis=-1)
    return np.clip(table, 0.0, 1.0)


def _response() -> Array:
    """(3, n): weight of each wavelength in linear R, G, B; a flat spectrum is white.

    Colour matching functions of CIE 1931 as fitted by Wyman, Sloan and Shirley 2013.
    """

    def lobe(middle: float, below: float, above: float) -> Array:
        offset = WAVELENGTHS_NM - middle
        return np.asarray(np.exp(-0.5 * (offset * np.where(offset < 0, below, above)) ** 2))

    x = (
        0.362 * lobe(442.0, 0.0624, 0.0374)
        + 1.056 * lobe(599.8, 0.0264, 0.0323)
        - 0.065 * lobe(501.1, 0.0490, 0.0382)
    )
    y = 0.821 * lobe(568.8, 0.0213, 0.0247) + 0.286 * lobe(530.9, 0.0613, 0.0322)
    z = 1.217 * lobe(437.0, 0.0845, 0.0278) + 0.681 * lobe(459.0, 0.0385, 0.0725)
    response = LINEAR_FROM_XYZ @ np.stack([x, y, z])
    balanced: Array = response / response.sum(axis=1, keepdims=True)
    return balanced
