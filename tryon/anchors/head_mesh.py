"""The head as a surface that hides what lies behind it: the face as seen, skull, jaw and neck.

The face is the net's own mesh on its landmarks. Behind it stand a skull and a neck of the mean
head's size, and a strip under the jaw joins them; nobody sees these, they only hide.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from models3d.frames import Array, IntArray
from tryon.anchors.canonical import canonical_face
from tryon.anchors.head import HeadPose
from viewer.render.types import BodyMesh

# Head frame, metres, of the mean head: ANSUR II's head breadth 15, length 20 cm; women's neck 33,
# men's 40 cm around; all a little less, so that skin never hides what lies on it.
SKULL_MIDDLE, SKULL_RADII = (0.0, 0.040, -0.045), (0.070, 0.090, 0.092)
NECK_TOP, NECK_BOTTOM = (0.0, -0.030, -0.055), (0.0, -0.230, -0.085)
NECK_RADII = (0.050, 0.052)
JAW = np.array(
    [323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136, 172, 58, 132, 93]
)  # the face's outline from the left ear over the chin to the right one
JAW_INWARD = (0.66, 1.0, 1.0)  # of the head frame's coordinates, from the jaw to under it
JAW_BACK = (0.0, 0.006, -0.040)
AROUND, OVER = 16, 9
SET_BACK = 1.5e-3  # the skin's own depth is not known better


def head_body(head: HeadPose) -> BodyMesh:
    """The surface of a head, camera frame."""
    inside = head.camera_from_head.inverse().apply(head.points[JAW])
    strip = inside * JAW_INWARD + JAW_BACK
    hidden = np.concatenate([_hidden_points() * head.size.value, strip])
    positions = np.concatenate([head.points, head.camera_from_head.apply(hidden)])
    return BodyMesh(positions, _triangles(), set_back=SET_BACK)


@cache
def _hidden_points() -> Array:
    """(n, 3) head frame: the skull's and the neck's points on the mean head."""
    over = np.linspace(0.0, np.pi, OVER)[:, None]
    around = np.linspace(0.0, 2.0 * np.pi, AROUND, endpoint=False)
    sphere = np.stack(
        [
            np.sin(over) * np.sin(around),
            np.cos(over) * np.ones(AROUND),
            np.sin(over) * np.cos(around),
        ],
        axis=-1,
    )
    skull = np.asarray(SKULL_MIDDLE) + sphere.reshape(-1, 3) * SKULL_RADII
    ring = np.stack([NECK_RADII[0] * np.sin(around), NECK_RADII[1] * np.cos(around)], axis=-1)
    ends = []
    for middle in (NECK_TOP, NECK_BOTTOM):
        end = np.tile(np.asarray(middle), (AROUND, 1))
        end[:, [0, 2]] += ring
        ends.append(end)
    return np.concatenate([skull, *ends])


@cache
def _triangles() -> IntArray:
    """(m, 3) over the face's points, the skull's, the neck's and the strip under the jaw."""
    face = canonical_face()
    skull = len(face.points)
    neck = skull + OVER * AROUND
    strip = neck + 2 * AROUND
    rows = np.concatenate(
        [np.arange(OVER - 1) * AROUND + skull, [neck]]  # the neck's two rings go on as one more row
    )
    around = np.arange(AROUND)
    near, beside = rows[:, None] + around, rows[:, None] + (around + 1) % AROUND
    jaw, under = JAW, strip + np.arange(len(JAW))
    quads = np.concatenate(
        [
            np.stack([near, beside, beside + AROUND, near + AROUND], axis=-1).reshape(-1, 4),
            np.stack([jaw[:-1], jaw[1:], under[1:], under[:-1]], axis=-1),
        ]
    )
    split = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    return np.concatenate([face.triangles, split]).astype(np.int32)
