"""A hand whose every pose is known: the rigged hand of WebXR's input profiles, bent and reshaped.

The rig comes from npm `@webxr-input-profiles/assets` (generic-hand, MIT), the right hand; a left
one is its mirror image. Bones are lengthened and fingers made thicker or thinner, so that nothing
is measured on one person's proportions. Truth is read off the very mesh that is drawn: sections
of the phalanges, the joints in the camera's frame, which parts the camera sees.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pygltflib as gl
from numpy.typing import NDArray

from benchmarks.common import FOLDER
from models3d.frames import Array, IntArray, Intrinsics, RigidTransform
from models3d.mesh import Mesh
from tryon.anchors.hand_frame import PROXIMAL
from tryon.types import Finger, Hand, Side

RIG = FOLDER / "node_modules/@webxr-input-profiles/assets/dist/profiles/generic-hand/right.glb"
COMPONENTS: Mapping[int, type[np.generic]] = {5121: np.uint8, 5123: np.uint16, 5126: np.float32}
WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}
# Rig joints in MediaPipe's order: the wrist, then each finger from the hand to its tip.
LANDMARKS = (0, 1, 2, 3, 4, 6, 7, 8, 9, 11, 12, 13, 14, 16, 17, 18, 19, 21, 22, 23, 24)
PARENTS = (-1, 0, 1, 2, 3, 0, 5, 6, 7, 8, 0, 10, 11, 12, 13, 0, 15, 16, 17, 18, 0, 20, 21, 22, 23)
CHAIN_OF = (*(-1,), *(0,) * 4, *(1,) * 5, *(2,) * 5, *(3,) * 5, *(4,) * 5)  # finger of a joint
FINGERS = tuple(Finger)
RING_PLACE = 0.6  # of the proximal phalanx, from the knuckle's joint: where sections are measured
BAND = (0.5, 0.7)  # the part of the phalanx whose sight decides whether a ring is seen there


@dataclass(frozen=True, slots=True, eq=False)
class Rig:
    """A skinned hand at rest: right, fingers along -Z of their joints, backs along +Y."""

    positions: Array  # (n, 3) metres
    triangles: IntArray  # (m, 3)
    uvs: Array  # (m, 3, 2) of each triangle's corners
    weights: Array  # (n, 25)
    rest: Array  # (25, 4, 4) hand from joint


@dataclass(frozen=True, slots=True, eq=False)
class Build:
    """One person's proportions, against the rig's."""

    size: float  # of the whole hand
    lengths: Array  # (5,) of the fingers' bones
    thicknesses: Array  # (5,)
    breadth: float  # of the palm


@dataclass(frozen=True, slots=True, eq=False)
class Posture:
    """How the joints are bent, radians."""

    flexion: Array  # (5, 3) knuckle, middle, outer joint; thumb: root, knuckle, outer joint
    spread: Array  # (5,) away from the middle finger


@dataclass(frozen=True, slots=True)
class FingerTruth:
    """What is true of one finger where a ring sits."""

    axis: Array  # (3,) unit, camera frame: along the phalanx, to the tip
    dorsal: Array  # (3,) unit
    center_px: Array  # (2,) middle between its two edges
    axis_px: Array  # (2,) unit
    width_px: float  # between its edges, across `axis_px`
    knuckle_px: Array  # (2,)
    bone_px: float  # |MCP-PIP| in the image
    seen: float  # 0..1, share of the ring's front that nothing hides
    side: Side


@dataclass(frozen=True, slots=True, eq=False)
class PosedHand:
    """A hand before the camera."""

    hand: Hand
    mesh: Mesh  # camera frame
    joints: Array  # (25, 4, 4) camera from joint
    owners: IntArray  # (m,) joint that moves most of a triangle

    def landmarks(self) -> Array:
        """(21, 3) metres, camera frame, MediaPipe's order."""
        return self.joints[list(LANDMARKS), :3, 3]


@cache
def rig(path: Path = RIG) -> Rig:
    """Read and refine the rigged hand.

    Raises:
        FileNotFoundError: the package is not there.
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: run 'npm ci --prefix benchmarks'")
    document = gl.GLTF2().load(str(path))
    primitive = document.meshes[0].primitives[0]
    attributes = primitive.attributes
    positions, uvs, joints, weights = (
        _accessor(document, number)
        for number in (
            attributes.POSITION,
            attributes.TEXCOORD_0,
            attributes.JOINTS_0,
            attributes.WEIGHTS_0,
        )
    )
    triangles = _accessor(document, primitive.indices).reshape(-1, 3).astype(np.int32)
    spread = np.zeros((len(positions), len(PARENTS)))
    np.add.at(spread, (np.arange(len(positions))[:, None], joints.astype(np.intp)), weights)
    inverse = _accessor(document, document.skins[0].inverseBindMatrices).reshape(-1, 4, 4)
    # vertices that differ in their place in the texture alone are one
    _, first, welded = np.unique(positions.round(6), axis=0, return_index=True, return_inverse=True)
    corners = uvs[triangles]
    whole = np.concatenate([positions, spread], axis=1)[first]
    whole, triangles, corners = _refined(whole, welded.ravel()[triangles], corners)
    return Rig(
        whole[:, :3],
        triangles.astype(np.int32),
        corners,
        whole[:, 3:] / whole[:, 3:].sum(axis=1, keepdims=True),
        np.linalg.inv(inverse.transpose(0, 2, 1)),
    )


def _accessor(document: gl.GLTF2, number: int) -> Array:
    accessor = document.accessors[number]
    view = document.bufferViews[accessor.bufferView]
    start = (view.byteOffset or 0) + (accessor.byteOffset or 0)
    width = WIDTHS[accessor.type]
    kind = COMPONENTS[accessor.componentType]
    values = np.frombuffer(document.binary_blob(), kind, accessor.count * width, start)
    return values.reshape(accessor.count, width).astype(np.float64)


def _refined(
    values: Array, triangles: NDArray[np.intp], corners: Array
) -> tuple[Array, NDArray[np.intp], Array]:
    """One step of Loop's subdivision of a closed mesh; texture coordinates are halved."""
    count = len(values)
    sides = np.concatenate([triangles[:, [k, (k + 1) % 3]] for k in range(3)])
    facing = np.concatenate([triangles[:, (k + 2) % 3] for k in range(3)])
    edges, number = np.unique(np.sort(sides, axis=1), axis=0, return_inverse=True)
    number = number.ravel()
    wings = np.zeros((len(edges), values.shape[1]))
    np.add.at(wings, number, values[facing])
    middles = 0.375 * values[edges].sum(axis=1) + 0.125 * wings
    around = np.zeros_like(values)
    np.add.at(around, edges[:, 0], values[edges[:, 1]])
    np.add.at(around, edges[:, 1], values[edges[:, 0]])
    valence = np.bincount(edges.ravel(), minlength=count)[:, None]
    beta = (0.625 - (0.375 + 0.25 * np.cos(2.0 * np.pi / valence)) ** 2) / valence
    kept = (1.0 - valence * beta) * values + beta * around
    a, b, c = triangles.T
    ab, bc, ca = count + number.reshape(3, -1)
    finer = [(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)]
    u, v, w = corners.transpose(1, 0, 2)
    uv, vw, wu = (u + v) / 2.0, (v + w) / 2.0, (w + u) / 2.0
    places = [(u, uv, wu), (uv, v, vw), (wu, vw, w), (uv, vw, wu)]
    return (
        np.concatenate([kept, middles]),
        np.concatenate([np.stack(corner, axis=1) for corner in finer]),
        np.concatenate([np.stack(corner, axis=1) for corner in places]),
    )


def posed(
    build: Build, posture: Posture, hand: Hand, camera_from_hand: RigidTransform
) -> PosedHand:
    """Bend the hand and put it before the camera; the hand's own frame is that of its wrist.

    Args:
        camera_from_hand: of the wrist's joint: -Z to the fingers, +Y out of the back, +X away from
            a right hand's thumb.
    """
    source = rig()
    local = _local_rest(source)
    pose = np.tile(np.eye(4), (len(PARENTS), 1, 1))
    stretch = _stretches(build)
    for joint, parent in enumerate(PARENTS):
        if parent < 0:
            continue
        step = local[joint].copy()
        step[:3, 3] *= stretch[parent]
        pose[joint] = pose[parent] @ step @ _bent(joint, posture)
    skin = np.zeros_like(pose)
    for joint in range(len(PARENTS)):
        widened = pose[joint] @ np.diag([*stretch[joint], 1.0])
        skin[joint] = widened @ np.linalg.inv(source.rest[joint])
    blended = np.einsum("nj,jab->nab", source.weights, skin)
    positions = np.einsum("nab,nb->na", blended[:, :3, :3], source.positions) + blended[:, :3, 3]
    positions = positions * build.size
    pose[:, :3, 3] *= build.size
    triangles = source.triangles
    if hand is Hand.LEFT:  # the mirror image, in joint frames that stay right-handed
        positions = positions * (-1.0, 1.0, 1.0)
        mirror = np.diag([-1.0, 1.0, 1.0, 1.0])
        pose = mirror @ pose @ mirror
        triangles = triangles[:, ::-1]
    placed = camera_from_hand.apply(positions)
    owners = source.weights[source.triangles].sum(axis=1).argmax(axis=1).astype(np.int32)
    return PosedHand(
        hand,
        Mesh(placed, vertex_normals(placed, triangles), triangles),
        camera_from_hand.matrix @ pose,
        owners,
    )


def _local_rest(source: Rig) -> Array:
    """(25, 4, 4) parent from joint at rest; the wrist's is its own."""
    local = source.rest.copy()
    for joint, parent in enumerate(PARENTS):
        if parent >= 0:
            local[joint] = np.linalg.inv(source.rest[parent]) @ source.rest[joint]
    return local


def _stretches(build: Build) -> Array:
    """(25, 3) growth along each joint's axes."""
    stretch = np.ones((len(PARENTS), 3))
    for joint, finger in enumerate(CHAIN_OF):
        metacarpal = joint in (5, 10, 15, 20)
        if finger < 0 or metacarpal:
            stretch[joint] = build.breadth, build.breadth**0.5, 1.0
        else:
            thick = build.thicknesses[finger]
            stretch[joint] = thick, thick, build.lengths[finger]
    return stretch


def _bent(joint: int, posture: Posture) -> Array:
    """(4, 4) the turn at one joint: flexion about X, towards the palm; spread about Y."""
    finger = CHAIN_OF[joint]
    order = joint - (1 if finger == 0 else 6 + 5 * (finger - 1))
    turned = np.eye(4)
    if order not in (0, 1, 2):
        return turned
    flexion = RigidTransform.from_axis_angle([1.0, 0.0, 0.0], -posture.flexion[finger, order])
    turned[:3, :3] = flexion.rotation
    if order == 0:
        outwards = (1.0, 1.0, 0.0, -1.0, -1.0)[finger] * posture.spread[finger]
        spread = RigidTransform.from_axis_angle([0.0, 1.0, 0.0], outwards)
        turned[:3, :3] = spread.rotation @ turned[:3, :3]
    return turned


def vertex_normals(positions: Array, triangles: IntArray) -> Array:
    """(n, 3) unit, weighted by area."""
    a, b, c = positions[triangles].transpose(1, 0, 2)
    faces = np.cross(b - a, c - a)
    normals = np.zeros_like(positions)
    for corner in range(3):
        np.add.at(normals, triangles[:, corner], faces)
    unit: Array = normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-30)
    return unit


def truths(
    posed_hand: PosedHand, camera: Intrinsics, size: tuple[int, int]
) -> dict[Finger, FingerTruth]:
    """What is true of every finger.

    Args:
        size: width and height of the image.
    """
    points = posed_hand.landmarks()
    shown = _owner_image(posed_hand, camera, size)
    wrist = posed_hand.joints[0]
    side = Side.DORSAL if wrist[:3, 1] @ points[9] < 0.0 else Side.PALMAR
    return {
        finger: _truth(posed_hand, finger, points[[start, end]], camera, shown, side)
        for finger, (start, end) in PROXIMAL.items()
    }


def _truth(
    posed_hand: PosedHand,
    finger: Finger,
    ends: Array,
    camera: Intrinsics,
    shown: NDArray[np.int32],
    side: Side,
) -> FingerTruth:
    number = FINGERS.index(finger)
    bone = ends[1] - ends[0]
    axis = bone / np.linalg.norm(bone)
    proximal = 2 if number == 0 else 6 + 5 * (number - 1)
    dorsal = posed_hand.joints[proximal][:3, 1]
    dorsal = dorsal - (dorsal @ axis) * axis
    dorsal = dorsal / np.linalg.norm(dorsal)
    start_px, end_px = camera.project(ends)
    bone_px = float(np.linalg.norm(end_px - start_px))
    section = cut_across(posed_hand, number, ends[0] + RING_PLACE * bone, axis)
    middle = section.mean(axis=0)
    along_px = camera.project(np.stack([middle, middle + 1e-4 * axis]))
    axis_px = (along_px[1] - along_px[0]) / np.linalg.norm(along_px[1] - along_px[0])
    center, width_px = between_edges(camera.project(section), axis_px)
    return FingerTruth(
        axis,
        dorsal,
        center,
        axis_px,
        width_px,
        start_px,
        bone_px,
        _seen(posed_hand, number, ends, camera, shown),
        side,
    )


def between_edges(section_px: Array, axis_px: Array) -> tuple[Array, float]:
    """Middle (2,) and width of a finger between its edges, in the image.

    Args:
        section_px: (n, 2) where a plane cuts it.
        axis_px: (2,) unit length, that it is measured across.
    """
    across = np.array([-axis_px[1], axis_px[0]])
    low, high = np.percentile(section_px @ across, [0, 100])
    along = (section_px.mean(axis=0) @ axis_px) * axis_px
    return along + 0.5 * (low + high) * across, float(high - low)


def cut_across(posed_hand: PosedHand, number: int, point: Array, axis: Array) -> Array:
    """(n, 3) where a plane cuts one finger."""
    mesh = posed_hand.mesh
    chains = np.array(CHAIN_OF)[posed_hand.owners]
    triangles = mesh.triangles[chains == number]
    height = (mesh.positions - point) @ axis
    edges = np.concatenate([triangles[:, [k, (k + 1) % 3]] for k in range(3)])
    a, b = edges.T
    cut = height[a] * height[b] < 0.0
    a, b = a[cut], b[cut]
    share = (height[a] / (height[a] - height[b]))[:, None]
    return np.asarray((1.0 - share) * mesh.positions[a] + share * mesh.positions[b])


def _seen(
    posed_hand: PosedHand, number: int, ends: Array, camera: Intrinsics, shown: NDArray[np.int32]
) -> float:
    """Share of the ring's front that the camera sees."""
    bone = ends[1] - ends[0]
    axis = bone / np.linalg.norm(bone)
    points = []
    for share in np.linspace(*BAND, 3):
        section = cut_across(posed_hand, number, ends[0] + share * bone, axis)
        middle = section.mean(axis=0)
        front = -middle - (-middle @ axis) * axis
        points.append(section[(section - middle) @ front > 0.0])
    flat = camera.project(np.concatenate(points)).astype(int)
    height, width = shown.shape
    inside = (flat[:, 0] >= 0) & (flat[:, 1] >= 0) & (flat[:, 0] < width) & (flat[:, 1] < height)
    x, y = np.clip(flat, 0, [width - 1, height - 1]).T
    owners = shown[y, x]
    own = (owners >= 0) & (np.array(CHAIN_OF)[np.maximum(owners, 0)] == number)
    near = np.isin(owners, [2] if number == 0 else [6 + 5 * (number - 1), 5 + 5 * (number - 1)])
    return float((own & near & inside).mean())


def _owner_image(
    posed_hand: PosedHand, camera: Intrinsics, size: tuple[int, int]
) -> NDArray[np.int32]:
    """(h, w) the joint that moves what is seen there; -1: none. Painted far to near."""
    mesh = posed_hand.mesh
    corners = camera.project(mesh.positions)[mesh.triangles]
    distances = mesh.positions[mesh.triangles][:, :, 2].mean(axis=1)
    shown = np.full((size[1], size[0]), -1, np.int32)
    fixed = np.round(corners * 16.0).astype(np.int32)
    for number in np.argsort(-distances):
        cv2.fillConvexPoly(shown, fixed[number], int(posed_hand.owners[number]), shift=4)
    return shown
