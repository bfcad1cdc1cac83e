"""What the renderer is asked and what it answers. No GPU here: any package may import it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from models3d.frames import Array, Image, IntArray, Intrinsics, PixelRegion, RigidTransform
from models3d.mesh import Model
from viewer.render.environment import Environment


@dataclass(frozen=True, slots=True, eq=False)
class Lighting:
    """How the studio environment stands about the camera."""

    environment_from_camera: Array = field(
        default_factory=lambda: np.diag([1.0, -1.0, -1.0])
    )  # (3, 3) rotation: OpenCV camera to environment (y up, +z towards the viewer)
    tint: tuple[float, float, float] = (1.0, 1.0, 1.0)  # gain of the light, linear sRGB
    exposure: float = 1.0
    skin: tuple[float, float, float] | None = None  # linear sRGB seen beside the jewel; None: usual
    environment: Environment | None = None  # measured light; None: the studio
    key_softness: float = 0.5  # 0: small hard lamps; 0.5: the studio's softboxes; 1: overcast


@dataclass(frozen=True, slots=True, eq=False)
class Occluder:
    """A limb: a cone with round ends that hides what lies behind or inside it."""

    start: Array  # (3,) camera frame, metres
    end: Array  # (3,)
    start_radius: float  # metres
    end_radius: float
    softness: float = 0.18  # share of the radius over which the silhouette fades
    flat: Array | None = None  # (3,) unit, camera frame, square to the axis: thinner that way
    flatness: float = 1.0  # its radius along `flat` over its radius across; a wrist's is 0.75


@dataclass(frozen=True, slots=True, eq=False)
class BodyMesh:
    """A part of a body as a surface, a head or a chest: hides what lies behind it."""

    positions: Array  # (n, 3) camera frame, metres
    triangles: IntArray  # (m, 3), both sides hide
    set_back: float = 0.0  # metres away from the camera, along each ray: the outline stays


@dataclass(frozen=True, slots=True, eq=False)
class Worn:
    """One model placed before the camera."""

    model: Model  # uploaded once, found again by identity
    camera_from_model: RigidTransform
    opacity: float = 1.0
    wearer: int | None = None  # index of the occluder that wears it and takes its shadow
    on_skin: bool = False  # worn without such an occluder, as at a neck or an ear

    @property
    def is_worn(self) -> bool:
        """Whether skin lies beneath it, to be shaded by it and mirrored in it."""
        return self.on_skin or self.wearer is not None


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """One picture to draw: a region of an image seen by a pinhole camera."""

    intrinsics: Intrinsics  # of the whole image
    region: PixelRegion
    worn: tuple[Worn, ...]
    occluders: tuple[Occluder, ...] = ()
    bodies: tuple[BodyMesh, ...] = ()
    lighting: Lighting = field(default_factory=Lighting)
    shadow_strength: float = 0.0  # 0: none; 1: as the light says
    supersampling: int = 2
    gem_bounces: int = 6
    full_dispersion: bool = False  # three complete traces (stills) or one shared path (live)
    key_shadows: bool = False  # that the piece throws on itself under the key, as hands on a dial
    live: bool = False  # hurried: plainer shading, and a new model is soon on the screen
    at_once: bool = False  # live: draw a new model before its shade is baked, which is done beside
    whole_meshes: bool = False  # even where coarser ones would look alike, which take time to make;
    # live light, too, is then waited for where it is not prepared yet


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """What was drawn: to be laid over the image at the region's place."""

    rgba: Image  # (h, w, 4) sRGB, premultiplied by alpha
    region: PixelRegion
