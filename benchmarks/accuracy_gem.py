"""The stone against a path tracer: a brilliant alone in our studio, in several poses.

Mitsuba traces each pose three times, once per channel's refractive index, since its dielectric has
no dispersion; both pictures get the same tone map. FLIP (Andersson et al. 2020) and SSIM are taken
over the whole picture on black, 256 x 256, the stone filling most of it.

Mitsuba's LLVM variant is used when DRJIT_LIBLLVM_PATH names a libLLVM >= 19, else the scalar one,
which takes minutes. References are kept in a temporary folder and used again.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import replace
from operator import ge, le
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import write_results
from models3d.brilliant import RoundBrilliant, build
from models3d.frames import Array, Intrinsics, PixelRegion, RigidTransform
from models3d.gems import gem
from models3d.mesh import Model, Part
from viewer.render.environment import Environment, environment_of, look_up
from viewer.render.renderer import Renderer
from viewer.render.studio import GEM_STUDIO
from viewer.render.types import Lighting, Shot, Worn

SIDE_PX = 256
LLVM = "DRJIT_LIBLLVM_PATH" in os.environ
SAMPLES = 512 if LLVM else 256  # of a reference pixel
DISTANCE = 0.35  # metres
FIELD = 0.0074  # metres that the picture is wide, at the stone
BUDGET = {"flip": 0.08, "ssim": 0.92}
MODES = {  # full dispersion, bounces, supersampling
    "still": (True, 10, 4),
    "still, 64 samples": (True, 10, 8),
    "live": (False, 6, 2),
}


def _turn(axis: tuple[float, float, float], degrees: float) -> RigidTransform:
    return RigidTransform.from_axis_angle(axis, np.radians(degrees))


POSES = {  # world_from_gem; world is y up, z towards the viewer; the table is +Z of the gem
    "face on": RigidTransform.identity(),
    "tilted 15": _turn((1, 0, 0), 15) @ _turn((0, 1, 0), 10),
    "tilted 35": _turn((0, 0, 1), 10) @ _turn((1, 0, 0), -35) @ _turn((0, 1, 0), 20),
    "from the side": _turn((1, 0, 0), -62) @ _turn((0, 0, 1), 12),
}
CAMERA_FROM_WORLD = RigidTransform(np.diag([1.0, -1.0, -1.0]), np.array([0.0, 0.0, DISTANCE]))


def stone() -> Model:
    """A one-carat brilliant without absorption."""
    material = replace(gem("diamond").material(), attenuation_distance=float("inf"))
    return Model("brilliant", (Part("stone", build(RoundBrilliant()), material),))


def intrinsics() -> Intrinsics:
    """The stone fills the picture."""
    focal = SIDE_PX * DISTANCE / FIELD
    return Intrinsics(focal, focal, SIDE_PX / 2, SIDE_PX / 2)


def shader_picture(
    renderer: Renderer, model: Model, pose: RigidTransform, mode: tuple[bool, int, int]
) -> Array:
    """Our picture (h, w, 3) sRGB 0..1 on black."""
    center = RigidTransform.from_translation(-np.mean(model.bounds(), axis=0))
    shot = Shot(
        intrinsics(),
        PixelRegion(0, 0, SIDE_PX, SIDE_PX),
        (Worn(model, CAMERA_FROM_WORLD @ pose @ center),),
        lighting=Lighting(),
        full_dispersion=mode[0],
        gem_bounces=mode[1],
        supersampling=mode[2],
    )
    return renderer.render(shot).rgba[..., :3] / 255.0


def _panorama(environment: Environment) -> Array:
    """The studio as mitsuba's latitude-longitude map (1024, 2048, 3)."""
    u = (np.arange(2048) + 0.5) / 2048 * 2.0 * np.pi
    v = (np.arange(1024) + 0.5) / 1024 * np.pi
    phi, theta = np.meshgrid(u, v)
    d = np.stack(
        [np.sin(phi) * np.sin(theta), np.cos(theta), -np.cos(phi) * np.sin(theta)], axis=-1
    )
    return look_up(environment.levels[0], d.astype(np.float32)).astype(np.float64)


def reference_picture(model: Model, pose: RigidTransform, environment: Environment) -> Array:
    """Mitsuba's linear picture (h, w, 4), radiance premultiplied by coverage, and coverage."""
    mesh = model.parts[0].mesh
    positions = pose.apply(mesh.positions - np.mean(model.bounds(), axis=0)) * 1e3
    iors = model.parts[0].material.iors()
    panorama = _panorama(environment)
    recipe = [positions, mesh.triangles, panorama, np.array([*iors, SAMPLES, SIDE_PX, FIELD])]
    name = hashlib.sha256(b"".join(a.tobytes() for a in recipe)).hexdigest()[:16]
    path = Path(tempfile.gettempdir()) / "parure-references" / f"{name}.npy"
    if not path.is_file():
        path.parent.mkdir(exist_ok=True)
        np.save(path, _traced(positions, mesh.triangles, iors, panorama))
    picture: Array = np.load(path)
    return picture


def _traced(positions: Array, triangles: Array, iors: tuple[float, ...], panorama: Array) -> Array:
    import mitsuba

    mitsuba.set_variant("llvm_ad_rgb" if LLVM else "scalar_rgb")
    shape = mitsuba.Mesh("stone", len(positions), len(triangles))
    parameters = mitsuba.traverse(shape)
    parameters["vertex_positions"] = positions.astype("f4").ravel()
    parameters["faces"] = triangles.astype("u4").ravel()
    parameters.update()
    channels = []
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "stone.ply")
        shape.write_ply(file)
        for channel, ior in enumerate(iors):
            scene = mitsuba.load_dict(_scene(mitsuba, file, float(ior), panorama))
            image = np.array(mitsuba.render(scene, spp=SAMPLES, seed=channel))
            channels.append(image[..., [channel, 3]])
    return np.stack([*(c[..., 0] for c in channels), channels[1][..., 1]], axis=-1)


def _scene(mitsuba: Any, file: str, ior: float, panorama: Array) -> dict[str, Any]:
    transform = mitsuba.ScalarTransform4f()
    view = transform.look_at(origin=[0, 0, DISTANCE * 1e3], target=[0, 0, 0], up=[0, 1, 0])
    return {
        "type": "scene",
        "integrator": {"type": "path", "max_depth": 40, "rr_depth": 60, "hide_emitters": True},
        "sensor": {
            "type": "perspective",
            "fov": float(2 * np.degrees(np.arctan(FIELD / 2 / DISTANCE))),
            "near_clip": 1.0,
            "far_clip": 1e4,
            "to_world": view,
            "film": {
                "type": "hdrfilm",
                "width": SIDE_PX,
                "height": SIDE_PX,
                "pixel_format": "rgba",
                "rfilter": {"type": "box"},
            },
            "sampler": {"type": "independent", "sample_count": SAMPLES},
        },
        "light": {"type": "envmap", "bitmap": mitsuba.Bitmap(panorama.astype("f4"))},
        "stone": {
            "type": "ply",
            "filename": file,
            "face_normals": True,
            "bsdf": {"type": "dielectric", "int_ior": ior, "ext_ior": 1.0},
        },
    }


def tone_mapped(linear: Array) -> Array:
    """Khronos PBR Neutral and the sRGB curve, as chunks/tone.glsl (..., 3)."""
    least = linear.min(axis=-1, keepdims=True)
    c = linear - np.where(least < 0.08, least - 6.25 * least**2, 0.04)
    peak = np.maximum(c.max(axis=-1, keepdims=True), 1e-6)
    room = 1.0 - 0.76
    new_peak = 1.0 - room * room / (peak + room - 0.76)
    grey = 1.0 - 1.0 / (0.15 * (peak - new_peak) + 1.0)
    bright = c * (new_peak / peak) * (1.0 - grey) + new_peak * grey
    c = np.clip(np.where(peak < 0.76, c, bright), 0.0, 1.0)
    return np.where(c <= 0.0031308, 12.92 * c, 1.055 * np.maximum(c, 1e-9) ** (1 / 2.4) - 0.055)


def displayed(reference: Array) -> Array:
    """A linear premultiplied reference as our pictures are (h, w, 3)."""
    alpha = reference[..., 3:]
    return tone_mapped(reference[..., :3] / np.maximum(alpha, 1e-6)) * alpha


def compare(picture: Array, truth: Array) -> dict[str, float]:
    """FLIP (mean), SSIM and the ratio of mean brightness."""
    import flip_evaluator
    from skimage.metrics import structural_similarity

    _, flip, _ = flip_evaluator.evaluate(truth.astype("f4"), picture.astype("f4"), "LDR")
    ssim = structural_similarity(
        truth.mean(axis=-1), picture.mean(axis=-1), data_range=1.0, gaussian_weights=True,
        sigma=1.5, use_sample_covariance=False,
    )  # fmt: skip
    return {
        "flip": round(float(flip), 4),
        "ssim": round(float(ssim), 4),
        "brightness": round(float(picture.mean() / truth.mean()), 4),
    }


def run() -> dict[str, Any]:
    """Compare every pose in every mode."""
    environment = environment_of(GEM_STUDIO)
    model = stone()
    truths = {
        name: displayed(reference_picture(model, pose, environment)) for name, pose in POSES.items()
    }
    results: dict[str, Any] = {"budget": BUDGET, "samples": SAMPLES}
    with Renderer() as renderer:
        for mode, settings in MODES.items():
            rows = {
                name: compare(shader_picture(renderer, model, pose, settings), truths[name])
                for name, pose in POSES.items()
            }
            mean = {
                key: round(float(np.mean([row[key] for row in rows.values()])), 4)
                for key in ("flip", "ssim", "brightness")
            }
            results[mode] = {"mean": mean, **rows}
    return results


def main() -> None:
    """Print the table and write the results file."""
    results = run()
    print(f"{'mode':20}{'pose':16}{'FLIP':>8}{'SSIM':>8}{'light':>8}")  # noqa: T201
    for mode in MODES:
        for pose, row in results[mode].items():
            print(  # noqa: T201
                f"{mode:20}{pose:16}{row['flip']:8.3f}{row['ssim']:8.3f}{row['brightness']:8.3f}"
            )
    results["rows"] = [
        {
            "what": f"{mode}: {measure.upper()}, mean of {len(POSES)} poses",
            "figure": f"{results[mode]['mean'][measure]:.3f}",
            "budget": f"{sign} {BUDGET[measure]}" if mode == "still" else None,
            "met": holds(results[mode]["mean"][measure], BUDGET[measure])
            if mode == "still"
            else None,
        }
        for mode in MODES
        for measure, sign, holds in (("flip", "≤", le), ("ssim", "≥", ge))
    ]
    print(f"written to {write_results('accuracy_gem', results)}")  # noqa: T201


if __name__ == "__main__":
    main()
