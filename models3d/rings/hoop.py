"""Hoops turned from a section: a core and, let into its outside, a face of other metal or finish.

Section frame as in `models3d.profiles`: u along the finger (+Y), v outwards from the hole. Sections
are counter-clockwise chains, each smooth in itself; where two meet there is an edge.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models3d.frames import Array
from models3d.mesh import Mesh
from models3d.profiles import Profile, face_points, outline

SEGMENTS = 192
FACE_STEPS = 12  # across a smooth face


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """Points of a section with one smooth run of normals."""

    points: Array  # (k, 2) u, v, metres
    normals: Array  # (k, 2) unit, out of the metal


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """A band's cross-section with its outside told apart."""

    before: Chain  # from the left end of the face round the inside to its right end
    face: Chain  # from right to left

    def outside_v(self, u: Array) -> Array:
        """(n,) v of the outside at u; metres."""
        loop = np.concatenate([self.before.points, self.face.points])
        upper = loop[np.concatenate([self.before.normals, self.face.normals])[:, 1] > 1e-9]
        order = np.argsort(upper[:, 0])
        return np.asarray(np.interp(u, upper[order, 0], upper[order, 1]))

    def inside_v(self, u: Array) -> Array:
        """(n,) v of the inside at u; metres."""
        lower = self.before.points[self.before.normals[:, 1] < -1e-9]
        order = np.argsort(lower[:, 0])
        return np.asarray(np.interp(u, lower[order, 0], lower[order, 1]))

    @property
    def face_ends(self) -> tuple[float, float]:
        """u of the face's left and right end."""
        return float(self.face.points[-1, 0]), float(self.face.points[0, 0])


def section(
    profile: Profile,
    width: float,
    thickness: float,
    face: tuple[float, float] | None = None,
    face_steps: int = FACE_STEPS,
) -> Section:
    """The section of a band.

    Args:
        face: u from and to of its face, metres; None: the whole outside between the edges.
        face_steps: segments across it.
    """
    whole = outline(profile, [width], [thickness])
    points, normals = whole.points[0], whole.normals[0]
    span = face_points(profile)
    arc, arc_normals = points[span], normals[span]
    rest = np.concatenate([points[span.stop - 1 :], points[: span.start + 1]])
    rest_normals = np.concatenate([normals[span.stop - 1 :], normals[: span.start + 1]])
    left, right = (arc[-1, 0], arc[0, 0]) if face is None else face
    left, right = max(left, arc[-1, 0]), min(right, arc[0, 0])
    inner = np.linspace(right, left, face_steps + 1)
    between = _on_arc(arc, arc_normals, inner)
    lead_in = _on_arc(arc, arc_normals, arc[arc[:, 0] < left - 1e-9, 0])
    lead_out = _on_arc(arc, arc_normals, arc[arc[:, 0] > right + 1e-9, 0])
    parts = [_last(between), lead_in, Chain(rest[1:-1], rest_normals[1:-1]), lead_out]
    if left <= arc[-1, 0] + 1e-9:
        parts[1] = Chain(rest[:0], rest_normals[:0])
    if right >= arc[0, 0] - 1e-9:
        parts[3] = Chain(rest[:0], rest_normals[:0])
    parts.append(_first(between))
    before = Chain(
        np.concatenate([part.points for part in parts]),
        np.concatenate([part.normals for part in parts]),
    )
    return Section(before, between)


def plain_chains(shape: Section) -> list[Chain]:
    """The whole section as one body."""
    return [
        Chain(
            np.concatenate([shape.before.points, shape.face.points[1:]]),
            np.concatenate([shape.before.normals, shape.face.normals[1:]]),
        )
    ]


def core_chains(shape: Section, depth: float, joint: float) -> list[Chain]:
    """The body under the face: a channel `depth` deep, its rims broken by `joint`; metres."""
    left, right = shape.face_ends
    floor = float(shape.face.points[:, 1].min()) - depth
    before = shape.before
    first, last = before.points[0], before.points[-1]
    aside = np.array([joint, 0.0])
    if joint:
        before = Chain(
            np.concatenate([[first - aside], before.points[1:-1], [last + aside]]),
            before.normals,
        )
    rim_right, rim_left = last - (0.0, joint), first - (0.0, joint)
    corners = np.array([rim_right, [right, floor], [left, floor], rim_left])
    walls = [
        _straight(corners[0], corners[1], (-1.0, 0.0)),
        _straight(corners[1], corners[2], (0.0, 1.0)),
        _straight(corners[2], corners[3], (1.0, 0.0)),
    ]
    if not joint:
        return [before, *walls]
    slope = np.sqrt(0.5)
    return [
        before,
        _straight(before.points[-1], rim_right, (-slope, slope)),
        *walls,
        _straight(rim_left, before.points[0], (slope, slope)),
    ]


def face_chains(shape: Section, depth: float, joint: float) -> list[Chain]:
    """The body that fills the channel of `core_chains`."""
    left, right = shape.face_ends
    floor = float(shape.face.points[:, 1].min()) - depth
    points = shape.face.points.copy()
    rim_right, rim_left = points[0] - (0.0, joint), points[-1] - (0.0, joint)
    points[0] -= (joint, 0.0)
    points[-1] += (joint, 0.0)
    low_left, low_right = np.array([left, floor]), np.array([right, floor])
    walls = [
        _straight(rim_left, low_left, (-1.0, 0.0)),
        _straight(low_left, low_right, (0.0, -1.0)),
        _straight(low_right, rim_right, (1.0, 0.0)),
    ]
    top = Chain(points, shape.face.normals)
    if not joint:
        return [top, *walls]
    slope = np.sqrt(0.5)
    return [
        top,
        _straight(points[-1], rim_left, (-slope, slope)),
        *walls,
        _straight(rim_right, points[0], (slope, slope)),
    ]


def with_inside_strip(shape: Section, chains: list[Chain], reach: float) -> list[Chain]:
    """The chains with the middle of the inside, up to `reach` metres from it, cut out as the first.

    For `turned`, which gives the first chain its texture coordinates.
    """
    whole = chains[0]
    inside = np.flatnonzero(whole.normals[:, 1] < -1e-9)
    ends = np.array([-reach, reach])
    first, last = np.searchsorted(whole.points[inside, 0], ends) + inside[0]
    turn = np.arctan2(whole.normals[inside, 0], -whole.normals[inside, 1])
    at_ends = np.interp(ends, whole.points[inside, 0], turn)
    points = np.stack([ends, shape.inside_v(ends)], -1)
    normals = np.stack([np.sin(at_ends), -np.cos(at_ends)], -1)

    def chain(*pieces: tuple[Array, Array]) -> Chain:
        return Chain(
            np.concatenate([piece[0] for piece in pieces]),
            np.concatenate([piece[1] for piece in pieces]),
        )

    left, right = (points[:1], normals[:1]), (points[1:], normals[1:])
    return [
        chain(left, (whole.points[first:last], whole.normals[first:last]), right),
        chain((whole.points[:first], whole.normals[:first]), left),
        chain(right, (whole.points[last:], whole.normals[last:])),
        *chains[1:],
    ]


def turned(
    chains: list[Chain],
    inner_radius: float,
    segments: int = SEGMENTS,
    relief: Array | None = None,
    repeats: int = 1,
    rest_v: float = 0.25,
) -> Mesh:
    """Turn a section about the finger's axis.

    The first chain carries texture coordinates: u round the ring `repeats` times, v from 0 to 0.5
    along the chain; the others have v = `rest_v`.

    Args:
        inner_radius: metres, of the hole where v = 0.
        relief: (segments, k) metres by which the first chain's points stand out; normals stay
            those of the smooth surface.
    """
    angle = np.arange(segments + 1) * (2.0 * np.pi / segments)
    radial = np.stack([np.sin(angle), 0.0 * angle, np.cos(angle)], axis=-1)
    radial[-1] = radial[0]  # the seam is one place, with two texture coordinates
    axis = np.array([0.0, 1.0, 0.0])
    meshes = []
    start = 0
    for at, chain in enumerate(chains):
        distance = inner_radius + chain.points[:, 1]
        positions = distance[None, :, None] * radial[:, None] + chain.points[None, :, :1] * axis
        normals = chain.normals[None, :, 1:] * radial[:, None] + chain.normals[None, :, :1] * axis
        along = np.concatenate(
            [[0.0], np.cumsum(np.linalg.norm(np.diff(chain.points, axis=0), axis=1))]
        )
        v = 0.5 * along / along[-1] if at == 0 else np.full(len(along), rest_v)
        if at == 0 and relief is not None:
            lift = np.concatenate([relief, relief[:1]])[..., None]
            positions = positions + lift * normals
        u = repeats * angle / (2.0 * np.pi)
        uvs = np.stack(np.broadcast_arrays(u[:, None], v[None]), axis=-1)
        k = len(chain.points)
        i = np.arange(segments)[:, None] * k + np.arange(k - 1)[None] + start
        quads = np.stack(
            [np.stack([i, i + 1, i + k], -1), np.stack([i + 1, i + k + 1, i + k], -1)], axis=2
        )
        meshes.append((positions, normals, uvs, quads))
        start += (segments + 1) * k
    return Mesh(
        np.concatenate([m[0].reshape(-1, 3) for m in meshes]),
        np.concatenate([m[1].reshape(-1, 3) for m in meshes]),
        np.concatenate([m[3].reshape(-1, 3) for m in meshes]).astype(np.int32),
        np.concatenate([m[2].reshape(-1, 2) for m in meshes]),
    )


def _on_arc(points: Array, normals: Array, u: Array) -> Chain:
    """The arc (right to left) at other u."""
    at = points[::-1]
    v = np.interp(u, at[:, 0], at[:, 1])
    turn = np.interp(u, at[:, 0], np.arctan2(normals[::-1, 0], normals[::-1, 1]))
    return Chain(np.stack([u, v], -1), np.stack([np.sin(turn), np.cos(turn)], -1))


def _first(chain: Chain) -> Chain:
    return Chain(chain.points[:1], chain.normals[:1])


def _last(chain: Chain) -> Chain:
    return Chain(chain.points[-1:], chain.normals[-1:])


def _straight(start: Array, end: Array, normal: tuple[float, float]) -> Chain:
    return Chain(np.array([start, end]), np.array([normal, normal]))
