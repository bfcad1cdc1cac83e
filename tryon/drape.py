"""A necklace laid round another neck than the one it was built on.

A model hangs on a mean body. For a wearer its line is solved again on a body of her girth, and
each link goes with its own place on the line, as a rigid piece: links that interlocked interlock.
What hangs from the line is led to its new front and swings until it meets the chest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from scipy.spatial import cKDTree

from models3d.chains.body import BODY_SIZES, Neck, normals
from models3d.chains.chain import BEND, LEAST_EASE, neck_curve
from models3d.chains.hanging import Curve
from models3d.frames import Array, RigidTransform
from models3d.mesh import Mesh, Model, Part
from tryon.dangling import pendulum_of

MEAN_BASE = BODY_SIZES["neck_base"].mean_mm * 1e-3
GIRTH_STEP = 0.010  # metres: bodies are told apart by so much, and no more
GIRTHS = 0.31, 0.50  # metres round the neck's base: ANSUR II's women p1 to men p99
SAMPLES = 1600  # of a line, all round
SHOWN = 160  # of those, for who needs to know where the line runs
TURNS = np.radians(np.linspace(-30.0, 60.0, 181))
TOUCH = 0.05e-3  # metres between what hangs and the skin
FEWEST_LINKS = 12


@dataclass(frozen=True, slots=True, eq=False)
class Swaying:
    """A necklace taken apart into its chain and what hangs from it, both as they are worn."""

    still: Model
    swinging: Model
    hinge: Array  # (3,) metres, chest frame
    pendulum_length: float  # metres


@dataclass(frozen=True, slots=True, eq=False)
class Draped:
    """A necklace as one wearer wears it."""

    model: Model
    base: float  # metres round the base of the neck that it lies on
    line: Array  # (n, 3) metres, chest frame, once round from the front by the wearer's left
    drop: float  # metres from the notch down to its lowest point
    breadth: float  # metres across the chain itself
    swaying: Swaying | None = None  # where something hangs from it


@dataclass(frozen=True, slots=True, eq=False)
class Loop:
    """What is known of a line from its model."""

    length: float
    radius: float  # from the skin to the line
    load: float
    bend: float


def stepped(base: float) -> float:
    """The girth whose body stands for all those about it."""
    bounded = float(np.clip(base, *GIRTHS))
    return round(round(bounded / GIRTH_STEP) * GIRTH_STEP, 6)


@lru_cache(maxsize=24)
def drape(model: Model, base: float) -> Draped:
    """The model as it lies on a neck of this girth; made once per model and girth.

    A foreign model, or one that is no row of links, stays as it is. A necklace that is too short
    for the neck is worn in the next size up: all of it larger by the missing share.

    Args:
        base: metres round the base of the neck.
    """
    loop = loop_of(model)
    if loop is None:
        return _as_built(model, base)
    room = loop.length - LEAST_EASE - 2.0 * np.pi * loop.radius
    grown = max(base / room, 1.0) if room > 0.0 else 1.0
    solved = round(base / grown, 6)
    before = _line(loop, None)
    after = _line(loop, solved)
    hanging = frozenset(model.extras.get("hanging", ()))
    parts = []
    there = before.locate
    for part in model.parts:
        if part.name in hanging:
            continue
        matrices = after.frames_at(there(part.model_from_part[:, :3, 3])) @ (
            _inverse(before.frames_at(there(part.model_from_part[:, :3, 3]))) @ part.model_from_part
        )
        parts.append(replace(part, model_from_part=matrices))
    moving = [part for part in model.parts if part.name in hanging]
    if moving and "hangs_from" in model.extras:
        pivot = np.array(model.extras["hangs_from"], np.float64)
        front = after.frames_at(np.zeros(1))[0] @ _inverse(before.frames_at(np.zeros(1)))[0]
        hinge = (front @ np.append(pivot, 1.0))[:3]
        parts.extend(_hung(moving, pivot, hinge, Neck(solved)))
    size = np.diag([grown, grown, grown, 1.0])
    if grown > 1.0:
        parts = [replace(part, model_from_part=size @ part.model_from_part) for part in parts]
    fitted = replace(model, parts=tuple(parts))
    swaying = None
    if moving and "hangs_from" in model.extras:
        held = tuple(part for part in parts if part.name not in hanging)
        loose = tuple(part for part in parts if part.name in hanging)
        length, _ = pendulum_of(loose, grown * hinge)
        still, swinging = replace(model, parts=held), replace(model, parts=loose)
        swaying = Swaying(still, swinging, grown * hinge, length)
    line = grown * after.points[:: SAMPLES // SHOWN]
    drop, breadth = float(-line[:, 1].min()), 2.0 * grown * loop.radius
    return Draped(fitted, base, line, drop, breadth, swaying)


@lru_cache(maxsize=32)
def loop_of(model: Model) -> Loop | None:
    """Length, radius and load of a necklace's line; None where there is none to be known."""
    named = {d.id: d.mm for d in model.bill.dimensions} if model.bill is not None else {}
    hanging = frozenset(model.extras.get("hanging", ()))
    rows = [part for part in model.parts if part.name not in hanging]
    links = np.concatenate([part.model_from_part[:, :3, 3] for part in rows])
    if "length" not in named or len(links) < FEWEST_LINKS:
        return None
    length = named["length"] * 1e-3
    sizes = BODY_SIZES["neck_base"]
    body = Neck(min(sizes.mean_mm * 1e-3, max(sizes.p1_mm * 1e-3, length - LEAST_EASE)))
    radius = float(np.clip(np.percentile(body.depth(links), 25.0), 0.2e-3, 9e-3))
    load, bend = 0.0, 0.0
    moving = [part for part in model.parts if part.name in hanging]
    if moving:
        load = sum(_volume(part) for part in moving) / max(sum(map(_volume, rows)), 1e-12)
        links_part = max(rows, key=lambda part: len(part.model_from_part))
        width = float(np.ptp(links_part.mesh.positions[:, 1]))
        bend = max(BEND[0] * width, BEND[1] * length / len(links_part.model_from_part))
    return Loop(round(length, 9), round(radius, 6), round(load, 4), round(bend, 6))


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """A solved line, sampled, with a frame at each sample: along, across, off the skin."""

    points: Array  # (SAMPLES, 3)
    frames: Array  # (SAMPLES, 4, 4)
    length: float
    tree: cKDTree

    def locate(self, places: Array) -> Array:
        """(n,) metres along the line from its front to the points nearest (n, 3) places."""
        _, nearest = self.tree.query(places)
        ahead = self.frames[nearest, :3, 0]
        beyond = np.sum((places - self.points[nearest]) * ahead, axis=1)
        step = self.length / SAMPLES
        return np.asarray(nearest * step + np.clip(beyond, -step, step))

    def frames_at(self, along: Array) -> Array:
        """(n, 4, 4) frames, made orthonormal between the samples."""
        at = np.mod(along / self.length, 1.0) * SAMPLES
        low = np.floor(at).astype(np.intp) % SAMPLES
        share = (at - np.floor(at))[:, None, None]
        mixed = (1.0 - share) * self.frames[low] + share * self.frames[(low + 1) % SAMPLES]
        x = mixed[:, :3, 0] / np.linalg.norm(mixed[:, :3, 0], axis=1, keepdims=True)
        z = mixed[:, :3, 2] - x * np.sum(mixed[:, :3, 2] * x, axis=1, keepdims=True)
        z /= np.linalg.norm(z, axis=1, keepdims=True)
        mixed[:, :3, 0], mixed[:, :3, 1], mixed[:, :3, 2] = x, np.cross(z, x), z
        return np.asarray(mixed)


def _line(loop: Loop, base: float | None) -> _Line:
    curve = neck_curve(loop.length, loop.radius, loop.load, bend=loop.bend, base=base)
    even = np.arange(SAMPLES + 1) * curve.length / SAMPLES
    for _ in range(2):  # towards even steps: a line rounded at a bail is shorter there
        steps = np.linalg.norm(np.diff(curve.points(even), axis=0), axis=1)
        walked = np.concatenate([[0.0], np.cumsum(steps)])
        even = np.interp(np.linspace(0.0, walked[-1], SAMPLES + 1), walked, even)
    points = curve.points(even[:-1])
    points = points[0] + (points - points[0]) * (curve.length / float(steps.sum()))
    return _Line(points, _frames(curve, points), curve.length, cKDTree(points))


def _frames(curve: Curve, points: Array) -> Array:
    ahead = np.roll(points, -1, axis=0) - np.roll(points, 1, axis=0)
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    _, out = normals(curve.body, points)
    out = out - ahead * np.sum(out * ahead, axis=1, keepdims=True)
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    frames = np.tile(np.eye(4), (len(points), 1, 1))
    frames[:, :3, 0], frames[:, :3, 1] = ahead, np.cross(out, ahead)
    frames[:, :3, 2], frames[:, :3, 3] = out, points
    return frames


def _inverse(frames: Array) -> Array:
    """Of rigid (n, 4, 4)."""
    back = np.tile(np.eye(4), (len(frames), 1, 1))
    back[:, :3, :3] = frames[:, :3, :3].transpose(0, 2, 1)
    back[:, :3, 3] = -np.einsum("nij,nj->ni", back[:, :3, :3], frames[:, :3, 3])
    return back


def _hung(parts: list[Part], pivot: Array, moved: Array, body: Neck) -> list[Part]:
    """What hangs, at its new place, swung about its pivot until it clears the chest.

    Args:
        pivot: (3,) metres, where it hangs from in the model.
        moved: (3,) metres, where it hangs from now.
    """
    points = np.concatenate([part.world_mesh().positions for part in parts]) - pivot
    points = points[:: max(len(points) // 4000, 1)]
    below = points[np.linalg.norm(points[:, 1:], axis=1) > 2.5e-3]
    below = below if len(below) else points
    clear = max(float(np.min(body.depth(pivot + below))), 0.0)
    freely = -float(np.arctan2(-points[:, 2].mean(), -points[:, 1].mean()))
    chosen = TURNS[-1]
    for turn in TURNS[min(freely, float(TURNS[-1])) <= TURNS]:
        chosen = turn
        swung = moved + below @ _swing(float(turn)).T
        if float(body.depth(swung).min()) >= min(clear, TOUCH):
            break
    matrix = np.eye(4)
    matrix[:3, :3] = _swing(float(chosen))
    matrix[:3, 3] = moved - matrix[:3, :3] @ pivot
    return [replace(part, model_from_part=matrix @ part.model_from_part) for part in parts]


def _swing(angle: float) -> Array:
    """(3, 3): the foot of what hangs swung forwards."""
    return RigidTransform.from_axis_angle((1, 0, 0), -angle).rotation


def _volume(part: Part) -> float:
    """Cubic metres of all instances of a closed mesh."""
    scales = np.abs(np.linalg.det(part.model_from_part[:, :3, :3]))
    return abs(_mesh_volume(part.mesh)) * float(scales.sum())


def _mesh_volume(mesh: Mesh) -> float:
    a, b, c = np.moveaxis(mesh.positions[mesh.triangles], 1, 0)
    return float(np.einsum("ij,ij->", a, np.cross(b, c))) / 6.0


def _as_built(model: Model, base: float) -> Draped:
    """A model that cannot be laid anew: its outline stands for its line."""
    points = np.concatenate([part.world_mesh().positions for part in model.parts])
    turn = np.arctan2(points[:, 0], -points[:, 1] + points[:, 2])
    order = np.argsort(turn)[:: max(len(points) // SHOWN, 1)]
    return Draped(model, base, points[order], float(-points[:, 1].min()), 2e-3)
