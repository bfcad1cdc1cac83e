"""What hangs from an earring: it stays plumb when the head leans and swings when the head moves.

A swinging part is a physical pendulum about its hinge. Its angles are small, so both ways it can
swing are damped harmonic oscillators; between two frames the hinge moves evenly, and for that the
motion is known in closed form, stable at any frame rate. (Landau, Lifshitz: Mechanics, 25.)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from models3d.frames import Array, RigidTransform
from models3d.mesh import Model, Part
from tryon.anchors.hand_frame import turn_between, unit
from tryon.types import Ear
from viewer.display import twin

GRAVITY = 9.81  # metres a second squared
CAMERA_DOWN = np.array([0.0, 1.0, 0.0])  # unless the camera's own gravity is known
DAMPING = 0.10  # of critical: jump rings and air let a swing die away in about five periods
WIDEST = np.radians(50.0)  # of a swing
ON_SKIN_DAMPING = 0.22  # of critical, of what rubs on a chest
OFF_CHEST = np.radians(25.0)  # that a pendant swings off the chest at most; into it, never
DEEP_SHARE = 0.5  # how far the hinge's motion in depth is believed, which is measured worse
TOWARDS_NECK = 0.016  # metres that a hanging piece may swing in below the lobe before it is met
LEAST_LENGTH = 2e-3
STUD_REACH = 9.5e-3  # metres below the piercing up to which a piece is a stud, held by its post
TAIL_BEHIND, TAIL_BELOW = -3.0e-3, -1.0e-3  # metres from the piercing, of a hook's end
MOST_TURN = np.radians(40.0)  # of a wire in its hole


@dataclass(frozen=True, slots=True, eq=False)
class Hung:
    """An earring taken apart into what is held and what swings."""

    still: Model
    swinging: Model | None
    hinge: Array  # (3,) model frame, metres
    pendulum_length: float  # metres: of the simple pendulum of the same period
    drop: float  # metres from the hinge to the lowest point
    turns: bool  # in its hole, until it hangs plumb: hooks and hoops, but no stud

    @property
    def period(self) -> float:
        """Seconds of one small swing to and fro."""
        return float(2.0 * np.pi * np.sqrt(self.pendulum_length / GRAVITY))


def hung(model: Model, ear: Ear) -> Hung:
    """The earring of one ear, in still and swinging parts; models are made once per identity."""
    return _hung(model, ear is Ear.LEFT and twin(model) is not model)


@lru_cache(maxsize=8)
def _hung(model: Model, mirrored: bool) -> Hung:
    worn = twin(model) if mirrored else model
    names = frozenset(model.extras.get("hanging", ()))
    moving = tuple(part for part in worn.parts if part.name in names)
    if not moving or "hangs_from" not in model.extras:
        lowest = float(worn.bounds()[0, 1]) if worn.parts else 0.0
        return Hung(worn, None, np.zeros(3), LEAST_LENGTH, -lowest, -lowest > STUD_REACH)
    hinge = np.array(model.extras["hangs_from"], np.float64)
    if worn is not model:
        hinge = hinge * (-1.0, 1.0, 1.0)
    held = tuple(_without_tail(part) for part in worn.parts if part.name not in names)
    length, drop = pendulum_of(moving, hinge)
    return Hung(replace(worn, parts=held), replace(worn, parts=moving), hinge, length, drop, True)


def _without_tail(part: Part) -> Part:
    """A hook without the end that lies in the fold behind the lobe, where skin hides it."""
    mesh = part.mesh
    middles = mesh.positions[mesh.triangles].mean(axis=1)
    hidden = (middles[:, 2] < TAIL_BEHIND) & (middles[:, 1] < TAIL_BELOW)
    if part.name != "hook" or not hidden.any():
        return part
    return replace(part, mesh=replace(mesh, triangles=mesh.triangles[~hidden]))


def pendulum_of(parts: tuple[Part, ...], hinge: Array) -> tuple[float, float]:
    """Length of the simple pendulum of the same period, and the whole drop, metres.

    T = 2 pi sqrt(I / (m g r)): of shells of even thickness, each triangle's mass in its middle.
    """
    masses, places, lowest = [], [], 0.0
    for part in parts:
        mesh = part.world_mesh()
        a, b, c = mesh.positions[mesh.triangles].swapaxes(0, 1)
        masses.append(np.linalg.norm(np.cross(b - a, c - a), axis=1))
        places.append((a + b + c) / 3.0 - hinge)
        lowest = min(lowest, float(mesh.positions[:, 1].min() - hinge[1]))
    mass, place = np.concatenate(masses), np.concatenate(places)
    below = float(-(mass @ place[:, 1]))
    inertia = float(mass @ (place[:, 1] ** 2 + place[:, 2] ** 2))
    return max(inertia / max(below, 1e-12), LEAST_LENGTH), max(-lowest, LEAST_LENGTH)


class Pendulum:
    """The swing of one hanging piece through a stream.

    Args:
        length: metres, of the simple pendulum.
        damping: of critical.
    """

    def __init__(self, length: float, damping: float = DAMPING) -> None:
        self._pulse = np.sqrt(GRAVITY / length)
        self._length = length
        self._damping = damping
        self._hinge: Array | None = None
        self._hinge_speed = np.zeros(3)
        self._offset = np.zeros(3)  # of the bob from plumb, metres
        self._speed = np.zeros(3)  # of the bob beside its hinge

    def __call__(self, hinge: Array, elapsed: float, down: Array = CAMERA_DOWN) -> Array:
        """(3,) unit: where the piece hangs to, `elapsed` seconds after the last frame.

        Args:
            hinge: (3,) metres, camera frame.
            down: (3,) unit, camera frame.
        """
        if self._hinge is None or elapsed <= 0.0:
            self._hinge = np.array(hinge)
            return down
        moved = (hinge - self._hinge) * (1.0, 1.0, DEEP_SHARE)
        hinge_speed = moved / elapsed
        speed = self._speed - (hinge_speed - self._hinge_speed)
        level = np.eye(3) - np.outer(down, down)
        self._offset, self._speed = self._swung(level @ self._offset, level @ speed, elapsed)
        self._hinge, self._hinge_speed = np.array(hinge), hinge_speed
        reach, most = float(np.linalg.norm(self._offset)), self._length * np.tan(WIDEST)
        if reach > most:
            self._offset, self._speed = self._offset * (most / reach), 0.0 * self._speed
        return unit(down + self._offset / self._length)

    def _swung(self, offset: Array, speed: Array, elapsed: float) -> tuple[Array, Array]:
        """A damped oscillator `elapsed` seconds on, its hinge moving evenly."""
        fade = self._damping * self._pulse
        pulse = self._pulse * np.sqrt(1.0 - self._damping**2)
        c, s = np.cos(pulse * elapsed), np.sin(pulse * elapsed)
        left = np.exp(-fade * elapsed)
        across = (speed + fade * offset) / pulse
        after = left * (offset * c + across * s)
        return after, left * pulse * (across * c - offset * s) - fade * after


def kept_off_neck(hangs: Array, out: Array, drop: float) -> Array:
    """The direction in which a piece hangs, turned out where jaw and neck would be in its way.

    Args:
        hangs: (3,) unit, where it would hang to.
        out: (3,) unit, away from the head.
        drop: metres, its length.
    """
    deepest = -min(TOWARDS_NECK / max(drop, 1e-6), 1.0)
    inward = float(hangs @ out)
    if inward >= deepest:
        return hangs
    beside = hangs - inward * out
    return np.asarray(deepest * out + unit(beside) * np.sqrt(1.0 - deepest**2))


def plumb(camera_from_anchor: RigidTransform, down: Array) -> RigidTransform:
    """An earring that turns in its hole until it hangs as plumb as the hole lets it."""
    rotation = camera_from_anchor.rotation
    sideways, upright = float(-down @ rotation[:, 0]), float(-down @ rotation[:, 1])
    angle = float(np.clip(np.arctan2(-sideways, upright), -MOST_TURN, MOST_TURN))
    turn = RigidTransform.from_axis_angle((0.0, 0.0, 1.0), angle).rotation
    return RigidTransform(rotation @ turn, camera_from_anchor.translation)


def swayed_on_chest(
    camera_from_model: RigidTransform, hinge: Array, hangs: Array, chest: Array
) -> RigidTransform:
    """A pendant that is at rest on a chest, turned about its hinge as a pendulum has swung.

    Args:
        hinge: (3,) model frame.
        hangs: (3,) unit, camera frame: where the pendulum hangs to.
        chest: (3, 3) camera from chest, whose +Z is away from the skin.
    """
    across, _, out = chest.T
    down = float(hangs @ CAMERA_DOWN)
    aside = float(np.arctan2(hangs @ across - CAMERA_DOWN @ across, down))
    off = float(np.arctan2(hangs @ out - CAMERA_DOWN @ out, down))
    off = float(np.clip(off, 0.0, OFF_CHEST))
    turn = RigidTransform.from_axis_angle(out, aside) @ RigidTransform.from_axis_angle(across, -off)
    rotation = turn.rotation @ camera_from_model.rotation
    return RigidTransform(rotation, camera_from_model.apply(hinge) - rotation @ hinge)


def swung(camera_from_model: RigidTransform, hung: Hung, hangs: Array) -> RigidTransform:
    """The place of the swinging part that hangs along (3,) unit `hangs`, camera frame."""
    down = -camera_from_model.rotation[:, 1]
    rotation = turn_between(down, hangs) @ camera_from_model.rotation
    hinge = camera_from_model.apply(hung.hinge)
    return RigidTransform(rotation, hinge - rotation @ hung.hinge)
