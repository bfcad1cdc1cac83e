"""Jewels before a camera, as Python's renderer takes them and as the page's overlay does."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from models3d.frames import Image, Intrinsics, PixelRegion, RigidTransform
from tryon.appearance.compose import compose
from tryon.dangling import hung
from tryon.drape import drape
from tryon.types import Ear, Veil
from tryon.worn_facts import worn_model
from viewer.configuration import Configuration, build_model, configure
from viewer.render.renderer import Renderer
from viewer.render.skin import skin_mesh
from viewer.render.types import BodyMesh, Lighting, Occluder, Overlay, Shot, Worn

WIDTH, HEIGHT = 320, 240
CAMERA = Intrinsics(900.0, 900.0, 160.0, 120.0)
FRAME = PixelRegion(0, 0, WIDTH, HEIGHT)
FACING = np.diag([1.0, -1.0, -1.0])
LIGHT = Lighting(
    RigidTransform.from_axis_angle((0, 1, 0), 0.4).rotation @ FACING,
    (1.05, 1.0, 0.93),
    0.9,
    (0.42, 0.25, 0.18),
    key_softness=0.75,
)


@dataclass(frozen=True, eq=False)
class Scene:
    """One shot, and the layer of the page that is the same."""

    configuration: Configuration
    file: str  # end of its address
    worn: tuple[Worn, ...]
    page_worn: tuple[dict[str, Any], ...]  # for each of `worn`, how the page draws it
    occluders: tuple[Occluder, ...] = ()
    bodies: tuple[BodyMesh, ...] = ()
    veil: Veil | None = None
    lighting: Lighting = field(default_factory=lambda: LIGHT)

    def drawn(self, renderer: Renderer) -> Overlay:
        """What Python draws, with all care."""
        return renderer.render(
            Shot(
                CAMERA, FRAME, self.worn, self.occluders, self.bodies, self.lighting, 1.0,
                supersampling=4, gem_bounces=10, full_dispersion=True, whole_meshes=True,
            )
        )  # fmt: skip

    def composed(self, overlay: Overlay, image: Image) -> Image:
        """What Python's picture is."""
        return compose(image, [overlay], veils=[[self.veil] if self.veil else []])

    def layer(self, address: str) -> dict[str, Any]:
        """The same for the page; typed arrays come as lists.

        Args:
            address: of the service.
        """
        light = self.lighting
        path = f"{address}/api/v1/models/{self.configuration.hash}{self.file}"
        worn = [
            {
                "file": path, "size": 1.0, "mirrored": False, "laid": None, "shows": "all",
                "opacity": worn.opacity, "wearer": worn.wearer, "onSkin": worn.on_skin,
                "cameraFromModel": _placed(worn.camera_from_model), **how,
            }
            for worn, how in zip(self.worn, self.page_worn, strict=True)
        ]  # fmt: skip
        veil = self.veil and {"hides": _flat(self.veil.hides), "region": asdict(self.veil.region)}
        return {
            "pieces": [{"placement": {}, "worn": worn, "veil": veil}],
            "occluders": [_limb(limb) for limb in self.occluders],
            "bodies": [
                {
                    "positions": _flat(body.positions),
                    "triangles": [int(corner) for corner in body.triangles.ravel()],
                    "setBack": body.set_back,
                }
                for body in self.bodies
            ],
            "light": {
                "environmentFromCamera": _flat(light.environment_from_camera),
                "tint": light.tint,
                "exposure": light.exposure,
                "skin": light.skin,
                "keySoftness": light.key_softness,
                "shadow": 1.0,
                "blurPx": 0.0,
            },
        }


def photo() -> Image:
    """(HEIGHT, WIDTH, 3): skin in uneven light."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    shade = 0.75 + 0.3 * columns / WIDTH - 0.15 * rows / HEIGHT
    skin = np.array([205.0, 160.0, 135.0]) * shade[..., None]
    noise = np.random.default_rng(5).normal(0.0, 2.0, skin.shape)
    return np.clip(skin + noise, 0, 255).astype(np.uint8)


def ring() -> Scene:
    """A solitaire on a finger that leans, half hidden by its neighbour, and fading."""
    configuration = configure("solitaire", {})
    model = build_model(configuration)
    place = _at(0.14, tilt=0.5, roll=0.25, down=-0.003)
    axis = place.rotation[:, 1]
    radius = 0.5 * float(model.inner_diameter or 0.0)
    middle, beside = place.translation, place.translation + np.array([0.019, 0.002, 0.0])
    limbs = tuple(
        Occluder(at - 0.03 * axis, at + 0.04 * axis, radius * 1.02, radius * 0.93)
        for at in (middle, beside)
    )
    worn = Worn(model, place, opacity=0.85, wearer=0)
    return Scene(configuration, ".glb?profile=viewer", (worn,), ({},), limbs)


def watch() -> Scene:
    """A watch with its strap closed about a flat wrist."""
    configuration = configure("dress-watch", {})
    model = worn_model(build_model(configuration))
    place = _at(0.30, tilt=0.35, roll=-0.3)
    _, along, out = place.rotation.T
    across, deep = (1e-3 * float(each) for each in model.extras["section_mm"])
    middle = place.translation
    start, end = middle - 0.1 * along, middle + 0.1 * along
    wrist = Occluder(start, end, across, across, 0.1, out, deep / across)
    worn = Worn(model, place, wearer=0)
    return Scene(configuration, "/worn.glb", (worn,), ({},), (wrist,))


def necklace() -> Scene:
    """A pendant's chain laid on another neck than it was built for, before neck and chest."""
    configuration = configure("solitaire-pendant", {})
    model = build_model(configuration)
    draped = drape(model, 0.38).model
    place = _at(0.62, tilt=0.15, roll=0.1, down=-0.04)
    mesh = skin_mesh(model)
    assert mesh is not None
    body = BodyMesh(place.apply(mesh[0]), mesh[2], set_back=2e-3)
    hanging = frozenset(model.extras["hanging"])
    pairs = list(zip(model.parts, draped.parts, strict=True))
    rows = [
        after.model_from_part @ np.linalg.inv(before.model_from_part)
        for before, after in pairs
        if before.name not in hanging
    ]
    loose = next(pair for pair in pairs if pair[0].name in hanging)
    moved = loose[1].model_from_part[0] @ np.linalg.inv(loose[0].model_from_part[0])
    laid = {"laid": {"number": 1, "links": _flat(np.concatenate(rows)), "hung": _flat(moved)}}
    worn = Worn(draped, place, on_skin=True)
    return Scene(configuration, ".glb?profile=viewer", (worn,), (laid,), (), (body,))


def earring() -> Scene:
    """The left one of a pair of drops, swinging, with hair before it."""
    configuration = configure("drop-earrings", {})
    model = build_model(configuration)
    taken = hung(model, Ear.LEFT)
    assert taken.swinging is not None
    place = _at(0.14, tilt=0.0, roll=0.05, down=-0.01)
    swing = RigidTransform.from_axis_angle((0, 0, 1), 0.2).rotation
    swung = place @ RigidTransform(swing, taken.hinge - swing @ taken.hinge)
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    hides = np.clip((columns + 0.3 * rows - 205.0) / 8.0, 0.0, 1.0).astype(np.float32)
    worn = (Worn(taken.still, place, on_skin=True), Worn(taken.swinging, swung))
    ways = ({"mirrored": True, "shows": "links"}, {"mirrored": True, "shows": "hanging"})
    return Scene(configuration, "/worn.glb", worn, ways, veil=Veil(hides, FRAME))


def _at(distance: float, *, tilt: float, roll: float, down: float = 0.0) -> RigidTransform:
    """Camera from a model that faces the camera, leans back and to the side."""
    leaning = RigidTransform.from_axis_angle((1, 0, 0), tilt).rotation
    aside = RigidTransform.from_axis_angle((0, 0, 1), roll).rotation
    return RigidTransform(aside @ leaning @ FACING, np.array([0.0, down, distance]))


def _limb(limb: Occluder) -> dict[str, Any]:
    return {
        "start": _flat(limb.start),
        "end": _flat(limb.end),
        "startRadius": limb.start_radius,
        "endRadius": limb.end_radius,
        "softness": limb.softness,
        "flat": None if limb.flat is None else _flat(limb.flat),
        "flatness": limb.flatness,
    }


def _placed(transform: RigidTransform) -> dict[str, Any]:
    return {"rotation": _flat(transform.rotation), "translation": _flat(transform.translation)}


def _flat(values: Any) -> list[float]:
    return [float(value) for value in np.asarray(values, np.float64).ravel()]
