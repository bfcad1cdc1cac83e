"""How pieces are shown: poses before the camera by kind, pairs of earrings, the frame.

A ring stands stone up, turned by a third; a watch leans back with its dial to the viewer; bracelets
lie; necklaces hang as worn, seen from the front; earrings hang side by side.
World: y up, z towards the viewer, as the studio.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from models3d.frames import Anchor, Array, Intrinsics, RigidTransform
from models3d.mesh import Mesh, Model, Part
from models3d.threads import shared_out
from viewer.render.visibility import even_directions

FIELD_OF_VIEW = np.radians(11.0)  # of the shorter side: a 180 mm lens
FILL = 0.80  # of the frame that the piece takes
FOCUS_FILL = 0.48  # of the frame that a pendant takes, where the chain may leave it
FOCUS_HEIGHT = 0.60  # of the frame, from above: its middle
PAIR_GAP = 1.16  # between the middles of two earrings, in diameters of their turn
SWEEP = np.linspace(0.0, 2.0 * np.pi, 24, endpoint=False)
WAYS = even_directions(600).astype(np.float32)
FEW = 256  # points at a time
MESHES_KEPT = 384  # that pieces may share: those of the whole collection
MIRROR = np.diag([-1.0, 1.0, 1.0, 1.0])


@dataclass(frozen=True, slots=True, eq=False)
class DisplayPose:
    """How pieces of one kind are shown."""

    world_from_model: RigidTransform
    azimuth: float  # radians, the piece's own turn to the viewer at azimuth 0
    elevation: float  # radians, of the camera
    stands: bool  # on the ground; else it hangs before a wall
    leans: float = 0.0  # radians, its top away from the viewer


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """One model before the camera."""

    model: Model
    world_from_model: RigidTransform
    axis: float = 0.0  # metres, x of the upright line that it turns about


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """What a picture shows and the camera that sees it."""

    shown: tuple[Shown, ...]
    stands: bool
    camera_from_world: RigidTransform
    intrinsics: Intrinsics


def _turned(axis: tuple[float, float, float], degrees: float) -> RigidTransform:
    return RigidTransform.from_axis_angle(axis, np.radians(degrees))


AS_WORN = RigidTransform.identity()
# 12 o'clock is -X of the wrist, the hand +Y: up and right in the picture
DIAL_FRONT = RigidTransform(
    np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]), np.zeros(3)
)
HOOP = DisplayPose(AS_WORN, np.radians(-58.0), np.radians(7.0), False)
WATCH = DisplayPose(DIAL_FRONT, np.radians(-16.0), np.radians(9.0), True, np.radians(10.0))
# turned a little: a flat polished face then catches the light across it
PENDANT = DisplayPose(AS_WORN, np.radians(15.0), np.radians(2.0), False)
RING = DisplayPose(_turned((1, 0, 0), -90.0), np.radians(32.0), np.radians(24.0), True)
RING_WITH_HEAD = replace(RING, elevation=np.radians(31.0))  # more of the stone's table
POSES = {
    Anchor.FINGER: RING,
    Anchor.WRIST: DisplayPose(AS_WORN, np.radians(-14.0), np.radians(28.0), True),
    Anchor.NECK: DisplayPose(AS_WORN, 0.0, np.radians(2.0), False),
    Anchor.EAR: DisplayPose(AS_WORN, np.radians(-15.0), np.radians(4.0), False),
    None: DisplayPose(AS_WORN, np.radians(25.0), np.radians(18.0), True),
}


def pose_of(model: Model) -> DisplayPose:
    """How this piece is shown."""
    if any(part.slot == "dial" for part in model.parts):
        return WATCH
    if model.extras.get("seen_from") == "side":
        return HOOP
    if model.anchor is Anchor.FINGER and any(part.slot == "gem" for part in model.parts):
        return RING_WITH_HEAD
    if model.anchor is Anchor.NECK and focused(model):
        return PENDANT
    return POSES[model.anchor]


def outline_points(model: Model, focus: bool = False) -> Array:
    """(n, 3) model frame: corners of the convex hull of all parts, or of those in focus."""
    return _outline(model, focus)


@lru_cache(maxsize=16)
def _outline(model: Model, focus: bool) -> Array:
    chosen = focused(model) if focus else ()
    corners = shared_out(_placed, chosen or model.parts)
    return _hull(np.concatenate(corners))


def focused(model: Model) -> tuple[Part, ...]:
    """The parts that a necklace is looked at for: those that `extras["focus"]` names."""
    names = model.extras.get("focus", ())
    return tuple(part for part in model.parts if part.name in names)


def _placed(part: Part) -> Array:
    """(k n, 3) model frame: the corners of every instance."""
    corners = _corners(part.mesh)
    matrices = part.model_from_part
    moved = corners @ np.swapaxes(matrices[:, :3, :3], 1, 2) + matrices[:, None, :3, 3]
    points: Array = moved.reshape(-1, 3)
    return points


@lru_cache(maxsize=MESHES_KEPT)
def _corners(mesh: Mesh) -> Array:
    """(n, 3) of a mesh, which pieces may share."""
    return _hull(mesh.positions)


def _hull(points: Array) -> Array:
    """Corners of the convex hull, but for those that stand out less than a few thousandths."""
    if len(points) <= len(WAYS):
        return points
    exact_enough = points.astype(np.float32)
    best, reach = np.zeros(len(WAYS), np.int64), np.full(len(WAYS), -np.inf, np.float32)
    for first in range(0, len(points), FEW):  # all ways to all points would not stay in the cache
        along = WAYS @ exact_enough[first : first + FEW].T
        farthest = np.argmax(along, axis=1)
        length = along[np.arange(len(WAYS)), farthest]
        farther = length > reach
        best[farther], reach[farther] = first + farthest[farther], length[farther]
    corners: Array = points[np.unique(best)]
    return corners


@lru_cache(maxsize=8)
def twin(model: Model) -> Model:
    """The other earring of a pair: the mirrored design, or the same once more."""
    if model.extras.get("pair") != "mirrored":
        return model
    parts = tuple(replace(p, model_from_part=MIRROR @ p.model_from_part) for p in model.parts)
    return replace(model, parts=parts)


def _placed_models(model: Model, azimuth: float) -> tuple[Shown, ...]:
    """The piece, or what is in focus of it, about the world's origin, and its twin beside it."""
    pose = pose_of(model)
    upright = pose.world_from_model.apply(outline_points(model, bool(focused(model))))
    middle = (upright.min(axis=0) + upright.max(axis=0)) / 2.0
    lean = RigidTransform.from_axis_angle((1, 0, 0), -pose.leans)
    center = RigidTransform.from_translation(-middle) @ pose.world_from_model

    def turned(angle: float) -> RigidTransform:
        return RigidTransform.from_axis_angle((0, 1, 0), angle) @ lean

    if model.extras.get("pair") not in ("mirrored", "alike"):
        return (Shown(model, turned(pose.azimuth + azimuth) @ center),)
    other = twin(model)
    mirrored = other is not model
    off = PAIR_GAP * float(np.hypot(*(upright - middle)[:, [0, 2]].T).max())
    opposite = middle * (-1.0, 1.0, 1.0) if mirrored else middle
    center_other = RigidTransform.from_translation(-opposite) @ pose.world_from_model
    turn_other = -pose.azimuth if mirrored else pose.azimuth
    return (
        Shown(
            model,
            RigidTransform.from_translation((-off, 0, 0)) @ turned(pose.azimuth + azimuth) @ center,
            -off,
        ),
        Shown(
            other,
            RigidTransform.from_translation((off, 0, 0))
            @ turned(turn_other + azimuth)
            @ center_other,
            off,
        ),
    )


def _camera_from_world(elevation: float, distance: float, target: Array) -> RigidTransform:
    """A camera on the viewer's side, looking at the target."""
    back = np.array([0.0, np.sin(elevation), np.cos(elevation)])
    rotation = np.stack([[1.0, 0.0, 0.0], np.cross(-back, [1.0, 0.0, 0.0]), -back])
    return RigidTransform(rotation, -rotation @ (target + back * distance))


def _reach(shown: tuple[Shown, ...], sweep: bool, focus: bool) -> Array:
    """(n, 3) world: what the frame has to hold, at one azimuth or at all of a turntable's."""
    clouds = []
    for one in shown:
        points = one.world_from_model.apply(outline_points(one.model, focus))
        if sweep:
            axis = np.array([one.axis, 0.0, 0.0])
            across = points - axis
            around = np.hypot(across[:, 0], across[:, 2])
            ring = np.stack([np.cos(SWEEP), 0.0 * SWEEP, np.sin(SWEEP)], axis=-1)
            points = (around[:, None, None] * ring).reshape(-1, 3) + axis
            points[:, 1] = np.repeat(across[:, 1], len(SWEEP))
        clouds.append(points)
    return np.concatenate(clouds)


def view_of(
    model: Model, width: int, height: int, azimuth: float, elevation: float | None, sweep: bool
) -> View:
    """Frame the piece, at one azimuth or at all of a turntable's."""
    pose = pose_of(model)
    shown = _placed_models(model, azimuth)
    focus = bool(focused(model))
    reach = _reach(shown, sweep, focus)
    lift = pose.elevation if elevation is None else elevation
    fill = FOCUS_FILL if focus else FILL
    focal = min(width, height) / (2.0 * np.tan(FIELD_OF_VIEW / 2.0))
    extent = float(np.linalg.norm(reach - reach.mean(axis=0), axis=1).max())
    distance = extent / np.sin(FIELD_OF_VIEW / 2.0)
    target = reach.mean(axis=0) * (0.0 if not focus else 1.0)
    for _ in range(4):  # the frame's centre and distance settle in a few steps
        camera = _camera_from_world(lift, distance, target)
        flat = Intrinsics(focal, focal, 0.0, 0.0).project(camera.apply(reach))
        low, high = flat.min(axis=0), flat.max(axis=0)
        shift = np.append((low + high) / 2.0 * distance / focal, 0.0)
        target = target + camera.rotation.T @ shift
        distance *= float(np.max((high - low) / (fill * np.array([width, height]))))
    camera = _camera_from_world(lift, distance, target)
    # a little more room under a piece that stands than over it, for its shadow
    center_y = height * (FOCUS_HEIGHT if focus else 0.488 if pose.stands else 0.5)
    return View(shown, pose.stands, camera, Intrinsics(focal, focal, width / 2.0, center_y))
