"""What a piece tells of how it is worn, for the solver in the page: `Model` of static/js/tryon.

The page knows a piece by its viewer's file, which tells no inside from an outside. So what the
solver needs is worked out here, once for each piece: of rings how they stand upon one another, of
earrings what swings, of what is worn at the wrist its section and shapes, of necklaces their line.
Lengths are metres; heights of a relief and points that hang are whole micrometres.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from scipy.spatial import ConvexHull

from models3d.frames import Anchor, Array, IntArray
from models3d.mesh import Model, Part
from tryon.anchors.hanging import Loop, find_loop
from tryon.anchors.stack import CELL, reach
from tryon.dangling import hung
from tryon.drape import MEAN_BASE, drape, loop_of
from tryon.solvers.wrist_pieces import HALF_TURN, WristPiece, wrist_piece
from tryon.types import Ear, Wearable
from viewer.display import twin

DIGITS: Final = 9  # of metres: nanometres
MICROMETRES: Final = 1e6
HANGING_POINTS: Final = 4000  # of what hangs, about so many as the solver in Python looks at
CODE: Final = (
    "worn_facts.py",
    "dangling.py",
    "drape.py",
    "wearables.py",
    "anchors/hanging.py",
    "anchors/stack.py",
    "solvers/wrist_fit.py",
    "solvers/wrist_pieces.py",
)

Facts = dict[str, Any]


@cache
def facts_edition() -> str:
    """Names the code that facts and worn shapes come from: 8 hexadecimal digits of its SHA-256."""
    folder = Path(__file__).parent
    return hashlib.sha256(b"\0".join((folder / name).read_bytes() for name in CODE)).hexdigest()[:8]


def worn_facts(model: Model, product: str) -> Facts:
    """What the page's solver knows of a piece, as JSON has it."""
    anchor = model.anchor or Anchor.FINGER
    facts: Facts = {
        "product": product,
        "anchor": str(anchor),
        "inner_diameter": model.inner_diameter,
    }
    match anchor:
        case Anchor.FINGER:
            facts["relief"] = _relief(model)
        case Anchor.EAR:
            facts["ears"] = {str(ear): _earring(model, ear) for ear in Ear}
        case Anchor.WRIST:
            facts["wrist"] = _wrist(wrist_piece(Wearable(product, model)))
        case Anchor.NECK:
            facts["strung"] = strung(model)
    return facts


def worn_model(model: Model) -> Model:
    """The piece in the shape that it is worn in; itself where that is as it is shown.

    All forms that the solver gives it are parts of this one, its mirror image, or its links laid
    elsewhere.
    """
    if model.anchor is Anchor.WRIST:
        return wrist_piece(Wearable("", model)).model
    if model.anchor is Anchor.EAR:
        pieces = hung(model, Ear.RIGHT)
        if pieces.swinging is None:
            return model
        shaped = {part.name: part for part in (*pieces.still.parts, *pieces.swinging.parts)}
        parts = tuple(shaped[part.name] for part in model.parts)
        changed = any(a is not b for a, b in zip(parts, model.parts, strict=True))
        return replace(model, parts=parts) if changed else model
    return model


def _relief(model: Model) -> Facts:
    """A ring's reach along the finger: runs of its cells, and of each its ends.

    `cells` is skipped, taken, skipped … of the square row by row; `low` and `high` are whole
    micrometres, each less the one before it.
    """
    read = reach(model)
    taken = np.isfinite(read.low).ravel()
    runs = np.diff(np.flatnonzero(np.diff(taken, prepend=False, append=not taken[-1])), prepend=0)
    return {
        "cell": CELL,
        "side": len(read.low),
        "cells": runs.tolist(),
        "low": _differences(read.low.ravel()[taken]),
        "high": _differences(read.high.ravel()[taken]),
    }


def _earring(model: Model, ear: Ear) -> Facts:
    pieces = hung(model, ear)
    return {
        "mirrored": ear is Ear.LEFT and twin(model) is not model,
        "swings": pieces.swinging is not None,
        "hinge": _metres(pieces.hinge),
        "pendulum_length": pieces.pendulum_length,
        "drop": pieces.drop,
        "turns": pieces.turns,
    }


def _wrist(piece: WristPiece) -> Facts:
    lopsided = piece.lopsided != 0.0
    laid = piece.even.model is not piece.model
    return {
        "section": [piece.section.half_breadth, piece.section.half_depth],
        "wears": str(piece.wears),
        "dial": piece.dial,
        "lopsided": piece.lopsided,
        "half_band": piece.half_band,
        "below": _form(piece.model, piece.loop, lopsided),
        "even": {
            **_form(piece.even.model, piece.even.loop, lopsided),
            "links": _turned_links(piece.model, piece.even.model),
        }
        if laid
        else None,
    }


def _form(model: Model, loop: Loop, lopsided: bool) -> Facts:
    """A shape's loop; where it is lopsided also with its charms on the other side."""
    told: Facts = {"loop": _loop(loop), "turned": None}
    if lopsided:
        turn = HALF_TURN.matrix
        parts = tuple(replace(p, model_from_part=turn @ p.model_from_part) for p in model.parts)
        told["turned"] = _loop(find_loop(replace(model, parts=parts)))
    return told


def _loop(loop: Loop) -> Facts:
    inner, middle = _metres(loop.inner), _metres(loop.middle)
    return {"inner": inner, "middle": middle, "low": loop.low, "high": loop.high}


def _turned_links(before: Model, after: Model) -> list[float]:
    """How each link goes from one model to the other: its turn about +y, then x and z."""
    places, there = _links(before.parts), _links(after.parts)
    moves = there @ np.linalg.inv(places)
    angle = np.arctan2(moves[:, 2, 0], moves[:, 0, 0])
    return _metres(np.stack([angle, moves[:, 0, 3], moves[:, 2, 3]], axis=1))


def strung(model: Model) -> Facts:
    """What the page is told of a necklace: its line, where its links are, and what hangs."""
    hanging = frozenset(model.extras.get("hanging", ()))
    kept = [part for part in model.parts if part.name not in hanging]
    moving = [part.world_mesh() for part in model.parts if part.name in hanging]
    loop = loop_of(model)
    told: Facts = {
        "loop": None,
        "links": _metres(_links(kept)[:, :3, 3]),
        "outline": None,
        "hangs_from": None,
        "hanging": [],
        "middle": [0.0, 0.0],
        "pendulum": None,
    }
    if loop is None:
        return told | {"outline": _metres(drape(model, MEAN_BASE).line)}
    told["loop"] = {
        "length": loop.length,
        "radius": loop.radius,
        "load": loop.load,
        "bend": loop.bend,
    }
    if not moving or "hangs_from" not in model.extras:
        return told
    pivot = np.array(model.extras["hangs_from"], np.float64)
    corners = np.concatenate([mesh.positions[mesh.triangles] for mesh in moving]) - pivot
    areas = np.linalg.norm(np.cross(*np.diff(corners, axis=1).swapaxes(0, 1)), axis=1)
    middles = corners.mean(axis=1)
    _, y, z = areas @ middles / areas.sum()
    inertia = areas @ (middles[:, 1:] ** 2).sum(axis=1) / areas.sum()
    points = np.concatenate([mesh.positions for mesh in moving])
    points = points[:: max(len(points) // HANGING_POINTS, 1)]
    return told | {
        "hangs_from": pivot.tolist(),
        "hanging": _whole(points[ConvexHull(points).vertices]).ravel().tolist(),
        "middle": _metres((points - pivot)[:, 1:].mean(axis=0)),
        "pendulum": {"inertia": inertia, "y": y, "z": z},
    }


def _links(parts: Sequence[Part]) -> Array:
    """(n, 4, 4): the places of all instances, part by part."""
    return np.concatenate([part.model_from_part for part in parts])


def _metres(values: Any) -> list[float]:
    rounded: list[float] = np.asarray(values, np.float64).round(DIGITS).ravel().tolist()
    return rounded


def _whole(values: Array) -> IntArray:
    """Metres as whole micrometres."""
    return np.rint(values * MICROMETRES).astype(np.int32)


def _differences(values: Array) -> list[int]:
    steps: list[int] = np.diff(_whole(values), prepend=0).tolist()
    return steps
