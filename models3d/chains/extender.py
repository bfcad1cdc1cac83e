"""An extender: a few more links down the nape, for the clasp to close in, and a little ball."""

from __future__ import annotations

import numpy as np

from models3d.chains.body import normals
from models3d.chains.chain import DOWN, WornChain
from models3d.chains.fittings import end_drop
from models3d.chains.link import oval_link
from models3d.chains.strand import Item, Row, standing
from models3d.chains.styles import LinkStyle
from models3d.frames import Array

LENGTH = 0.045  # metres
PLAY = 0.58  # of the ring's wire, from its middle to where the first link bears
WIRE_SHARE = 0.75  # of the jump ring's
TRIANGLES = 240


def extender(worn: WornChain) -> Row:
    """Links that hang from the jump ring which the clasp takes, down the wearer's back.

    The row is open: its last joint is free.
    """
    items = worn.row.items
    clasp = next(k for k, item in enumerate(items) if item.part == "clasp")
    ring, place = items[clasp + 1].link, worn.row.places()[clasp + 1]
    wire_mm = round(WIRE_SHARE * worn.form.ring_wire_mm, 3)
    link = oval_link(LinkStyle.CABLE, wire_mm, TRIANGLES, 1.0)
    drop = end_drop(wire_mm)
    count = round(LENGTH / link.bearing)
    # the ring stands off the skin: the first link goes round its outermost wire
    _, off = normals(worn.curve.body, place[None, :3, 3])
    out = place[:3, 1] * np.sign(place[:3, 1] @ off[0])
    start = place[:3, 3] + (ring.width - ring.wire) / 2.0 * out - PLAY * ring.wire * DOWN
    row = [Item("extender", link, (1 - k % 2) * np.pi / 2.0) for k in range(count)] + [
        Item("extender_drop", drop, (1 - count % 2) * np.pi / 2.0)
    ]
    joints = _down(start, np.array([item.bearing for item in row]), worn, link.height / 2.0)
    return Row(tuple(row), joints, standing(joints, worn.curve))


def _down(start: Array, lengths: Array, worn: WornChain, radius: float) -> Array:
    """(n + 1, 3) joints from the start down the skin."""
    joints = [start]
    for length in lengths.tolist():
        here = joints[-1]
        depth, out = normals(worn.curve.body, here[None])
        lies = float(depth[0]) < radius + 1e-6
        way = DOWN - out[0] * (out[0] @ DOWN) if lies else DOWN
        there = here + length * way / np.linalg.norm(way)
        depth, out = normals(worn.curve.body, there[None])
        there = there + max(radius - float(depth[0]), 0.0) * out[0]
        step = there - here
        joints.append(here + length * step / np.linalg.norm(step))
    return np.array(joints)
