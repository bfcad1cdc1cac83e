"""Links in a row along a curve: where each one stands.

A row is a closed polygon whose corners are the points where neighbours bear on each other, so each
link hangs in the one before it whatever way the curve bends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from models3d.chains.body import normals
from models3d.chains.hanging import Curve, restore
from models3d.chains.link import Link
from models3d.frames import Array
from models3d.mesh import Material, Part

SPACING_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Item:
    """One link of a row."""

    part: str  # its name among the row's bodies
    link: Link
    roll: float  # radians about the chain, from lying flat
    scale: float = 1.0

    @property
    def bearing(self) -> float:
        """Metres between the points where its neighbours bear."""
        return self.scale * self.link.bearing


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """Links along a curve, in their places."""

    items: tuple[Item, ...]
    joints: Array  # (n + 1, 3) metres: where each bears on the next; first and last are the same
    frames: Array  # (n, 4, 4) model from the item's frame before its roll: +x along, +z off skin

    def places(self, part: str | None = None) -> Array:
        """(k, 4, 4) model from link, of all items or of those of one name."""
        chosen = [k for k, item in enumerate(self.items) if part in (None, item.part)]
        placed = rolled(self.frames[chosen], np.array([self.items[k].roll for k in chosen]))
        scale = np.array([self.items[k].scale for k in chosen])
        placed[:, :3, :3] *= scale[:, None, None]
        return placed

    def parts(self, material: Material, slot: str = "metal") -> tuple[Part, ...]:
        """One part for each name, with all its places."""
        bodies: dict[str, Link] = {}
        for item in self.items:
            bodies.setdefault(item.part, item.link)
        return tuple(
            Part(name, link.mesh, material, self.places(name), slot)
            if link.drawn is None
            else Part(name, link.drawn, material, self.places(name), slot, workshop_mesh=link.mesh)
            for name, link in bodies.items()
        )

    @property
    def volume(self) -> float:
        """Cubic metres of all links: closed links do not overlap."""
        return volume_of(self.items)

    @property
    def length(self) -> float:
        """Metres all round."""
        return float(sum(item.bearing for item in self.items))


def volume_of(items: Sequence[Item]) -> float:
    """Cubic metres of all these links."""
    each = {link: link.volume for link in {item.link for item in items}}
    return float(sum(each[item.link] * item.scale**3 for item in items))


def lay(items: Sequence[Item], curve: Curve, begin: float = 0.0) -> Row:
    """Set a closed row of links along a curve of the same length.

    Args:
        begin: metres from the front's middle to the first joint.
    """
    lengths = np.array([item.bearing for item in items])
    shares = lengths
    for _ in range(SPACING_ROUNDS):  # towards chords, not arcs, in the ratio of the links
        along = np.concatenate([[0.0], np.cumsum(shares)])
        joints = curve.points(begin + along * (curve.length / along[-1]))
        chords = np.linalg.norm(np.diff(joints, axis=0), axis=1)
        shares = shares * lengths / chords
    front = joints[0]
    joints = front + (joints - front) * (lengths.sum() / chords.sum())
    joints[-1] = joints[0]
    joints = restore(joints, lengths)
    frames = standing(joints, curve)
    twist = _twist(frames)
    placed = (
        replace(item, roll=item.roll - float(angle)) if item.link.passes > 1 else item
        for item, angle in zip(items, twist, strict=True)
    )
    return Row(tuple(placed), joints, frames)


def _twist(frames: Array) -> Array:
    """(n,) radians by which frames have turned about the chain since the front.

    Links that keep their angle to the skin turn a little against each other where the chain winds
    across it; a rope has no room for that.
    """
    x, y, z = frames[:, :3, 0], frames[:, :3, 1], frames[:, :3, 2]
    ahead = x[:-1] + x[1:]
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    # carried across the joint without twist: reflected twice (Wang et al., 2008)
    carried = y[:-1] - 2.0 * np.sum(y[:-1] * ahead, axis=1, keepdims=True) * ahead
    carried = carried - 2.0 * np.sum(carried * x[1:], axis=1, keepdims=True) * x[1:]
    steps = np.arctan2(-np.sum(carried * z[1:], axis=1), np.sum(carried * y[1:], axis=1))
    turned = np.concatenate([[0.0], np.cumsum(steps)])
    half = len(frames) // 2
    closing = _joint_twist(frames)
    turned[half:] += -turned[-1] - closing
    return np.asarray(turned)


def _joint_twist(frames: Array) -> float:
    """Radians that the first frame has turned against the last, across the front."""
    pair = np.stack([frames[-1], frames[0]])
    x, y, z = pair[:, :3, 0], pair[:, :3, 1], pair[:, :3, 2]
    side = y[0] - (y[0] @ x[1]) * x[1]
    return float(np.arctan2(-side @ z[1], side @ y[1]))


def standing(joints: Array, curve: Curve) -> Array:
    """(n, 4, 4) frames in the middle between neighbouring joints, +z away from the skin."""
    step = np.diff(joints, axis=0)
    ahead = step / np.linalg.norm(step, axis=1, keepdims=True)
    middle = (joints[:-1] + joints[1:]) / 2.0
    _, out = normals(curve.body, middle)
    out = out - ahead * np.sum(out * ahead, axis=1, keepdims=True)
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    frames = np.tile(np.eye(4), (len(middle), 1, 1))
    frames[:, :3, 0], frames[:, :3, 1] = ahead, np.cross(out, ahead)
    frames[:, :3, 2], frames[:, :3, 3] = out, middle
    return frames


def rolled(frames: Array, roll: Array) -> Array:
    """Each frame turned about its own x axis."""
    turn = np.tile(np.eye(4), (len(roll), 1, 1))
    turn[:, 1, 1] = turn[:, 2, 2] = np.cos(roll)
    turn[:, 2, 1] = np.sin(roll)
    turn[:, 1, 2] = -turn[:, 2, 1]
    return np.asarray(frames @ turn)
